"""Every reason and every refusal is a sentence that somebody gets to read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.workflows.explain import explain
from dashboard.workflows.models import Status
from dashboard.workflows.refusals import CLOSED, SENTENCES, broken
from dashboard.workflows.rules import PRESETS, Rule
from dashboard.workflows.strip import REASONS
from dashboard.workflows.voting import Decision, Reason, Refusal, Result, Seat

DOCS = (Path(__file__).parents[2] / "docs/voting.md").read_text()
OPENED = datetime(2025, 3, 1, 9, tzinfo=UTC)


def is_sentence(text):
    return text[:1].isupper() and text.endswith((".", "”"))


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_a_sentence_and_stands_in_the_guide(refusal):
    assert is_sentence(SENTENCES[refusal])
    assert str(broken(refusal)) == SENTENCES[refusal]
    assert f"`{refusal.value}`" in DOCS


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_and_stands_in_the_guide(reason):
    assert is_sentence(REASONS[reason])
    assert f"`{reason.value}`" in DOCS


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_makes_a_verdict(reason):
    seats = [Seat(number, 1) for number in range(3)]

    found = explain(
        Rule(required_roles={"security": 1}),
        seats,
        [],
        opened_at=OPENED,
        now=OPENED,
        decision=Decision(Result.REJECTED, reason),
    )

    assert is_sentence(found["verdict"])


@pytest.mark.parametrize("status", [each for each in Status if each != Status.OPEN])
def test_every_state_says_why_nobody_votes(status):
    assert is_sentence(CLOSED[status])


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_stands_in_the_guide_to_councils(key):
    guide = (Path(__file__).parents[2] / "docs/councils.md").read_text()

    assert f"`{key}`" in guide
