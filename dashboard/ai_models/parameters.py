"""What may be passed on to a model with a call."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from dashboard.bots.schemas import an_object
from dashboard.schemas import Schema, Text


class Parameters(Schema):
    """The usual settings of a model; each is left to its provider unless given."""

    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    seed: int | None = Field(None, ge=0, lt=2**31)
    stop: list[Text] | None = Field(None, max_length=4)
    max_tokens: int | None = Field(None, ge=1, le=200_000)


def plain(parameters: Parameters) -> dict[str, Any]:
    """As they are stored: only what was given."""
    return parameters.model_dump(mode="json", exclude_none=True)


GivenParameters = Annotated[
    Parameters, BeforeValidator(an_object), Field(default_factory=Parameters)
]
