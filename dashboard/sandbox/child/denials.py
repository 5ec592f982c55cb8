"""Remembers what the bot last reached for, to explain a refusal in its own words."""

import errno
import os
import sys
from collections.abc import Iterator
from typing import Any

from .quorum import NotGranted, Refused

FILE, NETWORK, PROCESS, OTHER = "file", "network", "process", "other"
GRANT = "grant"
EVENTS = {
    "socket.__new__": NETWORK,
    "socket.connect": NETWORK,
    "socket.bind": NETWORK,
    "socket.sendto": NETWORK,
    "socket.getaddrinfo": NETWORK,
    "socket.gethostbyname": NETWORK,
    "os.fork": PROCESS,
    "os.forkpty": PROCESS,
    "os.exec": PROCESS,
    "os.posix_spawn": PROCESS,
    "os.system": PROCESS,
    "os.kill": PROCESS,
    "os.killpg": PROCESS,
    "subprocess.Popen": PROCESS,
    "sqlite3.connect": FILE,
}
REFUSALS = (errno.EPERM, errno.EACCES, errno.EROFS)
SHORT = 200

Event = list[Any]


def watch() -> Event:
    """Keep the last telling event; two assignments, so that no bot can be harmed."""
    last: Event = ["", ()]
    telling = frozenset(EVENTS)

    def remember(event: str, arguments: tuple[Any, ...]) -> None:
        if event in telling:
            last[0] = event
            last[1] = arguments

    sys.addaudithook(remember)
    return last


def of(
    error: BaseException, last: Event, layers: dict[str, Any], known: list[str]
) -> dict[str, str] | None:
    """Say what was refused, if this error comes from a refusal.

    `known` is what the bot may use: with a root of its own, all else is not there.
    """
    event, arguments = last
    kind = EVENTS.get(event, OTHER)
    for cause in _chain(error):
        if isinstance(cause, OSError) and cause.errno in REFUSALS:
            return _refusal(cause, kind, event, arguments)
        if isinstance(cause, NotGranted | Refused):
            return {"denied": GRANT, "what": _text(cause)}
        if layers.get("own_root") and _is_elsewhere(cause, known):
            return {"denied": FILE, "what": _text(getattr(cause, "filename", ""))}
        name = type(cause).__name__
        if name == "gaierror" and kind == NETWORK and layers.get("seccomp"):
            return {"denied": NETWORK, "what": _text(arguments[:1])}
        if name == "OperationalError" and event == "sqlite3.connect":
            return _database(cause, arguments)
    return None


def _refusal(
    error: OSError, kind: str, event: str, arguments: tuple[Any, ...]
) -> dict[str, str]:
    is_program = kind == PROCESS and error.filename in arguments[:1]
    if error.filename is not None and not is_program:
        return {"denied": FILE, "what": _text(error.filename)}
    if kind == NETWORK:
        address = arguments[1:2] if event != "socket.__new__" else ()
        return {"denied": NETWORK, "what": _text(*address) if address else ""}
    if kind == PROCESS:
        return {"denied": PROCESS, "what": event.rpartition(".")[2]}
    return {"denied": OTHER, "what": _text(error)}


def _is_elsewhere(error: BaseException, known: list[str]) -> bool:
    if not isinstance(error, FileNotFoundError):
        return False
    named = error.filename
    path = os.fsdecode(named) if isinstance(named, str | bytes) else ""
    inside = any(path == each or path.startswith(f"{each}/") for each in known)
    return path.startswith("/") and not inside


def _database(
    error: BaseException, arguments: tuple[Any, ...]
) -> dict[str, str] | None:
    """SQLite hides the refusal behind an error of its own."""
    path = os.path.realpath(os.fsdecode(arguments[0])) if arguments else ""
    if "unable to open" in str(error) and not path.startswith(os.getcwd()):
        return {"denied": FILE, "what": _text(path)}
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = os.fsdecode(value)
    return str(value)[:SHORT]
