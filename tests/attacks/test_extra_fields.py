"""What was not asked for is not set, however it is sent."""

import json

import pytest
import sqlalchemy as sa

from dashboard.bots.models import Bot, BotStatus
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.users.models import ApiKey, User
from dashboard.workflows.models import Status, Vote, Workflow
from tests.attacks.stage import CODE, SECRET, body_of, listed, secret_world
from tests.factories import make_bot, make_council, make_type, open_vote
from tests.populated import filled_in

ID = "019a0000-0000-7000-8000-000000000000"
EXTRAS = {
    "id": ID,
    "role": "admin",
    "is_admin": True,
    "is_active": True,
    "owner_id": ID,
    "user_id": ID,
    "proposer_id": ID,
    "voter_id": ID,
    "author_id": ID,
    "council_id": ID,
    "round_id": ID,
    "status": "approved",
    "outcome": "approved",
    "content_hash": "sha256:0",
    "number": 1,
    "revision": 99,
    "weight": 1000,
    "seq": 0,
    "password_hash": "x",
    "secret_hash": "x",
    "created_at": "2020-01-01T00:00:00Z",
    "archived_at": None,
    "runs_total": 5,
    "__class__": "x",
}
VERB = {"POST", "PUT", "PATCH", "DELETE"}


def calls_with_a_body(app, client):
    """Each call that takes JSON: its rule, method, and the fields it knows."""
    described = client.get("/api/openapi.json").json
    schemas = described["components"]["schemas"]
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for kind in ("uuid", "int", "path"):
            path = path.replace(f"<{kind}:", "{").replace(">", "}")
        for method in rule.methods & VERB:
            call = described["paths"].get(path, {}).get(method.lower(), {})
            if "requestBody" in call:
                asked = call["requestBody"]["content"]["application/json"]["schema"]
                known = schemas[asked["$ref"].rpartition("/")[2]]["properties"]
                yield method, rule, set(known)


def test_no_call_takes_a_field_it_does_not_name(app, client, ada, olga):
    world = secret_world(ada, olga)
    client.with_key(ada)

    found, calls = [], list(calls_with_a_body(app, client))
    for method, rule, known in calls:
        extras = {k: v for k, v in EXTRAS.items() if k not in known}
        body = body_of(rule)["json"] | extras
        answer = client.open(filled_in(rule, world), method=method, json=body)
        named = {each["pointer"][1:] for each in answer.json.get("errors", [])}
        if answer.status_code != 422 or extras.keys() - named:
            found.append((method, rule.rule, answer.status, extras.keys() - named))

    assert len(calls) >= 17
    assert not found, listed(found)


def test_a_call_without_a_body_ignores_one(api, ada, uma):
    bot = make_bot(uma)

    answer = api.with_key(uma).delete(f"/api/v1/bots/{bot.id}", json=EXTRAS)

    assert answer.status_code == 204
    assert (bot.status, bot.owner_id, bot.runs_total) == (
        BotStatus.ARCHIVED,
        uma.id,
        0,
    )


def test_a_form_creates_a_bot_of_whoever_sends_it(client, uma, ada):
    form = {"name": "Mine", "code": CODE, "config": "{}", "message": "First version"}
    extras = EXTRAS | {"owner_id": str(ada.id), "status": "archived", "number": "7"}

    client.as_(uma).post("/bots/new", data=texts(extras) | form)

    bot = db.session.scalar(sa.select(Bot))
    assert (bot.owner_id, bot.status, bot.runs_total) == (uma.id, BotStatus.ACTIVE, 0)
    assert (bot.active.number, bot.active.author_id) == (1, uma.id)
    assert bot.active.content_hash == bot.active.true_hash


def test_a_form_proposes_for_nobody_else_and_approves_nothing(client, uma, ada, olga):
    type_ = make_type(make_council(olga), make_bot(ada))
    form = {"type_id": str(type_.id), "title": "Clean up"}
    extras = EXTRAS | {"proposer_id": str(ada.id)}

    client.as_(uma).post("/workflows/new", data=texts(extras) | form)

    workflow = db.session.scalar(sa.select(Workflow))
    assert (workflow.proposer_id, workflow.council_id) == (uma.id, type_.council_id)
    assert (workflow.status, workflow.revision) == (Status.DRAFT, 1)
    assert workflow.round is None


@pytest.mark.parametrize("name", ["user_id", "voter_id", "actor_id", "owner_id"])
def test_a_form_votes_for_nobody_else(client, ada, olga, otto, uma, name):
    council = make_council(ada, olga, otto)
    workflow = open_vote(uma, make_type(council, make_bot(uma)))
    form = {"choice": "approve", "revision": "1", name: str(otto.id), "weight": "1000"}

    client.as_(olga).post(f"/workflows/{workflow.id}/votes", data=form)

    votes = db.session.scalars(sa.select(Vote)).all()
    assert [vote.user_id for vote in votes] == [olga.id]


@pytest.mark.parametrize("name", ["user_id", "voter_id", "weight", "round_id"])
def test_a_program_votes_for_nobody_else(api, ada, olga, otto, uma, name):
    council = make_council(ada, olga, otto)
    workflow = open_vote(uma, make_type(council, make_bot(uma)))
    body = {"choice": "approve", "revision": 1, name: str(otto.id)}

    answer = api.with_key(olga).post(
        f"/api/v1/workflows/{workflow.id}/votes", json=body
    )

    assert answer.status_code == 422
    assert db.session.scalar(sa.select(Vote)) is None


def test_a_form_makes_a_key_of_ones_own_only(client, uma, ada):
    form = {"name": "Mine", "scopes": ["bot.read"], "days": "90"}
    extras = {"user_id": str(ada.id), "owner": str(ada.id), "secret_hash": "x"}

    client.as_(uma).post("/keys/new", data=form | extras)

    key = db.session.scalar(sa.select(ApiKey))
    assert (key.user_id, key.scopes) == (uma.id, ["bot.read"])
    assert key.secret_hash != "x"


@pytest.mark.parametrize("url", ["/profile/password", "/theme", "/confirm"])
def test_nobody_becomes_an_admin_by_the_way(client, uma, url):
    client.as_(uma).post(url, data=texts(EXTRAS) | {"role": "admin"})

    assert db.session.get(User, uma.id).role is Role.USER


def test_inputs_hold_only_what_the_type_asks_for(api, uma, ada, olga):
    type_ = make_type(make_council(olga), make_bot(ada))
    body = {"type_id": str(type_.id), "title": "Clean up", "inputs": {"evil": SECRET}}

    answer = api.with_key(uma).post("/api/v1/workflows", json=body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/inputs/evil"


def texts(fields):
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
    }
