"""A database with one of everything, and what every URL is filled in with."""

from dashboard.audit import audited
from dashboard.bots.models import BotVersion, RunPolicy
from dashboard.clock import now
from dashboard.files.models import Blob
from dashboard.freezes.models import Freeze, Scope
from dashboard.permissions import Permission
from dashboard.runs.models import (
    LogChunk,
    OutputFile,
    RunFile,
    RunStatus,
    StepStatus,
    WorkerBeat,
)
from dashboard.users.models import ApiKey, UserSession
from dashboard.workflows.models import WorkflowFile, WorkflowStep
from tests.factories import (
    latest_audit,
    make_agent,
    make_bot,
    make_council,
    make_round,
    make_run,
    make_type,
    make_vote,
    make_workflow,
    open_vote,
    stored,
    vote,
)
from tests.populated_machinery import machinery
from tests.populated_minds import advised, minds

FILE = "report.csv"
ELSEWHERE = {
    "docs.asset": {"name": "swagger-ui.css"},
    "metrics.export": {"kind": "csv"},
    "metrics.votes": {"kind": "csv"},
}
"""Endpoints for which an argument of the same name means something else."""
RECEIPTS = ("receipts.show", "receipts.download", "receipts_api.show")
"""They take a workflow that has been decided."""


def populate(ada, olga):
    """URL arguments by name, for records that belong to Ada."""
    agent = make_agent(owner_id=ada.id)
    council = make_council(ada, olga, advisers=[agent])
    bot = make_bot(ada, run_policy=RunPolicy.OWNER)
    type_ = make_type(council, bot)
    run = ran(bot, ada)
    workflow = proposed(type_, bot, ada)
    own = make_workflow(ada, type_, number=90_001)
    voted = make_round(own, ada, olga)
    make_vote(voted, olga)
    others = make_workflow(olga, type_, number=90_002)
    make_vote(make_round(others, ada, olga), olga)
    key, _ = ApiKey.issue(ada, name="For the sweep")
    session = stored(UserSession(user=ada))
    stored(WorkerBeat(name="one", started_at=now(), seen_at=now()))
    with audited(ada, Permission.COUNCIL_WRITE, council):
        council.description = "Decides"
    return {
        "agent_id": agent.id,
        "bot_id": bot.id,
        "council_id": council.id,
        "freeze_id": frozen(agent, ada).id,
        "key_id": key.id,
        "name": FILE,
        "number": 1,
        "position": 1,
        "run_id": run.id,
        "seq": latest_audit().seq,
        "session_id": session.id,
        "step": 1,
        "type_id": type_.id,
        "user_id": olga.id,
        "workflow_id": workflow.id,
        **machinery(bot, run, workflow, ada),
        **minds(agent, bot, workflow, advised(voted, agent, ada), ada),
        "workflows.void": {"workflow_id": others.id},
        **dict.fromkeys(RECEIPTS, {"workflow_id": proven(type_, olga, ada).id}),
    }


def proven(type_, proposer, voter):
    """A workflow decided by a vote, so that it has a receipt."""
    workflow = open_vote(proposer, type_)
    vote(workflow, voter)
    return workflow


def frozen(agent, person):
    """A freeze in force that stops nothing else, so that every page tells of it."""
    return stored(
        Freeze(
            scope=Scope.AGENT,
            target=f"agent:{agent.id}",
            agent_id=agent.id,
            reason="It answered nonsense",
            frozen_by_id=person.id,
        )
    )


def ran(bot, person):
    """A run with a file in, a file out, and a log."""
    run = make_run(bot, started_by=person)
    step, blob = run.steps[0], Blob.keep(b"address,count\n")
    run.status, step.status = RunStatus.COMPLETED, StepStatus.COMPLETED
    run.started_at = run.ended_at = step.started_at = step.ended_at = now()
    run.step = run.attempt = step.attempt = step.log_lines = 1
    run.output = step.output = {"found": [{"address": "192.0.2.7", "count": 3}]}
    run.files = [RunFile(name="auth.log", blob=blob)]
    step.files = [OutputFile(name=FILE, blob=blob)]
    chunk = {"attempt": 1, "first_line": 1, "lines": 1, "text": "Reading\n"}
    stored(LogChunk(execution_id=step.id, **chunk))
    return stored(run)


def proposed(type_, bot, person):
    """A draft with a step and a file."""
    workflow = make_workflow(person, type_, number=90_003)
    version = BotVersion.active_of(bot.id)
    step = WorkflowStep(position=1, bot_id=bot.id, bot_version_id=version.id)
    workflow.steps = [step]
    workflow.files = [WorkflowFile(name=FILE, blob=Blob.keep(b"a line\n"))]
    return stored(workflow)


def filled_in(rule, values):
    """The address of a route, with each argument from the table above."""
    own = ELSEWHERE.get(rule.endpoint, {}) | values.get(rule.endpoint, {})
    chosen = values | own
    for argument in rule.arguments - chosen.keys():
        raise LookupError(f"add {argument} to tests/populated.py, for {rule}")
    return rule.build({name: chosen[name] for name in rule.arguments})[1].split("|")[-1]
