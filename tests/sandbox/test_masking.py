"""Secrets are masked whole, in pieces, and on top of one another."""

import random
import time

import pytest

from dashboard.sandbox import Ending, Masker, Outcome, Tier

VALUES = ["abcdef", "abcdefgh", "xyzabc", "secret\nline", "aaaaaaa"]


def fed(masker, *chunks):
    return b"".join([*map(masker.feed, chunks), masker.flush()])


@pytest.mark.parametrize(
    ("chunks", "shown"),
    [
        ([b"a token-42 b"], b"a [secret] b"),
        ([b"a tok", b"en-42 b"], b"a [secret] b"),
        ([*(bytes([each]) for each in b"a token-42 b")], b"a [secret] b"),
        ([b"token-4", b"3"], b"token-43"),
        ([b"token-42token-42"], b"[secret][secret]"),
        ([b"ends with token-4"], b"ends with [secret]"),
        ([b"ends with tok"], b"ends with tok"),
    ],
)
def test_a_value_is_masked_wherever_it_is_cut(chunks, shown):
    assert fed(Masker(["token-42"]), *chunks) == shown


def test_no_value_comes_through_in_any_order_of_pieces():
    chance = random.Random(7)  # noqa: S311  # the same pieces each time
    parts = [*VALUES, "a", "b", "xyz", "abc", "\n", "sec"]
    for _ in range(500):
        text = "".join(chance.choices(parts, k=8)).encode()
        masker, shown, at = Masker(VALUES), b"", 0
        while at < len(text):
            size = chance.randint(1, 6)
            shown += masker.feed(text[at : at + size])
            at += size
        shown += masker.flush()
        assert not [value for value in VALUES if value.encode() in shown], text


def test_short_values_and_no_values_change_nothing():
    assert fed(Masker(["12345"]), b"12345") == b"12345"
    assert fed(Masker([]), b"any\xffthing") == b"any\xffthing"


def test_a_flood_of_a_value_that_overlaps_itself_is_not_hoarded():
    masker, began = Masker(["aaaaaa"]), time.process_time()

    shown = fed(masker, *[b"a" * 65536] * 16)

    assert b"aaaaaa" not in shown
    assert time.process_time() - began < 5


def test_an_outcome_is_masked_in_every_text():
    outcome = Outcome(
        Ending.FAILED,
        "token-42 is bad",
        Tier.BASE,
        output={"token-42": ["token-42", 42, None, {"k": "xtoken-42"}]},
        traceback="ValueError: token-42",
    )

    masked = Masker(["token-42"]).outcome(outcome)

    assert "token-42" not in repr(masked)
    assert masked.output == {"[secret]": ["[secret]", 42, None, {"k": "x[secret]"}]}
