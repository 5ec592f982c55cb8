"""One instance to break: its database, its programs, and their process ids."""

import os
import random
import signal
import socket
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import sqlalchemy as sa

from config import Config
from dashboard import create_app
from dashboard.database import WRITE
from dashboard.extensions import db
from tests.faults.box import RedisBox
from tests.faults.nursery import nursery
from tests.processes import await_true, strike

SECRETS = {"SECRET_KEY": "s" * 32, "AUDIT_KEY": "a" * 32, "DATA_KEYS": "d" * 32}
LEASE = 2
READY_WITHIN = 60
LOCKS = {
    "sqlite": ["PRAGMA busy_timeout = 100", "UPDATE audit_head SET seq = seq"],
    "postgresql": [
        "SELECT id FROM runs FOR UPDATE NOWAIT",
        "SELECT id FROM audit_head FOR UPDATE NOWAIT",
    ],
}
PARTING = 2
"""Seconds in which programs clean up after themselves at the end of a trial."""


@dataclass
class World:
    """The programs of one trial over one database, and what tells them where it is."""

    folder: Path
    database_url: str
    engine: str = "embedded"
    box: RedisBox | None = None
    seed: int = 1
    mutant: str = ""
    over: dict = field(default_factory=dict)
    programs: list = field(default_factory=list)

    def __post_init__(self):
        self.rng = random.Random(self.seed)  # noqa: S311 # trials, no secrets
        self.env = {
            **SECRETS,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),  # noqa: S108 # the system's own
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.box.url if self.box else "",
            "INSTANCE_PATH": str(self.folder / "instance"),
            "LEASE_SECONDS": str(LEASE),
            "SANDBOX_TIER": "base",  # what the bots leave behind is read outside
            "FLASK_SKIP_DOTENV": "1",
            "PYTHONUNBUFFERED": "1",
            **self.over,
        }
        self.app = create_app(Config.from_env(self.env))
        with self.app.app_context():  # we write beside others: no reader turns writer
            db.engines[None] = db.engine.execution_options(**WRITE)
        self.oracle = sa.create_engine(
            self.app.config["SQLALCHEMY_DATABASE_URI"], isolation_level="AUTOCOMMIT"
        )

    def start(self, *command, ready=""):
        """A program of this checkout, mutated if this world's are to be."""
        number = len(self.programs)
        log = self.folder / f"program-{number}.log"
        log.touch()
        env = self.env | {"QUORUM_MUTANT": self.mutant}
        program = nursery().start(command, env, log)
        self.programs.append(program)
        if ready:
            await_true(lambda: ready in log.read_text(), READY_WITHIN, log=log)
        return program

    def worker(self, *, threads=2, wait=True):
        """A worker of this world's engine."""
        command = ["worker", f"--threads={threads}"]
        if self.engine != "embedded":
            command.append(f"--engine={self.engine}")
        return self.start(*command, ready="Worker ready" if wait else "")

    def web(self, port, *, workers=2, threads=4):
        bind = f"--bind=127.0.0.1:{port}"
        size = [f"--workers={workers}", f"--threads={threads}"]
        program = self.start("web", bind, *size)
        await_true(lambda: answers(f"http://127.0.0.1:{port}/healthz"), READY_WITHIN)
        return program

    @property
    def alive(self):
        return [program for program in self.programs if program.is_alive]

    def rows(self, statement, **values):
        """What the database itself says, past the program's own code."""
        with self.oracle.connect() as connection:
            return connection.execute(sa.text(statement), values).all()

    def one(self, statement, **values):
        return self.rows(statement, **values)[0][0]

    @property
    def is_free(self):
        """Whether nobody holds a lock that others must have to go on."""
        try:
            with self.oracle.begin() as connection:
                for statement in LOCKS[self.oracle.dialect.name]:
                    connection.execute(sa.text(statement))
        except sa.exc.OperationalError:
            return False
        return True

    def close(self):
        for program in self.alive:
            strike(program.pid, signal.SIGTERM)
        for program in self.programs:
            program.has_ended(PARTING)
            program.crash()
        self.oracle.dispose()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


@contextmanager
def world_of(folder, database_url, **facts):
    folder.mkdir(parents=True, exist_ok=True)
    world = World(folder, database_url, **facts)
    try:
        yield world
    finally:
        world.close()


def answers(url):
    try:
        return urlopen(url, timeout=2).status == 200
    except OSError:
        return False


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def migrated(folder):
    """A SQLite file with all tables and nothing in them."""
    upgrade(folder)
    return folder / "quorum.db"


def upgrade(folder, **over):
    env = SECRETS | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "INSTANCE_PATH": str(folder),
        "FLASK_SKIP_DOTENV": "1",
        **over,
    }
    code, said = nursery().run("db", "upgrade", env=env)
    if code:
        raise RuntimeError(said)
