"""What belongs to one group, with a word in all of it that nobody else may read."""

from dashboard.advice.models import Advice
from dashboard.audit import audited
from dashboard.auth.views import PUBLIC
from dashboard.bots.models import BotVersion, RunPolicy
from dashboard.clock import now
from dashboard.files.models import Blob
from dashboard.freezes.models import Freeze, Scope
from dashboard.inbox.models import Notice, NoticeKind
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
    open_vote,
    stored,
    vote,
)
from tests.populated import RECEIPTS
from tests.populated_machinery import machinery
from tests.populated_minds import minds

SECRET = "xylophone"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FILE = "report.csv"
NOBODY = "019a0000-0000-7000-8000-000000000000"
CODE = f"def run(inputs, files):\n    return {{'{SECRET}': inputs}}\n"
BODIES = {
    "agents_api.replace": {"name": "Changed"},
    "agents_api.update": {"name": "Changed"},
    "agents_api.train": {"topic": "Changed", "outcome": "success"},
    "workflows_api.replace": {"title": "Changed"},
    "workflows_api.vote": {"choice": "approve", "revision": 1},
    "bots_api.update": {"name": "Changed"},
    "bots_api.create_version": {"code": CODE, "message": "Changed"},
    "oversight_api.check_action": {"type_id": NOBODY},
    "councils_api.propose": {"name": "Changed", "members": [{"user_id": NOBODY}]},
    "workflows_api.void": {"user_id": NOBODY, "reason": "Changed"},
    "freezes_api.lift": {"reason": "Changed"},
    "hooks_api.switch": {"is_on": False},
    "bots_api.update_version": {"label": "Changed"},
    "bots_api.rollback": {"message": "Changed"},
    "grants_api.revoke": {"reason": "Changed"},
    "schedules_api.propose": {
        "type_id": NOBODY,
        "until": "2100-01-01",
        "why": "Changed",
    },
    "webhooks_api.update": {"name": "Changed"},
    "incidents_api.release": {"note": "Changed"},
    "ai-models_api.update": {"name": "Changed"},
    "prompts_api.update": {"name": "Changed"},
    "prompts_api.create_version": {"content": "Changed", "message": "Changed"},
    "prompts_api.put_label": {"version": 1, "reason": "Changed"},
    "prompts_api.roll_back_label": {"reason": "Changed"},
    "prompts_api.remove_label": {"reason": "Changed"},
    "prompts_api.protect_label": {"type_id": NOBODY, "reason": "Changed"},
    "prompts_api.propose_label": {"deed": "release", "reason": "Changed"},
    "prompts_api.try_it": {"model_id": NOBODY, "question": "Changed"},
    "projects_api.update": {"name": "Changed"},
    "tasks_api.update": {"title": "Changed"},
    "tasks_api.move": {"status": "review"},
    "chats_api.rename": {"title": "Changed"},
    "chats_api.say": {"mode": "suggest", "text": "Changed"},
    "reputation_api.adjust": {"points": 1, "reason": "Changed"},
    "advice_api.create": {
        "agent_id": NOBODY,
        "opinion": "approve",
        "confidence": 50,
        "reason": "Changed",
        "revision": 1,
    },
}
"""What a program sends to get past the look at its body; others take nothing."""
OPEN_TO_ALL = {"agent_id", "type_id", "model_id", "prompt_id", "label"} | {
    "project_id",
    "task_id",
}
"""Everybody signed in may propose, so everybody knows types and agents, with what
agents think, and what is to be done."""


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
    voting = make_workflow(owner, type_, title=f"Vote on the {SECRET}", number=90_001)
    round_ = make_round(voting, owner, member)
    make_vote(round_, member, reason=f"Because of the {SECRET}")
    make_vote(round_, owner, "reject").void(member, f"Not the {SECRET}", now())
    advice = secret_words(round_, agent, owner)
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
        "freeze_id": secret_freeze(hidden_council, owner).id,
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
        **machinery(hidden_bot, run, workflow, owner, SECRET),
        **minds(agent, hidden_bot, workflow, advice, owner, SECRET),
        "workflows.void": {"workflow_id": voting.id},
        **dict.fromkeys(RECEIPTS, {"workflow_id": decided(type_, owner, member).id}),
    }


def secret_words(round_, agent, owner):
    """What an agent said of a round, and what its people were told."""
    of = {"revision": round_.revision, "content_hash": round_.content_hash}
    said = {"opinion": "reject", "confidence": 80, "reason": f"It holds a {SECRET}"}
    people = {"round_id": round_.id, "agent_id": agent.id, "given_by_id": owner.id}
    advice = stored(Advice(**of, **said, **people, given_at=now()))
    told = {"kind": NoticeKind.VOIDED, "key": "told", "text": f"A {SECRET} was voided"}
    stored(Notice(user_id=owner.id, workflow_id=round_.workflow_id, at=now(), **told))
    return advice


def decided(type_, proposer, voter):
    """A workflow with a receipt."""
    workflow = open_vote(proposer, type_, title=f"Weigh the {SECRET}")
    vote(workflow, voter, "reject", reason=f"The {SECRET} is too heavy")
    return workflow


def secret_freeze(council, owner):
    return stored(
        Freeze(
            scope=Scope.COUNCIL,
            target=f"council:{council.id}",
            council_id=council.id,
            reason=SECRET,
            frozen_by_id=owner.id,
        )
    )


def secret_workflow(type_, bot, owner, agent):
    workflow = make_workflow(
        owner,
        type_,
        title=f"Move the {SECRET}",
        number=90_002,
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


FOR_PROGRAMS = ("/api/v1/", "/api/chat")


def body_of(rule):
    """What a program sends; a form sends nothing, and is asked for the record first."""
    is_program = rule.rule.startswith(FOR_PROGRAMS)
    return {"json": BODIES.get(rule.endpoint, {})} if is_program else {}


def listed(found):
    """Everything a sweep found, one a line."""
    return "\n".join(str(each) for each in ["", *found])
