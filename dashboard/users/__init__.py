"""People, the sessions they are signed in with, and their API keys."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: the shared API asks users.tokens who a bearer is
    from dashboard.users import api, cli, key_views, models, views

    app.shell_context_processor(lambda: {"User": models.User})
    for bp in (views.bp, key_views.bp, api.people, api.keys, api.me):
        app.register_blueprint(bp)
    for command in (cli.create_admin, cli.create_api_key):
        app.cli.add_command(command)
    register(
        Entry("People", "users", "users.index", Permission.USER_READ, "Control", "g u")
    )
    register(
        Entry("API keys", "key", "keys.index", Permission.KEY_READ, "Control", "g k")
    )
