"""Refused calls since the last entry about them, as this process has seen them."""

from collections import Counter
from threading import Lock
from uuid import UUID

_since: Counter[UUID] = Counter()
_turn = Lock()


def count_refusal(hook_id: UUID) -> None:
    """In memory: who floods an address makes nobody write to the database."""
    with _turn:
        _since[hook_id] += 1


def take_count(hook_id: UUID) -> int:
    """How many there were; from now on they are counted anew."""
    with _turn:
        return _since.pop(hook_id, 0)
