"""What a bot cannot reach under lockdown, and how its run says so."""

from dataclasses import replace

import pytest

from dashboard.sandbox import Ending, Limits, Tier, evidence
from dashboard.sandbox.folders import run_folder
from dashboard.sandbox.interpreter import choose_interpreter
from dashboard.sandbox.launch import Job, Place
from dashboard.sandbox.outcome import Follower
from dashboard.sandbox.running import run_in_place


def test_a_private_file_stays_private(lock, private_file):
    outcome = lock(
        'def run(inputs): return {"stolen": open(inputs["path"]).read()}',
        {"path": str(private_file)},
    )

    assert outcome.ending == Ending.DENIED
    assert f"tried to use {private_file}" in outcome.message
    assert "Error: [Errno" in outcome.traceback


def test_a_database_opened_by_sqlite_stays_private(lock, private_file):
    outcome = lock(
        """
        import sqlite3
        def run(inputs):
            return {"stolen": sqlite3.connect(inputs["path"]).execute("select 1")}
        """,
        {"path": str(private_file)},
    )

    assert outcome.ending == Ending.DENIED
    assert str(private_file) in outcome.message


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/proc/self/environ", "/proc/1/cmdline"]
)
def test_files_that_everybody_may_read_are_out_of_reach(lock, path):
    outcome = lock('def run(i): return {"x": open(i["path"]).read()}', {"path": path})

    assert outcome.ending == Ending.DENIED
    assert path in outcome.message


def test_nothing_can_be_written_outside(lock, tmp_path):
    tmp_path.chmod(0o777)

    outcome = lock(
        'def run(i): open(i["path"] + "/mark", "w")', {"path": str(tmp_path)}
    )

    assert outcome.ending == Ending.DENIED
    assert not (tmp_path / "mark").exists()


def test_a_private_file_stays_private_even_without_lockdown(run, private_file):
    if not evidence().drops_uid:
        pytest.skip("The bot runs as the same user here; the System page says so.")

    outcome = run('def run(i): open(i["path"])', {"path": str(private_file)})

    assert outcome.ending == Ending.DENIED


@pytest.mark.parametrize(
    "code",
    [
        'socket.create_connection(("127.0.0.1", i["port"]))',
        'socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))',
        "socket.socket(socket.AF_UNIX)",
        "urllib.request.urlopen(f\"http://127.0.0.1:{i['port']}/\")",
        'urllib.request.urlopen("http://example.invalid/")',
    ],
)
def test_no_connection_gets_out(lock, listener, code):
    outcome = lock(
        f"import socket, urllib.request\ndef run(i): {code}",
        {"port": listener.getsockname()[1]},
    )

    assert outcome.ending == Ending.DENIED
    assert "Bots have no network" in outcome.message
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("[os.fork() for _ in iter(int, 1)]", "fork"),
        ('subprocess.run(["/bin/true"])', "Popen"),
        ('os.execv("/bin/true", ["true"])', "exec"),
        ('os.posix_spawn("/bin/true", ["true"], {})', "posix_spawn"),
        ("os.kill(os.getppid(), 9)", "kill"),
        ("os.kill(-1, 9)", "kill"),
    ],
)
def test_no_other_process_is_started_or_signalled(lock, code, named):
    outcome = lock(f"import os, subprocess\ndef run(i): {code}")

    assert outcome.ending == Ending.DENIED
    assert f"another process ({named})" in outcome.message


def test_an_error_raised_from_a_denied_one_is_still_a_denial(lock):
    outcome = lock(
        """
        def run(inputs):
            try:
                open("/etc/passwd")
            except OSError as error:
                raise RuntimeError("No users.") from error
        """
    )

    assert outcome.ending == Ending.DENIED


def test_a_bot_that_lives_with_a_refusal_completes(lock):
    outcome = lock(
        """
        def run(inputs):
            try:
                open("/etc/passwd")
            except OSError:
                return {"users": "unknown"}
        """
    )

    assert outcome.ending == Ending.COMPLETED


SYSTEM_CALLS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)

def run(inputs):
    number = inputs["number"]
    result = libc.syscall(number, *inputs["arguments"])
    return {"result": result, "errno": ctypes.get_errno()}
"""


@pytest.mark.skipif("__import__('platform').machine() != 'x86_64'")
@pytest.mark.parametrize(
    ("call", "number", "arguments"),
    [
        ("ptrace", 101, [0, 0, 0, 0]),
        ("unshare a user namespace", 272, [0x10000000]),
        ("io_uring_setup", 425, [1, 0]),
        ("memfd_create", 319, [0, 0]),
        ("setsid", 112, []),
        ("clone without a thread", 56, [17, 0, 0, 0, 0]),
        ("bpf", 321, [0, 0, 0]),
        ("keyctl", 250, [0, 0]),
    ],
)
def test_a_dangerous_system_call_is_not_permitted(lock, call, number, arguments):
    outcome = lock(SYSTEM_CALLS, {"number": number, "arguments": arguments})

    assert outcome.output == {"result": -1, "errno": 1}


@pytest.mark.skipif("__import__('platform').machine() != 'x86_64'")
def test_a_call_through_the_x32_door_kills(lock):
    outcome = lock(SYSTEM_CALLS, {"number": 0x40000000 + 41, "arguments": [2, 1, 0]})

    assert outcome.ending == Ending.CRASHED
    assert "SIGSYS" in outcome.message


PRIVILEGES = """
import ctypes, os
def run(inputs):
    libc = ctypes.CDLL(None)
    header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capget(header, sets)
    return {"capabilities": list(sets), "no_new": libc.prctl(39, 0, 0, 0, 0)}
"""


def test_the_bot_holds_no_privilege(lock):
    assert lock(PRIVILEGES).output == {"capabilities": [0] * 6, "no_new": 1}


@pytest.mark.parametrize("tier", list(Tier))
def test_a_bot_that_must_stay_on_our_user_holds_no_privilege(needs, tier):
    needs(tier)
    interpreter = replace(choose_interpreter(), drops_uid=False)
    job = Job(PRIVILEGES, {}, Limits())

    with run_folder({}, None) as folder:
        place = Place(tier, interpreter, None, folder)
        outcome = run_in_place(job, place, Follower())

    assert outcome.layers["uid"] is None
    assert outcome.output == {"capabilities": [0] * 6, "no_new": 1}


def test_a_bot_that_must_stay_on_our_user_reads_none_of_our_files(
    needs_lockdown, private_file
):
    interpreter = replace(choose_interpreter(), drops_uid=False)
    job = Job('def run(i): open(i["path"])', {"path": str(private_file)}, Limits())

    with run_folder({}, None) as folder:
        place = Place(Tier.LOCKDOWN, interpreter, None, folder)
        outcome = run_in_place(job, place, Follower())

    assert outcome.ending == Ending.DENIED
