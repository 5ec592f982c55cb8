"""What belongs to one group, with a word in all of it that nobody else may read."""

from dashboard.audit import audited
from dashboard.auth.views import PUBLIC
from dashboard.bots.models import BotVersion, RunPolicy
from dashboard.files.models import Blob
from dashboard.permissions import Permission
from dashboard.runs.models import LogChunk, OutputFile, RunFile, StepStatus
from dashboard.users.models import ApiKey, UserSession
from dashboard.workflows.models import WorkflowFile, WorkflowStep
from tests.factories import (
    make_agent,
    make_bot,
    make_council,
    make_round,
    make_run,
    make_type,
    make_vote,
    make_workflow,
    stored,
)

SECRET = "xylophone"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FILE = "report.csv"
CODE = f"def run(inputs, files):\n    return {{'{SECRET}': inputs}}\n"
BODIES = {
    "agents_api.replace": {"name": "Changed"},
    "agents_api.update": {"name": "Changed"},
    "workflows_api.replace": {"title": "Changed"},
    "workflows_api.vote": {"choice": "approve", "revision": 1},
    "bots_api.update": {"name": "Changed"},
    "bots_api.create_version": {"code": CODE, "message": "Changed"},
    "oversight_api.check_action": {"type_id": "019a0000-0000-7000-8000-000000000000"},
}
"""What a program sends to get past the look at its body; others take nothing."""
OPEN_TO_ALL = {"agent_id", "type_id"}
"""Everybody signed in may propose, so everybody knows types and agents."""


def secret_world(owner, member):
    """URL arguments by name: records of these two, the secret word in each.

    Only the agent, the type, and the names of the council and bot they name are
    known to everybody, and hold no secret.
    """
    council = make_council(owner, member, name="Harbour", description=SECRET)
    hidden_council = make_council(owner, name=f"Council of the {SECRET}")
    bot = make_bot(owner, CODE, name="Crane", description=SECRET)
    hidden_bot = make_bot(
        owner, CODE, {"defaults": {"word": SECRET}}, name=f"{SECRET} bot"
    )
    hidden_bot.run_policy = RunPolicy.OWNER
    agent = make_agent(name="Pilot", owner_id=owner.id)
    type_ = make_type(council, bot, name="Unload")
    workflow = secret_workflow(type_, bot, owner, agent)
    voting = make_workflow(owner, type_, title=f"Vote on the {SECRET}")
    round_ = make_round(voting, owner, member)
    make_vote(round_, member, reason=f"Because of the {SECRET}")
    run = secret_run(hidden_bot, owner)
    key, _ = ApiKey.issue(owner, name=f"{SECRET} key")
    session = stored(UserSession(user=owner, agent=f"{SECRET} browser"))
    for record, permission in (
        (hidden_council, Permission.COUNCIL_WRITE),
        (hidden_bot, Permission.BOT_WRITE),
    ):
        with audited(owner, permission, record):
            record.description = f"Changed to {SECRET}"
    return {
        "agent_id": agent.id,
        "bot_id": hidden_bot.id,
        "council_id": hidden_council.id,
        "key_id": key.id,
        "name": FILE,
        "number": 1,
        "position": 1,
        "run_id": run.id,
        "seq": 1,
        "session_id": session.id,
        "step": 1,
        "type_id": type_.id,
        "user_id": member.id,
        "workflow_id": workflow.id,
    }


def secret_workflow(type_, bot, owner, agent):
    workflow = make_workflow(
        owner,
        type_,
        title=f"Move the {SECRET}",
        description=SECRET,
        inputs={"word": SECRET},
        agent_id=agent.id,
    )
    version = BotVersion.active_of(bot.id)
    workflow.steps = [
        WorkflowStep(position=1, bot_id=bot.id, bot_version_id=version.id)
    ]
    workflow.files = [WorkflowFile(name=FILE, blob=Blob.keep(SECRET.encode()))]
    return stored(workflow)


def secret_run(bot, owner):
    run = make_run(bot, started_by=owner, inputs={"word": SECRET})
    step, blob = run.steps[0], Blob.keep(f"{SECRET}\n".encode())
    run.error = step.message = step.traceback = SECRET
    run.output = step.output = {"word": SECRET}
    step.status, step.log_lines, step.attempt = StepStatus.FAILED, 1, 1
    run.files = [RunFile(name=FILE, blob=blob)]
    step.files = [OutputFile(name=FILE, blob=blob)]
    line = {"attempt": 1, "first_line": 0, "lines": 1, "text": SECRET}
    stored(LogChunk(execution_id=step.id, **line))
    return stored(run)


def routes(app, *methods):
    """Method and rule of everything that is not public."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods & set(methods)):
            if rule.endpoint not in PUBLIC:
                yield method, rule


def body_of(rule):
    """What a program sends; a form sends nothing, and is asked for the record first."""
    is_program = rule.rule.startswith("/api/v1/")
    return {"json": BODIES.get(rule.endpoint, {})} if is_program else {}


def listed(found):
    """Everything a sweep found, one a line."""
    return "\n".join(str(each) for each in ["", *found])
