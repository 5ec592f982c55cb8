"""The tier bwrap: bubblewrap around the child, with a root and a network of its own."""

import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

from dashboard.sandbox.folders import RunFolder

PATHS = "/usr/bin:/bin:/usr/local/bin"
RUNNER = "/quorum/child"
FIRST_PROCESS = 1
"""Bubblewrap's own half inside, which the child has as its parent."""
DEVICES = (os.devnull, "/dev/urandom")
SPACES = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts")
CHANGES_USER = ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")


def program() -> str | None:
    return shutil.which("bwrap", path=PATHS)


def around(
    readable: Iterable[str], runner: Path, folder: RunFolder, uid: int | None
) -> list[str]:
    """The words before the child's own: all it finds is what is named here."""
    seen = {path: path for path in readable if not path.startswith("/dev/")}
    seen |= {str(runner): RUNNER, str(folder.files): str(folder.files)}
    work = str(folder.work)
    return [
        program() or "bwrap",
        "--die-with-parent",
        *SPACES,
        "--unshare-cgroup-try",
        *([] if os.geteuid() == 0 else ["--unshare-user"]),
        *("--cap-drop", "ALL"),
        *([] if uid is None else CHANGES_USER),
        *_folders_of([*seen.values(), work, *DEVICES]),
        *_each("--ro-bind", sorted(seen.items(), key=lambda pair: pair[1])),
        *_each("--dev-bind", ((device, device) for device in DEVICES)),
        *("--bind", work, work),
        *("--remount-ro", "/", "--chdir", "/", "--"),
    ]


def _folders_of(paths: Iterable[str]) -> Iterator[str]:
    """The way to each path, open to pass; bubblewrap would close it to other users."""
    ways = {str(way) for path in paths for way in Path(path).parents} - {"/"}
    for way in sorted(ways):
        yield from ("--perms", "0755", "--dir", way)


def _each(option: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for source, inside in pairs:
        yield from (option, source, inside)


def burst(pid: int) -> bool:
    """Kill the first process inside, and with it all others; False if it was not found.

    Bubblewrap itself ends only after the kernel has ended every one of them.
    """
    try:
        inside = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return False
    for first in inside:
        try:
            os.kill(int(first), signal.SIGKILL)
        except ProcessLookupError:
            continue  # it ended by itself
    return bool(inside)
