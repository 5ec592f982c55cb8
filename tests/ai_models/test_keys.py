"""A model's key: sealed for its row and its address, rotated, and told to nobody."""

import logging
import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from redis import Redis

from dashboard.ai_models.models import AIModel
from dashboard.extensions import db
from dashboard.model_calls.models import Problem
from dashboard.permissions import Role
from dashboard.runs.models import RunStatus
from dashboard.sealing import Unsealable, unseal
from tests.ai_models.stage import CANARY, make_model
from tests.factories import make_bot, make_user
from tests.listeners import HERE
from tests.model_calls import scripted
from tests.model_calls.stage import KEY, answered
from tests.model_calls.stage import make_model as make_calling_model
from tests.redis import redis_server, start_worker, worker_env
from tests.runs.conftest import telling
from tests.runs.stage import again, wait_for
from tests.thinking.stage import approved, called_of, done, make_thinker

NEW, OLD = "n" * 32, "d" * 32


def test_it_opens_for_no_other_row_and_no_other_address(database):
    one, other = make_model(key=CANARY), make_model(key="sk-another-0123456789")
    with pytest.raises(Unsealable, match="another record"):
        unseal(one.sealed_key, other)

    one.base_url = "https://93.184.216.35/v1"
    with pytest.raises(Unsealable, match="another record"):
        unseal(one.sealed_key, one)


def test_rotation_keeps_every_model_working_without_the_old_key(
    app, database, monkeypatch
):
    models = [make_model(key=f"{CANARY}-{n}") for n in range(3)]

    monkeypatch.setitem(app.config, "DATA_KEYS", (NEW, OLD))
    done = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert done.exit_code == 0, done.output
    db.session.expire_all()
    monkeypatch.setitem(app.config, "DATA_KEYS", (NEW,))

    kept = [unseal(model.sealed_key, model) for model in models]
    assert kept == [f"{CANARY}-{n}" for n in range(3)]


def test_nobody_is_told_the_key(client, api, ada, caplog):
    caplog.set_level(logging.DEBUG)
    made = api.with_key(ada).post(
        "/api/v1/ai-models",
        json={
            "name": "Canary",
            "model_id": "m",
            "base_url": "https://93.184.216.34/v1",
            "key": CANARY,
        },
    )
    id_ = made.json["id"]
    wrong = api.patch(f"/api/v1/ai-models/{id_}", json={"key": f"{CANARY} and more"})
    tested = api.post(f"/api/v1/ai-models/{id_}/test")
    pages = [
        "/ai-models/",
        f"/ai-models/{id_}",
        f"/ai-models/{id_}/edit",
        f"/ai-models/{id_}/usage",
        f"/ai-models/{id_}?tab=history",
        f"/model-calls/{tested.json['call_id']}",
        "/audit/",
    ]
    client.as_(ada)
    said = [made, wrong, tested, *(client.get(page) for page in pages)]

    model = db.session.get(AIModel, sa.Uuid().python_type(id_))
    assert wrong.status_code == 422
    assert all(CANARY not in answer.text for answer in said)
    assert CANARY not in caplog.text + repr(model)
    assert CANARY not in everything_stored()


LOOKS = """
import os
import pathlib

def run(inputs, files):
    here = pathlib.Path.cwd()
    paths = [path for path in here.rglob("*") if path.is_file()]
    found = {str(path.relative_to(here)): path.read_text() for path in paths}
    print(dict(os.environ), found)
    return {"environment": dict(os.environ), "found": found}
"""


@pytest.fixture
def told(app, tmp_path):
    """A Redis of this test's own, in which runs wait."""
    with redis_server(tmp_path / "redis") as url:
        yield from telling(app, url)


def everything_in(redis_url):
    """Every key of Redis and what it holds, as bytes; packed jobs are unpacked."""
    with Redis.from_url(redis_url) as redis:
        read = {
            b"string": redis.get,
            b"hash": redis.hgetall,
            b"list": lambda key: redis.lrange(key, 0, -1),
            b"set": redis.smembers,
            b"zset": lambda key: redis.zrange(key, 0, -1),
            b"stream": redis.xrange,
            b"none": lambda key: None,  # it expired meanwhile
        }
        held = {key: read[redis.type(key)](key) for key in redis.scan_iter()}
    jobs = [found for key, found in held.items() if key.startswith(b"rq:job:")]
    work = [zlib.decompress(job[b"data"]) for job in jobs if job and b"data" in job]
    assert work
    return repr((held, work)).encode()


def test_an_agents_run_leaves_no_key_in_redis_with_its_bot_or_on_disk(
    real_database, told, model_server, tmp_path
):
    uma, ada = make_user("Uma", role=Role.USER), make_user("Ada")
    agent = make_thinker(
        uma, model_server, make_bot(uma, LOOKS, name="Looker"), schema={}
    )
    queued = []

    def while_waiting(scene):
        return lambda request: (queued.append(everything_in(told)), scene(request))

    scenes = [scripted.calls("looker", {}), scripted.says("I looked.")]
    model_server.scenes = [while_waiting(scene) for scene in scenes]
    env = worker_env(real_database.url.render_as_string(False), tmp_path, told)
    with start_worker(env | {"OUTBOUND_ALLOW": HERE}, "rq", "--threads=1") as worker:
        run = approved(uma, ada, agent)
        wait_for(lambda: again(run).status.is_final, 30)
        queued.append(everything_in(told))
        said = worker.log.read_bytes()

    assert run.status is RunStatus.COMPLETED
    assert model_server.headers[0]["Authorization"] == f"Bearer {KEY}"
    (made,) = called_of(run)
    assert "PATH" in made.output["environment"]
    assert str(run.id).encode() in queued[0]
    stored_things = everything_stored()
    assert "I looked." in stored_things
    on_disk = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for place in (*queued, said, stored_things.encode(), *on_disk):
        assert KEY.encode() not in place


def unpacked(content):
    """A workbook is a packed folder."""
    if not content.startswith(b"PK"):
        return content
    with ZipFile(BytesIO(content)) as book:
        return b"".join(map(book.read, book.namelist()))


def places_after(run, agent, bot):
    """Where what an agent's run left is shown or taken away, and a word from there."""
    workflow = run.workflow
    for kind in ("csv", "xlsx"):
        yield f"/workflows/export.{kind}", workflow.title
        yield f"/workflows/votes.{kind}", "Ada"
        yield f"/runs/export?format={kind}", workflow.title
    for kind in ("json", "yaml"):
        yield f"/bots/{bot.id}/export.{kind}", bot.name
    yield f"/workflows/{workflow.id}/receipt/file", agent.ai_model.model_id
    for tab in ("", "log", "input", "history"):
        yield f"/runs/{run.id}?tab={tab}", workflow.title
    yield f"/agents/{agent.id}", agent.name
    yield "/audit/", agent.name


def test_no_export_holds_the_key_of_the_model_that_did_the_work(
    app, real_database, model_server
):
    uma, ada = make_user("Uma", role=Role.USER), make_user("Ada")
    bot = make_bot(uma, LOOKS, name="Looker")
    model_server.calls("looker", {})
    agent = make_thinker(uma, model_server, bot, schema={})
    run, _ = done(approved(uma, ada, agent))
    client = app.test_client().as_(ada)

    assert KEY in model_server.headers[0]["Authorization"]
    for url, word in places_after(run, agent, bot):
        answer = client.get(url)
        assert answer.status_code == 200, url
        content = unpacked(answer.data)
        assert word.encode() in content, url
        assert KEY.encode() not in content, url
    audited = client.with_key(ada).get("/api/v1/audit?limit=100").text
    assert agent.name in audited
    assert KEY not in audited


def test_after_a_rotation_the_old_key_is_dropped_and_calls_go_on(
    app, client, ada, model_server, monkeypatch, caplog
):
    caplog.set_level(logging.DEBUG)
    model = make_calling_model(model_server)
    monkeypatch.setitem(app.config, "DATA_KEYS", (NEW, OLD))
    rotated = app.test_cli_runner().invoke(args=["keys", "rotate"])
    db.session.expire_all()

    monkeypatch.setitem(app.config, "DATA_KEYS", (NEW,))
    call = answered(ada, model)
    monkeypatch.setitem(app.config, "DATA_KEYS", (OLD,))
    refused = answered(ada, model)
    with pytest.raises(Unsealable) as error:
        unseal(model.sealed_key, model)

    assert (call.problem, refused.problem) == (None, Problem.UNAUTHORIZED)
    [sent] = [headers["Authorization"] for headers in model_server.headers]
    assert sent == f"Bearer {KEY}"
    said = rotated.output + caplog.text + repr(error.value) + refused.message
    assert KEY not in said + everything_stored()


def everything_stored():
    """Every row of every table, as text."""
    rows = [
        str(tuple(row))
        for table in db.metadata.sorted_tables
        for row in db.session.execute(sa.select(table))
    ]
    assert len(rows) > 5
    return "\n".join(rows)
