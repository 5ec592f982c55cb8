"""A bot that worked until its seventh version, and what was tried since."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from dashboard.bots.actions import save_version
from dashboard.bots.models import Bot
from dashboard.bots.schemas import BotConfig, VersionIn
from dashboard.demo.fleet.deeds import look_into, make, run
from dashboard.demo.stage import Stage
from dashboard.demo.work import code
from dashboard.runs.engine import execute
from dashboard.runs.models import Run, Trigger
from dashboard.runs.retrying import retry_run
from dashboard.runs.schemas import Which

WAITED = (4, 11, 17, 23, 38, 52, 75, 140)
"""Minutes until the first replies of a day."""
LATER: tuple[tuple[timedelta, str, int, str, str], ...] = (
    (timedelta(days=18), "earlier/reply_times_1", 60, "Know the target", ""),
    (timedelta(days=15), "earlier/reply_times_3", 60, "Half and late, no mean", ""),
    (timedelta(days=12), "earlier/reply_times_3", 45, "45 minutes are the target", ""),
    (timedelta(days=9), "earlier/reply_times_3", 30, "30 minutes are the target", ""),
    (
        timedelta(days=5),
        "earlier/reply_times_6",
        30,
        "Nine of ten; refuse an empty day",
        "known good",
    ),
    (timedelta(hours=20), "reply_times", 30, "Read the new help desk's export", ""),
)
"""How long ago which code was saved with which target, why, and with what label."""
GOOD = (timedelta(days=7), timedelta(days=3), timedelta(days=2), timedelta(hours=26))
BAD = (timedelta(hours=18), timedelta(hours=10), timedelta(hours=4))
SEEN = "The new export says first_reply only from Monday on. I will roll back."


def reply_times(stage: Stage, moment: datetime) -> None:
    said = "How long customers wait for a first reply."
    stage.story.at(
        moment,
        lambda: go_on(
            stage, make(stage.people.lena, "Reply times", said, "earlier/reply_times_1")
        ),
    )


def go_on(stage: Stage, bot: Bot) -> None:
    story = stage.story
    for ago, file, target, message, label in LATER:
        wanted = VersionIn(
            code=code(file),
            config=BotConfig(defaults={"target": target}),
            message=message,
            label=label,
        )
        story.at(story.today - ago, partial(save_version, bot.owner, bot, wanted))
    for ago in GOOD:
        story.at(story.today - ago, partial(run, bot, tickets()))
    for ago in BAD:
        story.at(story.today - ago, partial(fail, stage, bot, ago))


def fail(stage: Stage, bot: Bot, ago: timedelta) -> None:
    """The first time, Lena tries again; it is not by chance."""
    failed = run(bot, tickets())
    if ago == BAD[0]:
        soon = stage.story.today - ago + timedelta(minutes=20)
        stage.story.at(soon, lambda: try_again(bot, failed))


def try_again(bot: Bot, failed: Run) -> None:
    again = retry_run(bot.owner, failed, Which.SAME, Trigger.PERSON)
    execute(again.id)
    look_into([again], bot.owner, SEEN)


def tickets() -> dict[str, Any]:
    rows = [{"ticket": 48_300 + n, "minutes": each} for n, each in enumerate(WAITED)]
    return {"tickets": rows}
