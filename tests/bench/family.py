"""What a program and all that it started have used of the processor."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_ms_of(pid):
    """Of the living, and of the dead whom one of them has buried."""
    known = {each.pid: each for each in everybody()}
    family = [each for each in known.values() if descends(each, pid, known)]
    return sum(each.ticks for each in family) * 1000 / TICKS


class Relative:
    """One process: its parent, and its own and its buried children's ticks."""

    def __init__(self, pid, stat):
        fields = stat.rpartition(")")[2].split()
        self.pid, self.parent = pid, int(fields[1])
        self.ticks = sum(int(field) for field in fields[11:15])


def everybody():
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            yield Relative(int(stat.parent.name), stat.read_text())
        except OSError:
            continue  # it ended while we looked


def descends(each, pid, known):
    while each is not None and each.pid != pid:
        each = known.get(each.parent)
    return each is not None
