"""The files a bot left in its output folder, read without trusting any of them."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.sandbox.folders import is_plain_name
from dashboard.sandbox.outcome import OutputFile

MOST_FILES = 20
MOST_BYTES = 10 << 20


class TooMuch(Exception):
    """The folder holds more or larger files than a run may keep."""


@dataclass
class Collected:
    """What was taken, and how many entries were left because they are no plain file."""

    files: list[OutputFile] = field(default_factory=list)
    left_out: int = 0


def collect(folder: Path) -> Collected:
    """Read each plain file; a link, a folder or a pipe stays where it is."""
    collected = Collected()
    try:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return Collected(left_out=1)  # the bot removed, replaced or closed it
    try:
        for name in sorted(os.listdir(top)):
            content = _read(top, name) if is_plain_name(name) else None
            if content is None:
                collected.left_out += 1
                continue
            collected.files.append(OutputFile(name, content))
            if len(collected.files) > MOST_FILES:
                raise TooMuch(f"it left more than {MOST_FILES} files in output/")
    finally:
        os.close(top)
    return collected


def _read(top: int, name: str) -> bytes | None:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        fd = os.open(name, flags, dir_fd=top)
    except OSError:
        return None
    try:
        found = os.fstat(fd)
        # a second name could be another folder's file
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            return None
        if found.st_size > MOST_BYTES:
            raise TooMuch(f"its file {name} is larger than {MOST_BYTES >> 20} MiB")
        with open(fd, "rb", closefd=False) as file:
            return file.read(MOST_BYTES)
    finally:
        os.close(fd)
