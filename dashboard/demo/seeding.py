"""The demo in the order in which it is told."""

from datetime import datetime, timedelta
from functools import partial
from random import Random

from dashboard.clock import now
from dashboard.demo import chronicle, diary, fleet, minds, worker
from dashboard.demo.cases import SCENES
from dashboard.demo.cast import SignIn, convene, hire, switch_on
from dashboard.demo.house import oversee, restrict
from dashboard.demo.offers import offer
from dashboard.demo.stage import Stage
from dashboard.demo.story import Story
from dashboard.demo.work import UPGRADES, first_bots, save

SEED = 20_418
FOUNDED = timedelta(days=63)


def seed() -> list[SignIn]:
    """Fill an empty house; how its people sign in."""
    today = now()
    story, sign_ins = Story(today), list[SignIn]()
    story.at(today - FOUNDED, lambda: sign_ins.extend(found(story, today)))
    story.tell()
    worker.look()
    return sign_ins


def found(story: Story, today: datetime) -> list[SignIn]:
    """Build the house, then plan all that happened in it."""
    people, sign_ins = hire()
    agents = switch_on(people)
    councils = convene(people, agents)
    bots = first_bots(people)
    types = offer(people, councils, bots)
    oversee(people, councils, types)
    restrict(people, agents, types)
    plan(Stage(story, people, agents, councils, bots, types), today)
    return sign_ins


def plan(stage: Stage, today: datetime) -> None:
    """All that happened since, in no order."""
    rng = Random(SEED)  # noqa: S311  # a tale, not a secret
    for errand in diary.errands(rng, today, stage.people, stage.bots):
        stage.story.at(errand.moment, partial(diary.run, errand))
    for upgrade in UPGRADES:
        act = partial(save, stage.people, stage.bots, upgrade)
        stage.story.at(today - upgrade.ago, act)
    chronicle.plan(rng, stage, today)
    for ago, scene in (*SCENES, *fleet.SCENES, *minds.SCENES):
        scene(stage, today - ago)
