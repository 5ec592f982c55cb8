"""Agents are asked when a vote opens, and their answers are kept when they come.

Both happen beside the vote: nothing of it waits for a model, or is touched by one.
"""

import logging
from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from dashboard.advice.asking import put_question, take_answer
from dashboard.advice.models import Advice, AdviceRequest
from dashboard.advice.standing import is_frozen, open_round, why_not
from dashboard.agents.models import Agent, AgentStatus
from dashboard.ai_models.models import AIModel
from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.councils.models import Adviser
from dashboard.extensions import db
from dashboard.model_calls.asking import request_stop
from dashboard.model_calls.models import CallStatus, ModelCall
from dashboard.permissions import SYSTEM, Permission
from dashboard.runs.fence import writing
from dashboard.workflows.models import Round, Status, Workflow

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
"""Asked in one go; the others come a few seconds later."""


class Left(Exception):
    """It is not as it was a moment ago: nothing is written."""


def ask_due() -> None:
    """Ask every adviser that has not been asked about a vote that is open."""
    stop_needless()
    for workflow_id, rows in groupby(unasked(), lambda row: row.workflow_id):
        try:
            ask_about(workflow_id, [row.agent_id for row in rows])
        except Left:
            db.session.rollback()
        except IntegrityError:
            log.info("Another worker asked about workflow %s.", workflow_id)
        except Exception:
            log.exception("Nobody could be asked about workflow %s.", workflow_id)
            db.session.rollback()


def unasked() -> Sequence[Row[UUID, UUID]]:
    at = database_now(db.session())
    pairs: Select[UUID, UUID] = (
        select(Round.workflow_id, Agent.id.label("agent_id"))
        .join(Workflow, Workflow.id == Round.workflow_id)
        .join(Adviser, Adviser.council_id == Workflow.council_id)
        .join(Agent, Agent.id == Adviser.agent_id)
        .join(AIModel, AIModel.id == Agent.ai_model_id)
        .where(Workflow.status == Status.OPEN, Round.revision == Workflow.revision)
        .where(Round.outcome.is_(None), Round.closes_at > at)
        .where(Agent.status == AgentStatus.ACTIVE, Agent.prompt_id.is_not(None))
        .where(AIModel.is_active, Agent.id.is_distinct_from(Workflow.agent_id))
        .where(~was_asked(), ~is_heard(), ~is_held_back())
    )
    ordered = pairs.order_by(Round.workflow_id, Agent.id).limit(MOST_AT_ONCE)
    return db.session.execute(ordered).all()


def was_asked() -> sa.Exists:
    asked = select(AdviceRequest.id).where(
        AdviceRequest.round_id == Round.id, AdviceRequest.agent_id == Agent.id
    )
    return asked.correlate(Round, Agent).exists()


def is_heard() -> sa.Exists:
    """Whether somebody passed on what it thinks; of several one is live."""
    live = select(Advice.id).where(
        Advice.round_id == Round.id,
        Advice.agent_id == Agent.id,
        Advice.superseded_at.is_(None),
    )
    return live.correlate(Round, Agent).exists()


def is_held_back() -> sa.Exists:
    frozen = is_frozen(Workflow.council_id, Agent.id)
    return frozen.correlate(Workflow, Agent).exists()


def ask_about(workflow_id: UUID, agent_ids: Sequence[UUID]) -> None:
    """One entry in the audit trail for all who are asked at once."""
    workflow = db.session.get_one(Workflow, workflow_id)
    with audited(SYSTEM, Permission.WORKFLOW_ADVISE, workflow) as entry:
        at = database_now(db.session())
        round_ = open_round(workflow, at)
        if round_ is None:
            raise Left
        wanted = select(Agent).where(Agent.id.in_(agent_ids)).order_by(Agent.name)
        agents = db.session.scalars(wanted.options(joinedload(Agent.ai_model))).all()
        for agent in agents:
            put_question(round_, agent, at)
        workflow.touch()
        asked = [agent.name for agent in agents]
        entry.about(workflow, asked=asked, revision=round_.revision)


def keep_answer(call: ModelCall) -> None:
    """A call has ended, well or not: it is advice as long as people may still vote."""
    wanted = select(AdviceRequest).where(AdviceRequest.call_id == call.id)
    options = (joinedload(AdviceRequest.round), joinedload(AdviceRequest.agent))
    request = db.session.scalar(wanted.options(*options))
    if request is None:
        return
    workflow = request.round.workflow
    with audited(SYSTEM, Permission.WORKFLOW_ADVISE, workflow) as entry:
        at = database_now(db.session())
        entry.about(workflow, agent=request.agent.name, call=call.id)
        if open_round(workflow, at) is not request.round:
            entry.about(workflow, dropped="Voting on this revision was over.")
        elif why := why_not(request.agent, workflow):
            entry.about(workflow, dropped=why)
        else:
            advice = take_answer(request, call, at)
            workflow.touch()
            entry.about(workflow, opinion=advice.opinion, problem=advice.problem)


def stop_needless() -> None:
    """Nobody waits any more for answers on a vote that is over."""
    needless = (
        select(ModelCall)
        .join(AdviceRequest, AdviceRequest.call_id == ModelCall.id)
        .join(AdviceRequest.round)
        .where(ModelCall.status.in_([CallStatus.QUEUED, CallStatus.RUNNING]))
        .where(ModelCall.cancel_requested_at.is_(None), Round.outcome.is_not(None))
        .limit(MOST_AT_ONCE)
    )
    if not db.session.scalars(needless.with_only_columns(ModelCall.id)).all():
        return
    with writing():
        at = database_now(db.session())
        for call in db.session.scalars(needless.with_for_update(of=ModelCall)):
            request_stop(call, at)
