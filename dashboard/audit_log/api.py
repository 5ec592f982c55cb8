"""The audit trail as JSON."""

from flask import abort

from dashboard.api import api_blueprint
from dashboard.audit import AuditEntry
from dashboard.audit_log import reports
from dashboard.audit_log.schemas import (
    AuditFilter,
    EntryOut,
    EntryRow,
    VerificationOut,
)
from dashboard.audit_log.verify import Verdict, verify
from dashboard.permissions import Permission, needs
from dashboard.reach import Found, FoundPage, found

bp = api_blueprint("audit", __name__)


@bp.get("")
@needs(Permission.AUDIT_READ)
@bp.input(AuditFilter, location="query")
@bp.output(FoundPage[EntryRow])
def index(query_data: AuditFilter) -> Found:
    """List what happened, newest first.

    `q` is a part of the object's name, `actor` an id or a part of a name. Parts of
    names are looked for among the newest `reach` entries that match every other
    filter. Where older ones were left out, `searched` says how far back that was.
    Where several filters meet, a page may hold fewer than `limit`, or none, and a
    `next`: go on until that is null.
    """
    _, searched = reports.bearings(query_data)
    return found(reports.page_of(query_data), searched)


@bp.get("/<int:seq>")
@needs(Permission.AUDIT_READ)
@bp.output(EntryOut)
def show(seq: int) -> AuditEntry:
    """Get one entry with what it changed and its place in the chain."""
    return reports.entry_at(seq) or abort(404)


@bp.get("/verification")
@needs(Permission.AUDIT_READ)
@bp.output(VerificationOut)
def verification() -> Verdict:
    """Follow the whole chain and tell where it breaks, if it does."""
    return verify()
