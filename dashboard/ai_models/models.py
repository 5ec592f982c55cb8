"""AI models: with what agents think, what that costs, and the sealed key to it."""

from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.clock import now
from dashboard.database import Model
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User

MICROS = 1_000_000
"""Money is kept in millionths of a dollar; so many make one."""


def in_dollars(micros: int) -> Decimal:
    return Decimal(micros) / MICROS


def in_micros(dollars: Decimal) -> int:
    """Rounded up: no price is made smaller by keeping it."""
    return int((dollars * MICROS).to_integral_value(ROUND_CEILING))


class Provider(StrEnum):
    """Who serves it; all of them are spoken to in the words of OpenAI's API."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    GOOGLE = "google"
    OLLAMA = "ollama"
    LLAMA_CPP = "llama_cpp"
    OTHER = "other"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Provider.OPENAI: "OpenAI",
    Provider.ANTHROPIC: "Anthropic",
    Provider.GOOGLE: "Google",
    Provider.OLLAMA: "Ollama",
    Provider.LLAMA_CPP: "llama.cpp",
    Provider.OTHER: "Another one",
}


class UsageType(StrEnum):
    """What a model is kept for."""

    GENERAL = "general"
    INTERVIEW = "interview"
    PROMPT_GENERATION = "prompt_generation"
    COMMIT_GENERATION = "commit_generation"
    TASK_EXECUTION = "task_execution"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class AIModel(Model):
    """One model of one provider, at one address."""

    __tablename__ = "ai_models"
    __table_args__ = (sa.Index("ix_ai_models_active", "is_active", "id"),)

    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    provider: Mapped[Provider] = mapped_column(default=Provider.OTHER)
    model_id: Mapped[str] = mapped_column(sa.String(120))
    """What its provider calls it."""
    base_url: Mapped[str] = mapped_column(sa.String(300))
    usage_type: Mapped[UsageType] = mapped_column(default=UsageType.GENERAL)
    sealed_key: Mapped[str | None] = mapped_column(sa.Text, info={"secret": True})
    key_last4: Mapped[str] = mapped_column(sa.String(4), default="")
    price_in: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Millionths of a dollar for a million tokens that it reads."""
    price_out: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """The same for what it writes."""
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Passed on with every call, such as temperature."""
    max_tokens: Mapped[int] = mapped_column(default=1024)
    """The most it may write in one answer."""
    timeout_seconds: Mapped[int] = mapped_column(default=60)
    """From the call to the last word of its answer."""
    calls_per_minute: Mapped[int | None]
    spend_per_day: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Millionths of a dollar from midnight to midnight, UTC."""
    is_active: Mapped[bool] = mapped_column(default=True)
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    created_by: Mapped[User | None] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["AIModel"]:
        """Names stand on agents and in what is judged, so everybody knows them."""
        return select(cls)

    @property
    def input_price(self) -> Decimal:
        """Dollars for a million tokens that it reads."""
        return in_dollars(self.price_in)

    @property
    def output_price(self) -> Decimal:
        return in_dollars(self.price_out)

    @property
    def daily_budget(self) -> Decimal | None:
        return None if self.spend_per_day is None else in_dollars(self.spend_per_day)

    @property
    def key_shown(self) -> str:
        """As much of the key as anybody ever sees."""
        return f"…{self.key_last4}" if self.has_key else ""

    @property
    def has_key(self) -> bool:
        return self.sealed_key is not None

    @property
    def sealed_with(self) -> str:
        """A key is of use at the address it was saved for, and nowhere else."""
        return self.base_url

    def cost_of(self, tokens_in: int, tokens_out: int) -> int:
        """Millionths of a dollar, rounded up."""
        exact = tokens_in * self.price_in + tokens_out * self.price_out
        return -(-exact // MICROS)

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return True

    def __str__(self) -> str:
        return self.name
