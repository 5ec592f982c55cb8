"""What the tests of runs are made of: approved work, and a look from outside."""

import os
from datetime import timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import sqlalchemy as sa
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.bots.models import BotVersion
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.runs.engine import execute
from dashboard.runs.models import (
    Execution,
    LogChunk,
    OutputFile,
    Run,
    RunStatus,
    StepStatus,
)
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.models import (
    Round,
    Status,
    Workflow,
    WorkflowFile,
    WorkflowStep,
)
from dashboard.workflows.models.rounds import Outcome
from tests.factories import make_council, make_type, number, rule_of, stored


def approved(proposer, *bots, inputs=None, files=None, agent_id=None):
    """A workflow of these bots that its council approved, and the run this bought."""
    council = make_council(proposer)
    type_ = make_type(council, *bots)
    workflow = stored(
        Workflow(
            number=10_000 + next(number),
            title="Close the books",
            type_id=type_.id,
            council_id=council.id,
            proposer_id=proposer.id,
            agent_id=agent_id,
            inputs=inputs or {},
            steps=[step_of(n, bot) for n, bot in enumerate(bots, start=1)],
            files=[
                WorkflowFile(name=name, blob_id=Blob.keep(content).id)
                for name, content in (files or {}).items()
            ],
        )
    )
    round_ = stored(approval_of(workflow))
    workflow.content_hash = round_.content_hash
    workflow.move(Status.APPROVED, "threshold_met")
    return stored(Run.of_workflow(workflow, round_, now()))


def step_of(position, bot):
    version = BotVersion.active_of(bot.id)
    return WorkflowStep(position=position, bot_id=bot.id, bot_version_id=version.id)


def approval_of(workflow):
    content = judged_content(workflow)
    return Round(
        workflow_id=workflow.id,
        revision=workflow.revision,
        content=content,
        content_hash=hash_of(content),
        rule=rule_of(),
        opened_at=now(),
        closes_at=now() + timedelta(days=1),
        original_closes_at=now() + timedelta(days=1),
        outcome=Outcome.APPROVED,
        decided_at=now(),
        ready_at=now(),
    )


def again(record):
    """The record as the database has it now."""
    db.session.rollback()
    db.session.refresh(record)
    return record


def log_of(step):
    chunks = select(LogChunk).where(LogChunk.execution_id == step.id)
    chunks = db.session.scalars(chunks.order_by(LogChunk.first_line))
    return [line for chunk in chunks for line in chunk.split()]


def events(run):
    """What the audit trail says about a run, oldest first."""
    entries = select(AuditEntry).where(AuditEntry.subject_id == run.id)
    entries = db.session.scalars(entries.order_by(AuditEntry.seq)).all()
    return [entry.detail.get("event", entry.action) for entry in entries]


def steps_of(run):
    wanted = select(Execution).where(Execution.run_id == run.id)
    return db.session.scalars(wanted.order_by(Execution.position)).all()


def processes_with(word):
    """Ids of live processes that carry this word in their command or environment."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if word.encode() in text and state != "Z" and int(folder.name) != os.getpid():
            found.add(int(folder.name))
    return found


def in_background(app, run):
    """A worker thread that executes this run."""

    def work(run_id=run.id):
        with app.app_context():
            execute(run_id)

    db.session.rollback()
    thread = Thread(target=work)
    thread.start()
    return thread


def wait_for(condition, seconds=15):
    """Look until it holds; each look sees what was committed meanwhile."""
    until = monotonic() + seconds
    db.session.rollback()
    while not condition():
        assert monotonic() < until, "waited in vain"
        sleep(0.05)
        db.session.rollback()


def lapse(run):
    """Let the lease of a run be over, as if its worker had died long ago."""
    db.session.rollback()
    past = now() - timedelta(seconds=1)
    db.session.execute(sa.update(Run).where(Run.id == run.id).values(lease_until=past))
    db.session.commit()


def finished(run, output=None, files=None, lines=(), **over):
    """The first step of this run, and the run, as if it had completed."""
    step = run.steps[0]
    step.status, step.output, step.tier = StepStatus.COMPLETED, output or {}, "lockdown"
    step.attempt, step.log_lines = 1, len(lines)
    step.started_at, step.ended_at = now() - timedelta(seconds=3), now()
    step.files = [
        OutputFile(name=name, blob_id=Blob.keep(content).id)
        for name, content in (files or {}).items()
    ]
    run.status, run.step, run.attempt, run.output = RunStatus.COMPLETED, 1, 1, output
    run.started_at, run.ended_at = step.started_at, step.ended_at
    for name, value in over.items():
        setattr(step, name, value)
    db.session.commit()
    logged(step, lines)
    return run


def logged(step, lines, first_line=0):
    if lines:
        chunk = LogChunk(
            execution_id=step.id,
            attempt=1,
            first_line=first_line,
            lines=len(lines),
            text="\n".join(lines),
        )
        step.log_lines = first_line + len(lines)
        stored(chunk)


def begun(run):
    """This run with its first step running."""
    step = run.steps[0]
    run.status, run.attempt, run.token = RunStatus.RUNNING, 1, "t" * 32
    run.lease_until = now() + timedelta(minutes=5)
    step.status, step.attempt, step.tier = StepStatus.RUNNING, 1, ""
    run.started_at = step.started_at = now()
    db.session.commit()
    return run
