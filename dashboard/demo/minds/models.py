"""Three models, switched off: whoever tries the demo enters a key of their own."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from dashboard.ai_models import actions
from dashboard.ai_models.models import AIModel, Provider, UsageType
from dashboard.ai_models.schemas import ModelIn
from dashboard.demo.stage import Stage
from dashboard.extensions import db

TINY = "Tiny demo model"
HERE = "http://127.0.0.1:8091/v1"
OFF = "Enter a key on its form and switch it on."


def are_added(stage: Stage, moment: datetime) -> None:
    def begin() -> None:
        for wanted in offered():
            actions.add(stage.people.mara, wanted)

    stage.story.at(moment, begin)


def offered() -> tuple[ModelIn, ...]:
    return (
        model(
            "GPT-4o mini",
            provider=Provider.OPENAI,
            model_id="gpt-4o-mini",
            base_url="https://api.openai.com/v1",
            description=f"Quick and cheap, for reading tickets. {OFF}",
            input_price=Decimal("0.15"),
            output_price=Decimal("0.60"),
            calls_per_minute=60,
            daily_budget=Decimal(5),
        ),
        model(
            "Claude Sonnet",
            provider=Provider.ANTHROPIC,
            model_id="claude-sonnet-4-5",
            base_url="https://api.anthropic.com/v1",
            description=f"For advice on money. {OFF}",
            usage_type=UsageType.TASK_EXECUTION,
            input_price=Decimal(3),
            output_price=Decimal(15),
            daily_budget=Decimal(10),
        ),
        model(
            TINY,
            provider=Provider.LLAMA_CPP,
            model_id="smollm2",
            base_url=HERE,
            description="Answers offline once bin/demo-model runs and OUTBOUND_ALLOW "
            "names 127.0.0.1:8091; then switch it on. Do not trust what it says.",
            max_tokens=400,
            timeout_seconds=120,
            is_active=True,
        ),
    )


def model(name: str, **over: Any) -> ModelIn:
    return ModelIn(name=name, **{"is_active": False, **over})


def are_switched_off(stage: Stage) -> None:
    """Nothing of the demo calls anybody before somebody says so."""
    actions.switch(stage.people.mara, known(TINY), on=False)


def known(name: str) -> AIModel:
    return db.session.scalars(select(AIModel).where(AIModel.name == name)).one()
