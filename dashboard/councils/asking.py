"""What a rule would mean, from a form that is being filled in or from a program."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from dashboard.councils.forms import CouncilForm, RuleQuestionForm
from dashboard.councils.models import Council
from dashboard.councils.reading import Reading, read, under
from dashboard.councils.rule_form import PRESENT, rule_answer
from dashboard.councils.schemas import ChosenRule, MemberIn, RuleQuestion, seats_of
from dashboard.errors import Invalid
from dashboard.forms import answer_of, kept_rows
from dashboard.schemas import Schema, checked
from dashboard.workflows.lifecycle import voters_of
from dashboard.workflows.rules import Rule, combine
from dashboard.workflows.voting import Seat


class Asked(Schema):
    rule: ChosenRule


def reading_of(form: CouncilForm) -> Reading:
    """What a council's form says now, for the people it names."""
    given = answer_of(form.rule)
    try:
        rule = rule_in({"rule": rule_answer(given, form.present)})
    except Invalid as error:
        return Reading(False, errors=error.errors)
    return under(read(rule, seats_typed(form.members)), "rule")


def answer_to(form: RuleQuestionForm, council: Council | None) -> Reading:
    """The same for whatever form was sent. With a council it is a type's own rule."""
    given = answer_of(form.rule)
    chosen = given.get("preset")
    if chosen is None and council is not None:
        return read(Rule.model_validate(council.rule), seats_in(council))
    start = Rule().model_dump(mode="json") if chosen == PRESENT else None
    try:
        rule = rule_in({"rule": rule_answer(given, start)})
    except Invalid as error:
        return Reading(False, errors=error.errors)
    if council is not None:
        return own_rule(rule, council)
    return under(read(rule, seats_typed(form.members)), "rule")


def answered(question: RuleQuestion, council: Council | None) -> Reading:
    """For a program, which is told the pointers of what is wrong."""
    try:
        rule = rule_in({"rule": question.rule})
    except Invalid as error:
        return Reading(False, errors=error.errors)
    if council is not None and question.as_type:
        return own_rule(rule, council)
    seats = seats_in(council) if council and question.members is None else None
    seats = seats_of(question.members or []) if seats is None else seats
    return under(read(rule, seats), "rule")


def own_rule(rule: Rule, council: Council) -> Reading:
    """A type's own rule is never looser than that of the council that decides."""
    whole = combine(Rule.model_validate(council.rule), rule)
    return under(read(whole, seats_in(council)), "rule")


def rule_in(answers: dict[str, Any]) -> Rule:
    return checked(Asked, answers).rule


def seats_in(council: Council) -> list[Seat]:
    return [voter.seat for voter in voters_of(council.id)]


def seats_typed(rows: Any) -> Sequence[Seat]:
    """Whoever is seated so far; a row that is not right yet is not counted."""
    members = []
    for row in kept_rows(rows):
        try:
            members.append(checked(MemberIn, answer_of(row)))
        except Invalid:
            continue
    return seats_of(members)


def for_programs(reading: Reading) -> dict[str, Any]:
    return {
        "valid": reading.valid,
        "sentence": reading.sentence,
        "facts": reading.facts,
        "notes": reading.notes,
        "errors": [
            {"pointer": "/" + path.replace(".", "/"), "detail": said}
            for path, said in reading.errors.items()
        ],
    }


def council_id_of(text: str | None) -> UUID | None:
    """As a form sends it: nothing chosen, or nothing that is an id."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
