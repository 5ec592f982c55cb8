"""How a run can end, and what is left of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Tier(StrEnum):
    """How tightly a bot is held."""

    BASE = "base"
    LOCKDOWN = "lockdown"
    BWRAP = "bwrap"

    @property
    def locks(self) -> bool:
        """Whether the kernel's own locks are put on the bot."""
        return self is not Tier.BASE


class Ending(StrEnum):
    """Why a run is over."""

    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CPU_LIMIT = "cpu_limit"
    MEMORY_LIMIT = "memory_limit"
    DISK_LIMIT = "disk_limit"
    OUTPUT_LIMIT = "output_limit"
    BAD_RESULT = "bad_result"
    DENIED = "denied"
    CRASHED = "crashed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclass(frozen=True)
class OutputFile:
    """One file the bot left in its output folder."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Outcome:
    """All that one run leaves behind."""

    ending: Ending
    message: str
    tier: Tier
    output: dict[str, Any] | None = None
    traceback: str = ""
    files: list[OutputFile] = field(default_factory=list)
    layers: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    log_truncated: bool = False


def drop_log(chunk: bytes) -> None:
    """Nobody reads this log."""


def never() -> bool:
    return False


@dataclass(frozen=True)
class Follower:
    """Who is told of the log while it grows, and asked whether to go on."""

    on_log: Callable[[bytes], None] = drop_log
    cancelled: Callable[[], bool] = never
