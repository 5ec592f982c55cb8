"""Keeps a process that holds keys from being read by a bot of the same user."""

import ctypes
import sys

SET_DUMPABLE = 4


def hide_memory() -> bool:
    """Close this process's memory and environment to others; True when it took effect.

    Call it once at the start of every process that holds keys. Root still may look.
    """
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(SET_DUMPABLE, 0, 0, 0, 0) == 0)
