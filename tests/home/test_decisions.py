"""What was decided lately, on the overview and as JSON."""

from datetime import timedelta

import pytest

from dashboard.clock import now
from tests.factories import make_council
from tests.metrics.rounds import measured

DAY = timedelta(days=1)


@pytest.fixture
def council(olga, otto):
    return make_council(olga, otto)


def decisions(api, user):
    return api.with_key(user).get("/api/v1/home").json["decisions"]


def test_each_of_fourteen_days_says_what_was_decided(api, council, ada, olga):
    votes = [(olga, "approve", 1)]
    measured(council, ada, votes, ago=timedelta(0))
    measured(council, ada, votes, "rejected", ago=3 * DAY)
    measured(council, ada, votes, "lapsed", ago=3 * DAY)
    measured(council, ada, votes, ago=20 * DAY)

    days = decisions(api, olga)["days"]

    assert len(days) == 14
    assert days == sorted(days, key=lambda day: day["day"])
    assert days[-1]["approved"] == 1
    assert sum(day["approved"] for day in days) == 1
    then = (now() - 3 * DAY).date().isoformat()
    assert [d for d in days if d["rejected"] or d["lapsed"]] == [
        {"day": then, "approved": 0, "rejected": 1, "lapsed": 1}
    ]


def test_how_fast_and_by_how_many_it_was_decided(api, council, ada, olga, otto):
    votes = [(olga, "approve", 1)]
    for hours in (2, 4, 9):
        took = timedelta(hours=hours)
        measured(council, ada, votes, voters=[olga, otto], took=took)

    found = decisions(api, olga)

    assert (found["decision_seconds"], found["turnout"]) == (4 * 3600, 50)


def test_what_needed_no_vote_is_a_decision_that_took_no_time(api, council, ada, olga):
    measured(council, ada, [], took=timedelta(0))

    found = decisions(api, olga)

    assert sum(day["approved"] for day in found["days"]) == 1
    assert (found["decision_seconds"], found["turnout"]) == (None, None)


def test_the_chart_stands_on_the_overview_with_its_numbers(client, council, ada, olga):
    measured(council, ada, [(olga, "approve", 1)], ago=timedelta(0))

    page = client.as_(olga).get("/").text

    assert f"{now().day} {now():%b}: 1 approved, 0 rejected, 0 lapsed" in page
    assert "decided within 10 h. Turnout: 100%" in page


def test_without_decisions_the_overview_says_so(client, council, ada, olga):
    measured(council, ada, [(olga, "approve", 1)], ago=20 * DAY)

    page = client.as_(olga).get("/").text

    assert "Nothing was decided in these days." in page


def test_a_stranger_sees_nobody_elses_decisions(api, council, ada, olga, mallory):
    measured(council, ada, [(olga, "approve", 1)])

    found = decisions(api, mallory)

    assert not any(day["approved"] for day in found["days"])
    assert found["decision_seconds"] is None
