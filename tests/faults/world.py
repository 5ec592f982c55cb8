"""One instance to break: its database, its programs, and their process ids."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import sqlalchemy as sa

from config import Config
from dashboard import create_app
from tests.faults.box import RedisBox

ROOT = Path(__file__).parents[2]
SECRETS = {"SECRET_KEY": "s" * 32, "AUDIT_KEY": "a" * 32, "DATA_KEYS": "d" * 32}
LEASE = 2
READY_WITHIN = 60


@dataclass
class Program:
    """A process of ours in a session of its own, with all that it started."""

    process: subprocess.Popen
    log: Path

    @property
    def is_alive(self):
        return self.process.poll() is None

    def crash(self):
        """SIGKILL for the whole session at once: no last word from anybody."""
        strike(self.process.pid, signal.SIGKILL)  # first: it would start others anew
        while rest := members(self.process.pid):
            for pid in rest:
                strike(pid, signal.SIGKILL)
        self.process.wait()

    def signal(self, number):
        for pid in members(self.process.pid):
            strike(pid, number)

    def end(self, seconds=20):
        """SIGTERM, as a service manager does it; then no patience any more."""
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.crash()


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
        self.oracle = sa.create_engine(
            self.app.config["SQLALCHEMY_DATABASE_URI"], isolation_level="AUTOCOMMIT"
        )

    def start(self, *command, ready=""):
        """A program of this checkout, mutated if this world's are to be."""
        number = len(self.programs)
        log = self.folder / f"program-{number}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.program", *command],
                env=self.env | {"QUORUM_MUTANT": self.mutant},
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        program = Program(process, log)
        self.programs.append(program)
        if ready:
            await_true(lambda: ready in log.read_text(), READY_WITHIN)
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

    def close(self):
        for program in self.alive:
            program.process.terminate()
        for program in self.alive:
            program.end(10)
        for program in self.programs:
            for pid in members(program.process.pid):
                strike(pid, signal.SIGKILL)
        self.oracle.dispose()
        with self.app.app_context():
            from dashboard.extensions import db

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


def members(session):
    """The live processes of a session, by its leader's id."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, its = stat.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue  # it ended while we looked
        if int(its) == session and state != "Z":
            found.append(int(stat.parent.name))
    return found


def strike(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it was faster


def await_true(condition, seconds, pause=0.02):
    """Seconds until it held; a RuntimeError when it never did."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise RuntimeError(f"Not so within {seconds} s.")
        time.sleep(pause)
    return time.monotonic() - began


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
    env = SECRETS | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "INSTANCE_PATH": str(folder),
        "FLASK_SKIP_DOTENV": "1",
    }
    flask = shutil.which("flask", path=env["PATH"])
    subprocess.run(
        [flask, "db", "upgrade"], cwd=ROOT, env=env, check=True, capture_output=True
    )
    return folder / "quorum.db"
