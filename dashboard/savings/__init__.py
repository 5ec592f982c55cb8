"""Savings: what a piece of work is worth a week."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: faces are opened only when the app is made
    from dashboard.savings import api, money, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.add_template_filter(money.to_the_cent, "to_the_cent")
