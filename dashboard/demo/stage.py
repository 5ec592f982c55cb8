"""Who plays, and with what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dashboard.demo.cast import Agents, Councils, People
from dashboard.demo.offers import Types
from dashboard.demo.story import Story
from dashboard.demo.work import Bots


@dataclass(frozen=True)
class Stage:
    """Everything a scene may need."""

    story: Story
    people: People
    agents: Agents
    councils: Councils
    bots: Bots
    types: Types


Scene = Callable[[Stage, datetime], None]
"""Plans what happens, from the moment it is given."""
