"""The audit trail: read it, follow it, verify it."""

from apiflask import APIFlask

from dashboard.audit_log.changes import changes_of
from dashboard.audit_log.links import subject_url
from dashboard.audit_log.wording import deed, sentence
from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    from dashboard.audit_log import api, cli, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.cli.add_command(cli.audit)
    app.jinja_env.filters.update(
        sentence=sentence, deed=deed, changes=changes_of, subject_url=subject_url
    )
    register(
        Entry(
            label="Audit",
            icon="scroll-text",
            endpoint="audit_log.index",
            permission=Permission.AUDIT_READ,
            group="Control",
            key="g l",
        )
    )
