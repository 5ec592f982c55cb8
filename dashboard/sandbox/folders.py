"""The folder of one run: made before it, measured during it, removed after it."""

import logging
import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

log = logging.getLogger(__name__)

PREFIX = "quorum-bot-"
LONGEST_NAME = 255


@dataclass(frozen=True)
class RunFolder:
    """`files` is what the bot is given, `work` is where it lives and writes."""

    root: Path

    @property
    def files(self) -> Path:
        return self.root / "files"

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def output(self) -> Path:
        return self.work / "output"


def is_plain_name(name: str) -> bool:
    """A name that means one file in one folder, on every system."""
    return (
        name not in {"", ".", ".."}
        and name.isprintable()
        and not set(name) & set("/\\")
        and len(name.encode("utf-8", "surrogatepass")) <= LONGEST_NAME
    )


@contextmanager
def run_folder(files: Mapping[str, bytes], uid: int | None) -> Iterator[RunFolder]:
    """Lay out the folder of one run for this user, and leave nothing of it."""
    folder = RunFolder(Path(tempfile.mkdtemp(prefix=PREFIX)).resolve())
    try:
        _lay_out(folder, files, uid)
        yield folder
    finally:
        remove(folder.root)


def _lay_out(folder: RunFolder, files: Mapping[str, bytes], uid: int | None) -> None:
    folder.files.mkdir()
    for name, content in files.items():
        (folder.files / name).write_bytes(content)
        (folder.files / name).chmod(0o444)
    folder.files.chmod(0o555)
    folder.work.mkdir(0o700)
    folder.output.mkdir(0o700)
    if uid is not None:
        os.chown(folder.work, uid, uid)
        os.chown(folder.output, uid, uid)
        os.chown(folder.root, -1, uid)
        folder.root.chmod(0o710)  # the bot's group may pass through, nobody else


def usage(top: Path, most_entries: int) -> tuple[int, int]:
    """Bytes and entries below a folder; what cannot be measured counts as too much."""
    size = entries = 0
    folders = [str(top)]
    while folders and entries <= most_entries:
        try:
            for path, found in _entries(folders.pop(), most_entries + 1):
                entries += 1
                size += found.st_blocks * 512
                if stat.S_ISDIR(found.st_mode):
                    folders.append(path)
        except (FileNotFoundError, NotADirectoryError):
            continue  # the bot removed it while we looked
        except OSError:
            return sys.maxsize, entries  # too deep or closed to us: a place to hide
    return size, entries


def _entries(folder: str, most: int) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as listed:
        for entry in islice(listed, most):
            yield entry.path, entry.stat(follow_symlinks=False)


def remove(top: Path) -> None:
    """Delete a tree of any depth and any modes, never following a link.

    rm walks trees deeper than Python's recursion; chmod opens what a bot closed.
    """
    if not _run("/bin/rm", "-rf", "--", str(top)):
        _run("/bin/chmod", "-R", "u+rwx", "--", str(top))
        if not _run("/bin/rm", "-rf", "--", str(top)):
            log.warning("A bot's folder could not be removed: %s", top)


def _run(*command: str) -> bool:
    done = subprocess.run(  # noqa: S603 - fixed programs, absolute paths
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return done.returncode == 0


def sweep_leftovers(older_than_seconds: float) -> int:
    """Remove the folders of runs whose worker died; how many there were.

    Give it more seconds than the longest run may take: others may be working.
    """
    swept = 0
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue
        is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
        if is_ours and time.time() - found.st_mtime > older_than_seconds:
            remove(path.resolve())
            swept += 1
    return swept
