"""Scenarios played for programs."""

import pytest

from dashboard.permissions import Permission
from tests.simulation.stories import at_once, played, story, vote, voters

URL = "/api/v1/simulations"


def test_the_answer_is_the_line_of_the_command(api, olga):
    told = story(vote(1, "a"), vote(2, "b", expect="not_open"), expected={"runs": 0})

    response = api.with_key(olga).post(URL, json=told)

    assert response.status_code == 200
    assert response.json == played(told).model_dump(mode="json")
    assert response.json["ok"] is False
    assert response.json["differences"] == [
        "events[2] (vote): expected not_open, found ok."
    ]


def test_a_race_is_answered_with_its_results(api, olga):
    told = story(at_once(1, vote(1, "a"), vote(1, "z")))

    response = api.with_key(olga).post(URL, json=told)

    assert response.json["events"] == ["ok", ["ok", "not_eligible"]]


def test_what_is_no_scenario_is_refused_with_where(api, olga):
    response = api.with_key(olga).post(URL, json=story(final_at=-1))

    assert response.status_code == 422
    [error] = response.json["errors"]
    assert error["pointer"] == "/final_at"


@pytest.mark.parametrize(
    "told",
    [
        story(*[vote(n, "a") for n in range(500)]),
        story(at_once(1, *[vote(1, "a") for _ in range(501)])),
        story(voters_=voters([f"n{n}" for n in range(501)])),
        story(
            *[at_once(n, *[vote(n, name) for name in "abcd"]) for n in (1, 2)],
            *[vote(3, "a") for _ in range(300)],
        ),
    ],
    ids=["events", "racers", "people", "orders"],
)
def test_what_takes_too_long_is_refused(api, olga, told):
    response = api.with_key(olga).post(URL, json=told)

    assert response.status_code == 422


def test_the_largest_is_played(api, olga):
    names = [f"n{n}" for n in range(500)]
    told = story(*[vote(1, name) for name in names[:499]], voters_=voters(names))

    response = api.with_key(olga).post(URL, json=told)

    assert response.status_code == 200
    assert response.json["outcome"]["state"] == "approved"


def test_everybody_who_reads_councils_may_play(api, eve):
    assert api.with_key(eve).post(URL, json=story()).status_code == 200


def test_a_key_without_the_scope_may_not(api, olga):
    api.with_key(olga, scopes=[Permission.WORKFLOW_READ])

    assert api.post(URL, json=story()).status_code == 403


def test_nobody_plays_without_a_key(api):
    assert api.post(URL, json=story()).status_code == 401
