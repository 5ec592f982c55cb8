"""A run that never was: what it teaches a process, all that are forked from it know."""

import gc
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Flask
from uuid_utils.compat import uuid7

from dashboard.bots.models import Bot, BotVersion, version_hash
from dashboard.clock import now
from dashboard.councils.models import Council
from dashboard.database import WRITE
from dashboard.extensions import db
from dashboard.runs.claim import claim
from dashboard.runs.ending import begin, end
from dashboard.runs.engine import worker_name
from dashboard.runs.fence import writing
from dashboard.runs.logs import LogWriter
from dashboard.runs.models import Run
from dashboard.runs.steps import keep, prepare
from dashboard.sandbox import Ending, Outcome, Tier
from dashboard.sweep import guarded
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.models import Round, Status, Workflow, WorkflowStep

log = logging.getLogger(__name__)

CODE = "def run(inputs, files):\n    return {}\n"


def rehearse(app: Flask) -> None:
    """Do one whole run but for the bot, in a transaction that is rolled back.

    A process forked for a run would otherwise compile every statement of it anew,
    which takes longer than all the rest until its bot starts.
    """
    began = time.monotonic()
    with app.app_context():
        engine = db.engine
    guarded(app, worker_name(), "rehearsal", lambda: play_undone(app))
    engine.dispose()  # who forks holds no connection
    gc.collect()
    gc.freeze()  # what all share is not looked through, and so not copied, by each
    log.info("Rehearsed a run in %.1f s.", time.monotonic() - began)


def play_undone(app: Flask) -> None:
    with undone():
        play()


@contextmanager
def undone() -> Iterator[None]:
    """Commits in here are savepoints, and nothing of it stays."""
    engine = db.engine
    engines: Any = db.engines
    connection = engine.connect().execution_options(**WRITE)
    with connection, connection.begin() as everything:
        engines[None] = connection  # sessions cannot tell it from an engine
        try:
            yield
        finally:
            db.session.remove()
            engines[None] = engine
            everything.rollback()


def play() -> None:
    """Every statement of a run of one step, from its claim to its end."""
    with writing():
        run = approved_run(now())
    taken = claim(run.id, worker_name())
    if taken is None or not begin(taken):
        return  # everything is frozen
    plan = prepare(taken)
    if plan is None:
        return
    lines = LogWriter(taken, plan.execution_id, plan.first_line)
    lines.say("A line")
    lines.close()
    keep(taken, plan, Outcome(Ending.COMPLETED, "", Tier.BASE, output={}))
    end(taken)


def approved_run(at: datetime) -> Run:
    """Saved, so far as anything is saved here; nobody in it has a name."""
    person = User(email=nameless(), username=nameless(), name="", password_hash="")
    db.session.add(person)
    db.session.flush()
    bot = Bot(name=nameless(), owner_id=person.id)
    kind = WorkflowType(name=nameless(), council=Council(name=nameless(), rule={}))
    kind.input_schema = {}
    db.session.add_all([bot, kind])
    db.session.flush()
    version = BotVersion(bot_id=bot.id, number=1, code=CODE, message="")
    version.author_id, version.content_hash = person.id, version_hash(CODE, {})
    db.session.add(version)
    db.session.flush()
    workflow = workflow_of(kind, person, version)
    run = Run.of_workflow(workflow, approval_of(workflow, at), at)
    db.session.add(run)
    return run


def workflow_of(kind: WorkflowType, person: User, version: BotVersion) -> Workflow:
    step = WorkflowStep(position=1, bot_id=version.bot_id, bot_version_id=version.id)
    workflow = Workflow(
        number=0,
        title="",
        type_id=kind.id,
        council_id=kind.council_id,
        proposer_id=person.id,
        status=Status.APPROVED,
        status_reason="threshold_met",
        steps=[step],
    )
    db.session.add(workflow)
    db.session.flush()
    return workflow


def approval_of(workflow: Workflow, at: datetime) -> Round:
    content = judged_content(workflow)
    workflow.content_hash = hash_of(content)
    round_ = Round(
        id=uuid7(),
        workflow_id=workflow.id,
        revision=1,
        content=content,
        content_hash=workflow.content_hash,
        rule={},
        opened_at=at,
        closes_at=at,
        original_closes_at=at,
        decided_at=at,
    )
    db.session.add(round_)
    db.session.flush()
    return round_


def nameless() -> str:
    return uuid4().hex
