"""Somebody who has nothing to do with it reads and moves nothing of others."""

import pytest
import sqlalchemy as sa

from dashboard.bots.models import Bot
from dashboard.database import Model
from dashboard.extensions import db
from dashboard.permissions import VOTERS, Permission, Role
from tests.attacks.stage import (
    FILE,
    OPEN_TO_ALL,
    SECRET,
    UNSAFE,
    body_of,
    listed,
    routes,
    secret_world,
)
from tests.conftest import on_both, on_postgresql
from tests.factories import make_council, make_type, make_user, propose
from tests.populated import filled_in

SEARCHES = ("q", "bot_id", "council_id", "type_id", "owner", "actor", "subject_id")
KNOWS_BOTS = {"bot_id", "schedule_id", "hook_id", "incident_id", "grant_id"}
"""Who may sit on a council may read the code that councils judge, and all about it."""
ABOUT_BOTS = ("schedules", "hooks", "incidents", "grants")
NAMES_BOTS = {
    "bots.index",
    "bots_api.index",
    "home.index",
    "home_api.show",
    "runs.index",
    "schedules.create",
    *(f"{name}.index" for name in ABOUT_BOTS),
    *(f"{name}_api.index" for name in ABOUT_BOTS),
}
PAGED = (".show", ".index")
"""Pages and calls that have tabs, or take a search."""
STAMPS = ("user_sessions", "api_keys")


@pytest.fixture
def world(ada, olga):
    return secret_world(ada, olga)


@pytest.fixture
def stranger(request, world):
    """Somebody of each role that does not see everything, and of another council."""
    person = make_user("Stranger", role=request.param)
    make_council(person, name="Elsewhere")
    return person


@pytest.fixture
def browser(client, stranger):
    return client.as_(stranger).with_key(stranger)


each_stranger = pytest.mark.parametrize(
    ("server", "stranger"),
    on_both([Role.COUNCIL_OPERATOR], sqlite=[Role.USER], postgresql=[Role.API_USER]),
    indirect=True,
)


def hidden_from(person):
    """Which of a route's arguments name what this person cannot see."""
    seen = OPEN_TO_ALL | (KNOWS_BOTS if person.role in VOTERS else set())
    return lambda rule: {name for name in rule.arguments if name.endswith("_id")} - seen


@each_stranger
def test_nothing_of_others_is_there(app, browser, stranger, world):
    hidden = hidden_from(stranger)

    found = []
    for method, rule in routes(app, "GET", *UNSAFE):
        view = app.view_functions[rule.endpoint]
        if hidden(rule) and view.permission in stranger.grants:
            url, body = filled_in(rule, world), body_of(rule)
            with browser.open(url, method=method, **body) as response:
                if response.status_code != 404:
                    found.append((method, rule.rule, response.status))

    assert not found, listed(found)


@each_stranger
def test_a_refused_reach_changes_nothing(app, browser, stranger, world, database):
    hidden = hidden_from(stranger)
    before = rows_of(database)

    for method, rule in routes(app, *UNSAFE):
        if hidden(rule):
            browser.open(filled_in(rule, world), method=method, **body_of(rule))

    assert rows_of(database) == before


def rows_of(connection):
    """Every row but what the reading of a page stamps."""
    return {
        table.name: connection.execute(
            sa.select(table).order_by(*table.primary_key)
        ).all()
        for table in Model.metadata.sorted_tables
        if table.name not in STAMPS
    }


@on_postgresql
def test_a_secret_word_stands_on_no_page_of_a_stranger(app, client, world):
    mallory = make_user("Mallory", role=Role.USER)
    browser = client.as_(mallory).with_key(mallory)
    tabs = ("history", "work", "councils", "versions", "runs", "code", "rule")
    searched = [f"{name}={world.get(name, SECRET[:4])}" for name in SEARCHES]
    queries = ["", *(f"tab={tab}" for tab in tabs), *searched]

    found = []
    for _, rule in routes(app, "GET"):
        for query in queries if rule.endpoint.endswith(PAGED) else [""]:
            with browser.get(f"{filled_in(rule, world)}?{query}") as response:
                if SECRET.encode() in response.data:
                    found.append((rule.rule, query, response.status))

    assert not found, listed(found)


@each_stranger
def test_a_seat_on_one_council_shows_nothing_of_another(app, browser, stranger, world):
    judges_code = stranger.role in VOTERS

    found = []
    for _, rule in routes(app, "GET"):
        names_bots = rule.endpoint in NAMES_BOTS or KNOWS_BOTS & rule.arguments
        if not (judges_code and names_bots):
            with browser.get(filled_in(rule, world)) as response:
                if SECRET.encode() in response.data:
                    found.append((rule.rule, response.status))

    assert not found, listed(found)


def test_the_search_finds_for_its_owner_what_it_hides_from_a_stranger(client, ada):
    secret_world(ada, make_user("Olga", role=Role.COUNCIL_OPERATOR))

    client.as_(ada)

    for folder in ("workflows", "councils", "bots", "runs"):
        assert SECRET in client.get(f"/{folder}/?q={SECRET}").text, folder


def test_a_copy_takes_nothing_from_a_workflow_one_does_not_see(client, world, mallory):
    type_id, source = world["type_id"], world["workflow_id"]
    form = {"type_id": type_id, "title": "Mine now", "keep": FILE}

    shown = client.as_(mallory).get(f"/workflows/new?type_id={type_id}&copy={source}")
    answer = client.post(f"/workflows/new?copy={source}", data=form)

    assert (shown.status_code, answer.status_code) == (404, 404)
    assert SECRET not in shown.text + answer.text


def test_keeping_the_name_of_a_foreign_file_keeps_no_file(api, world, mallory, ada):
    body = {"type_id": str(world["type_id"]), "title": "Mine", "keep": [FILE]}

    made = api.with_key(mallory).post("/api/v1/workflows", json=body)

    assert made.status_code == 201
    assert made.json["content"]["files"] == []


def test_the_file_of_one_run_is_not_found_under_another(client, world, mallory):
    bot = db.session.get(Bot, world["bot_id"])
    own = propose(mallory, make_type(make_council(), bot))

    answer = client.as_(mallory).get(f"/workflows/{own.id}/files/{FILE}")

    assert answer.status_code == 404


def test_a_viewer_reads_it_all_and_a_vote_is_still_not_theirs(api, world, eve):
    api.with_key(eve)
    vote = {"choice": "approve", "revision": 1}

    read = api.get(f"/api/v1/workflows/{world['workflow_id']}")
    cast = api.post(f"/api/v1/workflows/{world['workflow_id']}/votes", json=vote)

    assert SECRET in read.text
    assert cast.status_code == 403
    assert Permission.WORKFLOW_VOTE not in eve.grants
