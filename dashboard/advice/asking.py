"""Ask an agent's model about a revision, and keep what came of it."""

from datetime import datetime

from dashboard.advice.models import Advice, AdviceRequest, Opinion
from dashboard.advice.question import LONGEST_REASON, question_on
from dashboard.advice.standing import live_advice, supersede
from dashboard.agents.models import Agent
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.model_calls.answers import clean, parsed_of
from dashboard.model_calls.asking import ask
from dashboard.model_calls.models import CallStatus, ModelCall, Problem, Purpose
from dashboard.prompts.reading import resolve
from dashboard.users.models import User
from dashboard.workflows.models import Round

STOPPED = "Somebody stopped it."
NO_MODEL = "It has no model."
NO_PROMPT = "Its prompt has no version at the label {}."


def key_of(round_: Round, agent: Agent, number: int) -> str:
    """The first question of a round is one call, however often it is put."""
    again = f"/{number}" if number > 1 else ""
    return f"advice/{round_.id}/{agent.id}{again}"


def put_question(
    round_: Round,
    agent: Agent,
    at: datetime,
    *,
    number: int = 1,
    asked_by: User | None = None,
) -> AdviceRequest:
    """Queue the call; if it cannot even be asked, that is its answer."""
    request = AdviceRequest(
        round=round_, agent=agent, number=number, asked_by=asked_by, asked_at=at
    )
    db.session.add(request)
    try:
        request.call = called(round_, agent, number, asked_by)
    except RuleBroken as refused:
        abstain(request, Problem.REFUSED, str(refused), at)
    return request


def called(
    round_: Round, agent: Agent, number: int, asked_by: User | None
) -> ModelCall:
    version = resolve(agent.prompt_id, agent.prompt_label) if agent.prompt_id else None
    if agent.ai_model is None:
        raise RuleBroken(NO_MODEL)
    if version is None:
        raise RuleBroken(NO_PROMPT.format(agent.prompt_label))
    return ask(
        agent.ai_model,
        Purpose.ADVICE,
        question_on(round_, agent, version),
        key=key_of(round_, agent, number),
        asked_by=asked_by,
        agent=agent,
        prompt_version=version,
    )


def take_answer(request: AdviceRequest, call: ModelCall, at: datetime) -> Advice:
    """Keep what a call ended with: an opinion, or an abstention that says why."""
    if call.status is CallStatus.CANCELLED:
        return abstain(request, Problem.CUT_OFF, STOPPED, at)
    said = parsed_of(call)
    if said is None:
        return abstain(request, call.problem or Problem.BAD_ANSWER, call.message, at)
    return keep(
        request,
        at,
        opinion=Opinion(said["choice"]),
        confidence=int(said["confidence"]),
        reason=clean(said["reason"]).strip()[:LONGEST_REASON],
    )


def abstain(request: AdviceRequest, problem: Problem, why: str, at: datetime) -> Advice:
    said = f"Did not answer: {problem.label.lower()}. {why}"[:LONGEST_REASON]
    return keep(
        request, at, opinion=Opinion.ABSTAIN, confidence=0, reason=said, problem=problem
    )


def keep(
    request: AdviceRequest,
    at: datetime,
    *,
    opinion: Opinion,
    confidence: int,
    reason: str,
    problem: Problem | None = None,
) -> Advice:
    """What a person passed on meanwhile stands; this is kept beside it."""
    round_, agent = request.round, request.agent
    known = live_advice(round_, agent)
    is_late = known is not None and known.given_at > request.asked_at
    if not is_late:
        supersede(known, at)
    advice = Advice(
        round=round_,
        agent=agent,
        opinion=opinion,
        confidence=confidence,
        reason=reason,
        problem=problem,
        call_id=request.call_id,
        revision=round_.revision,
        content_hash=round_.content_hash,
        given_at=at,
        superseded_at=at if is_late else None,
    )
    db.session.add(advice)
    return advice
