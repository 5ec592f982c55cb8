"""Create, change and archive workflow types."""

from uuid import UUID

from sqlalchemy import select

from dashboard.agents.models import Agent, AgentStatus
from dashboard.audit import audited
from dashboard.bots.models import Bot, BotStatus
from dashboard.councils.charter import refuse_if_governs
from dashboard.councils.models import Council
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.prompts.protection import refuse_if_guards
from dashboard.thinking.schemas import StepIn
from dashboard.workflow_types.models import TypeKind, WorkflowType
from dashboard.workflow_types.schemas import TypeIn
from dashboard.workflows.lifecycle import could_pass
from dashboard.workflows.rules import Rule


def create_type(actor: Actor, wanted: TypeIn) -> WorkflowType:
    with audited(actor, Permission.TYPE_WRITE) as entry:
        type_ = WorkflowType()
        fill(type_, wanted)
        db.session.add(type_)
        entry.about(type_)
    return type_


def update_type(actor: Actor, type_: WorkflowType, wanted: TypeIn) -> WorkflowType:
    """What was proposed already keeps the bots and the rule it was opened with."""
    with audited(actor, Permission.TYPE_WRITE, type_):
        refuse_if_binding(type_)
        fill(type_, wanted)
    return type_


def archive_type(actor: Actor, type_: WorkflowType) -> None:
    with audited(actor, Permission.TYPE_WRITE, type_) as entry:
        refuse_if_binding(type_)
        type_.archive()
        entry.about(type_, verb="archive")


def restore_type(actor: Actor, type_: WorkflowType) -> None:
    with audited(actor, Permission.TYPE_WRITE, type_) as entry:
        type_.restore()
        entry.about(type_, verb="restore")


def refuse_if_binding(type_: WorkflowType) -> None:
    """The type by which a council or a label changes is out of an admin's hands."""
    if type_.is_governance:
        refuse_if_governs(type_)
        refuse_if_guards(type_)


def fill(type_: WorkflowType, wanted: TypeIn) -> None:
    check_name(type_, wanted.name)
    check_kind(type_, wanted.kind)
    if wanted.council_id:
        check_rule(wanted.rule, usable_council(wanted.council_id))
    check_bots(wanted.steps)
    check_agents(wanted.steps)
    type_.name = wanted.name
    type_.description = wanted.description
    type_.kind = wanted.kind
    type_.risk = wanted.risk
    type_.domain = wanted.domain
    type_.council_id = wanted.council_id
    type_.input_schema = wanted.input_schema
    type_.rule = wanted.rule.model_dump(mode="json") if wanted.rule else None
    type_.auto_run = wanted.auto_run
    kept = wanted.calculator
    type_.calculator = kept.model_dump(mode="json", exclude_none=True) if kept else None
    type_.decides_grants = wanted.decides_grants
    type_.promotes_prompts = wanted.promotes_prompts
    type_.step_through(wanted.steps)


def check_name(type_: WorkflowType, name: str) -> None:
    taken = select(WorkflowType.id).where(
        WorkflowType.name == name, WorkflowType.id != type_.id
    )
    if db.session.scalar(taken):
        raise Invalid({"name": "Another type has this name."})


def check_kind(type_: WorkflowType, kind: TypeKind) -> None:
    """What was proposed from a type is of its kind for good."""
    if type_.kind not in {None, kind}:
        raise Invalid({"kind": "A type stays of its kind. Create another type."})


def usable_council(council_id: UUID) -> Council:
    council = db.session.get(Council, council_id)
    if council is None or council.is_archived:
        raise Invalid({"council_id": "Choose a council that is not archived."})
    return council


def check_rule(own: Rule | None, council: Council) -> None:
    """The council's own rule was checked when its people were seated.

    Where the domain finds the council, the rule is checked when voting opens.
    """
    if own and not could_pass(council, own):
        raise Invalid(
            {
                "rule": f"This could never pass in {council.name}, even if everyone "
                "there approved. Ask for less, or seat more people there first."
            }
        )


def check_bots(steps: list[StepIn]) -> None:
    """Say which step is wrong, and why."""
    asked = {place: step.bot_id for place, step in enumerate(steps) if step.bot_id}
    wanted = select(Bot.id, Bot.status).where(Bot.id.in_(asked.values()))
    known = {row.id: row.status for row in db.session.execute(wanted)} if asked else {}
    for place, bot_id in asked.items():
        if bot_id not in known:
            raise Invalid({f"steps.{place}": "There is no such bot."})
        if known[bot_id] is BotStatus.ARCHIVED:
            raise Invalid({f"steps.{place}": "This bot is archived."})


def check_agents(steps: list[StepIn]) -> None:
    asked = {place: step.agent_id for place, step in enumerate(steps) if step.agent_id}
    wanted = select(Agent.id, Agent.status).where(Agent.id.in_(asked.values()))
    known = {row.id: row.status for row in db.session.execute(wanted)} if asked else {}
    for place, agent_id in asked.items():
        if agent_id not in known:
            raise Invalid({f"steps.{place}": "There is no such agent."})
        if known[agent_id] is AgentStatus.RETIRED:
            raise Invalid({f"steps.{place}": "This agent is retired."})
