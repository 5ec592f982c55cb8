"""Scenarios played for programs."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from dashboard.api import api_blueprint
from dashboard.permissions import Permission, needs
from dashboard.simulation.play import play, plays_of
from dashboard.simulation.scenarios import Event, Scenario, Voter
from dashboard.simulation.schemas import Played

MOST = 500
MOST_WORK = MOST * MOST
"""Steps times people, in every order: a second or two."""

bp = api_blueprint("simulations", __name__)


class ScenarioIn(Scenario):
    """A scenario that is played while somebody waits."""

    model_config = ConfigDict(extra="forbid")

    eligible: list[Voter] = Field(max_length=MOST)
    events: list[Event] = Field(max_length=MOST)

    @model_validator(mode="after")
    def is_played_soon(self) -> Self:
        steps = sum(1 for _ in self.steps())
        if steps > MOST or self.size > MOST:
            raise ValueError(f"Send at most {MOST} steps and {MOST} people.")
        if plays_of(self) * steps * self.size > MOST_WORK:
            raise ValueError(
                "With its races in every order this takes too long. Race fewer at "
                "once, or play it with flask simulate."
            )
        return self


@bp.post("")
@needs(Permission.COUNCIL_READ)
@bp.input(ScenarioIn)
@bp.output(Played)
def create(json_data: ScenarioIn) -> Played:
    """Play a scenario: a rule, a council and what happens. Nothing is stored."""
    return play(json_data)
