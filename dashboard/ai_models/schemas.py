"""What an AI model is made of, for browser and JSON alike."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, PlainSerializer, SecretStr

from dashboard.ai_models.models import Provider, UsageType
from dashboard.ai_models.parameters import GivenParameters
from dashboard.schemas import Out, PageQuery, Schema, Text, no_nul, partial

MOST_DAYS = 90


def one_line(key: SecretStr) -> SecretStr:
    """A key goes into a header, where other signs would end it."""
    text = no_nul(key.get_secret_value())
    if text and not (text.isascii() and text.isprintable() and " " not in text):
        raise ValueError("A key holds plain letters, digits and signs, and no spaces.")
    return key


Price = Annotated[Decimal, Field(ge=0, le=100_000, max_digits=12, decimal_places=6)]
"""Dollars."""
ShownPrice = Annotated[Decimal, PlainSerializer(float, return_type=float)]
Key = Annotated[
    SecretStr,
    Field(max_length=500, json_schema_extra={"writeOnly": True}),
    AfterValidator(one_line),
]


class ModelIn(Schema):
    name: Text = Field(min_length=2, max_length=80)
    description: Text = Field("", max_length=2000)
    provider: Provider = Provider.OTHER
    model_id: Text = Field(min_length=1, max_length=120)
    base_url: Text = Field(min_length=8, max_length=300)
    key: Key = Field(SecretStr(""), description="Left out, the stored one stays.")
    usage_type: UsageType = UsageType.GENERAL
    input_price: Price = Decimal(0)
    """For a million tokens that it reads."""
    output_price: Price = Decimal(0)
    parameters: GivenParameters
    max_tokens: int = Field(1024, ge=1, le=200_000)
    timeout_seconds: int = Field(60, ge=5, le=600)
    calls_per_minute: int | None = Field(None, ge=1, le=100_000)
    daily_budget: Price | None = None
    is_active: bool = True


ModelPatch = partial(ModelIn)


class ModelQuery(PageQuery):
    q: Text = Field("", max_length=80)
    is_active: bool | None = None
    usage_type: UsageType | None = None


class UsageQuery(Schema):
    days: int = Field(30, ge=1, le=MOST_DAYS)


class ModelRow(Out):
    id: UUID
    name: str
    provider: Provider
    model_id: str
    base_url: str
    usage_type: UsageType
    key_last4: str
    is_active: bool
    price_in: int
    price_out: int
    calls: int
    cost: int
    created_at: datetime


class ModelOut(Out):
    id: UUID
    name: str
    description: str
    provider: Provider
    model_id: str
    base_url: str
    usage_type: UsageType
    has_key: bool
    key_last4: str
    input_price: ShownPrice
    output_price: ShownPrice
    parameters: dict[str, Any]
    max_tokens: int
    timeout_seconds: int
    calls_per_minute: int | None
    daily_budget: ShownPrice | None
    is_active: bool
    created_at: datetime


class UsageRow(Out):
    """What calls came to, by one of the things that made them."""

    id: UUID | None
    name: str
    calls: int
    failed: int
    tokens_in: int
    tokens_out: int
    cost: int
    """Millionths of a dollar."""


class DayRow(Out):
    day: str
    calls: int
    cost: int


class UsageOut(Out):
    days: int
    by_day: list[DayRow]
    by_purpose: list[UsageRow]
    by_agent: list[UsageRow]
    by_prompt: list[UsageRow]


class TestOut(Out):
    """The call that tests a model; look at it for what came of it."""

    call_id: UUID
    status: str
