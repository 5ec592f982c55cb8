"""What each tab of an agent's page draws."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents import reports
from dashboard.agents.models import Agent, Training
from dashboard.agents.thoughts import mind_of
from dashboard.audit_log.reports import history_of
from dashboard.lists import paginate
from dashboard.permissions import Actor
from dashboard.runs.models import Execution
from dashboard.workflows.models import Workflow

Args = Mapping[str, str]
Context = dict[str, Any]
FIRST = "overview"


def overview(agent: Agent, actor: Actor, args: Args) -> Context:
    return {}


def mind(agent: Agent, actor: Actor, args: Args) -> Context:
    return {"mind": mind_of(agent)}


def councils(agent: Agent, actor: Actor, args: Args) -> Context:
    return {"councils": reports.councils_hearing(agent, actor)}


def work(agent: Agent, actor: Actor, args: Args) -> Context:
    """What was proposed in its name, or the steps that it did itself."""
    after = args.get("after")
    if args.get("of") == "steps":
        rows = reports.steps_of(agent, actor)
        return {"of": "steps", "page": paginate(rows, Execution.id, after=after)}
    rows = reports.work_of(agent, actor)
    return {"of": "workflows", "page": paginate(rows, Workflow.id, after=after)}


def training(agent: Agent, actor: Actor, args: Args) -> Context:
    rows = reports.trainings_of(agent)
    return {"page": paginate(rows, Training.id, after=args.get("after"))}


def history(agent: Agent, actor: Actor, args: Args) -> Context:
    return {"history": history_of(agent)}


TABS: dict[str, Callable[[Agent, Actor, Args], Context]] = {
    each.__name__: each for each in (overview, mind, councils, work, training, history)
}


def known(tab: str) -> str:
    return tab if tab in TABS else FIRST


def options(tab: str) -> tuple[ExecutableOption, ...]:
    """What is loaded with the agent for a tab."""
    return reports.WHOLE if tab == mind.__name__ else reports.PAGE


def context_of(tab: str, agent: Agent, actor: Actor, args: Args) -> Context:
    return TABS[tab](agent, actor, args)
