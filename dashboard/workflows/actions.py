"""Propose, change, open, vote, void, cancel, run: the verbs, for every caller."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import select

from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.inbox import notices
from dashboard.numbers import next_number
from dashboard.oversight import routing
from dashboard.permissions import Actor, Permission
from dashboard.runs.models import Run
from dashboard.users.models import User
from dashboard.workflows import ballots, drafting, jobs, lifecycle, starting
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.models import Round, Status, Vote, Workflow
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.refusals import broken
from dashboard.workflows.reports import PAGE
from dashboard.workflows.schemas import VoteIn, WorkflowEdit, WorkflowIn
from dashboard.workflows.voting import Refusal

MOST_MOVES = 3
"""What can come to one workflow between two looks: a voter leaves, it is decided, and
the approval expires."""

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
        for _ in range(MOST_MOVES):
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
    change: dict[str, Any] | None = None,
) -> Workflow:
    """A draft, with the bots pinned at the versions active now.

    `opened` asks the council at once; if that is refused, no draft is left behind.
    `change` is what its run would change here: see `changes`.
    """
    with audited(actor, Permission.WORKFLOW_WRITE) as entry:
        type_ = drafting.usable_type(wanted.type_id, change)
        route = routing.responsible(type_)
        workflow = Workflow(
            number=next_number("workflow"),
            type=type_,
            council=route.council,
            routing=route.as_json(),
            change=change,
        )
        workflow.proposer = actor
        drafting.fill(workflow, wanted)
        drafting.name_editors(workflow, actor, wanted.editors)
        drafting.attach(workflow, files)
        drafting.pin(workflow)
        workflow.content_hash = hash_of(judged_content(workflow))
        db.session.add(workflow)
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
    """Change a proposal. If what is judged changed, it is another revision.

    Votes on the revision before stay readable and count for nothing.
    """
    with audited(actor, Permission.WORKFLOW_WRITE, workflow) as entry:
        at = changed_at(workflow)
        reread(workflow)
        before = workflow.content_hash or hash_of(judged_content(workflow))
        drafting.fill(workflow, wanted)
        drafting.name_editors(workflow, actor, wanted.editors)
        kept = set(wanted.keep)
        workflow.files = [file for file in workflow.files if file.name in kept]
        drafting.attach(workflow, files)
        drafting.pin(workflow)
        workflow.content_hash = hash_of(judged_content(workflow))
        if workflow.content_hash != before:
            lifecycle.supersede(workflow, actor.id, at)
        workflow.touch()
        entry.about(workflow, revision=workflow.revision)
    return workflow


def open_voting(actor: Actor, workflow: Workflow) -> Round:
    """Freeze and ask the council that is responsible by now."""
    with audited(actor, Permission.WORKFLOW_OPEN, workflow) as entry:
        reread(workflow)
        drafting.route_again(workflow)
        if workflow.council.is_archived:
            raise broken(
                Refusal.WRONG_STATE,
                f"{workflow.council} is archived. Restore it, or propose this to "
                "another council.",
            )
        round_ = lifecycle.open_round(workflow, database_now(db.session()), actor.id)
        entry.about(workflow, digest=round_.content_hash, revision=round_.revision)
    return round_


def reread(workflow: Workflow) -> None:
    """All that hangs on a locked workflow, as it is stored now: it was read before."""
    stored = select(Workflow).where(Workflow.id == workflow.id).options(*PAGE)
    db.session.scalars(stored.execution_options(populate_existing=True)).unique().one()


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
        lifecycle.settle(workflow, round_, at, by=actor.id)
        entry.about(
            workflow,
            choice=vote.choice,
            revision=vote.revision,
            digest=vote.content_hash,
            status=workflow.status,
        )
    return vote


@after_time
def void_vote(actor: User, workflow: Workflow, user_id: UUID, reason: str) -> Vote:
    """A guardian takes a vote out, for a reason; its voter may not vote again.

    The voter's weight stays in every denominator, so this makes no quorum.
    """
    with audited(actor, Permission.WORKFLOW_VOID, workflow) as entry:
        if not workflow.is_open:
            raise broken(Refusal.WRONG_STATE, ballots.NOTHING_TO_VOID)
        at = database_now(db.session())
        round_ = lifecycle.round_at(workflow, at)
        vote = ballots.void(workflow, round_, user_id, actor, reason, at)
        workflow.touch()
        lifecycle.settle(workflow, round_, at, by=actor.id)
        notices.told_voided(workflow, round_, vote, by=actor.id)
        entry.about(
            workflow, voter=vote.user.name, reason=reason, status=workflow.status
        )
    return vote


@after_time
def cancel(actor: Actor, workflow: Workflow, reason: str = "") -> Workflow:
    """Withdraw a proposal (its proposer) or stop it (a guardian), before it runs."""
    with audited(actor, Permission.WORKFLOW_CANCEL, workflow) as entry:
        at = changed_at(workflow)
        if round_ := workflow.round:
            lifecycle.withdraw_run(round_, "The workflow was cancelled.", at)
            if round_.outcome is None:
                lifecycle.end_undecided(round_, Outcome.CANCELLED, at)
        withdrawn = actor.id == workflow.proposer_id
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
        at = database_now(db.session())
        if workflow.is_open:
            lifecycle.round_at(workflow, at)  # it may have been approved by now
        starting.refuse_unless_approved(workflow)
        round_ = lifecycle.round_at(workflow, at)
        starting.refuse_start(actor, workflow, round_, at)
        run = Run.of_workflow(workflow, round_, at, actor)
        db.session.add(run)
        workflow.touch()
        entry.about(workflow, run=run.id)
    return run
