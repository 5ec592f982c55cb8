"""What the API answers about a workflow, for whoever asks."""

from typing import Any
from uuid import UUID

from dashboard.permissions import Actor, find_for
from dashboard.workflows import ballots, jobs, reports, seats
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.models import Round, Workflow
from dashboard.workflows.pages import bought_run
from dashboard.workflows.schemas import RoundOut, WorkflowOut


def whole(actor: Actor, workflow_id: UUID) -> dict[str, Any]:
    """A workflow as it stands by now, with its round and what its reader may do."""
    workflow = find_for(actor, Workflow, workflow_id, *reports.PAGE)
    round_ = reports.round_of(workflow)
    if jobs.bring_up_to_date(workflow, round_):
        round_ = reports.round_of(workflow)
    started = bought_run(round_)
    content = round_.content if round_ else judged_content(workflow)
    refused = ballots.why_not(workflow, round_, actor)
    derived = {
        "content": content,
        "content_hash": round_.content_hash if round_ else hash_of(content),
        "editors": [each.user_id for each in workflow.co_editors],
        "round": round_and_ballots(round_) if round_ else None,
        "run_id": started.id if started else None,
        "may_vote": refused is None,
        "why_not": refused,
    }
    plain = WorkflowOut.model_fields.keys() - derived.keys()
    return {name: getattr(workflow, name) for name in plain} | derived


def round_and_ballots(round_: Round) -> dict[str, Any]:
    names = RoundOut.model_fields.keys() - {"ballots"}
    frozen = {name: getattr(round_, name) for name in names}
    return frozen | {"ballots": seats.ballot_lines(round_)}
