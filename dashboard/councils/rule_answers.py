"""From the rule's form to the contract and back."""

from typing import Any

from pydantic import Field

from dashboard.councils.rule_fields import NEVER
from dashboard.errors import Invalid
from dashboard.schemas import Schema, checked
from dashboard.workflows.rules import (
    DECIDING,
    MOST,
    PRESETS,
    RoleName,
    Rule,
    Stored,
    in_order,
    preset_of,
)

PRESENT = "present"
"""Chosen to keep a rule that is none of the presets."""
PARTS = ("threshold", "quorum", "late_extension")
TICKED = ("exclude", "runner_must_differ")
"""Left out by a browser when nothing is ticked."""
TWICE = "This role is named twice. Say it once, with the number it needs."


class RoleIn(Schema):
    role: RoleName
    number: int = Field(1, ge=1, le=MOST)


class RolesIn(Schema):
    required_roles: list[RoleIn]


def nearest(stored: Stored) -> str:
    """The preset a stored rule decides like, but for how many must approve."""
    rule = Rule.model_validate(stored)
    if exact := preset_of(rule):
        return exact
    for key, preset in PRESETS.items():
        least = {"min_approvals": preset.rule.min_approvals}
        if preset_of(rule.model_copy(update=least)) == key:
            return key
    return PRESENT


def rule_shown(stored: Stored) -> dict[str, Any]:
    """A stored rule as this form shows it."""
    key = nearest(stored)
    rule = Rule.model_validate(stored).model_dump(mode="json")
    own = PRESETS[key].rule.min_approvals if key in PRESETS else None
    least = rule["min_approvals"]
    share = rule["threshold"] or Rule().model_dump(mode="json")["threshold"]
    return rule | {
        "preset": key,
        "shown": key,
        "threshold": share | spelled(share) | {"on": rule["threshold"] is not None},
        "quorum": rule["quorum"] | spelled(rule["quorum"]),
        "min_approvals": None if least == own else least,
        "required_roles": [
            {"role": role, "number": number}
            for role, number in rule["required_roles"].items()
        ],
        "vote_change": "true" if rule["vote_change"] else "false",
        "run_window": rule["run_window"] or NEVER,
    }


def spelled(share: dict[str, Any]) -> dict[str, str]:
    return {"strict": "true" if share["strict"] else "false"}


def start_of(key: str | None, present: Stored | None) -> Stored:
    """The rule that a choice stands for before anything else is typed."""
    if key in PRESETS:
        preset = PRESETS[key].rule.model_dump(mode="json")
        return present | deciding(key, present) if present else preset
    return present or Rule().model_dump(mode="json")


def rule_answer(given: dict[str, Any], present: Stored | None) -> dict[str, Any]:
    """What was chosen, as the contract wants it; what was not asked stays as it is."""
    key = given.get("preset")
    known = key in PRESETS or key is None or (key == PRESENT and present is not None)
    if not known:
        return {"preset": key}
    start = start_of(key, present)
    typed = answered(given, start)
    if key in PRESETS and given.get("shown") != key:
        return switched(typed, start)
    return start | typed


def switched(typed: dict[str, Any], start: Stored) -> dict[str, Any]:
    """Another preset was chosen than these fields show: it says what decides."""
    kept = {n: each for n, each in typed.items() if n not in DECIDING}
    if "min_approvals" in typed:
        kept["min_approvals"] = typed["min_approvals"]
    if "exclude" in kept:
        kept["exclude"] = [*kept["exclude"], *start["exclude"]]
    return start | kept


def answered(given: dict[str, Any], start: Stored) -> dict[str, Any]:
    """What the fields say. A blank says nothing, so that the start holds."""
    drawn = "shown" in given
    left_out = {"preset", "shown", *([] if drawn else TICKED)}
    typed = {name: each for name, each in given.items() if name not in left_out}
    for name in PARTS:
        if name in typed:
            typed[name] = (start[name] or {}) | typed[name]
    share = typed.get("threshold", {})
    if share.pop("on", False) is False and drawn:
        typed["threshold"] = None
    elif not share:
        typed.pop("threshold", None)
    if rows := typed.pop("required_roles", []):
        typed["required_roles"] = roles_of(rows)
    elif drawn:
        typed["required_roles"] = {}
    if typed.get("run_window") == NEVER:
        typed["run_window"] = None
    return typed


def roles_of(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Rows as the rule keeps them; a mistake stands beside its row."""
    try:
        asked = checked(RolesIn, {"required_roles": rows}).required_roles
    except Invalid as error:
        found = {f"rule.{path}": said for path, said in error.errors.items()}
        raise Invalid(found) from error
    needed: dict[str, int] = {}
    for place, row in enumerate(asked):
        if row.role in needed:
            raise Invalid({f"rule.required_roles.{place}.role": TWICE})
        needed[row.role] = row.number
    return needed


def deciding(key: str, present: Stored) -> Stored:
    """What makes a rule this preset."""
    preset = PRESETS[key].rule
    stored = preset.model_dump(mode="json")
    kept = Rule.model_validate(present).exclude
    exclude = [each.value for each in in_order(kept + preset.exclude)]
    return {name: stored[name] for name in DECIDING} | {"exclude": exclude}
