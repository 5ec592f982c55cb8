"""Grants and secrets for the tests, stored behind the actions' back or voted on."""

from uuid import uuid4

from dashboard.bots.models import BotVersion
from dashboard.grants.models import Grant, GrantKind, StoredSecret
from dashboard.runs.engine import execute
from dashboard.runs.models import Run
from dashboard.sealing import seal
from dashboard.workflow_types.models import TypeKind
from dashboard.workflows.models import Workflow
from tests.factories import db, make_council, make_type, make_workflow, stored, vote
from tests.runs.stage import again

NOTHING = {"type": "object", "properties": {}}


def grants_type(*members, **over):
    """A type of governance by which these people decide on grants."""
    fields = {"kind": TypeKind.GOVERNANCE, "decides_grants": True, "schema": NOTHING}
    return make_type(make_council(*members), **fields | over)


def make_secret(by, name="CRM_TOKEN", value="correct horse battery"):
    secret = StoredSecret(id=uuid4(), name=name, created_by_id=by.id)
    secret.sealed_value = seal(value, secret)
    return stored(secret)


def make_grant(bot, *hosts, secret=None, version=None, **over):
    """In force, approved by a workflow made for it."""
    kind = GrantKind.SECRET if secret else GrantKind.NETWORK
    fields = {
        "bot_id": bot.id,
        "kind": kind,
        "hosts": list(hosts),
        "secret_id": secret and secret.id,
        "version_id": version and version.id,
        "workflow_id": make_workflow(bot.owner).id,
    }
    return stored(Grant(**fields | over))


def asked(type_, **over):
    """What is sent to ask for network."""
    return {
        "kind": "network",
        "hosts": "api.example.org",
        "holds_for": "version",
        "type_id": str(type_.id),
        "why": "It reads the orders.",
    } | over


def decided(workflow, *voters):
    """Open the vote, let these people approve, and run what was approved."""
    from dashboard.workflows import actions

    actions.open_voting(workflow.proposer, workflow)
    for voter in voters:
        vote(workflow, voter)
    run = db.session.scalar(db.select(Run).where(Run.workflow_id == workflow.id))
    execute(run.id)
    return again(run)


def newest_workflow():
    db.session.rollback()
    return db.session.scalar(db.select(Workflow).order_by(Workflow.id.desc()).limit(1))


def active(bot):
    return BotVersion.active_of(bot.id)
