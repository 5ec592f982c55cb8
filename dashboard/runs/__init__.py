"""Runs: claim, execute, follow."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # Imported here: other features import our models without our pages.
    from dashboard.dispatch import outbox  # noqa: F401  # it listens to commits
    from dashboard.runs import api, cli, deeds, models, results, tables

    app.register_blueprint(deeds.bp)
    app.register_blueprint(api.bp)
    app.cli.add_command(cli.worker)
    app.add_template_filter(results.shown, "result")
    app.add_template_filter(tables.took, "took")
    app.add_template_filter(tables.waited, "waited")
    app.shell_context_processor(lambda: {"Run": models.Run})
    register(Entry("Runs", "play", "runs.index", Permission.RUN_READ, "Run", "g r"))
