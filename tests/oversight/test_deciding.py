import pytest

from dashboard.oversight.deciding import judge

USUAL = {
    "council_name": "Release",
    "review_actions": True,
    "savings_threshold": 500,
    "blocked": None,
    "restricted": None,
    "type_name": "Sweep",
    "agent_name": "Scout",
    "weekly_savings": None,
}
BLOCKED = {"blocked": "Not before the audit"}
RESTRICTED = {"restricted": "It swept too much."}
OFF = {"review_actions": False}


@pytest.mark.parametrize(
    ("over", "result", "reason"),
    [
        ({}, "review", None),
        ({"weekly_savings": 499}, "approved", "no_review_required"),
        ({"weekly_savings": 500}, "review", None),
        ({"weekly_savings": 501}, "review", None),
        ({"weekly_savings": 0}, "approved", "no_review_required"),
        ({"weekly_savings": 0, "savings_threshold": 0}, "review", None),
        ({"weekly_savings": None, "savings_threshold": 0}, "review", None),
        (OFF, "approved", "no_review_required"),
        (OFF | {"weekly_savings": 9_000}, "approved", "no_review_required"),
        (BLOCKED, "rejected", "type_blocked"),
        (BLOCKED | OFF, "rejected", "type_blocked"),
        (BLOCKED | {"weekly_savings": 0}, "rejected", "type_blocked"),
        ({"blocked": ""}, "rejected", "type_blocked"),
        (RESTRICTED, "rejected", "agent_restricted"),
        (RESTRICTED | OFF, "rejected", "agent_restricted"),
        (RESTRICTED | BLOCKED, "rejected", "agent_restricted"),
        ({"governance": True}, "review", None),
        (OFF | {"governance": True}, "review", None),
        ({"governance": True, "weekly_savings": 0}, "review", None),
        (BLOCKED | {"governance": True}, "rejected", "type_blocked"),
    ],
)
def test_what_oversight_decides(over, result, reason):
    judgement = judge(**USUAL | over)

    assert (judgement.result, judgement.reason) == (result, reason)


@pytest.mark.parametrize(
    ("over", "looked_at"),
    [
        ({}, [("agent", True), ("type", True), ("review", True), ("savings", True)]),
        (
            {"weekly_savings": 9},
            [("agent", True), ("type", True), ("review", True), ("savings", False)],
        ),
        (OFF, [("agent", True), ("type", True), ("review", False)]),
        (RESTRICTED, [("agent", False), ("type", True)]),
        (RESTRICTED | BLOCKED, [("agent", False), ("type", False)]),
        ({"governance": True}, [("agent", True), ("type", True), ("governance", True)]),
    ],
)
def test_every_step_that_was_looked_at_is_kept(over, looked_at):
    reasons = judge(**USUAL | over).as_json()["reasons"]

    assert [(step["rule"], step["met"]) for step in reasons] == looked_at


def test_the_arithmetic_is_kept_with_its_sentence():
    below = judge(**USUAL | {"weekly_savings": 1_499, "savings_threshold": 1_500})

    assert below.as_json()["reasons"][-1] == {
        "rule": "savings",
        "have": 1_499,
        "need": 1_500,
        "met": False,
        "sentence": "Estimated savings of 1,499 a week are below the threshold of "
        "1,500: no vote is needed.",
    }


def test_the_verdict_says_why():
    both = judge(**USUAL | BLOCKED | RESTRICTED)

    assert both.verdict == (
        "Rejected without a vote. Scout may not ask for Sweep: It swept too much. "
        "Release blocks Sweep: Not before the audit."
    )
    assert judge(**USUAL | OFF).verdict == (
        "Approved without a vote. Release lets work run without a vote."
    )
    assert judge(**USUAL).verdict == (
        "A vote is needed. No weekly savings are stated, so it is voted on."
    )


def test_a_person_alone_is_kept_from_nothing():
    alone = judge(**USUAL | {"agent_name": ""})

    assert alone.reasons[0].met
    assert alone.reasons[0].sentence == "A person proposes it, on behalf of no agent."
