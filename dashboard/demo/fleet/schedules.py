"""What runs by the clock, and what would if it were approved."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from dashboard.bots.models import Bot, RunPolicy
from dashboard.demo.fleet.clocked import Clocked
from dashboard.demo.fleet.deeds import Asked, make
from dashboard.demo.questions import SAMPLE, asked
from dashboard.demo.stage import Stage
from dashboard.schedules.actions import create_schedule, switch
from dashboard.schedules.deciding import CatchUp
from dashboard.schedules.models import Schedule
from dashboard.schedules.proposing import propose_approval
from dashboard.schedules.schemas import ApprovalIn, ScheduleIn
from dashboard.users.models import User
from dashboard.workflow_types.actions import create_type
from dashboard.workflow_types.models import Risk, WorkflowType
from dashboard.workflow_types.schemas import TypeIn

MADRID = "Europe/Madrid"
TEAM = {"people": ["Ana", "Bilal", "Chen", "Dora", "Emre"], "seats": 2}
WEEKEND = {"people": ["Ana", "Chen", "Emre"], "seats": 1}
DESK = {"tickets_per_hour": 42, "minutes_each": 6, "people": 6}
DRAWN = {"tickets": 400, "percent": 3}
WHY = "Two weeks of reading by hand went well. Let the lot be drawn every evening."


def clocked(
    stage: Stage,
    owner: User,
    bot: Bot,
    name: str,
    cron: str,
    *,
    late: Collection[int] = (),
    away: Collection[int] = (),
    **over: Any,
) -> Schedule:
    """A schedule that the worker comes for, at each of its times but some."""
    wanted = ScheduleIn(name=name, bot_id=bot.id, cron=cron, timezone=MADRID, **over)
    schedule = create_schedule(owner, wanted)
    Clocked(stage.story, schedule, late, away).wait()
    return schedule


def shifts(stage: Stage, moment: datetime) -> None:
    """Every morning, and once a week until that was of no more use."""
    lena, story = stage.people.lena, stage.story

    def begin() -> None:
        said = "Who is at the help desk this week."
        bot = make(lena, "Shift plan", said, "shift_plan")
        weekly = clocked(
            stage, lena, bot, "Weekend shifts", "0 8 * * MON", inputs=WEEKEND
        )
        story.at(moment + timedelta(days=8), lambda: switch(lena, weekly, on=False))
        later = story.today - timedelta(days=4.5)
        daily = partial(clocked, stage, lena, bot, "Shift plan of the day", "0 7 * * *")
        story.at(later, partial(daily, inputs=TEAM))

    story.at(moment, begin)


def staffing(stage: Stage, moment: datetime) -> None:
    """Every quarter of an hour: one run took its time, and once nobody was there."""
    jonas = stage.people.jonas

    def begin() -> None:
        said = "Whether enough people are at the help desk."
        bot = make(jonas, "Staffing check", said, "staffing_check")
        clocked(
            stage,
            jonas,
            bot,
            "Enough people?",
            "*/15 * * * *",
            late={3},
            away={7},
            inputs=DESK,
            catch_up=CatchUp.SKIP,
        )

    stage.story.at(moment, begin)


def quality(stage: Stage, moment: datetime) -> None:
    """Refused on the first evening; then Content approved all that are to come."""
    who = stage.people

    def begin() -> None:
        said = "Draws the answers that are read again."
        name, policy = "Quality sample", RunPolicy.NOBODY
        bot = make(who.lena, name, said, "quality_sample", policy)
        type_ = quality_review(stage, bot)
        schedule = clocked(
            stage, who.lena, bot, "Quality sample", "30 18 * * *", inputs=DRAWN
        )
        approved(stage, moment + timedelta(days=1.2), schedule, type_)

    stage.story.at(moment, begin)


def quality_review(stage: Stage, bot: Bot) -> WorkflowType:
    wanted = TypeIn(
        name="Quality review",
        description="Whose answers are read again: work that people are judged by.",
        risk=Risk.LOW,
        council_id=stage.councils.content.id,
        steps=[bot.id],
        input_schema=asked(SAMPLE, *SAMPLE),
    )
    return create_type(stage.people.mara, wanted)


def approved(
    stage: Stage, moment: datetime, schedule: Schedule, type_: WorkflowType
) -> None:
    who, until = stage.people, stage.story.today + timedelta(days=60)
    wanted = ApprovalIn(type_id=type_.id, until=until.date(), why=WHY)
    ask = partial(propose_approval, who.lena, schedule, wanted)
    case = Asked(stage.story, moment, who.lena, type_, "", ask=ask).opened()
    case.approved_by(who.jonas, 1, "It draws, it judges nobody.")
    case.approved_by(who.tomas, 2)


def refunds(stage: Stage, moment: datetime) -> None:
    """Nobody approved it: it says so every evening, and pays nothing."""
    tomas, bot = stage.people.tomas, stage.bots.refunds
    begin = partial(clocked, stage, tomas, bot, "Refunds of the day", "0 20 * * *")
    stage.story.at(moment, partial(begin, inputs={"limit": 50}))
