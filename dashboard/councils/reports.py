"""What the council pages show besides the council."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents.models import Agent, AgentStatus
from dashboard.councils.models import Adviser, Charter, Council, Membership
from dashboard.councils.reading import Reading, read
from dashboard.extensions import db
from dashboard.lists import Rows, paginate
from dashboard.permissions import Role
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Workflow
from dashboard.workflows.rules import Rule
from dashboard.workflows.voting import Seat

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Council.members).joinedload(Membership.user),
    joinedload(Council.advisers).joinedload(Adviser.agent),
    joinedload(Council.charter).joinedload(Charter.type),
)
"""A council with everybody on it, in one statement."""


def workflows_of(council: Council, after: str | None) -> Rows:
    rows = (
        select(
            Workflow.id,
            Workflow.number,
            Workflow.title,
            Workflow.status,
            Workflow.created_at,
            WorkflowType.name.label("type_name"),
        )
        .join(Workflow.type)
        .where(Workflow.council_id == council.id)
    )
    return paginate(rows, Workflow.id, after=after)


def people_offered(council: Council | None) -> Sequence[Row[UUID, str]]:
    """Whoever can be seated, and who is: active people; programs sit nowhere."""
    seated = [member.user_id for member in council.members] if council else []
    free = and_(User.is_active, User.role != Role.API_USER)
    people = select(User.id, User.name).where(or_(free, User.id.in_(seated)))
    return db.session.execute(people.order_by(User.name)).all()


def agents_offered(council: Council | None) -> Sequence[Row[UUID, str]]:
    heard = [adviser.agent_id for adviser in council.advisers] if council else []
    free = Agent.status == AgentStatus.ACTIVE
    agents = select(Agent.id, Agent.name).where(or_(free, Agent.id.in_(heard)))
    return db.session.execute(agents.order_by(Agent.name)).all()


def reading_of(council: Council) -> Reading:
    """The stored rule, for those who vote here now."""
    members = [
        Seat(m.user_id, m.weight, frozenset({m.role}), m.can_veto)
        for m in council.members
        if m.weight and m.user.may_vote
    ]
    return read(Rule.model_validate(council.rule), members)
