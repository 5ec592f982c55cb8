"""One safeguard taken out at a time: what the trials are there to notice."""

import os
import time
from datetime import timedelta
from itertools import count

from dashboard import audit, errors, once, queue, repeats, sweep
from dashboard.audit_log import verify
from dashboard.extensions import begin_writing
from dashboard.model_calls import answers
from dashboard.runs import ending, fence, heartbeat, logs, placing, reconcile
from dashboard.schedules import jobs


def no_fence():
    """G3: whoever writes to a run is believed, and never asks whether it is theirs."""

    def anybody(run_id, token):
        return fence.locked(run_id)

    for module in (fence, ending, reconcile):
        module.owned = anybody
    logs.still_owned = fence.still_owned = lambda run_id, token: None
    heartbeat.Heartbeat._beat = lambda self: None
    heartbeat.Heartbeat._mind_the_lease = lambda self: None


def tell_once():
    """G2: a hint that Redis lost is not told again."""
    sweep.LAST = tuple(each for each in sweep.LAST if each.name != "dispatch")


def no_reconcile():
    """G4: a run whose worker is gone is left to itself."""
    reconcile.stranded = list


def repeat_anything():
    """G5: a step that must not be repeated is repeated all the same."""
    reconcile.must_not_repeat = lambda step: False


def commit_early():
    """G1: a change is committed first, and written down a moment later."""
    append = audit.append

    def later(session, entries):
        session.commit()
        time.sleep(0.3)
        begin_writing()
        append(session, entries)

    audit.append = later


def forget_some():
    """G6: now and then an answer is given for what was never stored."""
    append, calls = audit.append, count()

    def forgetful(session, entries):
        append(session, entries)
        if next(calls) % 2:
            session.rollback()

    audit.append = forgetful


def no_patience():
    """G8: a database that is away is an error like any other."""

    def careless(error):
        raise error

    errors.answer_silence = errors.answer_broken_line = careless


def no_goodbye():
    """G12: a worker that is told to stop is gone at once."""
    queue.Worker.stop = lambda self: os._exit(0)


def no_key():
    """G9: nobody remembers what was sent before."""
    once.take = lambda session, actor: None
    repeats.found = lambda claim: False


def forget_times():
    """G11: a time that was used is neither known nor left behind."""
    keep, slot_of = jobs.keep, jobs.slot_of

    def stay(schedule, plan, at, **over):
        here = schedule.next_at
        keep(schedule, plan, at, **over)
        schedule.next_at = here

    def another(schedule, decision, at):
        slot = slot_of(schedule, decision, at)
        slot.due_at += timedelta(microseconds=at.microsecond + 1)
        return slot

    jobs.keep, jobs.slot_of = stay, another
    jobs.known_since = lambda schedule, first: set()


def no_limit():
    """G15: whoever asks for a run gets one."""
    placing.refuse_flood = lambda actor: None


def believe_models():
    """G16: what a model answers is used without a look at its schema."""
    answers.refuse_unfit = lambda found, schema: None


def blind_signature():
    """G7: what is signed is the place in the chain, not what stands there."""
    sign = audit.sign

    def blind(content):
        return sign({"seq": content["seq"], "prev_hash": content["prev_hash"]})

    audit.sign = verify.sign = blind


BROKEN = (
    no_fence,
    tell_once,
    no_reconcile,
    repeat_anything,
    commit_early,
    forget_some,
    no_patience,
    no_goodbye,
    no_key,
    forget_times,
    no_limit,
    believe_models,
    blind_signature,
)
MUTANTS = {each.__name__: each for each in BROKEN}
