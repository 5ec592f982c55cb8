"""The work that is under way while something breaks, and what is left of it."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from dashboard.bots.models import RunPolicy
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.actions import start_bot
from dashboard.runs.models import Trigger
from tests.factories import make_bot, make_user
from tests.faults.nursery import nursery
from tests.runs.stage import approved

FINAL = "('completed','failed','blocked','cancelled','needs_review')"
BOT = """
import os, time

def run(inputs):
    with open({journal!r}, "a") as journal:
        journal.write(os.environ["QUORUM_IDEMPOTENCY_KEY"] + "\\n")
    time.sleep({seconds})
    return {{"key": os.environ["QUORUM_IDEMPOTENCY_KEY"]}}
"""


class Journal:
    """What bots did to the outside, written by themselves where no program looks."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="quorum-journal-"))
        self.folder.chmod(0o711)  # bots have users of their own
        self.file = self.folder / "effects"
        self.file.touch()
        self.file.chmod(0o666)

    @property
    def keys(self):
        return self.file.read_text().split()

    def remove(self):
        self.file.unlink()
        self.folder.rmdir()


@contextmanager
def journal():
    kept = Journal()
    try:
        yield kept
    finally:
        kept.remove()


@contextmanager
def at_work(world):
    """Ourselves as one more program on the world's database."""
    with world.app.app_context():
        yield
        db.session.remove()


def bot_of(kept, seconds=0.05, *, retry="safe", **over):
    """A bot that notes each time it really runs; its owner may run it unvoted."""
    owner = make_user(f"Uma {os.urandom(4).hex()}", role=Role.USER)
    code = BOT.format(journal=str(kept.file), seconds=seconds)
    config = {"retry": retry, "limits": {"wall_seconds": 60}}
    return make_bot(owner, code, config=config, run_policy=RunPolicy.OWNER, **over)


def two_steps(bot, count):
    """So many approved workflows of two steps; the ids of the runs they bought."""
    return [approved(bot.owner, bot, bot).id for _ in range(count)]


def alone(bot, count):
    """So many runs of the bot on its own, through the door that people use."""
    return [start_bot(bot.owner, bot, {}, {}, Trigger.PERSON).id for _ in range(count)]


def unfinished(world):
    return world.one(f"SELECT count(*) FROM runs WHERE status NOT IN {FINAL}")


def committed_too_often(world, steps):
    """Steps stored more than once, and runs that ended more than once."""
    stored = f"SELECT coalesce(sum(step - {steps}), 0) FROM runs WHERE step > {steps}"
    ended = (
        "SELECT coalesce(sum(times - 1), 0) FROM (SELECT count(*) AS times "
        "FROM audit_entries WHERE action = 'run.write' "
        "AND CAST(detail AS TEXT) LIKE '%\"end\"%' GROUP BY subject_id) AS ends "
        "WHERE times > 1"
    )
    return int(world.one(stored)) + int(world.one(ended))


def breaks_in_chain(world):
    """Where the audit trail is not one whole chain; `flask audit verify` agrees."""
    rows = world.rows("SELECT seq, prev_hash, hash FROM audit_entries ORDER BY seq")
    torn = [
        later.seq
        for earlier, later in zip(rows, rows[1:], strict=False)
        if later.seq != earlier.seq + 1 or later.prev_hash != earlier.hash
    ]
    head = world.rows("SELECT seq, hash FROM audit_head")[0]
    if rows and (head.seq, head.hash) != (rows[-1].seq, rows[-1].hash):
        torn.append(head.seq)
    code, _ = nursery().run("audit", "verify", env=world.env)
    return torn or ([0] if code else [])
