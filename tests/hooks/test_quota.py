"""How many runs of one person may wait, whatever asks for them."""

import pytest
import sqlalchemy as sa

from dashboard.bots.models import RunPolicy
from dashboard.runs.models import RunStatus
from dashboard.runs.placing import waiting_of
from tests.factories import latest_audit, make_bot, make_run, stored
from tests.hooks.stage import runs


@pytest.fixture
def full(app, uma, monkeypatch):
    """A bot whose owner has as many runs waiting as anybody may."""
    monkeypatch.setitem(app.config, "RUNS_WAITING", 2)
    bot = make_bot(uma, run_policy=RunPolicy.OWNER)
    for _ in range(2):
        make_run(bot, started_by=uma)
    return bot


def test_one_run_too_many_is_refused_on_the_form(client, uma, full):
    answer = client.as_(uma).post(f"/bots/{full.id}/run", data={"inputs": '{"a": 1}'})

    assert answer.status_code == 429
    assert "Uma has 2 runs waiting already." in answer.text
    assert "&#34;a&#34;" in answer.text
    assert latest_audit().result == "refused"
    assert runs() == 2


def test_a_program_is_told_when_to_come_back(api, uma, full):
    answer = api.with_key(uma).post(f"/api/v1/bots/{full.id}/runs", json={})

    assert (answer.status_code, answer.json["code"]) == (429, "too_many_waiting")
    assert answer.headers["Retry-After"] == "5"


def test_what_has_begun_or_is_somebody_elses_does_not_count(api, uma, ada, full):
    run = make_run(full, started_by=ada)
    assert waiting_of(uma, 10) == 2

    run.started_by_id, run.status = uma.id, RunStatus.COMPLETED
    stored(run)

    assert waiting_of(uma, 10) == 2
    assert waiting_of(uma, 1) == 1
    assert waiting_of(ada, 10) == 0


def test_counting_what_waits_reads_what_waits_alone(full, uma, database, statements):
    """Not every run that this person ever started."""
    if database.dialect.name != "sqlite":
        return
    waiting_of(uma, 2)

    plan = database.execute(
        sa.text(f"EXPLAIN QUERY PLAN {statements[-1].replace('?', '1')}")
    )

    used = " ".join(row.detail for row in plan)
    assert "ix_runs_status" in used
    assert "ix_runs_started_by" not in used
