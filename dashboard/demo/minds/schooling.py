"""What the agents got to think with, what they learned, and a type one works in."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from dashboard.agents.actions import train, update_agent
from dashboard.agents.models import Agent, Outcome
from dashboard.agents.schemas import AgentIn, ToolIn, TrainingIn
from dashboard.ai_models.parameters import Parameters
from dashboard.demo.minds.models import TINY, are_switched_off
from dashboard.demo.minds.models import known as known_model
from dashboard.demo.minds.prompts import ADVISER, TRIAGE
from dashboard.demo.minds.prompts import known as known_prompt
from dashboard.demo.stage import Stage
from dashboard.thinking.schemas import StepIn
from dashboard.users.models import User
from dashboard.workflow_types.actions import create_type
from dashboard.workflow_types.schemas import TypeIn

ANSWER = {
    "type": "object",
    "properties": {
        "topic": {"type": "string"},
        "why": {"type": "string"},
    },
    "required": ["topic", "why"],
    "additionalProperties": False,
}
TICKETS = {
    "type": "object",
    "properties": {"top": {"type": "integer", "minimum": 1, "maximum": 20}},
}


def agents_are_given_minds(stage: Stage, moment: datetime) -> None:
    people, agents, bots = stage.people, stage.agents, stage.bots

    def think() -> None:
        tool = ToolIn(
            bot_id=bots.tickets.id,
            description="Counts the tickets by topic; `top` says how many topics.",
            input_schema=TICKETS,
        )
        give(
            people.mara,
            agents.triage,
            prompt_id=known_prompt(TRIAGE).id,
            parameters=Parameters(temperature=0.2),
            strengths=["short answers", "German and English"],
            budget_per_run=Decimal("0.05"),
            budget_per_day=Decimal(1),
            tools=[tool],
        )
        give(
            people.mara,
            agents.ledger,
            prompt_id=known_prompt(ADVISER).id,
            parameters=Parameters(temperature=0.0),
            strengths=["amounts", "doubles"],
            budget_per_day=Decimal(2),
        )
        create_type(people.mara, sorting(stage))
        are_switched_off(stage)

    stage.story.at(moment, think)


def sorting(stage: Stage) -> TypeIn:
    """Work that an agent does itself, with a bot as its tool."""
    step = StepIn(
        agent_id=stage.agents.triage.id,
        task="Sort the tickets that are attached. Say which topic is the largest.",
        answer=ANSWER,
        max_turns=4,
        max_cost=Decimal("0.05"),
    )
    return TypeIn(
        name="Sort tickets with Triage",
        description="Triage reads the tickets, counts them and says what matters.",
        council_id=stage.councils.content.id,
        steps=[step],
    )


def give(person: User, agent: Agent, **mind: Any) -> None:
    same = AgentIn(
        name=agent.name,
        description=agent.description,
        role=agent.role,
        capabilities=agent.capabilities,
        weaknesses=agent.weaknesses,
        owner_id=agent.owner_id,
        status=agent.status,
        ai_model_id=known_model(TINY).id,
        parameters=Parameters(),
    )
    update_agent(person, agent, same.model_copy(update=mind))


def trainings(stage: Stage, moment: datetime) -> None:
    mara, tomas = stage.people.mara, stage.people.tomas
    triage, ledger = stage.agents.triage, stage.agents.ledger
    learned = (
        (0, mara, triage, "initial", "The handbook", Outcome.SUCCESS, 90),
        (1, tomas, ledger, "initial", "Refund rules", Outcome.SUCCESS, 85),
        (6, mara, triage, "conversation", "Angry mails", Outcome.PARTIAL, 60),
        (12, tomas, ledger, "workflow", "Lost parcels", Outcome.FAILURE, 30),
        (15, tomas, ledger, "workflow", "Lost parcels again", Outcome.SUCCESS, 80),
    )
    for days, person, agent, kind, topic, outcome, score in learned:
        wanted = TrainingIn(kind=kind, topic=topic, outcome=outcome, score=score)
        at = moment + timedelta(days=days)
        stage.story.at(at, partial(train, person, agent, wanted))
