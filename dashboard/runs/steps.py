"""One step of a run: what its bot is given, how it is run, what is kept of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy.exc import IntegrityError

from dashboard.bots.schemas import BotConfig
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.grants.calls import Caller
from dashboard.grants.reach import Reach, reach_of
from dashboard.runs.claim import Claim
from dashboard.runs.ending import obstacle
from dashboard.runs.fence import fenced, let_go
from dashboard.runs.logs import LogWriter
from dashboard.runs.models import Execution, OutputFile, Run, StepStatus
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
    """All that a step needs, read in one go: nothing is held while it runs."""

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


def prepare(claim: Claim) -> Plan | None:
    """Mark the next step as running and gather what it needs; None at the end."""
    with fenced(claim.run_id, claim.token) as run:
        step = run.next_step
        if step is None:
            return None
        if why := obstacle(step):
            raise Blocked(why)
        step.status, step.message, step.ended_at = StepStatus.RUNNING, "", None
        step.attempt += 1
        step.started_at = database_now(db.session())
        config = BotConfig.model_validate(step.version.config)
        return Plan(
            execution_id=step.id,
            code=step.version.code,
            inputs={**config.defaults, **inputs_of(run, step)},
            limits=config.sandbox_limits(),
            require=frozenset(config.require),
            key=f"{run.id}/{step.position}",
            first_line=step.log_lines,
            attempts=step.attempt,
            reach=granted_to(step),
            files=files_of(run, step),
        )


def granted_to(step: Execution) -> Reach:
    """Network and secrets, by the grants that hold now."""
    try:
        at = database_now(db.session())
        return reach_of(step.bot_id, step.bot_version_id, at)
    except Unsealable as error:
        raise Blocked(f"A secret granted to {step.bot.name}: {error}") from error


def inputs_of(run: Run, step: Execution) -> dict[str, Any]:
    """What was approved or asked for, and what the step before it returned."""
    given = run.workflow.inputs if run.workflow else run.inputs
    earlier = [each for each in run.steps if each.position < step.position]
    return {**given, "previous": earlier[-1].output} if earlier else given


def files_of(run: Run, step: Execution) -> dict[str, UUID]:
    """The attached files, then what earlier steps left; the later of a name counts."""
    attached = run.workflow.files if run.workflow else run.files
    found = {file.name: file.blob_id for file in attached}
    for earlier in run.steps:
        if earlier.position < step.position:
            found |= {file.name: file.blob_id for file in earlier.files}
    return found


def perform(claim: Claim, plan: Plan, should_stop: Callable[[], bool]) -> Outcome:
    """Run the bot; its log is stored meanwhile, and nothing in the database is held."""
    require = current_app.config["SANDBOX_REQUIRE"] | plan.require
    wanted, found = current_app.config["SANDBOX_TIER"], evidence()
    if why := policy.refusal(wanted, require, found):
        return Outcome(Ending.REFUSED, why, policy.tier_for(wanted, found))
    files = patiently(lambda: contents(plan))
    let_go()
    log = LogWriter(claim, plan.execution_id, plan.first_line)
    if plan.attempts > 1:
        log.say(f"--- Started again (attempt {plan.attempts}). ---")
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


def keep(claim: Claim, plan: Plan, outcome: Outcome) -> None:
    """Store a step's result and the run's progress as one."""
    try:
        store(claim, plan, outcome)
    except IntegrityError:  # another worker stored the same file's bytes just now
        store(claim, plan, outcome)


def store(claim: Claim, plan: Plan, outcome: Outcome) -> None:
    with fenced(claim.run_id, claim.token) as run:
        step = next(each for each in run.steps if each.id == plan.execution_id)
        if step.status is not StepStatus.RUNNING:
            return  # it is stored; only the answer to the commit was lost
        step.status = StepStatus(outcome.ending.value)
        step.message = storable(outcome.message)
        step.traceback = storable(outcome.traceback)
        step.output = outcome.output
        step.tier = outcome.tier.value
        step.layers = outcome.layers
        step.log_truncated = outcome.log_truncated
        step.ended_at = database_now(db.session())
        step.files = [
            OutputFile(name=file.name, blob_id=Blob.keep(file.content).id)
            for file in outcome.files
        ]
        run.step += 1


def storable(text: str) -> str:
    """Text that every database takes: no NUL, no half characters."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
