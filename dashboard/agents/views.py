"""Agents as pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.agents import actions, reports
from dashboard.agents.forms import RETIRED, AgentForm, GuardedForm
from dashboard.agents.models import Agent, AgentStatus
from dashboard.agents.schemas import AgentQuery
from dashboard.audit_log.reports import history_of
from dashboard.errors import Invalid
from dashboard.lists import paginate, query_of
from dashboard.permissions import Actor, Permission, find_for, needs, require
from dashboard.templating import go_to, render
from dashboard.workflows.models import Workflow

bp = Blueprint("agents", __name__, url_prefix="/agents")
STATUSES = [
    ("", "Any status"),
    *((each.value, each.capitalize()) for each in AgentStatus),
]


@bp.get("/")
@needs(Permission.AGENT_READ)
def index() -> ResponseReturnValue:
    query = query_of(AgentQuery, request.args)
    rows = Agent.rows_for(query.q, query.status)
    page = paginate(rows, Agent.id, after=query.after, limit=query.limit)
    return render("agents/index.html", page=page, query=query, statuses=STATUSES)


@bp.get("/<uuid:agent_id>")
@needs(Permission.AGENT_READ)
def show(agent_id: UUID) -> ResponseReturnValue:
    agent = find_for(g.actor, Agent, agent_id, *reports.PAGE)
    tab = request.args.get("tab", "overview")
    context: dict[str, Any] = {}
    if tab == "councils":
        context["councils"] = reports.councils_hearing(agent, g.actor)
    elif tab == "work":
        rows, after = reports.work_of(agent, g.actor), request.args.get("after")
        context["page"] = paginate(rows, Workflow.id, after=after)
    elif tab == "history":
        context["history"] = history_of(agent)
    else:
        tab = "overview"
    return render("agents/show.html", agent=agent, tab=tab, **context)


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.AGENT_WRITE)
def create() -> ResponseReturnValue:
    form = form_for(g.actor)(data={"owner_id": g.actor.id})
    if not form.is_submitted():
        return form_page(form)
    try:
        form.check()
        agent = actions.create_agent(g.actor, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return form_page(form), error.status

    flash("The agent is on the books.", "ok")
    return go_to(url_for(".show", agent_id=agent.id))


@bp.route("/<uuid:agent_id>/edit", methods=["GET", "POST"])
@needs(Permission.AGENT_WRITE)
def edit(agent_id: UUID) -> ResponseReturnValue:
    agent = find_for(g.actor, Agent, agent_id, *reports.PAGE)
    require(g.actor, Permission.AGENT_WRITE, agent)
    form = form_for(g.actor)(obj=agent)
    if not form.is_submitted():
        return form_page(form, agent)
    try:
        form.check()
        actions.update_agent(g.actor, agent, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return form_page(form, agent), error.status

    flash("The agent was saved.", "ok")
    return go_to(url_for(".show", agent_id=agent.id))


@bp.post("/<uuid:agent_id>/retire")
@needs(Permission.AGENT_WRITE)
def retire(agent_id: UUID) -> ResponseReturnValue:
    agent = find_for(g.actor, Agent, agent_id)
    actions.retire_agent(g.actor, agent)
    flash("The agent is retired. Its history stays.", "ok")
    return go_to(url_for(".show", agent_id=agent.id))


def form_for(actor: Actor) -> type[AgentForm]:
    return GuardedForm if actions.may_restrict(actor) else AgentForm


def form_page(form: AgentForm, agent: Agent | None = None) -> str:
    form.offer(reports.possible_owners(agent))
    if isinstance(form, GuardedForm):
        form.offer_types(reports.types_offered(agent))
    if agent and agent.is_retired:
        form.status.choices = list(RETIRED)
    return render("agents/form.html", form=form, agent=agent)
