"""One spelling, one digest, and the lines on which things stand."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dashboard import audit
from dashboard.receipts.spelling import (
    canonical,
    digest,
    digests_of,
    lines,
    place,
    written,
)
from tests.receipts.tale import signed, tale
from tests.workflows.rounds import steady

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@steady
@given(VALUES)
def test_what_is_read_back_is_spelled_alike(value):
    raw = written(value)

    assert written(json.loads(raw.decode())) == raw


@steady
@given(VALUES)
def test_a_digest_is_the_one_the_rest_of_quorum_makes(value):
    if not isinstance(value, str):
        assert digest(value) == audit.digest(value)
    assert canonical(value) == audit.canonical(value)


def test_a_half_character_is_spelled_as_an_escape():
    assert written({"a": "\ud800é"}) == '{\n "a": "\\ud800é"\n}\n'.encode()


def test_every_part_stands_where_it_is_said_to():
    raw = signed(tale())
    document, text = json.loads(raw), raw.decode().split("\n")

    for path in digests_of(document):
        first, last = lines(document, place(path))
        name = place(path)[-1]
        opening = text[first - 1].strip()
        assert name.isdecimal() or opening.startswith(f'"{name}":')
        assert first == last or text[last - 1].strip(" ,") in {"}", "]"}


def test_every_item_has_a_digest():
    paths = digests_of(json.loads(signed(tale())))

    assert {"issuer", "proposal/council", "rounds", "rounds/0/votes/1"} <= set(paths)
    assert not [path for path in paths if path.startswith("rounds/0/rule/")]


def test_a_name_with_a_stroke_is_one_step():
    receipt = tale()
    receipt["proposal"]["a/b~c"] = {"d": 1}

    document = json.loads(signed(receipt))
    path = next(p for p in digests_of(document) if p.startswith("proposal/a"))

    assert place(path) == ["receipt", "proposal", "a/b~c"]
