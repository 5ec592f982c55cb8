"""What the page of one workflow draws, for whoever reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import abort

from dashboard.advice.reports import beside_votes
from dashboard.clock import now
from dashboard.lists import Rows, paginate
from dashboard.permissions import Actor, Permission, can
from dashboard.runs.brake import brake_on
from dashboard.runs.models import Run
from dashboard.runs.reports import run_of
from dashboard.workflows import ballots, jobs, reports, seats, starting, strip
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.explain import headline
from dashboard.workflows.forms import VoteForm
from dashboard.workflows.lifecycle import rule_for
from dashboard.workflows.models import Round, Status, Workflow, WorkflowFile
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.rules import in_words
from dashboard.workflows.schemas import WorkflowQuery
from dashboard.workflows.voting import Refusal
from dashboard.workflows.why import why


@dataclass(frozen=True)
class Start:
    """Whether an approval can be used now; if not, why, and since or until when."""

    refused: str = ""
    until: datetime | None = None
    what: str = ""
    since: datetime | None = None


def context_of(workflow: Workflow, actor: Actor, form: VoteForm) -> dict[str, Any]:
    """Everything the page of one workflow draws, as it stands by now."""
    round_, metric = reports.round_and_metric(workflow)
    if jobs.bring_up_to_date(workflow, round_):
        round_, metric = reports.round_and_metric(workflow)
    run = bought_run(round_)
    content = round_.content if round_ else judged_content(workflow)
    return {
        "workflow": workflow,
        "round": round_,
        "content": content,
        "digest": round_.content_hash if round_ else hash_of(content),
        "strip": strip.moments(workflow, round_, run),
        "run": run,
        "brake": brake_on(workflow) if run and run.is_queued else None,
        "start": start_of(workflow, round_, run, actor),
        "metric": metric,
        "form": form,
        **beside_votes(workflow, round_, actor),
        **voting_context(workflow, round_, actor, form),
    }


def bought_run(round_: Round | None) -> Run | None:
    """The run of an approval; no other round has one to look for."""
    if round_ is None or round_.outcome is not Outcome.APPROVED:
        return None
    return run_of(round_.workflow_id)


def voting_context(
    workflow: Workflow, round_: Round | None, actor: Actor, form: VoteForm
) -> dict[str, Any]:
    """What stands beside a vote: the arithmetic, the people, and one's own part."""
    mine = round_.vote_of(actor.id) if round_ else None
    voter = round_.voter(actor.id) if round_ else None
    form.offer(veto=bool(voter and voter.can_veto))
    if not form.is_submitted() and mine:
        form.choice.data, form.reason.data = mine.choice, mine.reason
    form.revision.data = workflow.revision
    lines = seats.ballot_lines(round_)
    return {
        "rule_words": in_words(round_.frozen_rule if round_ else rule_for(workflow)),
        "explained": round_.explain if round_ else {},
        "why": why(round_) if round_ else None,
        "headline": standing(round_),
        "lines": lines,
        "mine": mine,
        "sits": voter is not None,
        "why_not": ballots.why_not(workflow, round_, actor),
        "changed_since": changed_since(workflow, round_, actor),
        **open_context(workflow, round_, actor, lines),
    }


def open_context(
    workflow: Workflow,
    round_: Round | None,
    actor: Actor,
    lines: list[seats.BallotLine],
) -> dict[str, Any]:
    """What is told only while people can still vote."""
    if round_ is None or not workflow.is_open:
        return {"is_due": False, "vetoes": [], "decides": ""}
    return {
        "is_due": round_.closes_at <= now(),
        "vetoes": seats.standing_vetoes(lines),
        "veto_ends_at": seats.veto_ends_at(round_),
        "decides": seats.decided_by(round_, actor.id, now()),
    }


def changed_since(workflow: Workflow, round_: Round | None, actor: Actor) -> int | None:
    """The revision this person voted on before the proposal changed, if they did."""
    if workflow.status not in {Status.DRAFT, Status.OPEN}:
        return None
    if round_ and round_.vote_of(actor.id):
        return None
    return reports.voted_before(workflow, actor.id)


def start_of(
    workflow: Workflow, round_: Round | None, run: Run | None, actor: Actor
) -> Start | None:
    """What stands in the place of the button that runs it; None if it has none."""
    waits = workflow.status is Status.APPROVED and run is None
    if round_ is None or not waits or not can(actor, Permission.WORKFLOW_RUN, workflow):
        return None
    refused = starting.why_not(actor, workflow, round_, now())
    if refused is None:
        return Start()
    if refused.code == Refusal.TOO_EARLY:
        return Start(str(refused), until=round_.ready_at)
    brake = brake_on(workflow) if refused.code == Refusal.FROZEN else None
    if brake:
        return Start(str(refused), what=brake.what, since=brake.frozen_at)
    return Start(str(refused))


def standing(round_: Round | None) -> str:
    """As in 5 of 7, needs 5; nothing for a round without arithmetic."""
    if round_ is None or "quorum" not in round_.explain:
        return ""
    return headline(round_.explain)


def fresh_vote_form() -> VoteForm:
    form = VoteForm(formdata=None)
    form.key.data = uuid4().hex
    return form


def line_of(workflow: Workflow, user_id: UUID) -> seats.BallotLine:
    """One voter of the current round, or 404."""
    lines = seats.ballot_lines(reports.round_of(workflow))
    return next((line for line in lines if line.user_id == user_id), None) or abort(404)


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def file_of(workflow: Workflow, name: str) -> WorkflowFile:
    return next((file for file in workflow.files if file.name == name), None) or abort(
        404
    )


def listed(actor: Actor, query: WorkflowQuery) -> Rows:
    """One page of the list, after what has come due on it by now."""
    rows = reports.rows_for(actor, query)
    page = paginate(rows, Workflow.id, after=query.after, limit=query.limit)
    if jobs.advance_listed(page.items):
        return paginate(rows, Workflow.id, after=query.after, limit=query.limit)
    return page
