"""A bot that Quorum stopped twice: once it was released, once it waits for that."""

from datetime import datetime, timedelta

from sqlalchemy import select

from dashboard.bots.actions import save_version
from dashboard.bots.models import Bot
from dashboard.bots.schemas import VersionIn
from dashboard.demo.fleet.deeds import look_into, make, run
from dashboard.demo.stage import Stage
from dashboard.demo.work import code
from dashboard.extensions import db
from dashboard.incidents.actions import acknowledge, release
from dashboard.incidents.models import Incident
from dashboard.runs.models import Run
from dashboard.runs.supervision import TOO_MANY

EVERY = timedelta(minutes=10)
LINES = ("NW-20418;HUB", "NW-20419;OUT", "NW-20420;OK", "NW-20421;OK", "NW-20422;BACK")
LONGER = tuple(f"{line};Madrid" for line in LINES)
TO_A_LOCKER = (*LONGER[:3], "NW-20423;LOCKER;Getafe")
ON_IT = "The courier sends a column more since today. I am at it."
RELEASED = "Version 2 reads past the new column, and knows the codes by their words."


def courier_tracking(stage: Stage, moment: datetime) -> None:
    story = stage.story

    def begin() -> None:
        said = "Where parcels are, from the lines that the courier sends."
        file = "earlier/courier_tracking_1"
        bot = make(stage.people.lena, "Courier tracking", said, file)
        run(bot, {"lines": LINES})
        first = moment + timedelta(days=1)
        failures = fail(stage, bot, first, LONGER)
        story.at(first + timedelta(hours=1.5), lambda: take_on(stage, bot))
        story.at(first + timedelta(hours=4), lambda: mend(stage, bot, failures))
        for days in (3, 6, 9):
            day = moment + timedelta(days=days)
            story.at(day, lambda: run(bot, {"lines": LONGER}))
        fail(stage, bot, story.today - timedelta(hours=2.2), TO_A_LOCKER)

    story.at(moment, begin)


def fail(stage: Stage, bot: Bot, moment: datetime, lines: tuple[str, ...]) -> list[Run]:
    """As often as is too much; the runs are listed as they happen."""
    runs: list[Run] = []
    for number in range(TOO_MANY):
        stage.story.at(
            moment + number * EVERY, lambda: runs.append(run(bot, {"lines": lines}))
        )
    return runs


def take_on(stage: Stage, bot: Bot) -> None:
    opened = select(Incident).where(Incident.bot_id == bot.id)
    acknowledge(stage.people.lena, db.session.scalars(opened).one(), ON_IT)


def mend(stage: Stage, bot: Bot, failures: list[Run]) -> None:
    message = "Read past columns that come later; say the codes in words"
    wanted = VersionIn(code=code("courier_tracking"), message=message)
    save_version(bot.owner, bot, wanted)
    release(stage.people.mara, bot, RELEASED)
    look_into(failures, bot.owner, RELEASED)
