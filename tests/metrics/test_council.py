"""A council's health: the tab, and its JSON."""

from datetime import timedelta

import pytest

from dashboard.clock import now
from tests.factories import make_council, make_vote
from tests.metrics.rounds import decided, measured

HOUR = 3600


@pytest.fixture
def council(ada, olga, otto):
    return make_council(olga, otto, name="Payments")


def page_of(client, user, council, query=""):
    return client.as_(user).get(f"/councils/{council.id}/health{query}")


def health_of(api, user, council, query=""):
    return api.with_key(user).get(f"/api/v1/councils/{council.id}/health{query}")


def test_the_page_says_how_the_council_decides(client, council, ada, olga, otto):
    votes = [(olga, "approve", 1), (otto, "reject", 3)]
    measured(council, ada, votes, "rejected")

    page = page_of(client, olga, council)

    assert page.status_code == 200
    assert "Decided by vote" in page.text
    assert "10 h" in page.text
    assert "Show the numbers" in page.text
    assert 'aria-current="page">Health' in page.text


def test_the_numbers_for_a_program(api, council, ada, olga, otto):
    votes = [(olga, "approve", 1), (otto, "reject", 3)]
    measured(council, ada, votes, "rejected", early=True)
    measured(council, ada, votes[:1], voters=[olga, otto], extended=timedelta(hours=1))
    measured(council, ada, [], took=timedelta(0))

    found = health_of(api, olga, council).json

    assert (found["decided"], found["without_vote"]) == (2, 1)
    assert (found["approved"], found["rejected"], found["lapsed"]) == (1, 1, 0)
    assert (found["turnout"], found["disagreement"]) == (75, 25)
    assert (found["first_vote_seconds"], found["decision_seconds"]) == (
        HOUR,
        10 * HOUR,
    )
    assert (found["early_share"], found["extended_share"]) == (50, 50)
    assert found["spans"][-1]["approved"] == 1
    assert sum(span["rejected"] for span in found["spans"]) == 1


def test_each_member_is_named_with_how_they_took_part(api, council, ada, olga, otto):
    votes = [(olga, "approve", 1), (otto, "reject", 3)]
    measured(council, ada, votes, "rejected")
    measured(council, ada, votes[:1], voters=[olga, otto])

    members = {m["name"]: m for m in health_of(api, olga, council).json["members"]}

    assert [(m["asked"], m["voted"], m["share"]) for m in members.values()] == [
        (2, 2, 100),
        (2, 1, 50),
    ]
    assert members["Olga"]["outvoted"] == 1
    assert members["Otto"]["outvoted"] == 0
    assert members["Olga"]["median_seconds"] == HOUR
    assert members["Otto"]["median_seconds"] == 3 * HOUR


def test_a_changed_vote_answers_at_once_and_counts_as_it_ended(api, council, ada, olga):
    round_ = decided(council, ada, [(olga, "approve", 5)])
    first = round_.opened_at + timedelta(hours=1)
    make_vote(round_, olga, "reject", cast_at=first, superseded_at=now())
    voted = measured(council, ada, [(olga, "approve", 5)])
    make_vote(
        voted,
        olga,
        "reject",
        cast_at=voted.opened_at + timedelta(hours=1),
        superseded_at=now(),
    )

    (member,) = health_of(api, olga, council).json["members"]

    assert (member["asked"], member["voted"], member["outvoted"]) == (1, 1, 0)
    assert member["median_seconds"] == HOUR


def test_a_voided_vote_is_no_vote(api, council, ada, olga, otto):
    round_ = measured(council, ada, [(olga, "approve", 1)], voters=[olga, otto])
    make_vote(round_, otto, "reject", voided_at=now(), cast_at=round_.opened_at)

    members = {m["name"]: m for m in health_of(api, olga, council).json["members"]}

    assert (members["Otto"]["voted"], members["Otto"]["outvoted"]) == (0, 0)


@pytest.mark.parametrize(("days", "decided_rounds"), [(30, 1), (90, 2), (365, 3)])
def test_the_period_stands_in_the_address(
    client, api, council, ada, olga, days, decided_rounds
):
    votes = [(olga, "approve", 1)]
    for ago in (1, 60, 200, 400):
        measured(council, ada, votes, ago=timedelta(days=ago))

    found = health_of(api, olga, council, f"?days={days}").json
    page = page_of(client, olga, council, f"?days={days}").text

    assert found["decided"] == decided_rounds
    assert f'aria-current="true">{days} days' in page


def test_without_a_period_it_is_the_last_quarter(api, council, olga):
    assert health_of(api, olga, council).json["days"] == 90


def test_a_period_nobody_offers_is_refused(client, api, council, olga):
    answer = health_of(api, olga, council, "?days=7")

    assert answer.status_code == 422
    assert "days" in answer.text
    assert page_of(client, olga, council, "?days=x").status_code == 422


def test_a_council_that_decided_nothing_says_so(client, council, olga):
    page = page_of(client, olga, council)

    assert page.status_code == 200
    assert "No vote was decided in the last 90 days" in page.text


def test_another_councils_rounds_are_not_counted(api, council, ada, olga):
    other = make_council(olga)
    measured(other, ada, [(olga, "approve", 1)])

    found = health_of(api, olga, council).json

    assert (found["decided"], found["members"]) == (0, [])


def test_only_who_sees_the_council_sees_who_voted(client, api, council, mallory, eve):
    assert page_of(client, mallory, council).status_code == 404
    assert health_of(api, mallory, council).status_code == 404
    assert page_of(client, eve, council).status_code == 200


def test_a_key_needs_the_scope(api, council, olga):
    key = api.with_key(olga, scopes=["workflow.read"])

    assert key.get(f"/api/v1/councils/{council.id}/health").status_code == 403


@pytest.mark.parametrize("copies", [1, 12])
def test_it_costs_four_statements_however_much_was_decided(
    client, statements, council, ada, olga, otto, copies
):
    for _ in range(copies):
        measured(council, ada, [(olga, "approve", 1), (otto, "reject", 2)])
    client.as_(olga)
    statements.clear()

    assert client.get(f"/councils/{council.id}/health").status_code == 200

    assert len(statements) <= 4
