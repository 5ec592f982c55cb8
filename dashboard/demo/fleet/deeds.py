"""What people do with bots again and again: make one, run it, look after a run."""

from typing import Any

from dashboard.bots.actions import create_bot
from dashboard.bots.models import Bot, RunPolicy
from dashboard.demo.case import Case
from dashboard.demo.work import first
from dashboard.runs.actions import acknowledge_run, start_bot
from dashboard.runs.engine import execute
from dashboard.runs.models import Run, Trigger
from dashboard.users.models import User


def make(
    owner: User,
    name: str,
    description: str,
    file: str,
    policy: RunPolicy = RunPolicy.OWNER,
) -> Bot:
    return create_bot(owner, first(name, description, policy, file))


def run(bot: Bot, inputs: dict[str, Any], by: Trigger = Trigger.API) -> Run:
    """Its owner has it run, and the worker does it at once."""
    started = start_bot(bot.owner, bot, inputs, {}, by)
    execute(started.id)
    return started


def look_into(runs: list[Run], person: User, note: str) -> None:
    for each in runs:
        acknowledge_run(person, each, note)


class Asked(Case):
    """A proposal that came out of another page: for a schedule, or for a bot."""

    def _propose(self) -> None:
        self.workflow = self._wanted["ask"]()
