"""The check on another machine: a file, a key, and nothing else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard.receipts.checking import MOST
from dashboard.receipts.cli import verify_receipt
from tests.receipts.tale import JWK, OTHER, signed, tale

ROOT = Path(__file__).parents[2]
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/nowhere"


@pytest.fixture
def folder(tmp_path):
    """What somebody carried to the other machine."""
    (tmp_path / "receipt.json").write_bytes(signed(tale()))
    (tmp_path / "key.json").write_text(json.dumps({"keys": [JWK]}))
    return tmp_path


def checked(folder, receipt="receipt.json", key="key.json"):
    args = [str(folder / receipt), "--key", str(folder / key)]
    return CliRunner().invoke(verify_receipt, args)


@pytest.mark.parametrize(
    "command", [["-m", "flask", "verify-receipt"], ["-m", "dashboard.receipts"]]
)
def test_it_takes_no_database_and_no_instance(folder, command):
    instance = folder / "empty"
    alone = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "INSTANCE_PATH": str(instance),
        "DATABASE_URL": NOWHERE,
        "FLASK_APP": "wsgi",
    }

    found = subprocess.run(
        [sys.executable, *command, "receipt.json", "--key", "key.json"],
        cwd=folder,
        env=alone,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (found.returncode, found.stderr) == (0, "")
    assert (
        "The receipt is sound: #482 Clean up “now”, approved; 2 votes" in found.stdout
    )
    assert "issued by https://quorum.example.org" in found.stdout
    assert not list(instance.glob("*.db"))


def test_it_needs_no_app_on_its_own(folder):
    """Not even settings: the other machine has none."""
    found = subprocess.run(
        [
            sys.executable,
            "-m",
            "dashboard.receipts",
            "receipt.json",
            "--key",
            "key.json",
        ],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "SECRET_KEY": "short",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert found.returncode == 0
    assert sorted(each.name for each in folder.iterdir()) == [
        "key.json",
        "receipt.json",
    ]


def test_it_says_what_it_looked_at(folder):
    assert "Checked: spelling, digests, signature" in checked(folder).output


def test_a_changed_byte_is_told_and_the_end_is_1(folder):
    raw = (folder / "receipt.json").read_bytes()
    (folder / "receipt.json").write_bytes(
        raw.replace(b"Looks right", b"Looks wrong", 1)
    )

    found = checked(folder)

    assert found.exit_code == 1
    assert "rounds/0/votes/0 (lines" in found.output
    assert "The receipt is not sound: 2 things are wrong." in found.output


def test_another_key_is_told(folder):
    (folder / "receipt.json").write_bytes(signed(tale(), OTHER))

    found = checked(folder)

    assert found.exit_code == 1
    assert "key_id (line" in found.output
    assert "The receipt is not sound: 1 thing is wrong." in found.output


@pytest.mark.parametrize(
    "keys", [JWK, {"keys": [JWK]}, {"keys": [{"kid": "old"}, JWK]}, {"keys": [7, JWK]}]
)
def test_a_key_alone_and_a_set_of_keys_do(folder, keys):
    (folder / "key.json").write_text(json.dumps(keys))

    assert checked(folder).exit_code == 0


@pytest.mark.parametrize(
    ("receipt", "key", "said"),
    [
        ("gone.json", "key.json", "gone.json cannot be read: No such file"),
        ("receipt.json", "gone.json", "gone.json cannot be read: No such file"),
        ("receipt.json", "", "cannot be read: Is a directory"),
        ("receipt.json", "receipt.json", "is not a public key"),
    ],
)
def test_what_cannot_be_read_ends_with_2(folder, receipt, key, said):
    found = checked(folder, receipt, key)

    assert found.exit_code == 2
    assert said in found.output


@pytest.mark.parametrize(
    "text", ["", "[", "7", "{}", '{"keys": []}', '{"keys": 7}', "[" * 10_000, "\udcff"]
)
def test_what_is_no_key_ends_with_2(folder, text):
    (folder / "key.json").write_bytes(text.encode("utf-8", "surrogateescape"))

    found = checked(folder)

    assert found.exit_code == 2
    assert "is not a public key" in found.output


def test_a_file_full_of_mistakes_does_not_fill_the_terminal(folder):
    document = json.loads((folder / "receipt.json").read_bytes())
    document["receipt"]["rounds"] = [{} for _ in range(5_000)]
    (folder / "receipt.json").write_text(json.dumps(document))

    found = checked(folder)

    assert found.exit_code == 1
    assert len(found.stderr.splitlines()) == MOST + 1
    assert f"{MOST} things or more are wrong." in found.stderr
