"""The demo in the order in which it is told."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import func, select, update

from dashboard.bots.models import Bot
from dashboard.clock import now
from dashboard.demo import diary
from dashboard.demo.cases import CASES, Stage
from dashboard.demo.cast import SignIn, convene, hire, switch_on
from dashboard.demo.story import Story
from dashboard.demo.work import UPGRADES, Bots, first_bots, offer, save
from dashboard.extensions import db
from dashboard.runs.fence import writing
from dashboard.runs.models import Execution

SEED = 20_418
FOUNDED = timedelta(days=15)

Act = tuple[datetime, Callable[[], None]]


def seed() -> list[SignIn]:
    """Fill an empty house; how its people sign in."""
    today, story = now(), Story()
    with story.at(today - FOUNDED):
        people, sign_ins = hire()
        agents = switch_on(people)
        councils = convene(people, agents)
        bots = first_bots(people)
        types = offer(people, councils, bots)
    story.tell()
    stage = Stage(people, agents, types)
    for _, act in sorted(acts(today, story, stage, bots), key=lambda each: each[0]):
        act()
    story.tell()
    note_last_runs()
    return sign_ins


def acts(today: datetime, story: Story, stage: Stage, bots: Bots) -> Iterator[Act]:
    """All that happened since, in no order."""
    rng = Random(SEED)  # noqa: S311  # a tale, not a secret
    for due in diary.errands(rng, today, stage.people, bots):
        yield due.moment, partial(diary.run, story, due)
    for upgrade in UPGRADES:
        moment = today - upgrade.ago
        yield moment, partial(save, story, moment, stage.people, bots, upgrade)
    for ago, case in CASES:
        yield today - ago, partial(case, stage, today - ago)


def note_last_runs() -> None:
    """The worker noted the real time at each bot; let it be the tale's."""
    ended = func.max(Execution.ended_at)
    last = select(ended).where(Execution.bot_id == Bot.id).scalar_subquery()
    with writing():
        db.session.execute(
            update(Bot).values(last_run_at=last),
            execution_options={"synchronize_session": False},
        )
    db.session.expire_all()
