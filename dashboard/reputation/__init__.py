"""Reputation: what an agent's record comes to."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.reputation import api, booking, cli, models, views, wording
    from dashboard.workflows import outcomes

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp, url_prefix="/api/v1/agents")
    app.cli.add_command(cli.reputation)
    app.add_template_filter(wording.why, "why_scored")
    app.add_template_filter(wording.level_badge, "level_badge")
    app.add_template_filter(wording.signed, "signed")
    app.add_template_filter(wording.told, "told_surely")
    outcomes.when_over(booking.book)
    app.shell_context_processor(
        lambda: {
            "AdviceScore": models.AdviceScore,
            "ReputationEntry": models.ReputationEntry,
        }
    )
