"""Tellings: what the engine lets people know, in the transaction that did it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.inbox.models import Notice, NoticeKind
from dashboard.inbox.wording import RELEASE, finished, moment
from dashboard.incidents.models import Incident
from dashboard.permissions import VOTERS
from dashboard.runs.models import Run
from dashboard.users.models import User
from dashboard.workflows.models import Round, Vote, Workflow
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.voting import Choice, Result, decide

LONGEST = 300
"""Letters of a notice, as the column has it."""


def tell(
    user_ids: Collection[UUID],
    about: Workflow | Incident,
    kind: NoticeKind,
    key: str,
    text: str,
    at: datetime,
    by: UUID | None = None,
) -> None:
    """Tell these people one thing, each once, inside the caller's transaction."""
    tell_each(dict.fromkeys(user_ids, text), about, kind, key, at, by)


def tell_each(
    texts: Mapping[UUID, str],
    about: Workflow | Incident,
    kind: NoticeKind,
    key: str,
    at: datetime,
    by: UUID | None = None,
) -> None:
    """Tell each in words of their own, but for the inactive and whoever did it."""
    people = texts.keys() - {by}
    if not people:
        return
    told = select(Notice.user_id).where(Notice.key == key, Notice.user_id.in_(people))
    wanted = select(User.id).where(
        User.id.in_(people), User.is_active, User.id.not_in(told)
    )
    rows = [
        {
            "user_id": user_id,
            "workflow_id": about.id if isinstance(about, Workflow) else None,
            "incident_id": about.id if isinstance(about, Incident) else None,
            "kind": kind,
            "key": key,
            "text": cut(texts[user_id]),
            "at": at,
        }
        for user_id in db.session.scalars(wanted)
    ]
    if rows:
        db.session.execute(insert(Notice), rows)


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def told_opened(workflow: Workflow, round_: Round, by: UUID | None = None) -> None:
    until = moment(round_.closes_at)
    asked = f"Your vote is asked, by {until}."
    texts = {workflow.proposer_id: f"Voting is open until {until}."}
    texts |= {voter.user_id: asked for voter in round_.voters}
    key = f"opened:{round_.id}"
    tell_each(texts, workflow, NoticeKind.OPENED, key, round_.opened_at, by)


def told_extended(workflow: Workflow, round_: Round, by: UUID | None = None) -> None:
    """To the proposer, to those it now goes against, and to those yet to vote."""
    until = moment(round_.closes_at)
    people = losing_side(round_) | missing(round_) | {workflow.proposer_id}
    text = f"A late vote changed how it stands: voting goes on until {until}."
    key = f"extended:{round_.id}:{round_.closes_at.isoformat()}"
    tell(people, workflow, NoticeKind.EXTENDED, key, text, now(), by)


def losing_side(round_: Round) -> set[UUID]:
    """Whose votes would not carry the day if voting closed now."""
    decision = decide(round_.frozen_rule, round_.seats, round_.ballots)
    losers = {Choice.REJECT, Choice.VETO}
    if decision.result is not Result.APPROVED:
        losers = {Choice.APPROVE}
    return {vote.user_id for vote in round_.live_votes if vote.choice in losers}


def missing(round_: Round) -> set[UUID]:
    """Who may still vote and has not."""
    voted = {vote.user_id for vote in round_.live_votes}
    return {voter.user_id for voter in round_.voters if not voter.gone} - voted


def told_changed(workflow: Workflow, round_: Round, by: UUID | None = None) -> None:
    """To those who voted on what the proposal was before."""
    text = "It was changed since you voted. Your vote counts no more; read it again."
    key = f"changed:{round_.id}"
    tell(voted_in(round_), workflow, NoticeKind.CHANGED, key, text, now(), by)


def voted_in(round_: Round) -> set[UUID]:
    return {vote.user_id for vote in round_.live_votes}


def told_voided(
    workflow: Workflow, round_: Round, vote: Vote, by: UUID | None = None
) -> None:
    """To whose vote it was, with the reason, and to the proposer."""
    texts = {
        workflow.proposer_id: f"A guardian voided a vote: “{vote.void_reason}”",
        vote.user_id: f"A guardian voided your vote: “{vote.void_reason}”",
    }
    at = vote.voided_at or now()
    tell_each(texts, workflow, NoticeKind.VOIDED, f"voided:{vote.id}", at, by)


def told_decided(workflow: Workflow, round_: Round, by: UUID | None = None) -> None:
    """To its authors and to who voted: the outcome, and what made it."""
    verdict = round_.explain.get("verdict") or f"Decided: {round_.outcome}."
    texts = dict.fromkeys(voted_in(round_), verdict)
    texts |= dict.fromkeys(workflow.authors, verdict + next_step(round_))
    at = round_.decided_at or now()
    tell_each(texts, workflow, NoticeKind.DECIDED, f"decided:{round_.id}", at, by)


def next_step(round_: Round) -> str:
    """What its authors may do with an approval."""
    if round_.outcome is not Outcome.APPROVED or round_.content.get("auto_run"):
        return ""
    if round_.expires_at is None:
        return " Start it when you are ready."
    return f" Start it before {moment(round_.expires_at)}."


def told_expired(workflow: Workflow, round_: Round, by: UUID | None = None) -> None:
    text = "The approval expired before anybody used it. Propose it again if it counts."
    people, at = workflow.authors, workflow.ended_at or now()
    tell(people, workflow, NoticeKind.EXPIRED, f"expired:{round_.id}", text, at, by)


def told_finished(workflow: Workflow, run: Run, by: UUID | None = None) -> None:
    people, at = {workflow.proposer_id}, run.ended_at or now()
    key, text = f"finished:{run.id}", finished(run)
    tell(people, workflow, NoticeKind.FINISHED, key, text, at, by)


def told_quarantined(incident: Incident, at: datetime) -> None:
    """To the owner of the bot that stands still, and to those who see every bot."""
    if incident.bot is None:
        return
    overseers = select(User.id).where(User.role.in_(VOTERS))
    people = {incident.bot.owner_id, *db.session.scalars(overseers)}
    kind = NoticeKind.QUARANTINE
    tell(people, incident, kind, f"{kind}:{incident.id}", RELEASE, at)
