"""Freezes as JSON: list, pull, show, lift."""

import pytest

from dashboard.permissions import Permission
from tests.factories import latest_audit, make_agent, make_council
from tests.freezes.stage import lifted, make_freeze

URL = "/api/v1/freezes"
ALL = {"scope": "all", "reason": "Odd sums"}


def test_everything_is_frozen_and_let_go(api, ada):
    api.with_key(ada)

    pulled = api.post(URL, json=ALL)
    there = pulled.headers["Location"]
    let_go = api.post(f"{there}/lift", json={"reason": "Fixed it"})

    assert pulled.status_code == 201
    assert pulled.json["frozen_by_name"] == "Ada"
    assert pulled.json["lifted_at"] is None
    assert let_go.json["lift_reason"] == "Fixed it"
    assert let_go.json == api.get(there).json
    assert latest_audit().action == "freeze.write"


def test_an_agent_is_frozen_by_its_id(api, ada):
    agent = make_agent("Triage")
    wanted = {"scope": "agent", "agent_id": str(agent.id), "reason": "Odd sums"}

    answer = api.with_key(ada).post(URL, json=wanted)

    assert (answer.status_code, answer.json["agent_name"]) == (201, "Triage")


def test_the_list_says_which_hold(api, ada):
    held = make_freeze(ada, agent=make_agent())
    gone = lifted(make_freeze(ada), ada)
    api.with_key(ada)

    def ids(**query):
        return [row["id"] for row in api.get(URL, query_string=query).json["items"]]

    assert ids() == [str(gone.id), str(held.id)]
    assert ids(state="in_force") == [str(held.id)]
    assert ids(state="lifted") == ids(scope="all") == [str(gone.id)]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"scope": "all"}, "/reason"),
        ({"scope": "all", "reason": "  "}, "/reason"),
        ({"scope": "bot", "reason": "Odd sums"}, "/scope"),
        ({"scope": "council", "reason": "Odd sums"}, "/council_id"),
        (ALL | {"agent_id": "019a0000-0000-7000-8000-000000000000"}, "/agent_id"),
        (
            ALL
            | {"scope": "agent", "agent_id": "019a0000-0000-7000-8000-000000000000"},
            "/agent_id",
        ),
    ],
)
def test_what_is_not_well_asked_is_refused(api, ada, body, pointer):
    answer = api.with_key(ada).post(URL, json=body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_second_freeze_of_the_same_and_a_second_lift_are_refused(api, ada):
    freeze = make_freeze(ada)
    api.with_key(ada)

    twice = api.post(URL, json=ALL)
    api.post(f"{URL}/{freeze.id}/lift", json={"reason": "Fixed it"})
    again = api.post(f"{URL}/{freeze.id}/lift", json={"reason": "Fixed it"})

    assert (twice.status_code, twice.json["code"]) == (409, "frozen")
    assert again.status_code == 409
    assert "lifted already" in again.json["detail"]


def test_a_stranger_gets_404_and_who_is_no_guardian_403(app, database, ada, olga, eve):
    freeze = make_freeze(ada, council=make_council(eve))
    where = f"{URL}/{freeze.id}"
    stranger = app.test_client().with_key(olga)

    assert stranger.get(where).status_code == 404
    assert stranger.get(URL).json["items"] == []
    viewer = app.test_client().with_key(eve)
    assert viewer.get(where).status_code == 200
    assert viewer.post(f"{where}/lift", json={"reason": "Let go"}).status_code == 403
    assert viewer.post(URL, json=ALL).status_code == 403


def test_a_key_without_the_scope_freezes_nothing(api, ada):
    api.with_key(ada, scopes=[Permission.FREEZE_READ])

    assert api.get(URL).status_code == 200
    assert api.post(URL, json=ALL).status_code == 403
