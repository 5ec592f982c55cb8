import pytest

from dashboard.councils.models import Council
from dashboard.extensions import db
from tests.factories import latest_audit, make_agent, make_council, rule_of, stored

URL = "/api/v1/councils"


def body(*people, **over):
    members = [{"user_id": str(person.id)} for person in people]
    return {"name": "Payments", "members": members} | over


def pointers(response):
    return [error["pointer"] for error in response.json["errors"]]


def test_an_admin_founds_a_council(api, ada, olga):
    agent = make_agent()
    wanted = body(olga, advisers=[{"agent_id": str(agent.id), "role": "reviewer"}])

    response = api.with_key(ada).post(URL, json=wanted)

    assert response.status_code == 201
    assert response.json["members"] == [
        {"user_id": str(olga.id), "role": "member", "weight": 1, "can_veto": False}
    ]
    assert response.json["advisers"][0]["role"] == "reviewer"
    assert response.json["rule"] == rule_of()
    assert response.headers["Location"] == f"{URL}/{response.json['id']}"
    assert latest_audit().changes[f"councils/{response.json['id']}"]["name"] == [
        None,
        "Payments",
    ]


def test_a_rule_is_a_preset_with_what_differs_or_all_of_it(api, ada, olga):
    preset = {"preset": "two_thirds", "voting_period": 86_400}
    whole = rule_of("any_two", timelock=60)

    first = api.with_key(ada).post(URL, json=body(ada, olga, rule=preset))
    second = api.post(URL, json=body(ada, olga, rule=whole, name="Other"))

    assert first.json["rule"] == rule_of("two_thirds", voting_period=86_400)
    assert second.json["rule"] == whole


def test_put_replaces_and_what_is_left_out_gets_its_default(api, ada):
    council = make_council(ada, description="Old", savings_threshold=9)

    response = api.with_key(ada).put(f"{URL}/{council.id}", json=body(ada))

    found = response.json
    assert (found["name"], found["description"]) == ("Payments", "")
    assert found["savings_threshold"] == 9, "oversight has a door of its own"


def test_patch_changes_only_what_it_names(api, ada):
    rule = rule_of("two_thirds", timelock=60)
    council = make_council(ada, name="Safety", rule=rule)

    response = api.with_key(ada).patch(
        f"{URL}/{council.id}", json={"description": "Says no."}
    )

    assert (response.json["name"], response.json["rule"]) == ("Safety", rule)
    assert latest_audit().changes == {
        f"councils/{council.id}": {"description": ["", "Says no."]}
    }


def test_seats_are_changed_in_place(api, ada, olga, otto):
    council = make_council(ada, olga)
    kept = council.members[1].id
    seats = [{"user_id": str(olga.id), "weight": 3}, {"user_id": str(otto.id)}]

    api.with_key(ada).patch(f"{URL}/{council.id}", json={"members": seats})

    members = {m.user_id: m for m in db.session.get(Council, council.id).members}
    assert members.keys() == {olga.id, otto.id}
    assert (members[olga.id].id, members[olga.id].weight) == (kept, 3)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"name": "nul\0"}, "/name"),
        ({"owner": "mallory"}, "/owner"),
        ({"rule": {"preset": "dictator"}}, "/rule"),
        ({"rule": {"preset": []}}, "/rule"),
        ({"rule": {"preset": "unanimity", "voting_period": 0}}, "/rule/voting_period"),
        ({"rule": {"threshold": {"num": 3, "den": 2}}}, "/rule/threshold"),
        ({"rule": "two_thirds"}, "/rule"),
        ({"members": []}, "/members"),
        ({"members": [{"user_id": "nobody"}]}, "/members/0/user_id"),
        ({"members": [{"user_id": "0" * 32}]}, "/members/0/user_id"),
        ({"advisers": [{"agent_id": "0" * 32}]}, "/advisers/0/agent_id"),
        ({"rule": {"preset": "any_two"}}, "/rule/min_approvals"),
        ({"rule": {"required_roles": {"chair": 1}}}, "/rule/required_roles"),
        ({"review_actions": False}, "/review_actions"),
    ],
)
def test_an_invalid_patch_points_at_the_field(api, ada, given, pointer):
    council = make_council(ada)

    response = api.with_key(ada).patch(f"{URL}/{council.id}", json=given)

    assert response.status_code == 422
    assert response.mimetype == "application/problem+json"
    assert pointers(response) == [pointer]


def test_who_cannot_vote_gets_no_weight(api, ada, uma, eve):
    seats = [{"user_id": str(ada.id)}, {"user_id": str(uma.id)}]

    refused = api.with_key(ada).post(URL, json=body(members=seats))
    watching = api.post(URL, json=body(members=[seats[0], seats[1] | {"weight": 0}]))

    assert (refused.status_code, pointers(refused)) == (422, ["/members/1/weight"])
    assert watching.status_code == 201
    seats = [{"user_id": str(ada.id), "weight": 0}]
    assert pointers(api.post(URL, json=body(members=seats, name="Other"))) == [""]


def test_nobody_and_no_agent_sits_twice(api, ada):
    agent = {"agent_id": str(make_agent().id)}

    people = api.with_key(ada).post(URL, json=body(ada, ada))
    agents = api.post(URL, json=body(ada, advisers=[agent, agent]))

    assert (people.status_code, agents.status_code) == (422, 422)
    assert "sits on a council once" in people.json["errors"][0]["detail"]


def test_a_taken_name_is_said_beside_the_name(api, ada):
    make_council(ada, name="Payments")

    response = api.with_key(ada).post(URL, json=body(ada))

    assert (response.status_code, pointers(response)) == (422, ["/name"])


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_broken_json_is_the_senders_mistake(api, ada, text):
    response = api.with_key(ada).post(URL, data=text, content_type="application/json")

    assert (response.status_code, response.json["title"]) == (400, "Bad Request")


def test_pages_follow_each_other_without_gaps(api, ada):
    names = [make_council(ada).name for _ in range(5)]
    api.with_key(ada)

    seen, after = [], None
    while True:
        page = api.get(URL, query_string={"limit": 2, "after": after}).json
        seen += [council["name"] for council in page["items"]]
        if (after := page["next"]) is None:
            break

    assert seen == names[::-1]
    assert (page["total"], page["total_is_capped"]) == (5, False)


@pytest.mark.parametrize("after", ["", "x", "bnVsbA", "WzFd", "\0", "é"])
def test_a_damaged_cursor_is_refused(api, ada, after):
    response = api.with_key(ada).get(URL, query_string={"after": after})

    assert response.status_code == 422


def test_the_list_is_filtered_and_says_how_many_sit_there(api, ada, olga):
    make_council(ada, olga, name="Safety", advisers=[make_agent()])
    old = make_council(ada, name="Old")
    old.archive()
    stored(old)
    api.with_key(ada)

    def found(**query):
        items = api.get(URL, query_string=query).json["items"]
        return [(each["name"], each["people"], each["agents"]) for each in items]

    assert found() == [("Safety", 2, 1)]
    assert found(archived="true") == [("Old", 1, 0)]
    assert found(q="afe") == [("Safety", 2, 1)]
    assert found(q="%") == []


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_the_same_however_long_it_is(api, ada, statements, size):
    for _ in range(size):
        make_council(ada)
    api.with_key(ada).get(URL)
    statements.clear()

    api.get(URL)

    assert len(statements) == 2  # key and owner, rows with total


def test_one_council_costs_two_statements(api, ada, olga, statements):
    council = make_council(ada, olga, name="Safety", advisers=[make_agent()])
    url = f"{URL}/{council.id}"
    api.with_key(ada).get(url)
    statements.clear()

    assert api.get(url).json["name"] == "Safety"
    assert len(statements) == 2


def test_people_see_their_own_councils_and_who_sees_all_sees_all(api, olga, otto, eve):
    own, other = make_council(olga), make_council(otto)

    def seen_by(person):
        return {each["id"] for each in api.with_key(person).get(URL).json["items"]}

    assert seen_by(olga) == {str(own.id)}
    assert seen_by(eve) == {str(own.id), str(other.id)}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_stranger_gets_404_and_who_may_not_gets_403(
    app, database, mallory, eve, olga, ada, method
):
    council = make_council(olga)
    url = f"{URL}/{council.id}"

    def status(person, method):
        call = getattr(app.test_client().with_key(person), method)
        return call(url, json=body(ada)).status_code

    assert status(mallory, "get") == 404
    assert status(mallory, method) == status(eve, method) == status(olga, method) == 403
    assert db.session.get(Council, council.id).name == council.name


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_an_unknown_council_is_404(api, ada, method):
    url = f"{URL}/019a0000-0000-7000-8000-000000000000"

    call = getattr(api.with_key(ada), method)
    assert call(url, json=body(ada)).status_code == 404


def test_the_cookie_does_not_open_the_api(client, ada):
    response = client.as_(ada).get(URL)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_deleting_archives_and_keeps_the_seats(api, ada):
    council = make_council(ada)
    url = f"{URL}/{council.id}"

    response = api.with_key(ada).delete(url)

    assert (response.status_code, response.data) == (204, b"")
    assert api.get(url).json["archived_at"] is not None
    assert len(db.session.get(Council, council.id).members) == 1
    assert api.delete(url).status_code == 409
