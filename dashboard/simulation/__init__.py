"""Simulation: a rule played through before people live under it."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    from dashboard.simulation import api, cli, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.cli.add_command(cli.simulate)
