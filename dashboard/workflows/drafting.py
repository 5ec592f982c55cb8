"""What a proposal is filled with: inputs, files, pinned bots, and who may edit."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from dashboard.agents.models import Agent
from dashboard.bots.models import BotVersion
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.files.uploads import MOST_FILES
from dashboard.oversight import routing
from dashboard.permissions import Permission
from dashboard.savings.estimating import estimate
from dashboard.thinking import pinning
from dashboard.thinking.schemas import Brief
from dashboard.users.models import User
from dashboard.workflow_types.models import TypeKind, TypeStep, WorkflowType
from dashboard.workflows import inputs
from dashboard.workflows.changes import kind_of
from dashboard.workflows.models import Status, Workflow, WorkflowFile, WorkflowStep
from dashboard.workflows.refusals import broken
from dashboard.workflows.schemas import WorkflowEdit
from dashboard.workflows.voting import Refusal

ONLY_THE_PROPOSER = "Only the proposer says who else may edit this."
BY_ITS_COUNCIL = (
    "What this type asks for is a change to a council. Open the council and propose "
    "the change there."
)


def usable_type(type_id: UUID, change: Mapping[str, Any] | None) -> WorkflowType:
    """A type to propose by; governance is proposed from the council it changes."""
    type_ = db.session.get(WorkflowType, type_id)
    if type_ is None:
        raise Invalid({"type_id": "There is no such workflow type."})
    if type_.is_archived:
        raise Invalid({"type_id": "This type is archived. Choose another one."})
    wanted = TypeKind.WORK if change is None else kind_of(dict(change)).type_kind
    if type_.kind is not wanted:
        raise Invalid({"type_id": BY_ITS_COUNCIL})
    return type_


def route_again(workflow: Workflow) -> None:
    """A draft may be old: who decides is settled anew when voting opens."""
    if workflow.status is not Status.DRAFT:
        return
    try:
        route = routing.responsible(workflow.type)
    except Invalid as nobody:
        said = " ".join(nobody.errors.values())
        raise broken(Refusal.NO_ELIGIBLE_VOTERS, said) from nobody
    workflow.council, workflow.routing = route.council, route.as_json()


def fill(workflow: Workflow, wanted: WorkflowEdit) -> None:
    workflow.inputs = inputs.checked(workflow.type.input_schema, wanted.inputs)
    workflow.title = wanted.title
    workflow.description = wanted.description
    saved = estimate(workflow.type, workflow.inputs)
    workflow.savings = saved.as_json() if saved else None
    workflow.weekly_savings = saved.whole if saved else wanted.weekly_savings
    workflow.agent = agent_of(wanted.agent_id)


def agent_of(agent_id: UUID | None) -> Agent | None:
    if agent_id is None:
        return None
    agent = db.session.get(Agent, agent_id)
    if agent is None or not agent.is_active:
        raise Invalid({"agent_id": "Choose an active agent."})
    return agent


def attach(workflow: Workflow, files: Mapping[str, Blob | bytes]) -> None:
    """Add files; one of the same name is replaced."""
    kept = [file for file in workflow.files if file.name not in files]
    if len(kept) + len(files) > MOST_FILES:
        raise Invalid({"files": f"Attach at most {MOST_FILES} files."})
    if len(kept) < len(workflow.files):
        workflow.files = kept
        db.session.flush()  # a file of the same name leaves before the new one comes
    for name, content in files.items():
        blob = content if isinstance(content, Blob) else Blob.keep(content)
        workflow.files.append(WorkflowFile(name=name, blob=blob))


def pin(workflow: Workflow) -> None:
    """Take the type's bots, each at the version that is active now, and its agents."""
    steps = workflow.type.steps
    wanted = [step.bot_id for step in steps if step.bot_id]
    active = (
        select(BotVersion)
        .where(BotVersion.bot_id.in_(wanted), BotVersion.is_active)
        .options(joinedload(BotVersion.bot), defer(BotVersion.code))
    )
    versions = {version.bot_id: version for version in db.session.scalars(active)}
    places = {step.position: step for step in workflow.steps}
    workflow.steps = [
        pinned_to(step, versions, places.get(position) or WorkflowStep())
        for position, step in enumerate(steps, start=1)
    ]
    for position, place in enumerate(workflow.steps, start=1):
        place.position = position


def pinned_to(
    step: TypeStep, versions: Mapping[UUID, BotVersion], place: WorkflowStep
) -> WorkflowStep:
    """What a step of the type is by now: a bot's version, or an agent's mind."""
    if step.agent_id:
        place.bot = place.version = None
        place.agent = db.session.get(Agent, step.agent_id)
        brief = Brief.model_validate(step.brief)
        place.pinned = pinning.pin(step.agent_id, brief).stored()
    elif step.bot_id:
        version = versions[step.bot_id]
        place.bot, place.version = version.bot, version
        place.agent = place.pinned = None
    return place


def name_editors(workflow: Workflow, actor: User, named: Collection[UUID]) -> None:
    """Whom the proposer lets edit. Others may leave the list as it is, or empty."""
    now_named = {each.user_id for each in workflow.co_editors}
    proposer_id = workflow.proposer.id
    wanted = dict.fromkeys(id_ for id_ in named if id_ != proposer_id)
    if actor.id != proposer_id:
        if wanted and set(wanted) != now_named:
            raise Invalid({"editors": ONLY_THE_PROPOSER})
        return
    check_editors(set(wanted) - now_named)
    workflow.let_edit(wanted)


def check_editors(named: Collection[UUID]) -> None:
    """Active people whose role proposes work at all."""
    if not named:
        return
    found = db.session.scalars(select(User).where(User.id.in_(named))).all()
    able = {
        u.id for u in found if u.is_active and Permission.WORKFLOW_WRITE in u.grants
    }
    if set(named) - able:
        raise Invalid(
            {"editors": "Choose active people who may propose work themselves."}
        )
