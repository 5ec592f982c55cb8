"""The same content, proposed once more."""

from dashboard.errors import RuleBroken
from dashboard.permissions import Permission, require
from dashboard.users.models import User
from dashboard.workflows import actions
from dashboard.workflows.models import Workflow
from dashboard.workflows.schemas import WorkflowIn

A_CHANGE = (
    "This would change something here: propose it anew on the page of what it changes."
)


def propose_again(actor: User, source: Workflow) -> Workflow:
    """Its author's new draft with the same content, its bots as they are now.

    Whoever else wants the same fills in the form, which starts from a copy.
    """
    require(actor, Permission.WORKFLOW_WRITE, source)
    if source.change:
        raise RuleBroken(A_CHANGE)
    wanted = WorkflowIn(
        title=source.title,
        description=source.description,
        inputs=source.inputs,
        agent_id=source.agent_id,
        weekly_savings=source.weekly_savings,
        type_id=source.type_id,
    )
    files = {file.name: file.blob for file in source.files}
    return actions.propose(actor, wanted, files)
