"""Advice: what agents think of a proposal."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.advice import api, models, views, wording

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp, url_prefix="/api/v1/workflows")
    app.add_template_filter(wording.sureness, "sureness")
    app.add_template_filter(wording.against, "against")
    app.shell_context_processor(lambda: {"Advice": models.Advice})
