"""Bots with several versions, and runs of one or the other."""

from datetime import timedelta

from dashboard.bots.models import BotVersion, RunPolicy
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.runs.models import RunStatus, StepStatus
from tests.factories import make_bot, make_run, stored


def free_bot(owner, **over):
    """A bot that its owner runs without a vote."""
    return make_bot(owner, run_policy=RunPolicy.OWNER, **over)


def upgraded(bot):
    """Its next version, which is the active one now."""
    current = BotVersion.active_of(bot.id)
    current.is_active = False
    db.session.flush()
    number = current.number + 1
    return stored(
        bot.new_version(number, f"{current.code}# {number}\n", {}, "Next", bot.owner)
    )


def failed(bot, **over):
    """A run of its active version that failed an hour ago."""
    return ended(bot, RunStatus.FAILED, StepStatus.FAILED, error="It broke.", **over)


def completed(bot, **over):
    return ended(bot, RunStatus.COMPLETED, StepStatus.COMPLETED, **over)


def ended(bot, status, step, **over):
    at = now() - timedelta(hours=1)
    run = make_run(bot, status=status, started_at=at, ended_at=at, **over)
    run.is_unacknowledged = status is RunStatus.FAILED
    run.steps[0].status, run.steps[0].started_at = step, at
    return stored(run)
