"""The parts of a receipt, each from its record: ids as text, times in UTC."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from dashboard.advice.models import Advice
from dashboard.audit import AuditEntry
from dashboard.permissions import SYSTEM
from dashboard.receipts.schemas import (
    AdvicePart,
    CastVote,
    EntryPart,
    Part,
    Proposal,
    RoundPart,
    RunPart,
    StepPart,
)
from dashboard.receipts.spelling import digest
from dashboard.runs.models import Execution, Run
from dashboard.thinking import pinning
from dashboard.thinking.reports import called_by
from dashboard.workflows.models import Round, RoundVoter, Vote, Workflow

Told = dict[str, Any]


def told(record: object, part: type[Part], **other: Any) -> Told:
    """The fields of the part, as the record has them or as they are given here.

    What a part need not have is told where it is given.
    """
    needed = {name for name, each in part.model_fields.items() if each.is_required()}
    own = needed - other.keys()
    return {**{name: plain(getattr(record, name)) for name in own}, **other}


def plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value


def named(record: Any) -> Told | None:
    return record and {"id": str(record.id), "name": record.name}


def proposal(workflow: Workflow) -> Told:
    return told(
        workflow,
        Proposal,
        proposer=named(workflow.proposer),
        agent=named(workflow.agent),
        type=named(workflow.type),
        council=named(workflow.council),
    )


def round_(round_: Round) -> Told:
    return told(
        round_,
        RoundPart,
        electorate=[elector(voter) for voter in round_.voters],
        votes=[vote(each) for each in round_.votes],
    )


def elector(voter: RoundVoter) -> Told:
    return {
        "user": named(voter.user),
        "weight": voter.weight,
        "roles": list(voter.roles),
        "can_veto": voter.can_veto,
        "gone": voter.gone,
    }


def vote(vote: Vote) -> Told:
    return told(vote, CastVote, user=named(vote.user), voided_by=named(vote.voided_by))


def advice(advice: Advice) -> Told:
    return told(
        advice,
        AdvicePart,
        round=str(advice.round_id),
        agent=named(advice.agent),
        given_by=named(advice.given_by or SYSTEM),
    )


def run(run: Run) -> Told:
    return told(
        run,
        RunPart,
        round=str(run.round_id),
        started_by=named(run.started_by),
        inputs=digest(run.inputs),
        output=digest_or_none(run.output),
        steps=[step(each) for each in run.steps],
    )


def step(step: Execution) -> Told:
    return told(
        step,
        StepPart,
        **(who_thought(step) if step.agent_id else what_ran(step)),
        output=digest_or_none(step.output),
        files=[
            {"name": f.name, "bytes": f.blob.size, "content": str(f.blob)}
            for f in step.files
        ],
    )


def what_ran(step: Execution) -> Told:
    return {
        "bot": named(step.bot),
        "version": step.program.number,
        "content": step.program.content_hash,
    }


def who_thought(step: Execution) -> Told:
    """An agent with what it thought with, and the bots that it called."""
    return {
        "agent": named(step.agent),
        "content": pinning.hash_of(step.mind),
        "called": [called(each) for each in called_by([step.id])],
    }


def called(step: Execution) -> Told:
    return {
        **what_ran(step),
        "status": step.status.value,
        "inputs": digest(step.inputs or {}),
        "output": digest_or_none(step.output),
    }


def digest_or_none(output: Told | None) -> str | None:
    return None if output is None else digest(output)


def entry(entry: AuditEntry) -> Told:
    return told(entry, EntryPart)
