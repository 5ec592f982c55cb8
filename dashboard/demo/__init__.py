"""A first look at a full house: the demo data, and the words after the start."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    from dashboard.demo import cli

    app.cli.add_command(cli.seed_demo)
    app.cli.add_command(cli.first_steps)
