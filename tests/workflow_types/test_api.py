import pytest

from dashboard.councils.models import Charter
from dashboard.extensions import db
from dashboard.workflow_types.models import WorkflowType
from tests.factories import (
    latest_audit,
    make_bot,
    make_council,
    make_type,
    rule_of,
    stored,
)
from tests.oversight.stage import make_governance_type

URL = "/api/v1/workflow-types"
UNKNOWN = f"{URL}/019a0000-0000-7000-8000-000000000000"
ASKS = {"type": "object", "properties": {"n": {"type": "integer"}}}


@pytest.fixture
def council(ada, olga):
    return make_council(ada, olga, name="Release")


@pytest.fixture
def bot(uma):
    return make_bot(uma, name="Sweeper")


def body(council, *bots, **over):
    steps = [str(bot.id) for bot in bots]
    return {"name": "Sweep", "council_id": str(council.id), "steps": steps} | over


def asking(**properties):
    return {"input_schema": {"type": "object", "properties": properties}}


def pointers(response):
    return [error["pointer"] for error in response.json["errors"]]


def test_an_admin_creates_a_type(api, ada, council, bot):
    rule = {"preset": "two_thirds", "voting_period": 86_400}
    wanted = body(council, bot, bot, rule=rule, input_schema=ASKS, risk="high")

    response = api.with_key(ada).post(URL, json=wanted)

    assert response.status_code == 201
    found = api.get(response.headers["Location"]).json
    assert found["rule"] == rule_of("two_thirds", voting_period=86_400)
    assert found["input_schema"] == ASKS | {"additionalProperties": False}
    assert found["steps"] == [
        {"position": 1, "bot_id": str(bot.id), "agent_id": None, "brief": None},
        {"position": 2, "bot_id": str(bot.id), "agent_id": None, "brief": None},
    ]
    assert latest_audit().subject_name == "Sweep"


def test_what_is_left_out_gets_its_default(api, ada, council, bot):
    found = api.with_key(ada).post(URL, json=body(council, bot)).json

    assert (found["risk"], found["rule"], found["auto_run"]) == ("medium", None, True)
    assert found["input_schema"]["properties"] == {}


def test_put_replaces_and_patch_changes_only_what_it_names(api, ada, council, bot):
    rule = rule_of("everyone", timelock=60)
    type_ = make_type(council, bot, name="Old", description="Old", rule=rule)
    url = f"{URL}/{type_.id}"

    patched = api.with_key(ada).patch(url, json={"description": "New"}).json
    changes = latest_audit().changes
    lifted = api.patch(url, json={"rule": None}).json
    replaced = api.put(url, json=body(council, bot)).json

    assert (patched["name"], patched["rule"]) == ("Old", rule)
    assert changes == {f"workflow_types/{type_.id}": {"description": ["Old", "New"]}}
    assert lifted["rule"] is None
    assert (replaced["name"], replaced["description"]) == ("Sweep", "")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": "x"}, "/name"),
        ({"owner": "me"}, "/owner"),
        ({"risk": "none"}, "/risk"),
        ({"steps": []}, "/steps"),
        ({"steps": ["0" * 32]}, "/steps/0"),
        ({"council_id": "0" * 32}, "/council_id"),
        ({"rule": {"preset": "dictator"}}, "/rule"),
        ({"rule": {"voting_period": 0}}, "/rule/voting_period"),
        ({"input_schema": []}, "/input_schema"),
        ({"input_schema": {"type": "array"}}, "/input_schema"),
        ({"input_schema": ASKS | {"required": ["m"]}}, "/input_schema"),
        ({"input_schema": ASKS | {"$ref": "http://example.org/x"}}, "/input_schema"),
        (asking(n={"type": "object"}), "/input_schema"),
        (asking(N={"type": "string"}), "/input_schema"),
        (asking(n={"type": "integer", "default": "x"}), "/input_schema"),
        (asking(n={"type": "number", "default": float("nan")}), "/input_schema"),
        (asking(n={"type": "string", "pattern": "("}), "/input_schema"),
        (asking(n={"type": "array", "items": True}), "/input_schema"),
        (
            asking(n={"type": "array", "items": {"type": "string", "pattern": "("}}),
            "/input_schema",
        ),
    ],
)
def test_an_invalid_type_points_at_the_field(api, ada, council, bot, wrong, pointer):
    response = api.with_key(ada).post(URL, json=body(council, bot) | wrong)

    assert response.status_code == 422
    assert pointers(response) == [pointer]


def test_a_rule_of_its_own_has_to_be_one_its_council_can_meet(api, ada, council, bot):
    asks_more = {"preset": "any_two", "required_roles": {"security": 1}}
    type_ = make_type(council, bot)

    created = api.with_key(ada).post(URL, json=body(council, bot, rule=asks_more))
    changed = api.patch(f"{URL}/{type_.id}", json={"rule": asks_more})

    for answer in (created, changed):
        assert (answer.status_code, pointers(answer)) == (422, ["/rule"])
        assert "could never pass" in answer.json["errors"][0]["detail"]
    assert type_.rule is None


def test_a_taken_name_and_an_archived_council_are_refused(api, ada, olga, council, bot):
    make_type(council, bot, name="Sweep")
    old = make_council(olga)
    old.archive()
    stored(old)

    taken = api.with_key(ada).post(URL, json=body(council, bot))
    archived = api.post(URL, json=body(old, bot, name="Other"))

    assert (taken.status_code, pointers(taken)) == (422, ["/name"])
    assert (archived.status_code, pointers(archived)) == (422, ["/council_id"])


def test_the_list_is_filtered(api, uma, council, bot):
    make_type(council, bot, name="Sweep")
    old = make_type(council, bot, bot, name="Old")
    old.archive()
    stored(old)
    api.with_key(uma)

    def found(**query):
        items = api.get(URL, query_string=query).json["items"]
        return [(i["name"], i["step_count"], i["council_name"]) for i in items]

    assert found() == [("Sweep", 1, "Release")]
    assert found(archived="true") == [("Old", 2, "Release")]
    assert found(q="nothing") == []


def test_deleting_archives(api, ada, council, bot):
    type_ = make_type(council, bot)
    url = f"{URL}/{type_.id}"

    response = api.with_key(ada).delete(url)

    assert (response.status_code, response.data) == (204, b"")
    assert db.session.get(WorkflowType, type_.id).is_archived
    assert api.delete(url).status_code == 409


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_who_may_not_write_gets_403_and_an_unknown_type_is_404(
    app, database, ada, uma, eve, council, bot, method
):
    type_ = make_type(council, bot)
    url = f"{URL}/{type_.id}"

    def status(person, url):
        call = getattr(app.test_client().with_key(person), method)
        return call(url, json=body(council, bot)).status_code

    assert (status(uma, url), status(eve, url)) == (403, 403)
    assert status(ada, UNKNOWN) == 404
    caller = app.test_client().with_key(uma)
    assert caller.post(URL, json=body(council, bot)).status_code == 403
    assert (caller.get(url).status_code, caller.get(UNKNOWN).status_code) == (200, 404)


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_the_same_however_long_it_is(
    api, ada, council, bot, statements, size
):
    for _ in range(size):
        make_type(council, bot)
    api.with_key(ada).get(URL)
    statements.clear()

    api.get(URL)

    assert len(statements) == 2  # key and owner, rows with total


def test_a_type_by_domain_names_no_council(api, ada, bot):
    steps = [str(bot.id)]
    wanted = {"name": "Reprice", "domain": "commerce.pricing", "steps": steps}

    response = api.with_key(ada).post(URL, json=wanted)

    assert response.status_code == 201
    found = (response.json["council_id"], response.json["domain"])
    assert found == (None, "commerce.pricing")
    [row] = api.get(URL).json["items"]
    assert (row["council_name"], row["domain"]) == (None, "commerce.pricing")


def governing(council, **over):
    body = {"name": "Charter", "kind": "governance", "council_id": str(council.id)}
    return body | over


def test_a_governance_type_runs_no_bot_and_asks_nothing(api, ada, council):
    response = api.with_key(ada).post(URL, json=governing(council))

    assert response.status_code == 201
    assert (response.json["kind"], response.json["steps"]) == ("governance", [])


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"council_id": None}, "/council_id"),
        ({"council_id": None, "domain": "commerce"}, "/council_id"),
        ({"steps": ["0" * 32]}, "/steps"),
        ({"input_schema": ASKS}, "/input_schema"),
        ({"kind": "tyranny", "steps": ["0" * 32]}, "/kind"),
        ({"domain": "Commerce"}, "/domain"),
    ],
)
def test_a_governance_type_that_is_not_one_points_at_the_field(
    api, ada, council, wrong, pointer
):
    response = api.with_key(ada).post(URL, json=governing(council) | wrong)

    assert response.status_code == 422
    assert pointers(response) == [pointer]


def test_work_needs_a_council_or_a_domain(api, ada, bot):
    response = api.with_key(ada).post(
        URL, json={"name": "Sweep", "steps": [str(bot.id)]}
    )

    assert (response.status_code, pointers(response)) == (422, ["/council_id"])


def test_a_type_stays_of_its_kind(api, ada, council, bot):
    type_ = make_type(council, bot, name="Sweep")

    response = api.with_key(ada).put(f"{URL}/{type_.id}", json=governing(council))

    assert (response.status_code, pointers(response)) == (422, ["/kind"])
    assert db.session.get(WorkflowType, type_.id).kind == "work"


def test_the_type_by_which_a_council_changes_is_left_alone(api, ada, council):
    type_ = make_governance_type(council, name="Charter")
    council.charter = Charter(type_id=type_.id)
    stored(council)
    url = f"{URL}/{type_.id}"

    changed = api.with_key(ada).put(url, json=governing(council, name="Other"))
    archived = api.delete(url)

    assert (changed.status_code, archived.status_code) == (409, 409)
    found = db.session.get(WorkflowType, type_.id)
    assert (found.name, found.is_archived) == ("Charter", False)
