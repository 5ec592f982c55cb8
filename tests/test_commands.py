"""bin/start and bin/setup as a person runs them, in a copy of the tree."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parent.parent
VENV = Path(sys.prefix)
TREE = ("bin", "dashboard", "migrations", "static", "templates", "wsgi.py", "config.py")
ADDRESS = "127.0.0.1"


@pytest.fixture
def clone(tmp_path):
    """The tree in another place, with what is installed here."""
    for name in TREE:
        source, target = ROOT / name, tmp_path / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(
            source, target
        )
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "pip", "flask", "gunicorn"):
        (programs / name).symlink_to(VENV / "bin" / name)
    stamp = "(cat requirements.txt | cksum; echo requirements.txt) > .venv/installed"
    subprocess.run(stamp, shell=True, check=True, cwd=tmp_path)  # noqa: S602
    return tmp_path


@pytest.fixture
def port():
    with socket.socket() as door:
        door.bind((ADDRESS, 0))
        return door.getsockname()[1]


def environment(**over):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, **over}


def started(clone, port, *args):
    with (clone / "start.log").open("w") as log:
        return subprocess.Popen(
            [clone / "bin" / "start", *args],
            env=environment(PORT=str(port)),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def answer(url, seconds=60):
    until = monotonic() + seconds
    while True:
        try:
            with urlopen(url) as response:
                return response.status
        except OSError:
            assert monotonic() < until, "nothing answers"
            sleep(0.1)


def members(group):
    """Who of a process group lives."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if its_group == str(group) and state != "Z":
            found.append(stat.parent.name)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_ends_without_a_trace(clone, port, number):
    script = started(clone, port, "--no-demo")
    try:
        assert answer(f"http://{ADDRESS}:{port}/health") == 200
        assert len(members(script.pid)) >= 4
    finally:
        os.kill(script.pid, number)
        status = script.wait(30)

    said = (clone / "start.log").read_text()
    assert status == 0
    assert members(script.pid) == []
    assert "No people yet. Make the first admin: .venv/bin/flask create-admin" in said
    assert f"Quorum: http://{ADDRESS}:{port}" in said
    assert (clone / "instance" / "quorum.db").stat().st_mode & 0o077 == 0


def test_a_taken_port_is_named_before_anything_is_made(clone):
    with socket.socket() as other:
        other.bind((ADDRESS, 0))
        other.listen()
        taken = other.getsockname()[1]
        script = started(clone, taken)
        status = script.wait(30)

    said = (clone / "start.log").read_text()
    assert status == 1
    assert f"Port {taken} on {ADDRESS} is in use." in said
    assert not (clone / "instance").exists()


def test_an_unknown_word_is_answered_with_the_usage(clone, port):
    script = started(clone, port, "--demo")

    assert script.wait(30) == 2
    assert "Usage:" in (clone / "start.log").read_text()


def test_an_old_python_is_named(clone):
    old = clone / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2; exit 1\n')
    old.chmod(0o755)

    setup = subprocess.run(
        [clone / "bin" / "setup"],
        env=environment(PYTHON=str(old)),
        capture_output=True,
        text=True,
    )

    assert setup.returncode == 1
    assert "Quorum needs Python 3.11 or newer; here is Python 3.9.2" in setup.stderr
