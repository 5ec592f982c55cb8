"""A council whose changes are voted on, and a change on its way."""

from sqlalchemy import select

from dashboard.councils import proposing
from dashboard.councils.models import Charter
from dashboard.councils.schemas import ChangeIn
from dashboard.councils.standing import standing_of
from dashboard.extensions import db
from dashboard.runs.engine import execute
from dashboard.runs.models import Run
from dashboard.workflow_types.models import TypeKind
from dashboard.workflows import actions
from tests.factories import make_council, make_type, rule_of, stored, vote


def chartered(*members, by=None, **over):
    """A council that votes on its own changes, or has another council do it."""
    council = make_council(*members, **over)
    type_ = make_type(by or council, name="Constitution", kind=TypeKind.GOVERNANCE)
    council.charter = Charter(type_id=type_.id)
    return stored(council)


def wanted(council, **over):
    """The council as it is, but for what is named."""
    return standing_of(council)["council"] | over


def change_of(actor, council, **over):
    """A proposal to change the council, through the real action."""
    asked = ChangeIn.model_validate(wanted(council, **over))
    return proposing.propose_change(actor, council, asked)


def approved(workflow, *voters):
    """The proposal, once these have approved it."""
    actions.open_voting(workflow.proposer, workflow)
    for voter in voters:
        vote(workflow, voter)
    return workflow


def carried_out(workflow):
    """The run that the approval bought, as a worker leaves it."""
    run_id = db.session.scalar(select(Run.id).where(Run.workflow_id == workflow.id))
    db.session.commit()
    assert execute(run_id)
    db.session.expire_all()
    return db.session.get(Run, run_id)


MILD = rule_of("any_one_other")
