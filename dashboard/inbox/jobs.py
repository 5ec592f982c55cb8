"""What the clock tells people: votes still missing, approvals about to run out."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, select, update

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.inbox.models import Notice, NoticeKind
from dashboard.inbox.notices import tell
from dashboard.inbox.wording import moment
from dashboard.permissions import GRANTS, Permission, Role
from dashboard.runs.fence import writing
from dashboard.runs.models import Run
from dashboard.users.models import User
from dashboard.workflows.models import Round, RoundVoter, Status, Vote, Workflow
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.timing import DAY, reminders

TEXTS = {
    NoticeKind.HALF_TIME: "Half the time is over. Your vote is missing, until {until}.",
    NoticeKind.LAST_CALL: "Last call: voting closes {until}. Your vote is missing.",
}
GUARDIANS = [role for role in Role if Permission.FREEZE_WRITE in GRANTS[role]]


def remind_due() -> None:
    """Send every reminder whose time has come, each once, however many look."""
    at = database_now(db.session())
    for round_ in db.session.scalars(undecided(at)).all():
        if due(round_, at):
            remind(round_.workflow_id)
    for round_ in db.session.scalars(unused(at)).all():
        if runs_out(round_, at):
            warn(round_.workflow_id)


def undecided(at: datetime) -> Select[Round]:
    """Open rounds in which the last call was not sent."""
    return current(Status.OPEN).where(
        Round.outcome.is_(None),
        Round.last_reminded_at.is_(None),
        Round.closes_at > at,
    )


def unused(at: datetime) -> Select[Round]:
    """Approvals that nobody has used, nor was warned of, though they will run out."""
    used = select(Run.id).where(Run.round_id == Round.id)
    warned = select(Notice.id).where(
        Notice.workflow_id == Round.workflow_id,
        Notice.kind == NoticeKind.EXPIRES_SOON,
        Notice.at >= Round.decided_at,
    )
    return current(Status.APPROVED).where(
        Round.outcome == Outcome.APPROVED,
        Round.expires_at > at,
        ~used.exists(),
        ~warned.exists(),
    )


def current(status: Status) -> Select[Round]:
    return (
        select(Round)
        .join(Round.workflow)
        .where(Workflow.status == status, Round.revision == Workflow.revision)
        .options(sa.orm.defer(Round.content), sa.orm.defer(Round.explain))
        .execution_options(populate_existing=True)
    )


def due(round_: Round, at: datetime) -> NoticeKind | None:
    """The reminder to send now: of two that are due, only the last call."""
    half, last = reminders(round_.opened_at, round_.closes_at)
    if at >= last:
        return NoticeKind.LAST_CALL
    if at >= half and round_.half_reminded_at is None:
        return NoticeKind.HALF_TIME
    return None


def remind(workflow_id: UUID) -> None:
    """Remind who has not voted, judged afresh while nothing can change it."""
    with writing():
        workflow = locked(workflow_id)
        at = database_now(db.session())
        round_ = db.session.scalar(undecided(at).where(Workflow.id == workflow_id))
        kind = due(round_, at) if round_ else None
        if round_ is None or kind is None or not claim(round_, kind, at):
            return
        text = TEXTS[kind].format(until=moment(round_.closes_at))
        people = db.session.scalars(missing(round_.id)).all()
        tell(people, workflow, kind, f"{kind}:{round_.id}", text, at)


def locked(workflow_id: UUID) -> Workflow:
    """The workflow first, as the engine has it: nobody waits for each other."""
    return db.session.get_one(
        Workflow, workflow_id, with_for_update=True, populate_existing=True
    )


def claim(round_: Round, kind: NoticeKind, at: datetime) -> bool:
    """Whether this reminder is ours to send: it can be taken once."""
    column = Round.last_reminded_at
    if kind is NoticeKind.HALF_TIME:
        column = Round.half_reminded_at
    claimed = (
        update(Round)
        .where(Round.id == round_.id, column.is_(None), Round.outcome.is_(None))
        .values({column: at})
        .execution_options(synchronize_session=False)
        .returning(Round.id)
    )
    return db.session.execute(claimed).first() is not None


def missing(round_id: UUID) -> Select[UUID]:
    voted = select(Vote.user_id).where(
        Vote.round_id == round_id, Vote.superseded_at.is_(None)
    )
    return select(RoundVoter.user_id).where(
        RoundVoter.round_id == round_id,
        RoundVoter.gone.is_(False),
        RoundVoter.user_id.not_in(voted),
    )


def runs_out(round_: Round, at: datetime) -> datetime | None:
    """When, if the last tenth of its time has begun, or its last day."""
    ready_at, expires_at = round_.ready_at, round_.expires_at
    if ready_at is None or expires_at is None:
        return None
    lead = min(DAY, (expires_at - ready_at) / 10)
    return expires_at if at >= expires_at - lead else None


def warn(workflow_id: UUID) -> None:
    """Tell those who could still use an approval that it runs out."""
    with writing():
        workflow = locked(workflow_id)
        at = database_now(db.session())
        round_ = db.session.scalar(unused(at).where(Workflow.id == workflow_id))
        until = runs_out(round_, at) if round_ else None
        if round_ is None or until is None:
            return
        text = f"The approval runs out {moment(until)}, and nothing ran yet."
        people, kind = starters(workflow, round_), NoticeKind.EXPIRES_SOON
        tell(people, workflow, kind, f"{kind}:{round_.id}", text, at)


def starters(workflow: Workflow, round_: Round) -> set[UUID]:
    """Its authors; where somebody else must start it, the guardians too."""
    if not round_.frozen_rule.runner_must_differ:
        return workflow.authors
    guardians = select(User.id).where(User.role.in_(GUARDIANS), User.is_active)
    return workflow.authors | set(db.session.scalars(guardians))
