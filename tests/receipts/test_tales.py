"""Tales that cannot be true, whoever signed them."""

import copy
from datetime import timedelta

import pytest

from dashboard.receipts.checking import check
from dashboard.receipts.schemas import Receipt
from dashboard.receipts.spelling import digest
from dashboard.workflows.rules import Rule
from tests.receipts.tale import (
    DECIDED,
    JWK,
    OPENED,
    at,
    cast,
    elector,
    entry,
    known,
    signed,
    tale,
)


def findings(receipt):
    return [str(finding) for finding in check(signed(receipt), JWK)]


@pytest.fixture
def receipt():
    return copy.deepcopy(tale(voters=4))


@pytest.fixture
def round_(receipt):
    return receipt["rounds"][0]


def test_a_true_tale_is_sound(receipt):
    assert findings(receipt) == []


def test_the_made_up_tale_has_the_shape_of_a_receipt(receipt):
    assert Receipt.model_validate(receipt).rounds[0].is_decided


def outcome(receipt, round_):
    round_["outcome"] = "rejected"


def number(receipt, round_):
    round_["explain"]["A"] = 4


def too_soon(receipt, round_):
    round_["rule"]["min_open"] = 10_000


def late(receipt, round_):
    round_["votes"][1]["cast_at"] = at(DECIDED + timedelta(seconds=1))


def before_it_opened(receipt, round_):
    round_["votes"][0]["cast_at"] = at(OPENED - timedelta(seconds=1))


def longer(receipt, round_):
    round_["closes_at"] = at(OPENED + timedelta(days=4))


def far_longer(receipt, round_):
    round_["closes_at"] = at(OPENED + timedelta(days=7))


def other_period(receipt, round_):
    round_["original_closes_at"] = at(OPENED + timedelta(days=2))


def quorum(receipt, round_):
    round_["quorum_reached_at"] = None


def wait(receipt, round_):
    round_["rule"]["timelock"] = 60


def content(receipt, round_):
    round_["content"]["title"] = "Something else"


def stale(receipt, round_):
    round_["votes"][0]["content_hash"] = digest("something else")


def stranger(receipt, round_):
    round_["votes"][0]["user"] = known(8)


def twice_seated(receipt, round_):
    round_["electorate"].append(elector(0))


def twice_voted(receipt, round_):
    round_["votes"].append(cast(0, id="vote-9"))


def put_aside(receipt, round_):
    round_["votes"][0]["superseded_at"] = round_["votes"][1]["cast_at"]


def veto(receipt, round_):
    round_["votes"][0]["choice"] = "veto"


def unvoted(receipt, round_):
    round_["reason"] = "no_review_required"


def blocked(receipt, round_):
    round_["reason"] = "type_blocked"


def undecided(receipt, round_):
    round_["outcome"] = None


def out_of_order(receipt, round_):
    receipt["audit"].reverse()


def unchained(receipt, round_):
    receipt["audit"][1]["prev_hash"] = "f" * 64


def past_the_end(receipt, round_):
    receipt["chain"]["seq"] = 1


def other_end(receipt, round_):
    receipt["chain"]["hash"] = "e" * 64


def unrecorded_decision(receipt, round_):
    receipt["audit"].pop()


def unrecorded_vote(receipt, round_):
    receipt["audit"][0] = entry(1, {})


def naive_time(receipt, round_):
    round_["opened_at"] = "2026-03-02T09:00:00"


def end_of_time(receipt, round_):
    round_["opened_at"] = "9999-12-31T00:00:00+00:00"


def weightless(receipt, round_):
    round_["electorate"][0]["weight"] = "1"


def advised_on_another(receipt, round_):
    agent = {"id": "agent-1", "name": "Ledger"}
    receipt["advice"].append(
        {
            **{name: round_[name] for name in ("id", "revision")},
            "round": "round-1",
            "agent": agent,
            "opinion": "approve",
            "confidence": 70,
            "reason": "",
            "content_hash": digest("something else"),
            "given_by": known(0),
            "given_at": at(OPENED),
            "superseded_at": None,
        }
    )


WRONG = [
    (outcome, "rounds/0", "it is approved (passed) early, and not rejected (passed)"),
    (number, "rounds/0/explain", "A is 4, and these votes give 3"),
    (too_soon, "rounds/0", "nothing was decided yet at that moment"),
    (late, "rounds/0/votes/1", "this was cast after the decision"),
    (before_it_opened, "rounds/0/votes/0", "outside of the time for voting"),
    (longer, "rounds/0", "with these votes the deadline was 2026-03-05"),
    (far_longer, "rounds/0", "past two periods"),
    (other_period, "rounds/0", "not the opening plus the voting period"),
    (quorum, "rounds/0", "the quorum was reached at another time"),
    (wait, "rounds/0", "the wait or the time to run"),
    (content, "rounds/0/content", "what was judged is not what its digest says"),
    (stale, "rounds/0/votes/0", "Ada voted on another content"),
    (stranger, "rounds/0/votes/0", "Lou has no seat"),
    (twice_seated, "rounds/0/electorate/4", "Ada stands there twice"),
    (twice_voted, "rounds/0/votes/3", "more than one vote that counts"),
    (put_aside, "rounds/0/votes", "not the last ones of each voter"),
    (veto, "rounds/0/votes/0", "Ada may not veto"),
    (unvoted, "rounds/0", "decided without a vote"),
    (blocked, "rounds/0", "type_blocked does not mean approved"),
    (undecided, "rounds", "nothing in it was decided"),
    (out_of_order, "audit/1", "does not come after entry"),
    (unchained, "audit/1", "entry 2 does not follow entry 1"),
    (past_the_end, "audit/1", "lies after the end of the trail"),
    (other_end, "audit/3", "entry 4 is not the end of the trail"),
    (unrecorded_decision, "rounds/0", "no audit entry records this decision"),
    (unrecorded_vote, "rounds/0/votes/0", "no audit entry records this vote"),
    (naive_time, "rounds/0/opened_at", "is not a time in UTC as Quorum writes it"),
    (end_of_time, "rounds/0", "beyond the calendar"),
    (weightless, "rounds/0/electorate/0/weight", "this has another shape"),
    (advised_on_another, "advice/0", "Ledger advised on another content"),
]


@pytest.mark.parametrize(("tamper", "where", "said"), WRONG)
def test_not_even_the_right_key_makes_it_true(receipt, round_, tamper, where, said):
    tamper(receipt, round_)

    found = [each for each in findings(receipt) if said in each]

    assert found
    assert any(each.startswith((f"{where} (line", f"{where}: ")) for each in found)


def run(**over):
    fields = {
        "id": "run-1",
        "round": "round-1",
        "status": "completed",
        "error": "",
        "started_by": None,
        "worker": "one",
        "attempt": 1,
        "inputs": digest({}),
        "output": None,
        "queued_at": at(DECIDED),
        "available_at": at(DECIDED),
        "started_at": at(DECIDED),
        "ended_at": at(DECIDED),
        "steps": [],
    }
    return {**fields, **over}


STEP = {
    "position": 1,
    "bot": {"id": "bot-1", "name": "Sweeper"},
    "version": 1,
    "content": digest("code"),
    "status": "completed",
    "message": "",
    "output": None,
    "files": [],
    "started_at": at(DECIDED),
    "ended_at": at(DECIDED),
}


def test_a_run_of_what_was_approved_is_sound(receipt):
    receipt["runs"] = [run()]

    assert findings(receipt) == []


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([run(round="round-9")], "no approval in this receipt bought this run"),
        ([run(), run(id="run-2")], "its approval had bought a run already"),
        ([run(started_at=at(OPENED))], "it began before the approval might be used"),
        ([run(steps=[STEP])], "Sweeper v1 ran, and it is not what was voted"),
    ],
)
def test_a_run_that_nothing_bought_is_told(receipt, runs, said):
    receipt["runs"] = runs

    assert any(said in each for each in findings(receipt))


def test_another_rule_is_no_rule(receipt, round_):
    round_["rule"] = {**Rule().model_dump(mode="json"), "threshold": {"num": 9}}

    assert any(each.startswith("rounds/0/rule") for each in findings(receipt))


def test_a_name_cannot_mislead_the_terminal(receipt, round_):
    round_["votes"][0]["user"] = {"id": "user-8", "name": "Eve\x1b[2J\nsound"}

    assert all(each.isprintable() for each in findings(receipt))
