"""Child processes that end with their parent."""

import ctypes
import logging
import os
import signal
import sys
from collections.abc import Callable

log = logging.getLogger(__name__)

SET_PARENT_DEATH_SIGNAL = 1


def fork(work: Callable[[], None]) -> int:
    """Do this in a process of its own, which is told to stop when this one dies."""
    sys.stdout.flush()
    parent = os.getpid()
    if pid := os.fork():
        return pid
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        die_with(parent)
        work()
        code = 0
    except Exception:
        log.exception("A process of this worker failed; it is started again.")
    finally:
        sys.stdout.flush()
        os._exit(code)


def die_with(parent: int) -> None:
    """Have the system send SIGTERM when the parent dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask
        os._exit(0)
