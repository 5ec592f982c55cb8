"""Advice held against what came of it: forecasts, scores, calibration."""

import pytest
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.reputation.models import AdviceScore
from dashboard.runs.models import RunStatus
from tests.advice.stage import make_advice
from tests.factories import make_agent
from tests.reputation.stage import ends, work_of

pytestmark = pytest.mark.usefixtures("database")


def scores():
    rows = select(AdviceScore).order_by(AdviceScore.id)
    return [(s.forecast, s.succeeded, s.brier) for s in db.session.scalars(rows)]


@pytest.mark.parametrize(
    ("opinion", "confidence", "succeeded", "forecast", "points"),
    [
        ("approve", 100, True, 100, 0),
        ("approve", 100, False, 100, 10_000),
        ("approve", 70, True, 70, 900),
        ("reject", 70, True, 30, 4_900),
        ("reject", 70, False, 30, 900),
        ("approve", 50, False, 50, 2_500),
        ("reject", 100, False, 0, 0),
    ],
)
def test_advice_is_scored_by_the_square_of_its_error(
    ada, opinion, confidence, succeeded, forecast, points
):
    run = work_of(None, ada)
    make_advice(run.round, ada, opinion=opinion, confidence=confidence)

    ends(run, RunStatus.COMPLETED if succeeded else RunStatus.FAILED)

    assert scores() == [(forecast, succeeded, points)]


def test_only_the_last_word_of_each_agent_on_what_was_decided_is_scored(ada):
    agent, run = make_agent(), work_of(None, ada)
    make_advice(run.round, ada, agent, confidence=10, superseded_at=run.queued_at)
    make_advice(run.round, ada, agent, confidence=90)
    make_advice(run.round, ada, opinion="abstain")
    other = work_of(None, ada)
    make_advice(other.round, ada, agent, confidence=20)

    ends(run)

    assert scores() == [(90, True, 100)]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (RunStatus.BLOCKED, ""),
        (RunStatus.CANCELLED, ""),
        (RunStatus.NEEDS_REVIEW, ""),
        (RunStatus.FAILED, "lost"),
    ],
)
def test_what_nobody_knows_the_outcome_of_is_not_scored(ada, status, reason):
    run = work_of(None, ada)
    make_advice(run.round, ada)

    ends(run, status, reason)

    assert scores() == []


def advised(ada, agent, *given):
    """Runs on which the agent advised: opinion, confidence, how it ended."""
    for opinion, confidence, status in given:
        run = work_of(None, ada)
        make_advice(run.round, ada, agent, opinion=opinion, confidence=confidence)
        ends(run, status)


GOOD, BAD = RunStatus.COMPLETED, RunStatus.FAILED


def test_the_table_holds_what_was_stated_against_what_happened(client, ada, eve):
    agent = make_agent()
    advised(
        ada,
        agent,
        *[("approve", 90, GOOD)] * 3,
        *[("reject", 95, GOOD)] * 3,
        ("reject", 60, BAD),
    )

    page = client.as_(eve).get(f"/agents/{agent.id}/calibration").text

    assert "90 to 100 %" in page
    assert "60 to 69 %" in page
    assert "80 to 89 %" not in page
    assert "Too sure by 42 points" in page  # 92.5 % stated, 50 % right
    assert "n=7, few data" in page


def test_it_is_the_same_as_json(api, ada, eve):
    agent = make_agent()
    advised(ada, agent, ("approve", 80, GOOD), ("reject", 70, GOOD))

    answer = api.with_key(eve).get(f"/api/v1/agents/{agent.id}/calibration").json

    assert answer["number"] == answer["total"] == 2
    assert answer["brier"] == (400 + 4_900) / 2
    assert [(b["least"], b["right"], b["brier"]) for b in answer["buckets"]] == [
        (80, 100, 400),
        (70, 0, 4_900),
    ]
    assert [each["forecast"] for each in answer["items"]] == [30, 80]


def test_an_agent_nobody_heard_yet_is_told_of_plainly(client, eve):
    page = client.as_(eve).get(f"/agents/{make_agent().id}/calibration").text

    assert "No advice was scored yet" in page


def test_the_numbers_are_for_all_and_the_work_for_who_may_see_it(
    client, api, ada, mallory
):
    agent = make_agent()
    advised(ada, agent, ("approve", 80, GOOD))

    page = client.as_(mallory).get(f"/agents/{agent.id}/calibration").text
    answer = api.with_key(mallory).get(f"/api/v1/agents/{agent.id}/calibration").json

    assert "80 to 89 %" in page
    assert "Close the books" not in page
    assert (answer["number"], answer["items"], answer["total"]) == (1, [], 0)


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_however_much_was_scored(
    client, ada, statements, number
):
    agent = make_agent()
    advised(ada, agent, *[("approve", 80, GOOD)] * number)
    client.as_(ada)
    statements.clear()

    client.get(f"/agents/{agent.id}/calibration")

    assert len(statements) == 4  # session, agent, table, advice
