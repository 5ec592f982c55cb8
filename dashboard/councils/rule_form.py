"""How a rule is asked for: a preset to start from, then every field of it."""

from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields import SelectChoice

from dashboard.councils.rule_answers import (
    PRESENT,
    nearest,
    rule_answer,
    rule_shown,
    start_of,
)
from dashboard.councils.rule_fields import (
    NEVER,
    DrawnField,
    DurationField,
    LateForm,
    QuorumForm,
    RoleForm,
    ThresholdForm,
    options,
)
from dashboard.workflows.rules import (
    DECIDING,
    PRESETS,
    EarlyDecision,
    Excluded,
    ReasonRequired,
)

__all__ = ["NEVER", "PRESENT", "RuleForm", "nearest", "rule_answer", "rule_shown"]

SPARE_ROLES = 2
EARLY = {
    EarlyDecision.CERTAIN: "Once no vote still to come could change it",
    EarlyDecision.SUFFICIENT: "Once enough have approved: the first to answer decide",
    EarlyDecision.OFF: "Never: the vote stays open to its end",
}
REASONS = {
    ReasonRequired.ON_REJECT: "Needed to reject",
    ReasonRequired.ALWAYS: "Needed for every vote",
    ReasonRequired.NEVER: "Welcome, never needed",
}
LEFT_OUT = {
    Excluded.PROPOSER: "Whoever proposed it",
    Excluded.EDITORS: "Whoever edited it",
    Excluded.AGENT_OWNER: "The owner of its agent",
}
CHANGES = {"true": "May be changed until it closes", "false": "Stays as it was cast"}


class RuleForm(Form):
    """A preset, and everything a rule can say. A blank takes what the preset says."""

    preset = SelectField("Rule", validate_choice=False)
    threshold = FormField(ThresholdForm, "Threshold")
    quorum = FormField(QuorumForm, "Quorum")
    min_approvals = IntegerField(
        "People who must approve, at least",
        description="Leave it empty for what the rule asks for by itself.",
    )
    required_roles = FieldList(FormField(RoleForm), "Approvals from roles")
    voting_period = DurationField("Time to vote")
    early_decision = SelectField(
        "Decided early", choices=options(EARLY), validate_choice=False
    )
    min_open = DurationField(
        "Stays open for at least",
        description="No early decision before that, so that nobody is overrun.",
    )
    vote_change = SelectField("A vote", choices=options(CHANGES), validate_choice=False)
    reason_required = SelectField(
        "Reasons",
        choices=options(REASONS),
        validate_choice=False,
        description="A veto always needs one.",
    )
    late_extension = FormField(LateForm, "Late extension")
    timelock = DurationField(
        "Wait between decision and run",
        description="Time to look again, and to stop what should not run.",
    )
    run_window = DurationField(
        "An approval stays usable for",
        never="no end",
        description="After the wait. Then it expires unused.",
    )
    exclude = SelectMultipleField(
        "Have no vote",
        choices=options(LEFT_OUT),
        validate_choice=False,
        description="They are left out of every count, too.",
    )
    runner_must_differ = BooleanField("Somebody else than the proposer starts the run")
    shown = DrawnField()
    """The preset that these fields show: with another one chosen, that one counts."""

    def offer(self, present: dict[str, Any] | None, blank: str = "") -> None:
        """The presets; before them what leaving it blank means, or the rule as is."""
        choices = [SelectChoice("", blank)] if blank else []
        if present and nearest(present) == PRESENT:
            choices.append(SelectChoice(PRESENT, "A rule of its own: as below"))
        choices += [
            SelectChoice(preset.key, f"{preset.name}: {preset.summary}")
            for preset in PRESETS.values()
        ]
        self.preset.choices = choices
        if not self.shown.data:
            self.show(start_of(self.preset.data, present))
        for _ in range(SPARE_ROLES - sum(not each.role.data for each in self.roles)):
            self.required_roles.append_entry()

    @property
    def roles(self) -> list[RoleForm]:
        return [row.form for row in self.required_roles]

    def switch(self, present: dict[str, Any] | None) -> None:
        """Fill in the preset that was chosen after these fields had been drawn."""
        if self.preset.data in PRESETS and self.preset.data != self.shown.data:
            start = start_of(self.preset.data, present)
            for name in DECIDING:
                forget(self[name])
            self.show(start)
            self.exclude.data = [*(self.exclude.data or []), *start["exclude"]]
            self.shown.data = self.preset.data

    def show(self, stored: dict[str, Any]) -> None:
        """Fill what was not asked for with a rule."""
        shown = rule_shown(stored)
        del shown["preset"]
        fill_in(self, shown)

    def fills(self) -> dict[str, dict[str, Any]]:
        """What each preset puts into which field, for the script."""
        prefix = self.preset.name.removesuffix("preset")
        found = {}
        for key, preset in PRESETS.items():
            shown = rule_shown(preset.rule.model_dump(mode="json"))
            asked = {name: shown[name] for name in ("shown", *DECIDING)}
            found[key] = dict(named(prefix, asked))
        return found


def named(prefix: str, values: dict[str, Any]) -> list[tuple[str, Any]]:
    """Values by the full names of their fields."""
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        if isinstance(value, dict):
            found += named(f"{prefix}{name}-", value)
        else:
            found.append((f"{prefix}{name}", value))
    return found


def forget(field: Any) -> None:
    """Let a field count as not asked for."""
    if isinstance(field, FormField):
        for part in field.form:
            forget(part)
    elif isinstance(field, FieldList):
        while field.entries:
            field.pop_entry()
    else:
        field.raw_data, field.process_errors, field.errors = None, [], []


def fill_in(form: Form, values: dict[str, Any]) -> None:
    for name, value in values.items():
        field = form[name]
        if isinstance(field, FormField):
            fill_in(field.form, value)
        elif isinstance(field, FieldList):
            for each in [] if field.entries else value:
                field.append_entry(each)
        elif not field.raw_data:
            field.data = value
