"""One byte is changed somewhere: the first finding says where."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.receipts.checking import check, findings_in
from tests.receipts.tale import JWK, signed, tale
from tests.workflows.rounds import steady

SMALL = signed(tale(voters=3))
LARGE = signed(tale(voters=6))
LINES = re.compile(r"\blines? (\d+)(?: to (\d+))?")


def flipped(raw, position, byte):
    return raw[:position] + bytes([byte]) + raw[position + 1 :]


def is_named(raw, position, byte):
    """Whether the first finding names lines among which the changed one is.

    What breaks the JSON may show only on the line after it.
    """
    finding = next(findings_in(flipped(raw, position, byte), JWK), None)
    found = LINES.search(str(finding)) if finding else None
    if not found:
        return False
    first, last = int(found[1]), int(found[2] or found[1])
    line = raw.count(b"\n", 0, position) + 1
    return first - 1 <= line <= last + 1


def test_both_are_sound_as_they_are():
    assert check(SMALL, JWK) == check(LARGE, JWK) == []


def test_every_changed_byte_of_a_small_receipt_is_named():
    missed = [
        position
        for position in range(len(SMALL))
        if not is_named(SMALL, position, SMALL[position] ^ 1)
    ]

    assert not missed


def test_every_seventh_byte_of_a_large_receipt_is_named():
    missed = [
        position
        for position in range(0, len(LARGE), 7)
        if not is_named(LARGE, position, LARGE[position] ^ 2)
    ]

    assert not missed


@steady
@given(st.integers(0, len(SMALL) - 1), st.integers(0, 255))
def test_whatever_byte_it_becomes(position, byte):
    assert SMALL[position] == byte or is_named(SMALL, position, byte)


@steady
@given(st.binary(max_size=40), st.integers(0, len(SMALL)), st.integers(0, 40))
def test_no_damage_goes_unseen_or_breaks_the_check(put, position, taken):
    damaged = SMALL[:position] + put + SMALL[position + taken :]

    assert damaged == SMALL or check(damaged, JWK)


@steady
@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_no_value_in_place_of_another_breaks_the_check(value):
    receipt = tale()
    for section in list(receipt):
        if receipt[section] != value:
            assert check(signed({**receipt, section: value}), JWK)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "line 1: this is not JSON"),
        (b"[]", "this is not a receipt"),
        (b"{}", "“digests” is missing"),
        (b"\xff", "line 1: byte 0 of the file is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5_000, "this cannot be read"),
        (SMALL + b" ", "this is not spelled as Quorum writes it"),
        (SMALL[:-1], "this is not spelled as Quorum writes it"),
    ],
)
def test_what_is_no_receipt_is_told_so(raw, said):
    assert said in str(check(raw, JWK)[0])
