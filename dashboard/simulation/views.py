"""A council's rule tried out, as a tab of its page."""

from uuid import UUID

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from dashboard.councils.models import Council
from dashboard.councils.reports import PAGE
from dashboard.councils.wording import told
from dashboard.permissions import Permission, find_for, needs
from dashboard.simulation.what_if import WhatIf
from dashboard.templating import render

bp = Blueprint("simulation", __name__, url_prefix="/councils/<uuid:council_id>")


@bp.get("/try")
@needs(Permission.COUNCIL_READ)
def show(council_id: UUID) -> ResponseReturnValue:
    council = find_for(g.actor, Council, council_id, *PAGE)
    tried = WhatIf(council, request.args)
    page = render(
        "simulation/try.html",
        council=council,
        tab="try",
        tried=tried,
        form=tried.form,
        **told(council),
    )
    return page, tried.status
