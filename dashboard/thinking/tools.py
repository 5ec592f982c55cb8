"""The bots that an agent calls: only those it may, each in the sandbox as any step."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dashboard.extensions import db
from dashboard.model_calls.answers import ToolCall
from dashboard.runs import boxed
from dashboard.runs.boxed import Blocked, Plan
from dashboard.runs.claim import Claim
from dashboard.runs.fence import fenced
from dashboard.runs.logs import LogWriter
from dashboard.runs.models import Execution, Run, StepStatus
from dashboard.runs.patience import patiently
from dashboard.sandbox import Ending, Outcome
from dashboard.thinking.errand import Errand, cut
from dashboard.thinking.meter import Meter
from dashboard.thinking.schemas import PinnedTool

MOST_RETURNED = 16 << 10
"""Bytes of a result that go back to the model."""
MOST_AT_ONCE = 10
"""Calls that one turn may ask for."""


class Stopped(Exception):
    """Somebody wants the run to stop, or its worker leaves."""


class Refused(Exception):
    """A call that is not made; the text goes back to the model."""


class Tools:
    """What one step's agent may call, and what it has called."""

    def __init__(
        self,
        claim: Claim,
        errand: Errand,
        meter: Meter,
        log: LogWriter,
        should_stop: Callable[[], bool],
    ) -> None:
        self.claim = claim
        self.errand = errand
        self.meter = meter
        self.log = log
        self.should_stop = should_stop
        self.known = {tool.name: tool for tool in errand.pinned.tools}
        self.sub = 0

    @property
    def offered(self) -> list[dict[str, Any]] | None:
        """As models are told of them."""
        return [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.input_schema or {"type": "object"},
                },
            }
            for tool in self.known.values()
        ] or None

    def call(self, wanted: ToolCall, place: int) -> str:
        """Make a call that the model asks for; whatever comes of it is its to read."""
        self.sub += 1
        try:
            tool = self.allowed(wanted, place)
            taken = patiently(lambda: self.take(tool, wanted.arguments))
        except Refused as refused:
            self.log.say(f"{wanted.name[:80]}: not called. {refused}")
            return as_text({"error": str(refused)})
        return self.run(taken) if isinstance(taken, Plan) else taken

    def allowed(self, wanted: ToolCall, place: int) -> PinnedTool:
        tool = self.known.get(wanted.name)
        if tool is None:
            may = ", ".join(self.known) or "nothing"
            raise Refused(f"There is no such tool. You may call: {may}.")
        if place > MOST_AT_ONCE:
            raise Refused(f"Ask for at most {MOST_AT_ONCE} calls at once.")
        schema = tool.input_schema
        error = next(Draft202012Validator(schema).iter_errors(wanted.arguments), None)
        if error is not None:
            where = "/".join(map(str, error.absolute_path)) or "the arguments"
            raise Refused(f"{where}: {error.message[:300]}")
        return tool

    def take(self, tool: PinnedTool, arguments: dict[str, Any]) -> Plan | str:
        """How to run it, or what it returned when it ran before the worker was lost."""
        with fenced(self.claim.run_id, self.claim.token) as run:
            step = self.found() or self.added(run, tool, arguments)
            if step.status.is_final:
                return returned(step)
            bot = step.program.bot
            boxed.begin(step)
            if not bot.can_run:
                return self.refused(step, f"The bot {bot} is {bot.state}.")
            try:
                key = f"{self.errand.key}/{step.sub}"
                return boxed.plan_of(step, key, arguments, self.files(run))
            except Blocked as blocked:
                return self.refused(step, str(blocked))

    def found(self) -> Execution | None:
        wanted = select(Execution).where(
            Execution.parent_id == self.errand.execution_id, Execution.sub == self.sub
        )
        return db.session.scalar(wanted.execution_options(populate_existing=True))

    def added(self, run: Run, tool: PinnedTool, arguments: dict[str, Any]) -> Execution:
        step = Execution(
            run_id=run.id,
            position=self.errand.position,
            sub=self.sub,
            parent_id=self.errand.execution_id,
            bot_id=tool.bot.id,
            bot_version_id=tool.version_id,
            inputs=arguments,
            status=StepStatus.QUEUED,
            attempt=0,
            log_lines=0,
        )
        db.session.add(step)
        db.session.flush()
        return step

    def refused(self, step: Execution, why: str) -> str:
        return self.written(step, Outcome(Ending.REFUSED, why, boxed.tier_in_use()))

    def files(self, run: Run) -> dict[str, UUID]:
        """Those of the step, then what the bots left that were called before."""
        mine = self.errand.execution_id
        step = next(each for each in run.steps if each.id == mine)
        left = {file.name: file.blob_id for file in boxed.left_by(step)}
        return {**self.errand.files, **left}

    def run(self, plan: Plan) -> str:
        ends = self.meter.ends(self.should_stop)
        outcome = boxed.run_boxed(self.claim, plan, ends)
        if outcome.ending is Ending.CANCELLED:
            if self.should_stop():
                raise Stopped
            late = "The agent's time was over before this bot was done."
            outcome = replace(outcome, ending=Ending.TIMED_OUT, message=late)
        return patiently(lambda: self.kept(plan, outcome))

    def kept(self, plan: Plan, outcome: Outcome) -> str:
        try:
            return self.stored(plan, outcome)
        except IntegrityError:  # another worker stored the same file's bytes just now
            return self.stored(plan, outcome)

    def stored(self, plan: Plan, outcome: Outcome) -> str:
        with fenced(self.claim.run_id, self.claim.token):
            step = db.session.get_one(Execution, plan.execution_id)
            if step.status is not StepStatus.RUNNING:
                return returned(step)  # only the answer to the commit was lost
            return self.written(step, outcome)

    def written(self, step: Execution, outcome: Outcome) -> str:
        boxed.write_down(step, outcome)
        ending = step.status.value.replace("_", " ")
        why = f" {step.message}" if step.went_wrong else ""
        self.log.say(f"{step.label}: {ending}.{why}")
        return returned(step)


def returned(step: Execution) -> str:
    """What goes back to the model."""
    if step.status is not StepStatus.COMPLETED:
        return as_text({"error": f"{step.status.value}: {step.message}"})
    files = [file.name for file in step.files]
    return as_text({"output": step.output, **({"files": files} if files else {})})


def as_text(result: dict[str, Any]) -> str:
    return cut(json.dumps(result, ensure_ascii=False), MOST_RETURNED)
