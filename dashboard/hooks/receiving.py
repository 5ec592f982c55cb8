"""Take a signed call: look at its signature, then run the bot once for each message."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from uuid_utils.compat import uuid7

from dashboard.audit import Result, audited, digest, lock, origin
from dashboard.bots.schemas import RunInputs
from dashboard.clock import database_now
from dashboard.errors import Denied, DomainError, Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.hooks.models import Hook, HookCall
from dashboard.hooks.signing import Letter, new_secret
from dashboard.hooks.tally import count_refusal, take_count
from dashboard.permissions import SYSTEM, Permission, require
from dashboard.runs.fence import writing
from dashboard.runs.models import Trigger
from dashboard.runs.placing import Order, place, refuse
from dashboard.schemas import checked
from dashboard.sealing import Unsealable, seal, unseal

LONGEST = 300
QUIET = timedelta(minutes=1)
"""Refused calls of a hook are written down at most this often."""


class Unsigned(Exception):
    """No hook takes this call; the caller is not told why."""


class Noted(Exception):
    """Another refusal was written down a moment ago."""


@dataclass(frozen=True)
class Receipt:
    """The run a message has started, now or when it came first."""

    run_id: UUID | None
    is_new: bool


def receive(hook_id: UUID, letter: Letter) -> Receipt:
    hook = found(hook_id)
    at = database_now(db.session())
    if why := why_refused(hook, letter, at):
        if hook:
            note_refusal(hook, why, at)
        raise Unsigned
    assert hook is not None  # noqa: S101  # what is not there was refused
    inputs = inputs_of(letter.body)
    if known := call_of(hook, letter):
        return Receipt(known.run_id, is_new=False)
    try:
        if is_noted(hook, at):
            refuse_early(hook)
        return Receipt(started_or_noted(hook, letter, inputs, at), is_new=True)
    except IntegrityError:
        known = call_of(hook, letter)
        if known is None:
            raise
        return Receipt(known.run_id, is_new=False)  # the same came at this moment
    except Denied as error:
        why_not = hook.bot.why_not_run(hook.owner)
        raise RuleBroken(why_not or str(error), code="needs_vote") from error


def found(hook_id: UUID) -> Hook | None:
    wanted = select(Hook).where(Hook.id == hook_id)
    loaded = wanted.options(joinedload(Hook.bot), joinedload(Hook.owner))
    return db.session.scalar(loaded)


def why_refused(hook: Hook | None, letter: Letter, at: datetime) -> str | None:
    """Why it is refused; the work is the same whether or not there is such a hook."""
    try:
        fits = letter.fits(secret_of(hook))
    except Unsealable as error:
        return str(error)
    is_fresh = letter.is_fresh(at)
    if hook is None:
        return "There is no such hook."
    if not fits:
        return "The signature is wrong."
    if not is_fresh:
        return "It was sent too long ago, or by a clock that is wrong."
    return hook.why_closed


def secret_of(hook: Hook | None) -> str:
    if hook:
        return unseal(hook.sealed_secret, hook)
    decoy = new_secret()
    seal(decoy, Hook(id=uuid7()))  # as much work as to unseal one
    return decoy


def refuse_early(hook: Hook) -> None:
    """A call was refused a moment ago: look before another entry is written."""
    try:
        require(hook.owner, Permission.BOT_RUN, hook.bot)
        refuse(hook.owner, hook.bot)
    except DomainError:
        count_refusal(hook.id)
        raise


def started_or_noted(
    hook: Hook, letter: Letter, inputs: dict[str, Any], at: datetime
) -> UUID:
    """The audit trail knows of a refusal already; the hook's page shall, too."""
    try:
        return started(hook, letter, inputs, at)
    except DomainError as error:
        denied = isinstance(error, Denied)
        why = (denied and hook.bot.why_not_run(hook.owner)) or str(error)
        count_refusal(hook.id)
        note_on_hook(hook.id, why, at)
        raise


def note_on_hook(hook_id: UUID, why: str, at: datetime) -> None:
    with writing():
        db.session.execute(
            update(Hook)
            .where(Hook.id == hook_id)
            .values(
                refused_at=at,
                refusal=why[:LONGEST],
                refusals=Hook.refusals + take_count(hook_id),
            )
        )


def note_refusal(hook: Hook, why: str, at: datetime) -> None:
    """Who guesses fills no audit trail: refused calls are counted."""
    count_refusal(hook.id)
    if is_noted(hook, at):
        return
    with suppress(Noted), audited(SYSTEM, Permission.HOOK_CALL, hook) as entry:
        if is_noted(hook, at):
            raise Noted
        refused = take_count(hook.id)
        hook.refused_at, hook.refusal = at, why[:LONGEST]
        hook.refusals += refused
        entry.result = Result.REFUSED
        entry.about(hook, reason=why, refused=refused)


def is_noted(hook: Hook, at: datetime) -> bool:
    return hook.refused_at is not None and at - hook.refused_at < QUIET


def inputs_of(body: bytes) -> dict[str, Any]:
    """The body is the run's inputs."""
    try:
        content = json.loads(body, parse_constant=refuse_constant)
    except RecursionError as error:
        raise Invalid({"": "This is nested too deeply."}) from error
    except ValueError as error:
        raise Invalid({"": "Send JSON."}) from error
    if not isinstance(content, dict):
        raise Invalid({"": "Send a JSON object: { … }."})
    try:
        inputs: dict[str, Any] = checked(RunInputs, {"inputs": content}).inputs
    except Invalid as error:
        raise Invalid({"": next(iter(error.errors.values()))}) from error
    return inputs


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def call_of(hook: Hook, letter: Letter) -> HookCall | None:
    same = {"hook_id": hook.id, "message_id": letter.id}
    return db.session.scalar(select(HookCall).filter_by(**same))


def started(hook: Hook, letter: Letter, inputs: dict[str, Any], at: datetime) -> UUID:
    """Run the bot as the hook's owner, and remember the message, both or neither."""
    bot = hook.bot
    with audited(hook.owner, Permission.BOT_RUN, bot) as entry:
        lock(db.session(), hook)
        if hook.why_closed:
            raise Unsigned  # it was closed while the signature was looked at
        call = HookCall(
            hook_id=hook.id,
            message_id=letter.id,
            received_at=at,
            detail=about(letter),
        )
        db.session.add(call)
        db.session.flush()  # whoever brings the same message waits here
        order = Order(trigger=Trigger.HOOK, inputs=inputs, hook_id=hook.id)
        run = place(hook.owner, bot, order)
        db.session.flush()
        call.run_id, hook.last_called_at = run.id, at
        version = run.steps[0].program.number
        entry.about(run, bot=bot.name, version=version, hook=hook.name)
    return run.id


def about(letter: Letter) -> dict[str, Any]:
    return {
        "bytes": len(letter.body),
        "digest": digest(letter.body),
        "address": origin.get().address,
    }
