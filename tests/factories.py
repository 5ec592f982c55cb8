"""make_x(): a stored x, with only what the test mentions out of the ordinary."""

from datetime import timedelta
from itertools import count

from sqlalchemy import select
from werkzeug.security import generate_password_hash

from dashboard.agents.models import Agent
from dashboard.audit import AuditEntry, digest
from dashboard.bots.models import Bot, BotVersion, version_hash
from dashboard.clock import now
from dashboard.councils.models import Adviser, Council, Membership
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.models import Execution, Run, Trigger
from dashboard.users.models import User
from dashboard.workflow_types.models import TypeStep, WorkflowType
from dashboard.workflows import actions
from dashboard.workflows.models import Round, RoundVoter, Status, Vote, Workflow
from dashboard.workflows.rules import PRESETS
from dashboard.workflows.schemas import VoteIn, WorkflowIn

PASSWORD = "correct horse battery"
HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
ECHO = "def run(inputs, files):\n    return {'echo': inputs}\n"
SCHEMA = {"type": "object", "properties": {}, "additionalProperties": False}
number = count(1)
FAR = 10_000
"""Workflows made by hand are numbered above those that the application makes."""


def make_user(name="Ada", role=Role.ADMIN, **over):
    key = f"{name.lower().replace(' ', '.')}{next(number)}"
    fields = {"email": f"{key}@example.org", "username": key, "password_hash": HASH}
    return stored(User(name=name, role=role, **fields | over))


def rule_of(preset="simple_majority", **over):
    return PRESETS[preset].rule.model_dump(mode="json") | over


def make_council(*members, name=None, rule=None, advisers=(), **over):
    council = Council(
        name=name or f"Council {next(number)}", rule=rule or rule_of(), **over
    )
    council.members = [Membership(user_id=member.id) for member in members]
    council.advisers = [Adviser(agent_id=agent.id) for agent in advisers]
    return stored(council)


def make_agent(name=None, **over):
    return stored(Agent(name=name or f"Agent {next(number)}", **over))


def make_bot(owner, code=ECHO, config=None, name=None, **over):
    bot = stored(Bot(name=name or f"Bot {next(number)}", owner_id=owner.id, **over))
    make_version(bot, code, config)
    return bot


def make_version(bot, code=ECHO, config=None):
    """The next version, made the active one."""
    known = db.session.scalars(select(BotVersion).filter_by(bot_id=bot.id)).all()
    for version in known:
        version.is_active = False
    db.session.flush()
    config = config or {}
    version = BotVersion(
        bot_id=bot.id,
        number=len(known) + 1,
        code=code,
        config=config,
        message="Made for a test",
        author_id=bot.owner_id,
        content_hash=version_hash(code, config),
    )
    return stored(version)


def make_type(council, *bots, name=None, schema=None, **over):
    steps = [TypeStep(position=n, bot_id=bot.id) for n, bot in enumerate(bots, start=1)]
    return stored(
        WorkflowType(
            name=name or f"Type {next(number)}",
            council_id=council.id,
            input_schema=schema or SCHEMA,
            steps=steps,
            **over,
        )
    )


def make_workflow(proposer, type_=None, title="Clean up", **over):
    """A draft, of a type of its own unless one is given."""
    type_ = type_ or make_type(make_council(), make_bot(proposer))
    fields = {"number": FAR + next(number), "council_id": type_.council_id}
    return stored(
        Workflow(
            title=title, type_id=type_.id, proposer_id=proposer.id, **fields | over
        )
    )


def make_round(workflow, *voters, rule=None, **over):
    """Open voting on a workflow: these people vote, until tomorrow."""
    opened_at, closes_at = now(), now() + timedelta(days=1)
    fields = {
        "revision": workflow.revision,
        "content": {},
        "content_hash": digest({}),
        "rule": rule or rule_of(),
        "opened_at": opened_at,
        "closes_at": closes_at,
        "original_closes_at": closes_at,
        "voters": [RoundVoter(user_id=voter.id, weight=1) for voter in voters],
    }
    workflow.status = Status.OPEN
    return stored(Round(workflow=workflow, **fields | over))


def make_vote(round_, voter, choice="approve", **over):
    fields = {
        "revision": round_.revision,
        "content_hash": round_.content_hash,
        "key": f"key{next(number)}",
        "cast_at": now(),
    }
    return stored(
        Vote(round_id=round_.id, user_id=voter.id, choice=choice, **fields | over)
    )


def stored(record):
    db.session.add(record)
    db.session.commit()
    return record


def latest_audit():
    return db.session.scalar(select(AuditEntry).order_by(AuditEntry.seq.desc()))


def make_run(*bots, started_by=None, inputs=None, **over):
    """A run of these bots on their own, one a step, each at its active version."""
    steps = [
        Execution(
            position=position,
            bot_id=bot.id,
            bot_version_id=BotVersion.active_of(bot.id).id,
        )
        for position, bot in enumerate(bots, start=1)
    ]
    fields = {
        "bot_id": bots[0].id,
        "started_by_id": (started_by or bots[0].owner).id,
        "trigger": Trigger.PERSON,
        "inputs": inputs or {},
        "steps": steps,
    }
    return stored(Run(**fields | over))


def propose(proposer, type_, files=None, **over):
    """A draft, through the real action."""
    wanted = WorkflowIn(**{"title": "Clean up", "type_id": type_.id} | over)
    return actions.propose(proposer, wanted, files or {})


def open_vote(proposer, type_, **over):
    """A workflow whose voting is open, through the real actions."""
    workflow = propose(proposer, type_, **over)
    actions.open_voting(proposer, workflow)
    return workflow


def vote(workflow, voter, choice="approve", **over):
    """A vote through the real action; whoever rejects says why."""
    fields = {"choice": choice, "revision": workflow.revision}
    if choice in {"reject", "veto"}:
        fields["reason"] = "Not like this."
    return actions.cast_vote(voter, workflow, VoteIn(**fields | over))
