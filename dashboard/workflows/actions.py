"""Propose, change, open, vote, cancel, run: the verbs, for every caller."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from dashboard.agents.models import Agent
from dashboard.audit import audited
from dashboard.bots.models import BotVersion
from dashboard.clock import database_now
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.files.uploads import MOST_FILES
from dashboard.numbers import next_number
from dashboard.permissions import Actor, Permission
from dashboard.runs.models import Run
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows import ballots, inputs, jobs, lifecycle
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.models import (
    Round,
    Status,
    Vote,
    Workflow,
    WorkflowEditor,
    WorkflowFile,
    WorkflowStep,
)
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.refusals import broken
from dashboard.workflows.schemas import VoteIn, WorkflowEdit, WorkflowIn
from dashboard.workflows.voting import Refusal

EXPIRED = "The approval has expired. Propose it again."
SPENT = "This approval has bought its run already. Look at the run below."
NOT_THE_PROPOSER = "The rule wants somebody else than the proposer to start it."

A = TypeVar("A", bound=Actor)
P = ParamSpec("P")
R = TypeVar("R")
Verb = Callable[Concatenate[A, Workflow, P], R]


def after_time(verb: Verb[A, P, R]) -> Verb[A, P, R]:
    """What time has brought by now is written first, as time's own doing."""

    @wraps(verb)
    def in_order(
        actor: A, workflow: Workflow, /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        try:
            return verb(actor, workflow, *args, **kwargs)
        except lifecycle.Overdue:
            jobs.advance(workflow.id)
            return verb(actor, workflow, *args, **kwargs)

    return in_order


def propose(
    actor: User,
    wanted: WorkflowIn,
    files: Mapping[str, Blob | bytes],
    *,
    opened: bool = False,
) -> Workflow:
    """A draft, with the bots pinned at the versions active now.

    `opened` asks the council at once; if that is refused, no draft is left behind.
    """
    with audited(actor, Permission.WORKFLOW_WRITE) as entry:
        type_ = usable_type(wanted.type_id)
        workflow = Workflow(
            number=next_number("workflow"), type=type_, council_id=type_.council_id
        )
        workflow.proposer = actor
        fill(workflow, wanted)
        db.session.add(workflow)
        attach(workflow, files)
        pin(workflow)
        entry.about(workflow)
        if opened:
            db.session.flush()  # the proposal is this entry's, its round the next one's
            open_voting(actor, workflow)
    return workflow


@after_time
def edit(
    actor: User,
    workflow: Workflow,
    wanted: WorkflowEdit,
    files: Mapping[str, Blob | bytes],
) -> Workflow:
    """Change a proposal. If what is judged changed, its votes count no more."""
    with audited(actor, Permission.WORKFLOW_WRITE, workflow) as entry:
        at = changed_at(workflow)
        fill(workflow, wanted)
        kept = set(wanted.keep)
        workflow.files = [file for file in workflow.files if file.name in kept]
        attach(workflow, files)
        pin(workflow)
        if workflow.status is not Status.DRAFT:
            db.session.flush()
            if hash_of(judged_content(workflow)) != workflow.content_hash:
                lifecycle.supersede(workflow, at)
        note_editor(workflow, actor)
        workflow.touch()
        entry.about(workflow, revision=workflow.revision)
    return workflow


def open_voting(actor: Actor, workflow: Workflow) -> Round:
    """Freeze and ask the council."""
    with audited(actor, Permission.WORKFLOW_OPEN, workflow) as entry:
        if workflow.council.is_archived:
            raise broken(
                Refusal.WRONG_STATE,
                f"{workflow.council} is archived. Restore it, or propose this to "
                "another council.",
            )
        round_ = lifecycle.open_round(workflow, database_now(db.session()))
        entry.about(workflow, digest=round_.content_hash, revision=round_.revision)
    return round_


@after_time
def cast_vote(actor: User, workflow: Workflow, wanted: VoteIn) -> Vote:
    """Count a vote, and decide if it decides. The same key again is the same vote."""
    try:
        return count_vote(actor, workflow, wanted)
    except ballots.Repeated as repeated:
        return repeated.vote


def count_vote(actor: User, workflow: Workflow, wanted: VoteIn) -> Vote:
    with audited(actor, Permission.WORKFLOW_VOTE, workflow) as entry:
        if known := ballots.already_cast(workflow, actor, wanted.key):
            raise ballots.Repeated(known)
        if not workflow.is_open:
            ballots.raise_refusal(Refusal.NOT_OPEN, workflow, None, actor)
        at = database_now(db.session())
        round_ = lifecycle.round_at(workflow, at)
        vote = ballots.cast(workflow, round_, actor, wanted, at)
        workflow.touch()
        lifecycle.settle(workflow, round_, at)
        entry.about(
            workflow,
            choice=vote.choice,
            revision=vote.revision,
            digest=vote.content_hash,
            status=workflow.status,
        )
    return vote


@after_time
def cancel(actor: Actor, workflow: Workflow, reason: str = "") -> Workflow:
    """Withdraw a proposal (its authors) or stop it (an admin), before it runs."""
    with audited(actor, Permission.WORKFLOW_CANCEL, workflow) as entry:
        at = changed_at(workflow)
        if round_ := workflow.round:
            lifecycle.withdraw_run(round_, "The workflow was cancelled.", at)
            if round_.outcome is None:
                round_.outcome, round_.decided_at = Outcome.CANCELLED, at
        withdrawn = actor.id in workflow.authors
        workflow.move(Status.CANCELLED, "withdrawn" if withdrawn else "cancelled", at)
        entry.about(workflow, reason=reason)
    return workflow


def changed_at(workflow: Workflow) -> datetime:
    """The moment of a change to a locked workflow, or of its end, if it still may."""
    if workflow.status not in {Status.DRAFT, Status.OPEN, Status.APPROVED}:
        raise broken(Refusal.WRONG_STATE)
    at = database_now(db.session())
    if workflow.status is not Status.DRAFT:
        lifecycle.round_at(workflow, at)
    return at


@after_time
def start_run(actor: User, workflow: Workflow) -> Run:
    """Spend the approval: queue the one run it buys."""
    with audited(actor, Permission.WORKFLOW_RUN, workflow) as entry:
        if workflow.status is Status.EXPIRED:
            raise broken(Refusal.WRONG_STATE, EXPIRED)
        if workflow.status is not Status.APPROVED:
            raise broken(Refusal.WRONG_STATE)
        at = database_now(db.session())
        round_ = lifecycle.round_at(workflow, at)
        refuse_start(actor, workflow, round_, at)
        run = Run.of_workflow(workflow, round_, at, actor)
        db.session.add(run)
        workflow.touch()
        entry.about(workflow, run=run.id)
    return run


def refuse_start(actor: Actor, workflow: Workflow, round_: Round, at: datetime) -> None:
    if db.session.scalar(select(Run.id).where(Run.round_id == round_.id)):
        raise broken(Refusal.WRONG_STATE, SPENT)
    own = actor.id == workflow.proposer_id
    if own and round_.frozen_rule.runner_must_differ:
        raise broken(Refusal.NOT_AUTHORIZED, NOT_THE_PROPOSER)
    if round_.ready_at and at < round_.ready_at:
        raise broken(Refusal.TOO_EARLY)


def usable_type(type_id: UUID) -> WorkflowType:
    type_ = db.session.get(WorkflowType, type_id)
    if type_ is None:
        raise Invalid({"type_id": "There is no such workflow type."})
    if type_.is_archived:
        raise Invalid({"type_id": "This type is archived. Choose another one."})
    return type_


def fill(workflow: Workflow, wanted: WorkflowEdit) -> None:
    workflow.inputs = inputs.checked(workflow.type.input_schema, wanted.inputs)
    workflow.title = wanted.title
    workflow.description = wanted.description
    workflow.weekly_savings = wanted.weekly_savings
    workflow.agent = agent_of(wanted.agent_id)


def agent_of(agent_id: UUID | None) -> Agent | None:
    if agent_id is None:
        return None
    agent = db.session.get(Agent, agent_id)
    if agent is None or not agent.is_active:
        raise Invalid({"agent_id": "Choose an active agent."})
    return agent


def attach(workflow: Workflow, files: Mapping[str, Blob | bytes]) -> None:
    """Add files; one of the same name is replaced."""
    kept = [file for file in workflow.files if file.name not in files]
    if len(kept) + len(files) > MOST_FILES:
        raise Invalid({"files": f"Attach at most {MOST_FILES} files."})
    workflow.files = kept
    db.session.flush()  # a file of the same name leaves before the new one comes
    for name, content in files.items():
        blob = content if isinstance(content, Blob) else Blob.keep(content)
        workflow.files.append(WorkflowFile(name=name, blob=blob))


def pin(workflow: Workflow) -> None:
    """Take the type's bots, each at the version that is active now."""
    wanted = [step.bot_id for step in workflow.type.steps]
    active = (
        select(BotVersion)
        .where(BotVersion.bot_id.in_(wanted), BotVersion.is_active)
        .options(joinedload(BotVersion.bot), defer(BotVersion.code))
    )
    versions = {version.bot_id: version for version in db.session.scalars(active)}
    pinned = {step.position: step for step in workflow.steps}
    workflow.steps = [
        pinned_to(versions[bot_id], position, pinned.get(position))
        for position, bot_id in enumerate(wanted, start=1)
    ]


def pinned_to(
    version: BotVersion, position: int, place: WorkflowStep | None
) -> WorkflowStep:
    place = place or WorkflowStep(position=position)
    place.bot, place.version = version.bot, version
    return place


def note_editor(workflow: Workflow, actor: User) -> None:
    if actor.id not in workflow.authors:
        workflow.editors.append(WorkflowEditor(user_id=actor.id))
