"""The text of a prompt: variables, rendering, pieces."""

import pytest

from dashboard.prompts.content import documented, hash_of, pieces_of, rendered
from dashboard.prompts.content import variables_in as found

TEXT = 'Hi $who, {"a": ${b}} costs $$5, not $9 or ${no way} or $'


def test_variables_are_found_as_templates_have_them():
    assert found(TEXT) == ["who", "b"]
    assert found("$a ${a} $A $_x $$z") == ["a", "A", "_x"]
    assert found("{x} {{x}} %x") == []


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, 'Hi $who, {"a": ${b}} costs $5, not $9 or ${no way} or $'),
        ({"who": "Ada"}, 'Hi Ada, {"a": ${b}} costs $5, not $9 or ${no way} or $'),
        (
            {"who": "$b", "b": "{x}"},
            'Hi $b, {"a": {x}} costs $5, not $9 or ${no way} or $',
        ),
        ({"other": "x"}, 'Hi $who, {"a": ${b}} costs $5, not $9 or ${no way} or $'),
    ],
)
def test_what_is_known_is_filled_in_once_and_the_rest_stays(values, text):
    assert rendered(TEXT, values) == text


def test_the_pieces_are_the_text_and_name_its_variables():
    pieces = list(pieces_of(TEXT))

    assert "".join(piece.text for piece in pieces) == TEXT
    assert [(p.text, p.variable) for p in pieces if p.variable] == [
        ("$who", "who"),
        ("${b}", "b"),
    ]


def test_what_is_known_of_a_variable_is_kept_until_it_is_said_anew():
    before = {"a": {"description": "Old", "example": "1"}, "gone": {}}

    known = documented("$a $b", {"b": {"description": "New", "example": ""}}, before)

    assert known == {
        "a": {"description": "Old", "example": "1"},
        "b": {"description": "New", "example": ""},
    }


def test_the_hash_is_of_the_text_to_the_letter():
    assert hash_of("a") == hash_of("a")
    assert hash_of("a") != hash_of("a ")
    assert hash_of("a").startswith("sha256:")
