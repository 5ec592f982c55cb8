"""Prompts: what models are told."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.prompts import (
        api,
        applying,
        cli,
        label_api,  # noqa: F401  # it adds its calls to the api's
        label_pages,
        models,
        proposing,
        try_pages,
        views,
    )
    from dashboard.workflows import changes

    for face in (views, label_pages, try_pages, api):
        app.register_blueprint(face.bp)
    app.cli.add_command(cli.seed_prompts)
    app.add_template_global(proposing.changes_in, "prompt_changes")
    app.shell_context_processor(lambda: {"Prompt": models.Prompt})
    changes.register(applying.CHANGE)
    register(
        Entry(
            "Prompts",
            "message-square-text",
            "prompts.index",
            Permission.PROMPT_READ,
            "Build",
            "g p",
        )
    )
