"""What a change makes of a council, line by line, in words."""

from collections.abc import Mapping
from typing import Any

from dashboard.councils.reading import in_numbers
from dashboard.councils.standing import Standing
from dashboard.councils.wording import oversight, rule_facts
from dashboard.workflows.rules import Rule
from dashboard.workflows.voting import Seat

Line = dict[str, str]
Names = Mapping[str, str]
"""The names of people, agents and types, by their ids."""
NOBODY = "Does not sit here"
UNHEARD = "Not heard here"


def differences(was: Standing, wanted: Standing, names: Names) -> list[Line]:
    before, after = was["council"], wanted["council"]
    return [
        *line("Name", before["name"], after["name"]),
        *line("What it decides", before["description"], after["description"]),
        *rule_lines(before, after),
        *seat_lines("user_id", before["members"], after["members"], names),
        *seat_lines("agent_id", before["advisers"], after["advisers"], names),
        *oversight_lines(was["oversight"], wanted["oversight"], names),
        *charter_line(was, wanted, names),
        *line("In office", *(no(each["archived"]) for each in (was, wanted))),
    ]


def line(what: str, before: str, after: str) -> list[Line]:
    if before == after:
        return []
    return [{"what": what, "before": before or "Nothing", "after": after or "Nothing"}]


def no(denied: bool) -> str:
    return "No: archived" if denied else "Yes"


def rule_lines(before: dict[str, Any], after: dict[str, Any]) -> list[Line]:
    if before["rule"] == after["rule"]:
        return []
    old, new = (Rule.model_validate(each["rule"]) for each in (before, after))
    sentences = [
        in_numbers(rule, seats_in(each)) for rule, each in ((old, before), (new, after))
    ]
    found = line("Rule", *sentences)
    known, facts = rule_facts(old), rule_facts(new)
    for name in facts:
        found += line(name, known[name], facts[name])
    return found


def seats_in(council: dict[str, Any]) -> list[Seat]:
    return [
        Seat(each["user_id"], each["weight"], frozenset({each["role"]}))
        for each in council["members"]
        if each["weight"]
    ]


def seat_lines(
    key: str, before: list[dict[str, Any]], after: list[dict[str, Any]], names: Names
) -> list[Line]:
    """Who comes, who goes, and whose place is another one."""
    old, new = ({each[key]: each for each in seats} for seats in (before, after))
    absent = NOBODY if key == "user_id" else UNHEARD
    found = []
    for id_ in old | new:
        places = (place(old.get(id_), absent), place(new.get(id_), absent))
        found += line(names.get(id_, "Somebody deleted"), *places)
    return found


def place(seat: dict[str, Any] | None, absent: str) -> str:
    if seat is None:
        return absent
    said = str(seat["role"]).capitalize()
    if "weight" in seat:
        weight = seat["weight"]
        said += f", weight {weight}" if weight else ", watches"
    return said + (", may veto" if seat.get("can_veto") else "")


def oversight_lines(
    before: dict[str, Any], after: dict[str, Any], names: Names
) -> list[Line]:
    sentences = [
        oversight(each["review_actions"], each["savings_threshold"])
        for each in (before, after)
    ]
    domains = [", ".join(each["domains"]) for each in (before, after)]
    blocked = [
        {b["type_id"]: b["reason"] for b in each["blocked_types"]}
        for each in (before, after)
    ]
    found = [*line("Oversight", *sentences), *line("Domains", *domains)]
    for id_ in blocked[0] | blocked[1]:
        allowed = [each.get(id_, "Not blocked") for each in blocked]
        found += line(f"Blocked: {names.get(id_, 'a deleted type')}", *allowed)
    return found


def charter_line(was: Standing, wanted: Standing, names: Names) -> list[Line]:
    said = [
        f"Voted on as {names.get(each['charter_type_id'], 'a deleted type')}"
        if each["charter_type_id"]
        else "Made by admins, without a vote"
        for each in (was, wanted)
    ]
    return line("Changes to this council", *said)
