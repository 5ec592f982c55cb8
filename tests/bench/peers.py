"""The same list in Flask-Admin, beside ours: how many requests a second."""

import subprocess
import sys
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from threading import Thread
from urllib.parse import urlsplit

import sqlalchemy as sa

from tests.bench.startup import listening, served
from tests.bench.table import Table, figure, sized

NEEDS = ("flask-admin", "flask-sqlalchemy", "gunicorn", "psycopg2-binary", "wtforms")
PEER = Path(__file__).parent / "peer"
WORKERS, CLIENTS = 2, 8
OURS, THEIRS = "Quorum", "Flask-Admin"
LIST = {OURS: "/runs/", THEIRS: "/admin/run/"}
SAID = (
    "The list of {rows} runs on PostgreSQL, gunicorn with {workers} sync workers, "
    "{clients} clients, {seconds} s each in turns, {turns} times. Flask-Admin shows "
    "the same table with its bot and its person, 25 rows a page, and asks nobody who "
    "they are."
)


def measure(site, folder, *, seconds, turns):
    """Skipped, and says so, where nothing can be installed."""
    rows = sized(site.database.rows)
    facts = {"rows": rows, "workers": WORKERS, "clients": CLIENTS}
    note = SAID.format(seconds=seconds, turns=turns, **facts)
    table = Table("Beside a peer", ("list",), ("requests/s",), note=note)
    python = installed(folder / "peer")
    if python is None:
        table.note = "SKIPPED: Flask-Admin could not be installed here."
        return table
    with ExitStack() as stack:
        _, _, ours = stack.enter_context(served(site, folder, workers=WORKERS))
        theirs = stack.enter_context(flask_admin(python, site.database, folder))
        urls = {OURS: ours, THEIRS: theirs}
        rates = {name: [] for name in LIST}
        for _ in range(turns):
            for name, kept in rates.items():
                url = f"{urls[name]}{LIST[name]}"
                kept.append(requests_a_second(url, site.cookie, seconds))
    found = {name: median(each) for name, each in rates.items()}
    for name, rate in found.items():
        times = figure(found[OURS] / rate)
        table.rows.append(
            {"list": name, "requests/s": figure(rate), "ours is × as many": times}
        )
    return table


def installed(folder):
    """The Python of a place of its own; None without a network."""
    python = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    asked = [python, "-m", "pip", "install", "--quiet", *NEEDS]
    done = subprocess.run(asked, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr[-500:], file=sys.stderr)
        return None
    return python


def flask_admin(python, database, folder):
    """Its application over our tables, once it answers."""
    url = sa.make_url(database.url).set(drivername="postgresql+psycopg2")
    env = {
        "PATH": f"{python.parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "DATABASE_URL": url.render_as_string(hide_password=False),
    }
    command = [python, "-m", "gunicorn", "app:app"]
    return UrlOf(listening(command, env, PEER, WORKERS, LIST[THEIRS]))


class UrlOf:
    """Of what a started server tells, its address."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        return self.server.__enter__()[2]

    def __exit__(self, *error):
        return self.server.__exit__(*error)


def requests_a_second(url, cookie, seconds):
    """What so many clients get answered, each asking anew as soon as it has."""
    until, counts = time.monotonic() + seconds, []
    threads = [
        Thread(target=ask, args=[url, cookie, until, counts]) for _ in range(CLIENTS)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < CLIENTS:
        raise RuntimeError(f"{url} did not answer every client.")
    return sum(counts) / (time.monotonic() - began)


def ask(url, cookie, until, counts):
    parts, done = urlsplit(url), 0
    while time.monotonic() < until:
        connection = HTTPConnection(parts.hostname, parts.port, timeout=60)
        connection.request("GET", parts.path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            return
        done += 1
    counts.append(done)
