"""What the kernel lets a process be: its user, its capabilities, its parent's fate."""

import ctypes
import os
import platform
import signal
import struct

SET_PARENT_DEATH_SIGNAL = 1
SET_DUMPABLE = 4
SET_CHILD_SUBREAPER = 36
SET_NO_NEW_PRIVILEGES = 38
CAPABILITY_VERSION = 0x20080522
CAPSET = {"x86_64": 126, "aarch64": 91}
KILL, TERMINATE = signal.SIGKILL, signal.SIGTERM
REGAINED_ROOT = 97

libc = ctypes.CDLL(None, use_errno=True)


def control(option: int, value: int) -> bool:
    return bool(libc.prctl(option, value, 0, 0, 0) == 0)


def on_parent_death(sent: signal.Signals) -> bool:
    """Ask for a signal when the parent dies; a change of user forgets the wish."""
    return control(SET_PARENT_DEATH_SIGNAL, sent)


def adopt_orphans() -> bool:
    return control(SET_CHILD_SUBREAPER, 1)


def hide_memory() -> bool:
    return control(SET_DUMPABLE, 0)


def refuse_new_privileges() -> bool:
    return control(SET_NO_NEW_PRIVILEGES, 1)


def drop_user(uid: int | None) -> int | None:
    """Become the run's own user, for good."""
    if uid is None:
        return None
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    try:
        os.setuid(0)
    except PermissionError:
        return uid
    os._exit(REGAINED_ROOT)


def drop_capabilities() -> bool:
    """Root without capabilities is a plain user who owns root's files."""
    number = CAPSET.get(platform.machine())
    if number is None:
        return False
    header = struct.pack("Ii", CAPABILITY_VERSION, 0)
    return bool(libc.syscall(number, header, bytes(24)) == 0)
