"""AI models: with what agents think."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.ai_models import api, models, money, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.add_template_filter(money.dollars, "dollars")
    app.shell_context_processor(lambda: {"AIModel": models.AIModel})
    register(
        Entry(
            "AI models",
            "cpu",
            "ai_models.index",
            Permission.MODEL_READ,
            "Build",
            "g m",
        )
    )
