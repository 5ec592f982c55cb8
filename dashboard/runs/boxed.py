"""A bot's version in the sandbox: what it is given, how it runs, what is kept of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import current_app

from dashboard.bots.models import BotVersion
from dashboard.bots.schemas import BotConfig
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.grants.calls import Caller
from dashboard.grants.reach import Reach, reach_of
from dashboard.runs.claim import Claim
from dashboard.runs.fence import let_go
from dashboard.runs.logs import LogWriter
from dashboard.runs.models import Execution, OutputFile, StepStatus
from dashboard.runs.patience import patiently
from dashboard.sandbox import (
    Ending,
    Limits,
    Masker,
    Outcome,
    Tier,
    evidence,
    policy,
    run_bot,
)
from dashboard.sealing import Unsealable


class Blocked(Exception):
    """Something stands in the step's way; the text says what."""


@dataclass(frozen=True)
class Plan:
    """All that a bot needs, read in one go: nothing is held while it runs."""

    execution_id: UUID
    code: str
    inputs: dict[str, Any]
    limits: Limits
    key: str
    """The same whenever this step is tried again, for whoever is called by it."""
    first_line: int
    attempts: int
    reach: Reach
    files: dict[str, UUID] = field(default_factory=dict)
    require: frozenset[str] = frozenset()
    """Walls that this bot's own config demands besides those of the policy."""


def begin(step: Execution) -> None:
    """Once more; the caller holds the run's lock."""
    step.status, step.message, step.ended_at = StepStatus.RUNNING, "", None
    step.attempt += 1
    step.started_at = database_now(db.session())


def plan_of(
    step: Execution, key: str, inputs: dict[str, Any], files: dict[str, UUID]
) -> Plan:
    """How this step's version runs, with what was granted to it by now."""
    version = step.program
    config = BotConfig.model_validate(version.config)
    return Plan(
        execution_id=step.id,
        code=version.code,
        inputs={**config.defaults, **inputs},
        limits=config.sandbox_limits(),
        require=frozenset(config.require),
        key=key,
        first_line=step.log_lines,
        attempts=step.attempt,
        reach=granted_to(version),
        files=files,
    )


def granted_to(version: BotVersion) -> Reach:
    """Network and secrets, by the grants that hold now."""
    try:
        return reach_of(version.bot_id, version.id, database_now(db.session()))
    except Unsealable as error:
        raise Blocked(f"A secret granted to {version.bot.name}: {error}") from error


def run_boxed(claim: Claim, plan: Plan, should_stop: Callable[[], bool]) -> Outcome:
    """Run the bot; its log is stored meanwhile, and nothing in the database is held."""
    require = current_app.config["SANDBOX_REQUIRE"] | plan.require
    wanted, found = current_app.config["SANDBOX_TIER"], evidence()
    if why := policy.refusal(wanted, require, found):
        return Outcome(Ending.REFUSED, why, policy.tier_for(wanted, found))
    files = patiently(lambda: contents(plan))
    let_go()
    log = LogWriter(claim, plan.execution_id, plan.first_line)
    if plan.attempts > 1:
        log.say(started_again(plan.attempts))
    masker = Masker(plan.reach.secrets.values())
    caller = caller_of(plan)

    def asked_to_stop() -> bool:
        tell_calls(caller, log, masker)
        log.tick()
        return should_stop()

    outcome = run_bot(
        plan.code,
        plan.inputs,
        files,
        plan.limits,
        tier=policy.tier_for(wanted, found),
        on_log=lambda chunk: log.write(masker.feed(chunk)),
        cancelled=asked_to_stop,
        idempotency_key=plan.key,
        require=require,
        secrets=plan.reach.secrets,
        fetch=caller,
    )
    log.write(masker.flush())
    tell_calls(caller, log, masker)
    patiently(log.close)
    return masker.outcome(outcome)


def started_again(attempts: int) -> str:
    return f"--- Started again (attempt {attempts}). ---"


def contents(plan: Plan) -> dict[str, bytes]:
    return {name: Blob.content_of(id_) for name, id_ in plan.files.items()}


def caller_of(plan: Plan) -> Caller | None:
    if not plan.reach.has_network:
        return None
    return Caller(plan.reach, plan.key, plan.limits.wall_seconds)


def tell_calls(caller: Caller | None, log: LogWriter, masker: Masker) -> None:
    """Write down what was called; a token in a path is masked like any other."""
    for line in caller.lines() if caller else ():
        log.say(masker.text(line))


def tier_in_use() -> Tier:
    """How tightly this worker holds its bots; no tighter than was proved possible."""
    return policy.tier_for(current_app.config["SANDBOX_TIER"], evidence())


def write_down(step: Execution, outcome: Outcome) -> None:
    """Everything that is kept of a bot or an agent that is done."""
    step.status = StepStatus(outcome.ending.value)
    step.message = storable(outcome.message)
    step.traceback = storable(outcome.traceback)
    step.output = outcome.output
    step.tier = outcome.tier.value if step.bot_id else ""
    step.layers = outcome.layers
    step.log_truncated = outcome.log_truncated
    step.ended_at = database_now(db.session())
    step.files = [
        OutputFile(name=file.name, blob_id=Blob.keep(file.content).id)
        for file in outcome.files
    ]


def left_by(step: Execution) -> list[OutputFile]:
    """The files of a step; also of what its agent called, oldest first."""
    return [file for each in (*step.called_bots, step) for file in each.files]


def storable(text: str) -> str:
    """Text that every database takes: no NUL, no half characters."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
