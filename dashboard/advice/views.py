"""Advice as pages: passed on for an agent, and all that an agent said."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.advice import actions, reports
from dashboard.advice.forms import AdviceForm
from dashboard.advice.models import Advice
from dashboard.advice.standing import current_round
from dashboard.agents.models import Agent
from dashboard.errors import Denied, Invalid, RuleBroken
from dashboard.lists import paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.templating import go_to, render
from dashboard.workflows.models import Workflow
from dashboard.workflows.reports import PAGE

bp = Blueprint("advice", __name__)


@bp.route("/workflows/<uuid:workflow_id>/advice", methods=["GET", "POST"])
@needs(Permission.WORKFLOW_ADVISE)
def create(workflow_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id, *PAGE)
    form = AdviceForm()
    if not form.is_submitted():
        return render("advice/form.html", **shown(workflow, form))
    try:
        form.check()
        actions.advise(g.actor, workflow, form.value)
    except (Invalid, RuleBroken, Denied) as error:
        form.tell(error)
        again = find_for(g.actor, Workflow, workflow_id, *PAGE)
        return render("advice/form.html", **shown(again, form)), error.status

    flash("The advice stands beside the votes. It is not counted.", "ok")
    return go_to(url_for("workflows.show", workflow_id=workflow_id, _anchor="advice"))


@bp.post("/workflows/<uuid:workflow_id>/advice/<uuid:agent_id>/question")
@needs(Permission.WORKFLOW_ADVISE)
def ask(workflow_id: UUID, agent_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id)
    actions.ask_again(g.actor, workflow, agent_id)
    flash("It is asked again. Its answer comes by itself.", "ok")
    return go_to(url_for("workflows.show", workflow_id=workflow_id, _anchor="advice"))


@bp.get("/agents/<uuid:agent_id>/advice")
@needs(Permission.AGENT_READ)
def of_agent(agent_id: UUID) -> ResponseReturnValue:
    agent = find_for(g.actor, Agent, agent_id)
    rows, after = reports.given_by(agent, g.actor), request.args.get("after")
    return render(
        "advice/agent.html",
        agent=agent,
        tab="advice",
        page=paginate(rows, Advice.id, after=after),
        agreement=reports.agreement(agent, g.actor),
    )


def shown(workflow: Workflow, form: AdviceForm) -> dict[str, Any]:
    """The form for the revision as it is now, and what was said about it so far."""
    drawn = reports.beside_votes(workflow, current_round(workflow), g.actor)
    form.offer(drawn["advisers"])
    form.revision.data = workflow.revision
    return {"workflow": workflow, "form": form, "tab": "advice", **drawn}
