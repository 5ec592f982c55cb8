"""Quorum's own programs, with one of their safeguards taken out when asked to.

`worker …` is `flask worker …`, and `web …` is gunicorn's `wsgi:app`. QUORUM_MUTANT
names what is broken (see `mutants`), QUORUM_CLOCK a file that says how far ahead this
program's clock is.
"""

import os
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Thread

from flask.cli import main as flask
from gunicorn.app.wsgiapp import run as gunicorn

from dashboard.clock import set_ahead
from tests.faults.mutants import MUTANTS

QUIET = ["--no-control-socket", "--log-level=warning"]


def main(command):
    kind, *arguments = command
    if mutant := os.environ.get("QUORUM_MUTANT"):
        MUTANTS[mutant]()
    if clock := os.environ.get("QUORUM_CLOCK"):
        follow_in_background(Path(clock))
        fork = partial(follow_in_background, Path(clock))
        os.register_at_fork(after_in_child=fork)  # a thread is not forked along
    if kind == "web":
        sys.argv = ["gunicorn", "wsgi:app", *QUIET, *arguments]
        gunicorn()
    else:
        sys.argv = ["flask", "--app", "wsgi", kind, *arguments]
        flask()


def follow_in_background(clock):
    Thread(target=follow, args=[clock], daemon=True).start()


def follow(clock):
    """Live as many seconds ahead as this file says, whatever it says next."""
    while True:
        if text := clock.read_text():
            set_ahead(timedelta(seconds=float(text)))
        time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1:])
