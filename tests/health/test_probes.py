"""What probes are told."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.runs.models import WorkerBeat
from tests.conftest import bound_to
from tests.factories import stored

FINE = {"database": "ok", "migrations": "ok", "worker": "ok", "audit": "ok"}


def beat(ago):
    at = now() - ago
    return stored(WorkerBeat(name="one", started_at=at, seen_at=at))


def test_all_is_well_when_a_worker_beats(client):
    beat(timedelta(seconds=5))

    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "checks": FINE}


@pytest.mark.parametrize("ago", [None, timedelta(seconds=90)])
def test_without_a_beat_it_works_with_less(client, ago):
    if ago:
        beat(ago)

    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json == {
        "status": "degraded",
        "checks": FINE | {"worker": "degraded"},
    }


def test_a_missing_migration_is_told(client):
    beat(timedelta(0))
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))

    answer = client.get("/health")

    assert answer.json["checks"]["migrations"] == "degraded"


def test_a_missing_head_of_the_audit_chain_is_told(client):
    beat(timedelta(0))
    db.session.execute(sa.text("DELETE FROM audit_head"))

    assert client.get("/health").json["checks"]["audit"] == "degraded"


def test_a_silent_database_takes_it_down_but_it_still_lives(app, client):
    nowhere = sa.create_engine("postgresql+psycopg2://x@127.0.0.1:1/x")

    with bound_to(app, nowhere):
        ready, alive = client.get("/health"), client.get("/healthz")

    assert ready.status_code == 503
    assert ready.json["status"] == "down"
    assert set(ready.json["checks"].values()) == {"down"}
    assert (alive.status_code, alive.json) == (200, {"status": "ok"})


def test_anybody_may_ask_and_nobody_learns_more_than_a_word(client):
    for url in ("/health", "/healthz"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "postgresql" not in answer.text
        assert "sqlite" not in answer.text
