"""`flask doctor`: what is well, what is not, and the exit code of it."""

import json
from pathlib import Path
from secrets import token_urlsafe
from uuid import uuid4

import pytest
import sqlalchemy as sa

from dashboard.audit import AuditEntry, audited
from dashboard.extensions import db
from dashboard.grants.models import StoredSecret
from dashboard.permissions import Permission
from dashboard.sealing import seal
from tests.conftest import bound_to
from tests.factories import latest_audit, make_council, stored
from tests.health.stage import beat


@pytest.fixture
def doctor(app, database, tmp_path, monkeypatch):
    """Runs the command; what it said by check, and its exit code."""
    monkeypatch.setattr("dashboard.health.keys.ROOT", tmp_path)
    for name in ("SECRET_KEY", "AUDIT_KEY"):
        monkeypatch.setitem(app.config, name, token_urlsafe(48))
    monkeypatch.setitem(app.config, "DATA_KEYS", (token_urlsafe(48),))

    def run():
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["doctor", "--json"])
        told = json.loads(result.output)
        found = {check["name"]: check for check in told["checks"]}
        return found, result.exit_code

    return run


def changed(ada, times=1):
    council = make_council(ada)
    for number in range(times):
        with audited(ada, Permission.COUNCIL_WRITE, council):
            council.description = f"Decides {number}"


def test_where_all_is_well_it_says_so(app, doctor, ada):
    beat()
    changed(ada, 3)

    found, code = doctor()
    lines = app.test_cli_runner().invoke(args=["doctor"]).output.splitlines()

    assert code == 0
    assert {check["state"] for check in found.values()} == {"ok"}
    assert len(lines) == len(found)
    assert all(line.startswith("ok    ") for line in lines)
    assert "ok    Audit trail, newest entries: The last 3 entries hold." in lines


def test_what_wants_a_look_is_no_failure(app, doctor):
    found, code = doctor()

    assert (found["worker"]["state"], code) == ("warn", 0)
    assert "warn  Workers: " in app.test_cli_runner().invoke(args=["doctor"]).output


def test_missing_migrations_fail(app, doctor):
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))

    found, code = doctor()

    assert (found["migrations"]["state"], code) == ("fail", 1)
    assert "FAIL  Migrations: " in app.test_cli_runner().invoke(args=["doctor"]).output


def test_a_policy_that_this_machine_cannot_meet_fails(app, doctor, monkeypatch):
    monkeypatch.setitem(app.config, "SANDBOX_TIER", "base")
    monkeypatch.setitem(app.config, "SANDBOX_REQUIRE", frozenset({"net"}))

    found, code = doctor()

    assert (found["sandbox"]["state"], code) == ("fail", 1)
    assert "net" in found["sandbox"]["sentence"]


def test_a_changed_entry_of_the_audit_trail_fails(doctor, ada):
    changed(ada, 3)
    table = AuditEntry.__table__
    newest = latest_audit().seq
    db.session.execute(
        sa.update(table).where(table.c.seq == newest - 1).values(actor_name="Eve")
    )

    found, code = doctor()

    assert (found["audit_tail"]["state"], code) == ("fail", 1)
    assert f"entry {newest - 1} was changed" in found["audit_tail"]["sentence"]


def test_a_cut_end_of_the_audit_trail_fails(doctor, ada):
    changed(ada, 3)
    table = AuditEntry.__table__
    db.session.execute(sa.delete(table).where(table.c.seq == latest_audit().seq))

    found, _ = doctor()

    assert found["audit_tail"]["state"] == "fail"
    assert "the end was cut off" in found["audit_tail"]["sentence"]


def test_only_the_newest_hundred_are_followed(doctor, ada):
    changed(ada, 102)

    assert "The last 100 entries hold." in doctor()[0]["audit_tail"]["sentence"]


def test_secrets_under_a_lost_key_fail(app, doctor, ada, monkeypatch):
    secret = StoredSecret(id=uuid4(), name="CRM_TOKEN", created_by_id=ada.id)
    secret.sealed_value = seal("very secret", secret)
    stored(secret)
    assert "open all of 1 stored secret" in doctor()[0]["sealed"]["sentence"]

    monkeypatch.setitem(app.config, "DATA_KEYS", ("another key" * 4,))
    found, code = doctor()

    assert (found["sealed"]["state"], code) == ("fail", 1)
    assert f"stored_secrets/{secret.id}" in found["sealed"]["sentence"]
    assert "very secret" not in json.dumps(found)


def test_settings_that_others_can_read_fail(doctor, tmp_path):
    settings = tmp_path / ".env"
    settings.write_text("SECRET_KEY=…")
    settings.chmod(0o644)

    found, code = doctor()

    assert (found["files"]["state"], code) == ("fail", 1)
    assert f"chmod 600 {settings}" in found["files"]["sentence"]
    settings.chmod(0o600)
    assert doctor()[0]["files"]["state"] == "ok"


def test_keys_in_an_open_folder_fail_and_in_a_closed_one_do_not(
    app, doctor, tmp_path, monkeypatch
):
    folder = Path(tmp_path / "instance")
    folder.mkdir(mode=0o755)
    (folder / "keys.json").touch(0o644)
    monkeypatch.setattr(app, "instance_path", str(folder))

    assert doctor()[0]["files"]["state"] == "fail"
    folder.chmod(0o700)
    assert doctor()[0]["files"]["state"] == "ok"


def test_a_debugger_in_production_fails(app, doctor, monkeypatch):
    monkeypatch.setitem(app.config, "PRODUCTION", True)
    assert doctor()[0]["settings"]["state"] == "warn"  # http, in the tests

    monkeypatch.setattr(type(app), "debug", True)

    assert doctor()[0]["settings"]["state"] == "fail"


def test_a_poor_secret_is_said(app, doctor, monkeypatch):
    for secret, state in (("ab" * 20, "warn"), ("qz!", "fail")):
        monkeypatch.setitem(app.config, "AUDIT_KEY", secret)
        found = doctor()[0]["secrets"]
        assert found["state"] == state
        assert secret not in found["sentence"]


def test_without_a_database_it_tells_the_rest(app, doctor):
    nowhere = sa.create_engine("postgresql+psycopg2://x@127.0.0.1:1/x")

    with bound_to(app, nowhere):
        found, code = doctor()

    assert code == 1
    assert found["database"]["state"] == "fail"
    assert found["audit"]["sentence"] == "Unknown: the database does not answer."
    assert found["disk"]["state"] == "ok"
