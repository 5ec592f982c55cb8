"""The half of the child that outlives the bot, ends all it left and reports its end."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from . import privileges

PARENT_GONE = 98
SECONDS_TO_END_THE_REST = 5
AWAITED = {signal.SIGCHLD, signal.SIGTERM}


def send(fd: int, message: dict[str, Any]) -> None:
    """Write one message as one line of JSON."""
    line = memoryview(json.dumps(message).encode() + b"\n")
    while line:
        line = line[os.write(fd, line) :]


def supervise(control: dict[str, Any]) -> int:
    """Fork; only the bot's half returns, with the supervisor's process id."""
    supervisor = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    if sys.platform == "linux":
        privileges.on_parent_death(privileges.TERMINATE)
        privileges.adopt_orphans()
        if os.getppid() != control["parent"]:
            os._exit(PARENT_GONE)

    bot = os.fork()
    if bot:
        _outlive(bot, control)
    os.setpgid(0, 0)
    os.close(control["status_fd"])
    signal.pthread_sigmask(signal.SIG_UNBLOCK, AWAITED)
    return supervisor


def _outlive(bot: int, control: dict[str, Any]) -> NoReturn:
    if sys.platform == "linux":
        privileges.hide_memory()
    gate = [control[name] for name in ("ask_fd", "answer_fd") if name in control]
    for fd in (0, 1, 2, control["result_fd"], *gate):
        os.close(fd)  # a pipe must end when the bot does

    ended = None
    while ended is None:
        ended = _reap(bot)
        if ended is None and signal.sigwait(AWAITED) == signal.SIGTERM:
            _kill_descendants(bot)
    _end_the_rest(bot)
    send(control["status_fd"], ended)
    os._exit(0)


def _reap(bot: int) -> dict[str, Any] | None:
    """Collect whoever has ended; how the bot ended, once it has."""
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if pid == 0:
            return None
        if pid == bot:
            code = os.waitstatus_to_exitcode(status)
            return {"exit": code, "cpu_seconds": usage.ru_utime + usage.ru_stime}


def _end_the_rest(bot: int) -> None:
    """Orphans come to us one generation at a time: kill until none is left."""
    give_up_at = time.monotonic() + SECONDS_TO_END_THE_REST
    while time.monotonic() < give_up_at:
        _kill_descendants(bot)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)


def _kill_descendants(bot: int) -> None:
    for pid in _children():
        _kill(pid)
    try:
        os.killpg(bot, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # nobody is left in the bot's own group


def _children() -> list[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    try:
        return [int(pid) for pid in listed.read_text().split()]
    except OSError:
        return []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended by itself
