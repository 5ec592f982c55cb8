"""How far an agent may go in one step: turns, tokens, money and time."""

import time
from collections.abc import Callable

from dashboard.ai_models.money import dollars
from dashboard.sandbox import Ending
from dashboard.thinking.schemas import PinnedLimits


class Over(Exception):
    """The step ends here; the text says why."""

    def __init__(self, sentence: str, ending: Ending = Ending.FAILED) -> None:
        super().__init__(sentence)
        self.ending = ending


class Meter:
    """Counts what is used; asked before everything that costs something."""

    def __init__(self, limits: PinnedLimits) -> None:
        self.limits = limits
        self.tokens = 0
        self.cost = 0
        self._until = time.monotonic() + limits.seconds

    def add(self, tokens: int, cost: int) -> None:
        self.tokens += tokens
        self.cost += cost

    @property
    def is_late(self) -> bool:
        return time.monotonic() >= self._until

    @property
    def cost_left(self) -> int | None:
        if self.limits.cost is None:
            return None
        return max(0, self.limits.cost - self.cost)

    def refuse_late(self) -> None:
        if self.is_late:
            raise Over(
                f"The agent was not done after {self.limits.seconds:,} seconds, which "
                "is all that this step gives it.",
                Ending.TIMED_OUT,
            )

    def refuse_turn(self, number: int, most: int) -> None:
        """Raise why it may not take this turn."""
        self.refuse_late()
        limits = self.limits
        if number > most:
            raise Over(f"The agent gave no answer in {limits.turns} turns.")
        if self.tokens >= limits.tokens:
            raise Over(
                f"The agent used {self.tokens:,} tokens and was not done; this step "
                f"gives it {limits.tokens:,}."
            )
        if limits.cost is not None and self.cost >= limits.cost:
            raise Over(
                f"The agent spent {dollars(self.cost)} and was not done; this step "
                f"gives it {dollars(limits.cost)}."
            )

    def ends(self, should_stop: Callable[[], bool]) -> Callable[[], bool]:
        """Somebody wants it to stop, or its time is over."""
        return lambda: should_stop() or self.is_late
