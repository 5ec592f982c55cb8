"""A seccomp filter: no sockets, no new processes, no way out of the other layers."""

import ctypes
import errno
import os
import platform
import struct

from .privileges import libc, refuse_new_privileges

SET_SECCOMP, FILTER_MODE = 22, 2
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
KILL, ALLOW, FAIL_WITH = 0x80000000, 0x7FFF0000, 0x00050000
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT = 0, 4, 16
X32_NUMBERS = 0x40000000
CLONE_THREAD = 0x10000
CLONE3 = 435
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE = {"x86_64": 56, "aarch64": 220}

# Call numbers on x86_64 and aarch64; None where that machine has no such call.
DENIED: dict[str, tuple[int, int | None]] = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "sendto": (44, 206),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "unshare": (272, 97),
    "setns": (308, 268),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "mount": (165, 40),
    "umount2": (166, 39),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "setxattr": (188, 5),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "io_setup": (206, 0),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
}

# Allowed only with this first argument: the bot's own process, or 0 for "myself".
OWN_PROCESS_ONLY: dict[str, tuple[int, int]] = {"kill": (62, 129), "tgkill": (234, 131)}
MYSELF_ONLY: dict[str, tuple[int, int]] = {"prlimit64": (302, 261)}


class Program(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def restrict() -> bool:
    """Install the filter for this process and all its threads, for good."""
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        return False
    instructions = _instructions(machine, os.getpid())
    code = ctypes.create_string_buffer(b"".join(instructions))
    program = Program(len(instructions), ctypes.addressof(code))
    if not refuse_new_privileges():
        return False
    installed = libc.prctl(SET_SECCOMP, FILTER_MODE, ctypes.byref(program), 0, 0)
    return bool(installed == 0)


def _instructions(machine: str, own_pid: int) -> list[bytes]:
    column = 0 if machine == "x86_64" else 1
    program = [
        _do(LOAD, ARCHITECTURE_AT),
        _do(EQUAL, ARCHITECTURES[machine], 1, 0),
        _do(RETURN, KILL),
        _do(LOAD, NUMBER_AT),
    ]
    if machine == "x86_64":
        program += [_do(AT_LEAST, X32_NUMBERS, 0, 1), _do(RETURN, KILL)]
    # glibc tries clone3 first, whose flags no filter can see; refused, it takes clone
    program += _answer(CLONE3, FAIL_WITH | errno.ENOSYS)
    program += _only_with(CLONE[machine], _do(ANY_BIT, CLONE_THREAD, 0, 1))
    for numbers in OWN_PROCESS_ONLY.values():
        program += _only_with(numbers[column], _do(EQUAL, own_pid, 0, 1))
    for numbers in MYSELF_ONLY.values():
        program += _only_with(numbers[column], _do(EQUAL, 0, 0, 1))
    for call in DENIED.values():
        number = call[column]
        if number is not None:
            program += _answer(number, FAIL_WITH | errno.EPERM)
    return [*program, _do(RETURN, ALLOW)]


def _do(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _answer(number: int, verdict: int) -> list[bytes]:
    return [_do(EQUAL, number, 0, 1), _do(RETURN, verdict)]


def _only_with(number: int, test_of_first_argument: bytes) -> list[bytes]:
    return [
        _do(EQUAL, number, 0, 4),
        _do(LOAD, FIRST_ARGUMENT_AT),
        test_of_first_argument,
        _do(RETURN, ALLOW),
        _do(RETURN, FAIL_WITH | errno.EPERM),
    ]
