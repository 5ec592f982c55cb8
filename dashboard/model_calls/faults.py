"""Why a call does not go on: the provider's fault, or somebody's wish."""

from enum import StrEnum

from dashboard.model_calls.models import Problem


class Fault(Exception):
    """What went wrong, by its class and in a sentence that people may read."""

    def __init__(
        self,
        problem: Problem,
        message: str,
        *,
        passes: bool = False,
        after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message
        self.passes = passes
        """Whether to try again may help."""
        self.after = after
        """Seconds that the provider wants to be left alone."""


class Wish(StrEnum):
    """Why nobody listens to the answer any more."""

    CANCELLED = "cancelled"
    LEAVING = "leaving"
    LOST = "lost"


class HungUp(Exception):
    """We stopped listening; the provider has done nothing wrong."""

    def __init__(self, wish: Wish) -> None:
        super().__init__(wish.value)
        self.wish = wish
