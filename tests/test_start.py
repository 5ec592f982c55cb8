"""What a web process loads before its first answer, and what it leaves for later."""

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.late import LateMigrate
from dashboard.users.passwords import METHOD, NOBODY, is_outdated, matches
from tests.redis import worker_env

ROOT = Path(__file__).parents[1]
LOOK = """
import gc, sys
import wsgi
print(sorted({"alembic", "flask_migrate", "jwt"} & set(sys.modules)))
print(gc.isenabled(), gc.get_freeze_count() > 100_000)
with wsgi.app.test_request_context():
    from flask import url_for
    print(url_for("runs.show", run_id="0" * 32, extra="a b"))
"""


@pytest.fixture
def program(tmp_path):
    env = worker_env(f"sqlite:///{tmp_path}/quorum.db", tmp_path)

    def run(*words):
        command = [sys.executable, *words]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    return run


def test_pages_wait_for_nothing_that_only_commands_need(program):
    loaded, garbage, address = program("-c", LOOK).splitlines()

    assert loaded == "[]"
    assert garbage == "True True"
    assert address == f"/runs/{'0' * 32}?extra=a+b"


def test_a_command_has_migrations_at_once(program):
    assert "(head)" in program("-m", "flask", "--app", "wsgi", "db", "heads")


def test_a_command_leaves_a_whole_database_behind(program, tmp_path):
    """Nothing of it lies in the write-ahead log only: a copy of the file is enough."""
    program("-m", "flask", "--app", "wsgi", "db", "upgrade")

    assert not (tmp_path / "quorum.db-wal").exists()


def test_migrations_come_when_somebody_asks_for_them(app):
    from dashboard.extensions import db

    late = LateMigrate(app, db)

    assert late.directory == "migrations"
    assert late.db is db


def test_nobody_is_checked_as_slowly_as_anybody():
    assert NOBODY.startswith(f"{METHOD}$")
    assert not is_outdated(NOBODY)
    assert matches(NOBODY, "nobody")
