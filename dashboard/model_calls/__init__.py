"""Calls of models, and what they cost."""

from apiflask import APIFlask
from flask import Flask

from dashboard import tick

DAILY = 86_400


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.model_calls import api, models, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.shell_context_processor(lambda: {"ModelCall": models.ModelCall})
    tick.beside("model_calls", board_for)
    tick.every(DAILY, "old model calls", prune)


def board_for(app: Flask) -> tick.Beside:
    # not on top: a web process never makes a call
    from dashboard.model_calls.switchboard import Switchboard

    return Switchboard(app)


def prune() -> None:
    from dashboard.model_calls.recovery import prune_old

    prune_old()
