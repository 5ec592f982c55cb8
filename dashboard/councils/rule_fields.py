"""The parts of the rule's form: times with a unit, shares, roles."""

from typing import Any

from wtforms import (
    BooleanField,
    Field,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.fields import SelectChoice
from wtforms.utils import unset_value
from wtforms.widgets import NumberInput

from dashboard.workflows.rules import Base, Counts, Trigger

NEVER = "never"
"""Chosen for a time without an end."""
UNITS = {"60": "minutes", "3600": "hours", "86400": "days", "1": "seconds"}
LARGEST_FIRST = (86_400, 3_600, 60, 1)
STRICT = [SelectChoice("false", "At least"), SelectChoice("true", "More than")]
BASES = {
    Base.CAST: "of the votes cast approve",
    Base.PRESENT: "of the votes, abstentions included, approve",
    Base.ELIGIBLE: "of the whole council approves",
}
COUNTED = {
    Counts.ALL: "Everyone who voted",
    Counts.APPROVE_ABSTAIN: "Approvals and abstentions only",
}
TRIGGERS = {
    Trigger.QUORUM: "when the quorum comes late",
    Trigger.FLIP: "when the quorum comes late or the outcome flips",
}


def options(named: dict[Any, str]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in named.items()]


class DurationField(Field):
    """A time in seconds, asked for as a number and its unit.

    `never` is what no time at all is called, where that is a choice.
    """

    widget = NumberInput()
    data: int | str | None

    def __init__(self, *args: Any, never: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.never = never
        self.given_unit: str | None = None

    def process(
        self, formdata: Any, data: Any = unset_value, extra_filters: Any = None
    ) -> None:
        if formdata is not None:
            self.given_unit = formdata.get(self.unit_name)
        super().process(formdata, data, extra_filters)

    def process_formdata(self, valuelist: list[str]) -> None:
        number = valuelist[0].strip() if valuelist else ""
        unit = self.given_unit or "1"
        if unit == NEVER and self.never:
            self.data = NEVER
        elif unit not in UNITS:
            self.data = unit  # no whole number: the contract says so
        else:
            self.data = int(number) * int(unit) if number else None

    @property
    def unit_name(self) -> str:
        return f"{self.name}-unit"

    @property
    def unit(self) -> str:
        """The unit as chosen; else the largest that leaves no rest."""
        if self.raw_data:
            return self.given_unit or "1"
        if self.data == NEVER:
            return NEVER
        seconds = self.seconds
        whole = [each for each in LARGEST_FIRST if seconds % each == 0]
        return str(whole[0] if seconds else 60)

    @property
    def number(self) -> str:
        """As typed; else how many of the unit."""
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data in (None, NEVER):
            return ""
        return str(self.seconds // int(self.unit))

    @property
    def seconds(self) -> int:
        return self.data if isinstance(self.data, int) else 0

    def iter_units(self) -> list[tuple[str, str, bool]]:
        """Value, label and whether it is chosen."""
        offered = UNITS | ({NEVER: self.never} if self.never else {})
        return [(value, label, value == self.unit) for value, label in offered.items()]


class DrawnField(HiddenField):
    """Says that a form was drawn whole; only what was sent counts."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else None


class ThresholdForm(Form):
    num = IntegerField("Share of approvals")
    den = IntegerField("of how many parts")
    strict = SelectField("Reached or exceeded", choices=STRICT, validate_choice=False)
    base = SelectField("Measured on", choices=options(BASES), validate_choice=False)
    on = BooleanField(
        "A share of the votes must approve",
        description="Without it, only numbers of people count: so many who approve.",
    )


class QuorumForm(Form):
    num = IntegerField("Share that takes part")
    den = IntegerField("of how many parts")
    strict = SelectField("Reached or exceeded", choices=STRICT, validate_choice=False)
    counts = SelectField(
        "Who makes up the quorum",
        choices=options(COUNTED),
        validate_choice=False,
        description=(
            "With “everyone who voted” a reject can help to make the quorum, so that "
            "opponents gain by staying away. For high risk, count approvals and "
            "abstentions only."
        ),
    )


class LateForm(Form):
    seconds = DurationField("Extend a late vote by")
    trigger = SelectField("Extended", choices=options(TRIGGERS), validate_choice=False)


class RoleForm(Form):
    role = StringField("Role")
    number = IntegerField("Approvals from it")
