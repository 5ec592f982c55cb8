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
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, needs
from dashboard.schemas import Page

bp = api_blueprint("audit", __name__)


@bp.get("")
@needs(Permission.AUDIT_READ)
@bp.input(AuditFilter, location="query")
@bp.output(Page[EntryRow])
def index(query_data: AuditFilter) -> Rows:
    """List what happened, newest first."""
    rows = reports.rows_for(query_data)
    return paginate(
        rows, AuditEntry.seq, after=query_data.after, limit=query_data.limit
    )


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
