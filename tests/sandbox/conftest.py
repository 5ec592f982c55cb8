"""Runs bots within small limits, and tells what is still alive."""

import ctypes
import platform
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest

from dashboard.sandbox import Limits, Tier, run_bot
from dashboard.sandbox.bubble import program

SOON = 15
"""More seconds than a busy machine needs; what must not last would sleep for 60."""

SMALL = {"wall_seconds": 10, "cpu_seconds": 5, "memory_bytes": 128 << 20}


@pytest.fixture
def run():
    """Run a bot in the base tier, unless told otherwise."""

    def run(code, inputs=None, files=None, *, tier=Tier.BASE, hooks=None, **limits):
        chosen = Limits(**{**SMALL, **limits})
        code = textwrap.dedent(code)
        return run_bot(
            code, inputs or {}, files or {}, chosen, tier=tier, **hooks or {}
        )

    return run


@pytest.fixture(scope="session")
def needs_lockdown():
    """Skip where the kernel lacks a layer, never where our own probe says so."""
    if sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"}:
        pytest.skip("Lockdown needs Linux on x86-64 or ARM64.")
    if not Path("/proc/sys/kernel/seccomp").exists():
        pytest.skip("This kernel has no seccomp filters.")
    if ctypes.CDLL(None).syscall(444, None, 0, 1) < 1:
        pytest.skip("This kernel has no Landlock.")


@pytest.fixture(scope="session")
def why_no_bwrap():
    """Why bubblewrap cannot be tried here, found without our own probe."""
    found = program()
    if found is None:
        return "Bubblewrap is not installed: apt-get install bubblewrap."
    bare = ["--ro-bind", "/", "/", "--unshare-pid", "--unshare-net", "/bin/true"]
    tried = subprocess.run([found, *bare], capture_output=True, text=True)  # noqa: S603 - ours
    return f"Bubblewrap is refused here: {tried.stderr}" if tried.returncode else ""


@pytest.fixture
def needs(request, needs_lockdown):
    """Skip, and say why, where a tier cannot be had on this machine."""

    def needs(tier):
        why = request.getfixturevalue("why_no_bwrap") if tier is Tier.BWRAP else ""
        if why:
            pytest.skip(why)

    return needs


@pytest.fixture(params=[tier for tier in Tier if tier.locks])
def lock(run, needs, request):
    """Run a bot under lockdown, by itself and inside bubblewrap."""
    needs(request.param)

    def lock(code, inputs=None, files=None, **options):
        return run(code, inputs, files, **{"tier": request.param} | options)

    return lock


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def temporary(monkeypatch):
    """A folder for temporary files that no other test uses."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture
def private_file(tmp_path):
    """An application's database: only its owner may read it."""
    file = tmp_path / "app.db"
    file.touch(0o600)
    file.write_text("the crown jewels")
    return file


def marked(mark):
    """The processes that carry a mark in their environment or command line."""
    alive = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            is_dead = "\nState:\tZ" in (folder / "status").read_text()
        except OSError:
            continue
        if mark.encode() in text and not is_dead:
            alive.append(int(folder.name))
    return alive


@pytest.fixture
def nobody_left():
    """Wait for a moment until nothing carries the mark."""

    def nobody_left(mark):
        deadline = time.monotonic() + SOON
        while marked(mark):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    return nobody_left
