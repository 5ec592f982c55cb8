"""Whether this is a world of its own: its root, its network, its processes."""

import os
from _socket import if_nameindex

LOOPBACK = "lo"
SECOND = 2
"""The supervisor's number where bubblewrap's own process is the first."""


def look(outside: list[int]) -> dict[str, bool]:
    """Compare with the root that the worker sees; a network is told by its devices."""
    root = os.stat("/")
    return {
        "own_root": [root.st_dev, root.st_ino] != outside,
        "own_network": {name for _, name in if_nameindex()} <= {LOOPBACK},
        "own_processes": os.getppid() == SECOND,
    }
