"""Which inputs of a type say what it saves, and what they come to."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from dashboard.bots.schemas import an_object, storable
from dashboard.savings.calculator import Per, Rating, Unit, Work, number_in
from dashboard.schemas import Out, Schema, Text

Name = Annotated[Text, Field(min_length=1, max_length=40)]
NUMBERS = {"integer", "number"}


class Calculator(Schema):
    """Every name is that of an input, as the type's JSON Schema calls it."""

    volume: Name
    per: Per = Per.WEEK
    time: Name
    unit: Unit = Unit.MINUTES
    wage: Name
    automation: Name
    error_rate: Name | None = None
    cost_per_error: Name | None = None
    value: Name | None = None

    def names(self) -> set[str]:
        """The inputs that it reads."""
        given = self.model_dump(exclude={"per", "unit"}, exclude_none=True)
        return set(given.values())

    def work_of(self, inputs: dict[str, Any]) -> Work:
        def number(name: str | None) -> Decimal:
            return number_in(inputs, name) if name else Decimal(0)

        return Work(
            volume=number(self.volume),
            per=self.per,
            time=number(self.time),
            unit=self.unit,
            wage=number(self.wage),
            automation=number(self.automation),
            error_rate=number(self.error_rate),
            cost_per_error=number(self.cost_per_error),
            value=number(self.value),
        )


def check_names(calculator: Calculator, schema: dict[str, Any]) -> None:
    """Refuse one that reads what is not asked for, or is no number."""
    asked = schema.get("properties", {})
    for name in sorted(calculator.names()):
        if asked.get(name, {}).get("type") not in NUMBERS:
            raise ValueError(f"The inputs ask for no number called {name}.")


GivenCalculator = Annotated[Calculator, BeforeValidator(an_object)]


class EstimateIn(Schema):
    """Inputs of a type, whose calculator says what they come to."""

    type_id: UUID
    inputs: Annotated[dict[str, Any], AfterValidator(storable)] = Field(
        default_factory=dict
    )


class SavingsOut(Out):
    """Dollars as text, to the cent: 340.00."""

    labour: str
    errors: str
    scaling: str
    weekly: str
    monthly: str
    yearly: str
    tasks: str
    hours: str
    rating: Rating


class OfferOut(Out):
    """One entry of the catalogue."""

    id: str
    name: str
    description: str
    category: str
    domain: str
    input_schema: dict[str, Any]
    calculator: Calculator


class CatalogueOut(Out):
    items: list[OfferOut]
