import pytest

from dashboard.councils.models import Council
from dashboard.extensions import db
from tests.factories import latest_audit, make_bot, make_council, make_type
from tests.oversight.stage import block, make_governance_type

URL = "/api/v1/councils"
UNKNOWN = f"{URL}/019a0000-0000-7000-8000-000000000000/oversight"


@pytest.fixture
def council(ada, olga):
    return make_council(ada, olga, name="Release", savings_threshold=500)


@pytest.fixture
def type_(council, uma):
    return make_type(council, make_bot(uma), name="Sweep")


@pytest.fixture
def url(council):
    return f"{URL}/{council.id}/oversight"


def blocked(type_, reason="Not yet"):
    return {"type_id": str(type_.id), "reason": reason}


def test_the_oversight_is_read_as_it_is_stored(api, olga, url, council, type_):
    block(council, type_, "Not before the audit")

    found = api.with_key(olga).get(url).json

    assert found == {
        "review_actions": True,
        "savings_threshold": 500,
        "domains": [],
        "blocked_types": [blocked(type_, "Not before the audit")],
    }


def test_put_replaces_it_whole(api, ada, url, council, type_):
    block(council, type_)
    wanted = {"domains": ["commerce", "commerce"], "review_actions": False}

    response = api.with_key(ada).put(url, json=wanted)

    assert response.status_code == 200
    assert response.json == {
        "review_actions": False,
        "savings_threshold": 0,
        "domains": ["commerce"],
        "blocked_types": [],
    }
    assert api.get(url).json == response.json
    assert latest_audit().changes[f"councils/{council.id}"] == {
        "review_actions": [True, False],
        "savings_threshold": [500, 0],
        "domains": [[], ["commerce"]],
    }


def test_what_is_proposed_afterwards_is_blocked(api, ada, url, council, type_):
    api.with_key(ada).put(url, json={"blocked_types": [blocked(type_)]})

    answer = api.post(
        f"{URL}/{council.id}/check-action", json={"type_id": str(type_.id)}
    )

    assert answer.json["allowed"] is False


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"savings_threshold": -1}, "/savings_threshold"),
        ({"savings_threshold": 1_000_000_001}, "/savings_threshold"),
        ({"domains": ["Commerce"]}, "/domains/0"),
        ({"domains": ["commerce", "commerce."]}, "/domains/1"),
        ({"domains": [""]}, "/domains/0"),
        ({"domains": ["a"] * 31}, "/domains"),
        ({"members": []}, "/members"),
        (
            {"blocked_types": [{"type_id": "0" * 32, "reason": "None such"}]},
            "/blocked_types/0/type_id",
        ),
        (
            {"blocked_types": [{"type_id": "0" * 32, "reason": "  "}]},
            "/blocked_types/0/reason",
        ),
    ],
)
def test_an_invalid_oversight_points_at_the_field(
    api, ada, url, council, wrong, pointer
):
    response = api.with_key(ada).put(url, json=wrong)

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]
    assert db.session.get(Council, council.id).savings_threshold == 500


def test_only_work_is_blocked_and_only_once(api, ada, url, council, type_):
    charter = make_governance_type(council)
    twice = [blocked(type_), blocked(type_)]

    governing = api.with_key(ada).put(url, json={"blocked_types": [blocked(charter)]})
    doubled = api.put(url, json={"blocked_types": twice})

    assert governing.json["errors"][0]["pointer"] == "/blocked_types/0/type_id"
    assert "cannot be blocked" in governing.json["errors"][0]["detail"]
    assert doubled.json["errors"][0]["detail"].startswith("A type is blocked once.")


def test_strangers_find_nothing_and_members_change_nothing(
    app, database, url, ada, olga, eve, mallory
):
    def statuses(person, url):
        caller = app.test_client().with_key(person)
        return caller.get(url).status_code, caller.put(url, json={}).status_code

    assert statuses(mallory, url) == (404, 403)
    assert statuses(olga, url) == (200, 403)
    assert statuses(ada, UNKNOWN) == (404, 404)
    reader = app.test_client().with_key(eve, scopes=["council.read"])
    assert (reader.get(url).status_code, reader.put(url, json={}).status_code) == (
        200,
        403,
    )


def test_a_save_costs_the_usual_and_one_per_look_up(api, ada, url, type_, statements):
    wanted = {"domains": ["commerce"], "blocked_types": [blocked(type_)]}
    api.with_key(ada).get(url)
    statements.clear()

    api.put(url, json=wanted)

    # the usual seven, the kinds of the types, and the row of what is blocked
    assert len(statements) == 9, "\n".join(statements)
