"""The limits the kernel counts for one process."""

import os
import resource
from pathlib import Path

ROOM_FOR_PROCESSES = 64


def apply(wanted: dict[str, list[int]]) -> dict[str, int]:
    """Set each limit the system has, never above what is already set."""
    applied = {}
    for name, (soft, hard) in {**wanted, "NPROC": _processes()}.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is None:
            continue
        ceiling = resource.getrlimit(number)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        try:
            resource.setrlimit(number, (soft, hard))
        except (ValueError, OSError):
            continue  # macOS refuses some; the layers report shows which are missing
        applied[name] = soft
    return applied


def _processes() -> list[int]:
    """Room for some more: the kernel counts all that this user already runs."""
    most = _running_now(os.getuid()) + ROOM_FOR_PROCESSES
    return [most, most]


def _running_now(uid: int) -> int:
    running = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == uid:
                running += len(os.listdir(folder / "task"))
        except OSError:
            continue  # it ended while we counted
    return running
