"""The demo in a file, told once for all processes of a run, and copied by each."""

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEYS = {"SECRET_KEY": "s" * 32, "AUDIT_KEY": "a" * 32, "DATA_KEYS": "d" * 32}
"""Those of the app that tests share: it reads what these seal."""


def from_shelf(shared, instance):
    """Fill the folder of an instance with the demo; what telling it said."""
    told = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            tell(shared / "demo being told").rename(told)
    shutil.copytree(told, instance, dirs_exist_ok=True)
    return (told / "said.txt").read_text()


def tell(folder):
    folder.mkdir()
    flask(folder, "db", "upgrade")
    (folder / "said.txt").write_text(flask(folder, "seed-demo"))
    return folder


def flask(folder, *arguments):
    flask = Path(sys.executable).parent / "flask"
    env = {"PATH": str(flask.parent), "HOME": str(folder), "FLASK_SKIP_DOTENV": "1"}
    done = subprocess.run(
        [flask, *arguments],
        cwd=ROOT,
        env=env | KEYS | {"INSTANCE_PATH": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
