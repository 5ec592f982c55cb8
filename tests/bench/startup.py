"""How soon a web process answers after its start, and what memory it keeps."""

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.request import Request, urlopen

from tests.bench.instance import env_on
from tests.bench.table import Table, figure
from tests.processes import await_true, kill_session, members
from tests.redis import ROOT

PAGES = 30
SAID = (
    "`gunicorn wsgi:app` with one worker: from its start to the first answer of "
    "`/healthz`; and the memory that is this worker's alone after {pages} list pages, "
    "without what it shares with the process that loaded the app."
)


def measure(sites, folder, times):
    table = Table(
        "Start",
        named=("database",),
        compared=("first answer, s", "private memory, MiB"),
        note=SAID.format(pages=PAGES),
    )
    for site in sites:
        started = [start(site, folder) for _ in range(times)]
        seconds, memory = zip(*started, strict=True)
        table.rows.append(
            {
                "database": site.database.server,
                "starts": times,
                "first answer, s": figure(median(seconds)),
                "private memory, MiB": figure(median(memory)) if all(memory) else None,
            }
        )
    return table


def start(site, folder):
    """Seconds until it answered, and the memory it holds after some pages."""
    with served(site, folder) as (seconds, process, url):
        for _ in range(PAGES):
            page = Request(f"{url}/runs/", headers={"Cookie": site.cookie})
            urlopen(page).read()
        return seconds, private_mib(worker_of(process))


@contextmanager
def served(site, folder, *, workers=1):
    """Our application behind gunicorn: seconds until it answered, itself, its URL."""
    env = env_on(site.database.url, folder)
    command = [sys.executable, "-m", "gunicorn", "wsgi:app"]
    with listening(command, env, ROOT, workers, "/healthz") as found:
        yield found


@contextmanager
def listening(command, env, folder, workers, path):
    port = free_port()
    options = [f"--bind=127.0.0.1:{port}", f"--workers={workers}"]
    options += ["--no-control-socket", "--log-level=warning"]
    url = f"http://127.0.0.1:{port}"
    began = time.monotonic()
    process = subprocess.Popen(
        [*command, *options], cwd=folder, env=env, start_new_session=True
    )
    try:
        await_true(lambda: answers(url + path), pause=0.005)
        yield time.monotonic() - began, process, url
    finally:
        kill_session(process.pid)
        process.wait()


def answers(url):
    try:
        return urlopen(url, timeout=2).status == 200
    except OSError:
        return False


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def worker_of(process):
    return next(pid for pid in members(process.pid) if pid != process.pid)


def private_mib(pid):
    """None where we may not look: the process hides its memory from all but root."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    own = [line.split() for line in lines if line.startswith("Private_")]
    return sum(int(kib) for _, kib, *_ in own) / 1024
