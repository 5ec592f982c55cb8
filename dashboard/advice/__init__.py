"""Advice: what agents think of a proposal."""

from apiflask import APIFlask

from dashboard import tick


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.advice import api, jobs, models, views, wording
    from dashboard.model_calls.after import when_ended
    from dashboard.model_calls.models import Purpose

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp, url_prefix="/api/v1/workflows")
    app.add_template_filter(wording.sureness, "sureness")
    app.add_template_filter(wording.against, "against")
    tick.every(0, "advice", jobs.ask_due)
    when_ended(Purpose.ADVICE, jobs.keep_answer)
    app.shell_context_processor(lambda: {"Advice": models.Advice})
