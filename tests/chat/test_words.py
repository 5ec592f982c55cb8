"""Suggesting and gathering: words in, types and inputs out; no database."""

from types import SimpleNamespace

import pytest

from dashboard.chat.gathering import gathered
from dashboard.chat.suggesting import suggestions
from dashboard.workflows.inputs import properties

SCHEMA = {
    "type": "object",
    "properties": {
        "invoices_per_month": {"type": "integer", "title": "Invoices a month"},
        "hourly_wage": {"type": "number", "title": "Hourly wage"},
        "urgent": {"type": "boolean"},
        "names": {"type": "array", "items": {"type": "string"}},
        "note": {"type": "string"},
    },
}


def type_(name, domain="", description="", schema=None):
    asked = schema or {"type": "object", "properties": {}}
    return SimpleNamespace(
        id=name, name=name, domain=domain, description=description, input_schema=asked
    )


FOUR = {"invoices_per_month": 4}
TYPES = [
    type_("Invoice reminders", "commerce", "Reminds of what is due.", SCHEMA),
    type_("Refund batch", "commerce", "Pays back what customers are owed."),
    type_("Log report", "operations", "Counts addresses in a log."),
    type_("Report generation", "analytics", "Gathers figures of a report."),
]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Please remind customers of their invoices", ["Invoice reminders", "Refund"]),
        ("a REPORT of the logs", ["Log report", "Report generation"]),
        ("commerce", ["Invoice reminders", "Refund"]),
        ("the and of", []),
        ("weather in Lisbon", []),
    ],
)
def test_types_are_ranked_by_the_words_they_share(said, names):
    found = suggestions(said, TYPES)

    assert [each.name for each in found] == [
        next(t.name for t in TYPES if t.name.startswith(name)) for name in names
    ]


def test_a_word_of_the_name_counts_three_of_the_domain_two_of_the_rest_one():
    scores = {
        said: suggestions(said, TYPES[:1])[0].score
        for said in ("invoice", "commerce", "wage", "invoice commerce wage")
    }

    assert scores == {
        "invoice": 3,
        "commerce": 2,
        "wage": 1,
        "invoice commerce wage": 6,
    }


def test_at_most_three_are_suggested_and_they_say_why():
    found = suggestions("commerce operations analytics", TYPES)

    assert len(found) == 3
    assert all(each.words for each in found)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["invoices_per_month: 4"], FOUR),
        (["Invoices a month = 4\n- hourly wage: $3.5"], {**FOUR, "hourly_wage": 3.5}),
        (["urgent: yes\nnames: Ada, Bo"], {"urgent": True, "names": ["Ada", "Bo"]}),
        (['{"note": "a: b", "urgent": false}'], {"note": "a: b", "urgent": False}),
        (["invoices_per_month: 40", "invoices per month: 4"], FOUR),
        (["invoices_per_month: many"], {"invoices_per_month": "many"}),
        (["unknown: 1", "Please do it", "{ broken"], {}),
        (["[" * 100_000], {}),
    ],
)  # fmt: skip
def test_inputs_are_read_as_people_write_them(texts, found):
    assert gathered(texts, properties(SCHEMA)) == found
