"""How a rule is asked for: by preset, and the two numbers most want to set."""

from typing import Any

from wtforms import Form, IntegerField, SelectField
from wtforms.fields import SelectChoice

from dashboard.workflows.rules import DECIDING, PRESETS, Rule, in_order, preset_of
from dashboard.workflows.wording import duration

HOUR, DAY = 3600, 86_400
PERIODS = (HOUR, 4 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY, 14 * DAY)
PRESENT = "present"
"""Chosen to keep a rule that is none of the presets."""


class RuleForm(Form):
    """A preset, how long people have, and how many must approve."""

    preset = SelectField("Rule", validate_choice=False)
    voting_period = SelectField(
        "Time to vote", validate_choice=False, default=str(3 * DAY)
    )
    min_approvals = IntegerField(
        "People who must approve, at least",
        description="Leave it empty for what the rule asks for by itself.",
    )

    def offer(self, present: dict[str, Any] | None, blank: str = "") -> None:
        """The presets; before them what leaving it blank means, or the rule as is."""
        choices = [SelectChoice("", blank)] if blank else []
        if present and nearest(present) == PRESENT:
            choices.append(SelectChoice(PRESENT, "Keep the present rule"))
        choices += [
            SelectChoice(preset.key, f"{preset.name}: {preset.summary}")
            for preset in PRESETS.values()
        ]
        self.preset.choices = choices
        periods = {*PERIODS, present["voting_period"]} if present else set(PERIODS)
        self.voting_period.choices = [
            SelectChoice(str(seconds), duration(seconds)) for seconds in sorted(periods)
        ]


def nearest(stored: dict[str, Any]) -> str:
    """The preset a stored rule decides like, but for how many must approve."""
    rule = Rule.model_validate(stored)
    if exact := preset_of(rule):
        return exact
    for key, preset in PRESETS.items():
        least = {"min_approvals": preset.rule.min_approvals}
        if preset_of(rule.model_copy(update=least)) == key:
            return key
    return PRESENT


def rule_shown(stored: dict[str, Any]) -> dict[str, Any]:
    """A stored rule as this form shows it."""
    key = nearest(stored)
    own = PRESETS[key].rule.min_approvals if key in PRESETS else None
    least = stored["min_approvals"]
    return {
        "preset": key,
        "voting_period": str(stored["voting_period"]),
        "min_approvals": None if least == own else least,
    }


def rule_answer(
    given: dict[str, Any], present: dict[str, Any] | None
) -> dict[str, Any]:
    """What was chosen, as the contract wants it; what was not asked stays as it is."""
    key = given.get("preset")
    if present is None or (key != PRESENT and key not in PRESETS):
        return given
    changed = {name: value for name, value in given.items() if name != "preset"}
    if key == PRESENT:
        return present | changed
    return present | deciding(key, present) | changed


def deciding(key: str, present: dict[str, Any]) -> dict[str, Any]:
    """What makes a rule this preset."""
    preset = PRESETS[key].rule
    stored = preset.model_dump(mode="json")
    kept = Rule.model_validate(present).exclude
    exclude = [each.value for each in in_order(kept + preset.exclude)]
    return {name: stored[name] for name in DECIDING} | {"exclude": exclude}
