"""The audit trail as pages."""

from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from dashboard.audit import Result
from dashboard.audit_log import reports
from dashboard.audit_log.links import PLACES
from dashboard.audit_log.schemas import AuditFilter
from dashboard.audit_log.verify import verify
from dashboard.audit_log.wording import KINDS
from dashboard.errors import Invalid
from dashboard.permissions import Permission, needs
from dashboard.schemas import checked
from dashboard.templating import render

bp = Blueprint("audit_log", __name__, url_prefix="/audit")
ACTIONS = [("", "Any action"), *((each.value, each.value) for each in Permission)]
OBJECTS = [
    ("", "Any object"),
    *(
        (kind, kind.replace("_", " ").capitalize())
        for kind in sorted(PLACES.keys() | KINDS.keys())
    ),
]
RESULTS = [("", "Any result"), *((each.value, each.capitalize()) for each in Result)]


@bp.get("/")
@needs(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    typed = {name: request.args.get(name, "") for name in AuditFilter.model_fields}
    try:
        wanted = checked(AuditFilter, typed)
        head, searched = reports.bearings(wanted)
        page = reports.page_of(wanted)
    except Invalid as error:
        return list_page(typed, reports.head(), errors=error.errors), error.status
    return list_page(typed, head, page=page, searched=searched)


@bp.get("/<int:seq>")
@needs(Permission.AUDIT_READ)
def show(seq: int) -> ResponseReturnValue:
    entry = reports.entry_at(seq) or abort(404)
    return render("audit_log/show.html", entry=entry)


@bp.get("/verify")
@needs(Permission.AUDIT_READ)
def verification() -> ResponseReturnValue:
    """Follow the whole chain now; the page waits for the answer."""
    return render("audit_log/verify.html", verdict=verify())


def list_page(typed: dict[str, str], head: reports.Head | None, **context: Any) -> str:
    return render(
        "audit_log/index.html",
        typed=typed,
        head=head,
        actions=ACTIONS,
        kinds=OBJECTS,
        results=RESULTS,
        **context,
    )
