"""What a type's inputs come to, wherever they are asked for."""

from typing import Any

from dashboard.errors import Invalid
from dashboard.savings.calculator import Savings, savings_of
from dashboard.savings.schemas import Calculator
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.inputs import checked


def calculator_of(type_: WorkflowType) -> Calculator | None:
    stored = type_.calculator
    return Calculator.model_validate(stored) if stored else None


def estimate(type_: WorkflowType, inputs: dict[str, Any]) -> Savings | None:
    """Of checked inputs; None for a type that has no calculator."""
    calculator = calculator_of(type_)
    return savings_of(calculator.work_of(inputs)) if calculator else None


def asked_for(type_: WorkflowType, answers: dict[str, Any]) -> Savings:
    """The same of inputs as they were typed; Invalid names those that are wrong.

    Only what the calculator reads is looked at: the rest may still be empty.
    """
    calculator = calculator_of(type_)
    if calculator is None:
        raise Invalid({"type_id": "This type has no calculator."})
    read = calculator.names()
    known = type_.input_schema.get("properties", {})
    schema = {
        "type": "object",
        "properties": {name: known[name] for name in known if name in read},
        "required": [n for n in type_.input_schema.get("required", []) if n in read],
    }
    given = {name: value for name, value in answers.items() if name in read}
    return savings_of(calculator.work_of(checked(schema, given)))
