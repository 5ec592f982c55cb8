"""What a bot leaves on disk is removed, however it was left."""

import os
import time

import pytest

from dashboard.sandbox import sweep_leftovers
from dashboard.sandbox.folders import PREFIX, remove, run_folder


@pytest.mark.parametrize(
    "code",
    [
        "os.mkdir('dark'); open('dark/x', 'w').close(); os.chmod('dark', 0)",
        "for _ in range(3000): os.mkdir('d'); os.chdir('d')",
        "open('a\\nb', 'w').close(); open('-rf', 'w').close(); os.chmod('.', 0)",
    ],
)
def test_a_run_leaves_nothing_on_disk(run, temporary, code):
    run(f"import os\ndef run(inputs):\n    {code}\n    return {{}}")

    assert list(temporary.iterdir()) == []


def test_removal_never_follows_a_link(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("still here")
    doomed = tmp_path / "doomed"
    doomed.mkdir()
    (doomed / "link").symlink_to(kept)
    (doomed / "file").symlink_to(kept / "file")

    remove(doomed)

    assert not doomed.exists()
    assert (kept / "file").read_text() == "still here"


def test_the_sweep_takes_old_folders_of_ours_only(temporary):
    old, fresh = temporary / f"{PREFIX}old", temporary / f"{PREFIX}fresh"
    other, link = temporary / "other", temporary / f"{PREFIX}link"
    for folder in (old, fresh, other):
        folder.mkdir()
    link.symlink_to(other)
    long_ago = time.time() - 7200
    for folder in (old, other):
        os.utime(folder, (long_ago, long_ago))
    os.utime(link, (long_ago, long_ago), follow_symlinks=False)

    assert sweep_leftovers(older_than_seconds=3600) == 1

    assert sorted(temporary.iterdir()) == sorted([fresh, other, link])


def test_attached_files_are_closed_to_everybody_else_on_the_machine():
    uid = 65519 if os.geteuid() == 0 else None

    with run_folder({"a": b"private"}, uid) as folder:
        assert folder.root.stat().st_mode & 0o007 == 0
        assert (folder.files / "a").read_bytes() == b"private"
