"""Quorum's own programs, with one of their safeguards taken out when asked to.

`python -m tests.faults.program worker …` is `flask worker …`, and `web …` is
gunicorn's `wsgi:app`; QUORUM_MUTANT names what is broken (see
`mutants`), QUORUM_CLOCK a file that says how far ahead this program's clock is.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Thread

from flask.cli import main as flask
from gunicorn.app.wsgiapp import run as gunicorn

from dashboard.clock import set_ahead
from tests.faults.mutants import MUTANTS

QUIET = ["--no-control-socket", "--log-level=warning"]


def main():
    kind, *arguments = sys.argv[1:]
    if mutant := os.environ.get("QUORUM_MUTANT"):
        MUTANTS[mutant]()
    if clock := os.environ.get("QUORUM_CLOCK"):
        Thread(target=follow, args=[Path(clock)], daemon=True).start()
    if kind == "web":
        sys.argv = ["gunicorn", "wsgi:app", *QUIET, *arguments]
        gunicorn()
    else:
        sys.argv = ["flask", "--app", "wsgi", kind, *arguments]
        flask()


def follow(clock):
    """Live as many seconds ahead as this file says, whatever it says next."""
    while True:
        if text := clock.read_text():
            set_ahead(timedelta(seconds=float(text)))
        time.sleep(0.02)


if __name__ == "__main__":
    main()
