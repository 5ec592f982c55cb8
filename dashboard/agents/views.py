"""Agents as pages."""

from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.agents import actions, reports, tabs, thoughts
from dashboard.agents.forms import (
    RETIRED,
    AgentForm,
    GuardedForm,
    TrainingForm,
    agent_form,
)
from dashboard.agents.models import Agent, AgentStatus
from dashboard.agents.schemas import AgentQuery
from dashboard.errors import Invalid
from dashboard.lists import paginate, query_of
from dashboard.permissions import Actor, Permission, find_for, needs, require
from dashboard.prompts.models import PRODUCTION
from dashboard.templating import go_to, render

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
    tab = tabs.known(request.args.get("tab", ""))
    agent = find_for(g.actor, Agent, agent_id, *tabs.options(tab))
    return agent_page(agent, tab)


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.AGENT_WRITE)
def create() -> ResponseReturnValue:
    usual = {"owner_id": g.actor.id, "prompt_label": PRODUCTION}
    form = form_for(g.actor)(data=usual)
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
    agent = find_for(g.actor, Agent, agent_id, *reports.WHOLE)
    require(g.actor, Permission.AGENT_WRITE, agent)
    form = agent_form(form_for(g.actor), agent)
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


@bp.post("/<uuid:agent_id>/trainings")
@needs(Permission.AGENT_WRITE)
def train(agent_id: UUID) -> ResponseReturnValue:
    agent = find_for(g.actor, Agent, agent_id, *reports.PAGE)
    require(g.actor, Permission.AGENT_WRITE, agent)
    form = TrainingForm()
    try:
        form.check()
        actions.train(g.actor, agent, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return agent_page(agent, "training", form), error.status

    flash("The training is on record.", "ok")
    return go_to(url_for(".show", agent_id=agent.id, tab="training"))


def agent_page(agent: Agent, tab: str, form: TrainingForm | None = None) -> str:
    drawn = tabs.context_of(tab, agent, g.actor, request.args)
    if tab == "training":
        drawn["form"] = form or TrainingForm(formdata=None)
    return render("agents/show.html", agent=agent, tab=tab, **drawn)


def form_for(actor: Actor) -> type[AgentForm]:
    return GuardedForm if actions.may_restrict(actor) else AgentForm


def form_page(form: AgentForm, agent: Agent | None = None) -> str:
    form.offer(reports.possible_owners(agent))
    form.offer_mind(
        thoughts.models_offered(agent),
        thoughts.prompts_offered(agent),
        thoughts.bots_offered(g.actor, agent),
    )
    if isinstance(form, GuardedForm):
        form.offer_types(reports.types_offered(agent))
    if agent and agent.is_retired:
        form.status.choices = list(RETIRED)
    return render("agents/form.html", form=form, agent=agent)
