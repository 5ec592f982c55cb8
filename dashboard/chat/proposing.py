"""What execute does: a workflow, which goes the way of all workflows from there."""

from typing import Any

from dashboard.chat import linking, replying
from dashboard.chat.gathering import LINE
from dashboard.chat.models import ChatSession, Speaker
from dashboard.chat.schemas import MessageIn
from dashboard.users.models import User
from dashboard.workflows import actions
from dashboard.workflows.models import Status, Workflow
from dashboard.workflows.schemas import WorkflowIn

SHORTEST_TITLE, LONGEST_TITLE = 3, 120
LONGEST_WHY = 4000


def proposed(
    actor: User, session: ChatSession, wanted: MessageIn
) -> tuple[str, dict[str, Any]]:
    """The proposal; what is told of it, and where it stands."""
    type_ = replying.type_of(wanted)
    inputs = replying.inputs_known(session, wanted, type_)
    asked = WorkflowIn(
        title=title_of(session, wanted, type_.name),
        description=wanted.text[:LONGEST_WHY],
        type_id=type_.id,
        inputs=inputs,
    )
    workflow = actions.propose(actor, asked, {}, opened=wanted.open)
    session.workflow_id = workflow.id
    outcome = {
        "workflow_id": str(workflow.id),
        "number": workflow.number,
        "title": workflow.title,
        "status": workflow.status.value,
    }
    given = linking.given_workflow(actor, session.task, workflow)
    return became(workflow) + given, outcome


def became(workflow: Workflow) -> str:
    if workflow.is_open:
        return f"{workflow.council.name} votes on it now."
    if workflow.status is Status.DRAFT:
        return "It is a draft. Read what the council will judge, then open the vote."
    return f"No vote was needed: it is {workflow.status.value}."


def title_of(session: ChatSession, wanted: MessageIn, type_name: str) -> str:
    """The first line that is no input, of this message or of an earlier one."""
    said = [m.text for m in session.messages if m.speaker is Speaker.USER]
    for text in (wanted.text, *said):
        if len(line := line_of(text)) >= SHORTEST_TITLE:
            return line
    return type_name


def line_of(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    plain = (
        line for line in lines if line and line[0] not in "{}" and not LINE.match(line)
    )
    return next(plain, "")[:LONGEST_TITLE]
