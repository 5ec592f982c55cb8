from base64 import b64encode

import pytest
from sqlalchemy import select

from dashboard.bots.models import Bot, BotStatus, RunPolicy
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.runs.models import Run
from tests.factories import (
    ECHO,
    latest_audit,
    make_bot,
    make_council,
    make_type,
    make_version,
)

URL = "/api/v1/bots"
OTHER = "def run(inputs, files):\n    return {'other': True}\n"


def test_a_user_creates_a_bot(api, uma):
    response = api.with_key(uma).post(URL, json={"name": "Echo", "code": ECHO})

    assert response.status_code == 201
    assert response.headers["Location"] == f"{URL}/{response.json['id']}"
    assert response.json["owner_id"] == str(uma.id)
    assert (response.json["status"], response.json["run_policy"]) == (
        "active",
        "nobody",
    )
    assert (
        response.json["active"]["number"],
        response.json["active"]["is_active"],
    ) == (
        1,
        True,
    )


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"code": "run("}, "/code"),
        ({"name": ""}, "/name"),
        ({"run_policy": "everybody"}, "/run_policy"),
        ({"runs_total": 9}, "/runs_total"),
        ({"config": {"limits": {"memory_mb": 1}}}, "/config/limits/memory_mb"),
        ({"config": "{}"}, "/config"),
    ],
)
def test_an_invalid_bot_points_at_the_field(api, uma, body, pointer):
    whole = {"name": "Echo", "code": ECHO} | body

    response = api.with_key(uma).post(URL, json=whole)

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]


def test_patch_changes_facts_and_never_code(api, uma):
    url = f"{URL}/{make_bot(uma, description='Old').id}"

    changed = api.with_key(uma).patch(url, json={"status": "maintenance"})
    refused = api.patch(url, json={"code": OTHER})

    assert changed.json["status"] == "maintenance"
    assert changed.json["description"] == "Old"
    assert refused.status_code == 422
    assert api.patch(url, json={"status": "archived"}).status_code == 409


def test_versions_are_saved_listed_and_read(api, uma):
    url = f"{URL}/{make_bot(uma).id}/versions"
    body = {"code": OTHER, "message": "Says other", "based_on": 1}

    saved = api.with_key(uma).post(url, json=body)
    listed = api.get(url, query_string={"limit": 1}).json
    older = api.get(url, query_string={"limit": 1, "after": listed["next"]}).json

    assert (saved.status_code, saved.headers["Location"]) == (201, f"{url}/2")
    assert [each["number"] for each in listed["items"]] == [2]
    assert [each["number"] for each in older["items"]] == [1]
    assert api.get(f"{url}/1").json["code"] == ECHO
    assert api.get(f"{url}/2").json["is_active"] is True
    for number in (0, 3, 10**30):
        assert api.get(f"{url}/{number}").status_code == 404


def test_a_version_saved_meanwhile_is_no_lost_update(api, uma):
    url = f"{URL}/{make_bot(uma).id}/versions"
    body = {"code": OTHER, "message": "Says other", "based_on": 7}

    response = api.with_key(uma).post(url, json=body)

    assert response.status_code == 422
    assert [each["pointer"] for each in response.json["errors"]] == ["/based_on"]


def test_deleting_archives_and_a_type_in_use_forbids_it(api, ada):
    free, used = make_bot(ada), make_bot(ada)
    free_id, used_url = free.id, f"{URL}/{used.id}"
    make_type(make_council(ada), used, name="Deploy")

    archived = api.with_key(ada).delete(f"{URL}/{free_id}")
    refused = api.delete(used_url)

    assert (archived.status_code, archived.data) == (204, b"")
    assert db.session.get(Bot, free_id).status is BotStatus.ARCHIVED
    assert refused.status_code == 409
    assert "Deploy" in refused.json["detail"]
    assert latest_audit().result == "refused"
    assert api.post(f"{URL}/{free_id}/restore").json["status"] == "inactive"


def test_the_list_is_filtered_and_hides_the_archived(api, ada, uma):
    make_bot(ada, name="Echo")
    make_bot(uma, name="Echo two", status=BotStatus.MAINTENANCE)
    make_bot(ada, name="Gone", status=BotStatus.ARCHIVED)
    api.with_key(ada)

    def names(**query):
        items = api.get(URL, query_string=query).json["items"]
        return [each["name"] for each in items]

    assert names() == ["Echo two", "Echo"]
    assert names(q="TWO") == ["Echo two"]
    assert names(mine="true") == ["Echo"]
    assert names(status="archived") == ["Gone"]
    assert names(status="maintenance", mine="true") == []


def test_a_bot_of_ones_own_runs_without_a_vote_when_its_policy_says_so(api, uma):
    bot_id = make_bot(uma, run_policy=RunPolicy.OWNER).id
    body = {
        "inputs": {"n": 1},
        "files": [{"name": "a.csv", "content_base64": b64encode(b"1;2").decode()}],
    }

    response = api.with_key(uma).post(f"{URL}/{bot_id}/runs", json=body)

    run = db.session.scalar(select(Run))
    assert response.status_code == 202
    assert response.headers["Location"] == f"/api/v1/runs/{run.id}"
    assert (response.json["id"], response.json["status"]) == (str(run.id), "queued")
    assert (run.bot_id, run.inputs, run.trigger) == (bot_id, {"n": 1}, "api")
    assert [file.name for file in run.files] == ["a.csv"]
    assert Blob.content_of(run.files[0].blob_id) == b"1;2"


@pytest.mark.parametrize("policy", list(RunPolicy))
def test_nobody_else_runs_it_without_a_vote(api, olga, uma, policy):
    url = f"{URL}/{make_bot(uma, run_policy=policy).id}/runs"

    assert api.with_key(olga).post(url, json={}).status_code == 403


def test_policy_nobody_binds_its_owner_and_admins_too(app, database, ada, uma):
    url = f"{URL}/{make_bot(uma).id}/runs"

    for person in (ada, uma):
        response = app.test_client().with_key(person).post(url, json={})
        assert response.status_code == 403
    assert db.session.scalar(select(Run)) is None


def test_a_bot_that_is_switched_off_does_not_run(api, uma):
    bot = make_bot(uma, run_policy=RunPolicy.OWNER, status=BotStatus.INACTIVE)

    response = api.with_key(uma).post(f"{URL}/{bot.id}/runs", json={})

    assert response.status_code == 409
    assert "cannot be run: it is switched off" in response.json["detail"]


@pytest.mark.parametrize(
    ("files", "pointer"),
    [
        ([{"name": "../x", "content_base64": "MQ=="}], "/files/0"),
        ([{"name": "a", "content_base64": "%"}], "/files/0/content_base64"),
        ([{"name": "a", "content_base64": ""}], "/files/0"),
        ([{"name": f"{n}", "content_base64": "MQ=="} for n in range(11)], "/files"),
    ],
)
def test_a_bad_file_is_pointed_at_and_nothing_runs(api, uma, files, pointer):
    url = f"{URL}/{make_bot(uma, run_policy=RunPolicy.OWNER).id}/runs"

    response = api.with_key(uma).post(url, json={"files": files})

    assert response.status_code == 422
    assert [each["pointer"] for each in response.json["errors"]] == [pointer]
    assert db.session.scalar(select(Run)) is None


def test_a_file_far_beyond_the_usual_body_limit_is_taken(api, uma):
    url = f"{URL}/{make_bot(uma, run_policy=RunPolicy.OWNER).id}/runs"
    content = b64encode(b"x" * (9 << 20)).decode()
    file = {"name": "big.bin", "content_base64": content}

    response = api.with_key(uma).post(url, json={"files": [file]})

    assert response.status_code == 202


def test_strangers_get_404_viewers_403(app, database, mallory, eve, uma):
    url = f"{URL}/{make_bot(uma).id}"
    stranger = app.test_client().with_key(mallory)
    viewer = app.test_client().with_key(eve)
    version = {"code": OTHER, "message": "Says other"}

    assert viewer.get(url).status_code == 200
    assert stranger.get(url).status_code == 404
    for send, place, body in (
        ("patch", url, {"name": "Mine"}),
        ("delete", url, None),
        ("post", f"{url}/versions", version),
        ("post", f"{url}/restore", None),
        ("post", f"{url}/runs", {}),
    ):
        assert getattr(stranger, send)(place, json=body).status_code == 404, place
        assert getattr(viewer, send)(place, json=body).status_code == 403, place
    assert stranger.get(f"{url}/versions").status_code == 404
    assert stranger.get(f"{url}/versions/1").status_code == 404


@pytest.mark.parametrize("size", [1, 20])
def test_lists_cost_the_same_however_long_they_are(api, ada, statements, size):
    bot = make_bot(ada)
    url = f"{URL}/{bot.id}/versions"
    for n in range(size):
        make_bot(ada)
        make_version(bot, f"{ECHO}# {n}")
    api.with_key(ada).get(url)
    statements.clear()

    api.get(URL)
    assert len(statements) == 2  # key and owner, rows with total
    statements.clear()

    api.get(url)
    assert len(statements) == 3  # and the bot


def test_a_version_costs_a_constant_number_of_statements(api, ada, statements):
    url = f"{URL}/{make_bot(ada).id}/versions"
    api.with_key(ada).get(url)
    statements.clear()

    api.post(url, json={"code": OTHER, "message": "Says other"})

    # seven, the look-up of the active version, and its being switched off
    assert len(statements) == 9, "\n".join(statements)
