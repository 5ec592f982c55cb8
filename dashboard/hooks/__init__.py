"""Hooks: signed calls from other programs that start a bot."""

from apiflask import APIFlask

from dashboard import tick


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.hooks import api, inbound, jobs, models, views

    app.register_blueprint(views.bp)
    app.register_blueprint(inbound.bp)
    app.register_blueprint(api.bp)
    app.shell_context_processor(
        lambda: {"Hook": models.Hook, "HookCall": models.HookCall}
    )
    tick.every(86_400, "hook calls", jobs.prune_calls)
