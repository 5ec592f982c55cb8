"""What was measured, as a list for programs."""

from datetime import timedelta

import pytest

from dashboard.clock import now
from dashboard.metrics.recording import record_run
from tests.factories import make_council
from tests.metrics.rounds import measured, ran

SECRET = "Zebra-7719"


@pytest.fixture
def council(olga, otto):
    return make_council(olga, otto)


def rows(api, user, **query):
    return api.with_key(user).get("/api/v1/metrics", query_string=query)


def test_a_row_says_what_its_round_took(api, council, ada, olga, otto):
    votes = [(olga, "approve", 2)]
    round_ = measured(council, ada, votes, voters=[olga, otto], early=True)
    record_run(ran(round_))

    (row,) = rows(api, olga).json["items"]

    assert row["number"] == round_.workflow.number
    assert (row["first_vote_seconds"], row["decision_seconds"]) == (7200, 36_000)
    assert (row["voted_weight"], row["eligible_weight"], row["turnout"]) == (1, 2, 0.5)
    assert (row["queue_seconds"], row["run_seconds"]) == (30, 5)
    assert (row["early"], row["run_status"]) == (True, "completed")


def test_a_round_that_nobody_voted_on_has_no_turnout(api, council, ada, olga):
    measured(council, ada, [], took=timedelta(0))

    assert rows(api, olga).json["items"][0]["turnout"] is None


def test_the_latest_decision_stands_first_page_by_page(api, council, ada, olga):
    for hours in (3, 1, 2):
        ago = timedelta(hours=hours)
        measured(council, ada, [(olga, "approve", 1)], title=f"No. {hours}", ago=ago)

    first = rows(api, olga, limit=2).json
    second = rows(api, olga, limit=2, after=first["next"]).json

    found = [row["title"] for row in first["items"] + second["items"]]
    assert found == ["No. 1", "No. 2", "No. 3"]
    assert (first["total"], second["next"]) == (3, None)


def test_filters_by_council_outcome_and_day(api, council, ada, olga):
    votes = [(olga, "approve", 1)]
    other = make_council(olga)
    measured(council, ada, votes, title="Here")
    measured(other, ada, votes, "rejected", title="There")
    measured(council, ada, votes, title="Then", ago=timedelta(days=5))
    today = now().date()
    then = (now() - timedelta(days=5)).date()

    def titles(**query):
        return {row["title"] for row in rows(api, olga, **query).json["items"]}

    assert titles(council_id=council.id) == {"Here", "Then"}
    assert titles(outcome="rejected") == {"There"}
    assert titles(until=then) == {"Then"}
    assert titles(since=then + timedelta(days=1)) == {"Here", "There"}
    assert titles(since=then, until="9999-12-31", outcome="approved") == {
        "Here",
        "Then",
    }
    assert titles(since=today + timedelta(days=1)) == set()


@pytest.mark.parametrize(
    "query", [{"outcome": "superseded"}, {"since": "soon"}, {"foo": "1"}]
)
def test_a_filter_nobody_knows_is_refused(api, olga, query):
    assert rows(api, olga, **query).status_code == 422


def test_a_stranger_sees_nobody_elses_rows(api, council, ada, olga, mallory, eve):
    measured(council, ada, [(olga, "approve", 1)], title=SECRET)

    assert SECRET not in rows(api, mallory).text
    assert rows(api, mallory).json["total"] == 0
    assert SECRET in rows(api, eve).text


def test_a_key_needs_the_scope(api, olga):
    key = api.with_key(olga, scopes=["council.read"])

    assert key.get("/api/v1/metrics").status_code == 403


@pytest.mark.parametrize("copies", [1, 12])
def test_it_costs_the_same_statements(api, statements, council, ada, olga, copies):
    for _ in range(copies):
        measured(council, ada, [(olga, "approve", 1)])
    api.with_key(olga)
    statements.clear()

    assert api.get("/api/v1/metrics").status_code == 200

    assert len(statements) <= 4
