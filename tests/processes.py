"""Processes as the system shows them: who lives, who belongs together, and ends."""

import os
import signal
import time
from pathlib import Path


def state_of(pid):
    """The letter by which the system names its state, and its session; both empty
    when there is no such process.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "", ""
    state, _, _, session = stat.rpartition(")")[2].split()[:4]
    return state, session


def is_running(pid):
    return state_of(pid)[0] not in {"", "Z"}


def members(session):
    """The live processes of a session, its leader too, by the leader's id."""
    pids = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    states = {pid: state_of(pid) for pid in pids}
    return [
        pid
        for pid, (state, its) in states.items()
        if its == str(session) and state != "Z"
    ]


def strike(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it was faster


def kill_session(leader):
    """SIGKILL for a program and all it forked, as a machine that loses power."""
    strike(leader, signal.SIGKILL)  # first: it would start others anew
    while rest := members(leader):
        for pid in rest:
            strike(pid, signal.SIGKILL)


def await_true(condition, seconds=60, *, pause=0.02, complaint="", log=None):
    """Seconds until it held; a RuntimeError when it never did."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            said = log.read_text() if log else ""
            raise RuntimeError(f"{complaint or 'Not so'} within {seconds} s. {said}")
        time.sleep(pause)
    return time.monotonic() - began
