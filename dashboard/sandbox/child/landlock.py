"""Landlock: no file outside the allowed folders, no TCP, no signal to others."""

import os
import struct

from .privileges import libc

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG = 1
PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_CHAR, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 10, 1 << 11
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
ALL_TCP = 0b11
SIGNALS_AND_ABSTRACT_SOCKETS = 0b11

READ = READ_FILE | READ_DIR
ON_A_FILE = WRITE_FILE | READ_FILE | TRUNCATE
NEVER = EXECUTE | MAKE_CHAR | MAKE_SOCK | MAKE_FIFO | MAKE_BLOCK | IOCTL_DEV


def restrict(readable: list[str], writable: list[str]) -> int:
    """Deny all but these paths; the Landlock version that does, 0 if none does."""
    version: int = libc.syscall(CREATE_RULESET, None, 0, VERSION_FLAG)
    if version < 1:
        return 0
    every = _file_rights(version)
    ruleset = libc.syscall(CREATE_RULESET, *_attributes(version, every), 0)
    if ruleset < 0:
        return 0
    allowed = all(
        [_allow(ruleset, path, READ) for path in readable]
        + [_allow(ruleset, path, every & ~NEVER) for path in writable]
    )
    restricted = allowed and libc.syscall(RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return version if restricted else 0


def _file_rights(version: int) -> int:
    rights = (1 << 13) - 1
    if version >= 2:
        rights |= REFER
    if version >= 3:
        rights |= TRUNCATE
    if version >= 5:
        rights |= IOCTL_DEV
    return rights


def _attributes(version: int, files: int) -> tuple[bytes, int]:
    """The kernel's structure, as long as this version knows it."""
    if version >= 6:
        packed = struct.pack("QQQ", files, ALL_TCP, SIGNALS_AND_ABSTRACT_SOCKETS)
    elif version >= 4:
        packed = struct.pack("QQ", files, ALL_TCP)
    else:
        packed = struct.pack("Q", files)
    return packed, len(packed)


def _allow(ruleset: int, path: str, rights: int) -> bool:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return True  # what does not exist needs no permission
    if not os.path.isdir(path):
        rights &= ON_A_FILE
    rule = struct.pack("=Qi", rights, beneath)
    added = libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0) == 0
    os.close(beneath)
    return added
