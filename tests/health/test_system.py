"""The page of the system, and the same for programs."""

import shutil
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from dashboard import clock
from dashboard.clock import now
from dashboard.dispatch.line import Line
from dashboard.extensions import db
from dashboard.runs.models import RunStatus
from dashboard.schedules.models import Schedule
from dashboard.webhooks.models import Delivery, DeliveryStatus, Endpoint, Event
from tests.factories import latest_audit, make_bot, make_run, stored
from tests.health.stage import GAP, beat
from tests.incidents.stage import quarantined
from tests.redis import redis_server
from tests.runs.stage import again, begun

URL = "/system/"
API = "/api/v1/system"
DEAD_REDIS = "redis://127.0.0.1:1/0"


@pytest.fixture
def look(api, ada):
    """Asks for the system as a program: check by name."""
    api.with_key(ada)

    def ask():
        answer = api.get(API)
        assert answer.status_code == 200
        return {check["name"]: check for check in answer.json["checks"]}

    return ask


@pytest.fixture
def policy(app, monkeypatch):
    def demand(*walls, tier="auto"):
        monkeypatch.setitem(app.config, "SANDBOX_REQUIRE", frozenset(walls))
        monkeypatch.setitem(app.config, "SANDBOX_TIER", tier)

    return demand


def test_a_healthy_system_is_fine_in_every_part(look):
    beat()

    assert {name: check["state"] for name, check in look().items()} == dict.fromkeys(
        ("database", "migrations", "worker", "audit", "queue", "redis", "sandbox")
        + ("schedules", "webhooks", "clock", "disk"),
        "ok",
    )


def test_the_page_says_of_each_part_how_it_is_in_words(client, ada):
    beat()

    page = client.as_(ada).get(URL).text

    assert "Everything that was looked at is fine." in page
    assert page.count(">Fine<") + page.count("Fine</span>") >= 11
    for title in ("Database", "Redis", "Workers", "Sandbox", "Disk", "Clock"):
        assert f">{title}</h2>" in page
    assert 'data-poll="/system/"' in page


def test_a_script_gets_the_moving_part_alone(client, ada):
    page = client.as_(ada).get(URL, headers={"X-Partial": "1"}).text

    assert page.lstrip().startswith('<div id="system"')
    assert "<html" not in page


def test_a_worker_shows_what_it_is_at(client, ada):
    run = begun(make_run(make_bot(ada)))
    run.worker = "one:1/77"
    stored(run)
    beat(engine="rq")

    page = client.as_(ada).get(URL).text

    assert "RQ on Redis" in page
    assert f'href="/runs/{run.id}"' in page


def test_a_worker_that_fell_silent_is_said(look, client, ada):
    beat()
    beat("two:2", ago=timedelta(seconds=90))

    assert look()["worker"]["state"] == "warn"
    assert "1 worker fell silent" in look()["worker"]["sentence"]
    assert "Silent" in client.as_(ada).get(URL).text


def test_without_a_worker_somebody_should_start_one(look):
    found = look()

    assert found["worker"]["state"] == "warn"
    assert "Start flask worker." in found["worker"]["sentence"]
    assert found["sandbox"]["state"] == "warn"


def test_what_waits_too_long_is_said(look, ada):
    run = make_run(make_bot(ada), available_at=now() - timedelta(minutes=5))

    found = look()["queue"]

    assert (found["state"], found["facts"]["queued"]) == ("warn", 1)
    assert 299 < found["facts"]["oldest_seconds"] < 310
    run.status = RunStatus.CANCELLED
    stored(run)
    assert look()["queue"]["state"] == "ok"


def test_what_a_brake_holds_back_does_not_count_as_waiting(look, ada):
    bot = make_bot(ada)
    make_run(bot, available_at=now() - timedelta(minutes=5))
    quarantined(bot)

    found = look()["queue"]

    assert found["state"] == "ok"
    assert (found["facts"]["queued"], found["facts"]["held"]) == (1, 1)


def test_what_is_not_stopped_is_named(client, ada, look):
    beat(tier="base", stops=("fs",))

    page = client.as_(ada).get(URL).text

    assert look()["sandbox"]["state"] == "warn"
    assert GAP in page
    assert page.count("Not stopped</span>") == 2
    assert "reads no planted file" in page
    assert "Not installed." in page


@pytest.mark.parametrize(
    ("demanded", "tier", "sentence"),
    [
        (("net",), "auto", "one:1 does not stop net."),
        (("fs", "proc", "net"), "auto", "one:1 does not stop net."),
        ((), "bwrap", "one:1 does not hold bots in bwrap."),
    ],
)
def test_a_policy_that_cannot_be_met_is_red(
    client, ada, look, policy, demanded, tier, sentence
):
    beat(stops=("fs", "proc"))
    policy(*demanded, tier=tier)

    found = look()["sandbox"]

    assert found["state"] == "fail"
    assert sentence in found["sentence"]
    page = client.as_(ada).get(URL).text
    assert "the policy demands it: it runs no bot" in page
    assert "Something is broken, or a policy cannot be met." in page


def test_a_policy_that_is_met_is_fine(look, policy):
    beat()
    policy("fs", "net", "proc", tier="lockdown")

    assert look()["sandbox"]["state"] == "ok"


def test_a_silent_redis_slows_and_breaks_nothing(look, app, monkeypatch):
    monkeypatch.setitem(app.config, "REDIS_URL", DEAD_REDIS)
    beat()

    found = look()

    assert found["redis"]["state"] == "warn"
    assert "Redis does not answer" in found["redis"]["sentence"]
    assert found["database"]["state"] == "ok"


def test_a_redis_that_answers_tells_how_many_hints_wait(
    look, app, monkeypatch, tmp_path
):
    beat()
    with redis_server(tmp_path) as url:
        monkeypatch.setitem(app.config, "REDIS_URL", url)
        Line(url).send([(uuid4(), 1), (uuid4(), 1)])

        found = look()["redis"]

    assert (found["state"], found["facts"]["hints"]) == ("ok", 2)


def test_a_clock_that_runs_away_is_said(look, monkeypatch):
    real = clock.database_now
    away = timedelta(seconds=5)
    monkeypatch.setattr(
        "dashboard.health.reading.database_now", lambda session: real(session) - away
    )

    found = look()["clock"]

    assert found["state"] == "warn"
    assert 4900 < found["facts"]["skew_milliseconds"] < 5100


@pytest.mark.parametrize(
    ("free", "state"), [(3, "fail"), (7, "warn"), (10, "ok"), (60, "ok")]
)
def test_a_full_disk_is_seen_before_it_is_full(look, monkeypatch, free, state):
    usage = SimpleNamespace(total=100 << 30, free=free << 30)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)

    assert look()["disk"]["state"] == state


def test_missing_migrations_are_red(look):
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))

    found = look()["migrations"]

    assert found["state"] == "fail"
    assert found["facts"]["database"] == "older"
    assert "flask db upgrade" in found["sentence"]


def test_messages_and_schedules_that_are_late_are_said(look, ada):
    delivered(ada, DeliveryStatus.PENDING)
    delivered(ada, DeliveryStatus.FAILED)
    late = now() - timedelta(minutes=3)
    for is_on in (True, False):
        scheduled(ada, is_on=is_on, next_at=late)

    found = look()

    assert found["webhooks"]["state"] == "warn"
    assert found["webhooks"]["facts"]["pending"] == 1
    assert found["webhooks"]["facts"]["failed"] == 1
    assert found["schedules"]["state"] == "warn"
    assert found["schedules"]["facts"]["late"] == 1


def delivered(person, status):
    endpoint = Endpoint(
        name=f"Chat {status}",
        url="https://chat.example.org/",
        sealed_secret="",
        created_by_id=person.id,
    )
    facts = {"event": Event.RUN_ENDED, "payload": {}, "next_at": now()}
    stored(Delivery(endpoint=endpoint, status=status, **facts))


def scheduled(person, **over):
    fields = {"bot_id": make_bot(person).id, "owner_id": person.id}
    stored(Schedule(name="Mornings", cron="0 7 * * *", **fields, **over))


def test_an_admin_has_the_sandboxes_probed_again(client, ada):
    worker = beat()

    answer = client.as_(ada).post("/system/probe")

    assert answer.location == URL
    assert again(worker).probe_asked_at is not None
    entry = latest_audit()
    assert (entry.action, entry.detail["event"]) == ("system.write", "probe")
    assert "A new probe was asked for" in client.get(URL).text


def test_a_program_has_them_probed_too(api, ada):
    worker = beat()

    answer = api.with_key(ada).post(f"{API}/probe")

    assert (answer.status_code, answer.json) == (202, {"workers": 1})
    assert again(worker).probe_asked_at is not None


def test_a_program_reads_the_workers(api, ada):
    beat()

    answer = api.with_key(ada).get(API).json

    assert answer["state"] == "ok"
    worker = answer["workers"][0]
    assert (worker["name"], worker["is_alive"], worker["tier"]) == (
        "one:1",
        True,
        "lockdown",
    )
    assert worker["evidence"]["stops"] == {"fs": True, "net": True, "proc": True}


def test_a_viewer_reads_and_does_not_probe(client, api, eve):
    beat()
    client.as_(eve).with_key(eve)

    assert client.get(URL).status_code == 200
    assert "Probe the sandbox again" not in client.get(URL).text
    assert client.post("/system/probe").status_code == 403
    assert api.with_key(eve).post(f"{API}/probe").status_code == 403


def test_the_system_is_not_for_those_who_do_not_look_after_it(client, api, olga, uma):
    for person in (olga, uma):
        client.as_(person).with_key(person)
        assert client.get(URL).status_code == 403
        assert client.get(API).status_code == 403
        assert "System" not in client.get("/").text


def test_it_asks_the_same_however_much_there_is(client, ada, statements):
    beat()
    client.as_(ada).get(URL)

    def asked():
        statements.clear()
        client.get(URL)
        return len([s for s in statements if "clock_timestamp" not in s])

    few = asked()
    bot = make_bot(ada)
    for number in range(4):
        beat(f"more:{number}")
        run = begun(make_run(bot))
        run.worker = f"more:{number}"
        stored(run)

    assert asked() == few
    assert few <= 10
