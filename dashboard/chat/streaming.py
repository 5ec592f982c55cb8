"""An answer word by word, as server-sent events.

A stream holds a thread of the web server, so there are few of them; whoever finds no
place asks by offset instead. Every event names how much was sent with it: a reader
that lost the line goes on from there, and neither misses a letter nor gets one twice.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic, sleep
from uuid import UUID

from flask import Response, request, stream_with_context

from dashboard.chat.reports import Heard, heard
from dashboard.errors import Busy
from dashboard.permissions import Actor

MOST_EACH, MOST = 1, 2
"""Streams of one person, and of all, in one process of the web server."""
PACE = 0.2
LONGEST = 120
"""Seconds; a reader then asks again and goes on where it was."""
FULL = "Too many answers are streamed just now. Ask for this one by offset."

Hear = Callable[[], Heard | None]
SEATS: Counter[UUID] = Counter()
SEATED = Lock()


def take_seat(actor_id: UUID) -> None:
    with SEATED:
        if SEATS[actor_id] >= MOST_EACH or SEATS.total() >= MOST:
            raise Busy(FULL)
        SEATS[actor_id] += 1


def leave_seat(actor_id: UUID) -> None:
    with SEATED:
        SEATS[actor_id] -= 1
        SEATS[actor_id] or SEATS.pop(actor_id)


@contextmanager
def seated(actor_id: UUID) -> Iterator[None]:
    """A seat that was taken already, given back however the stream ends."""
    try:
        yield
    finally:
        leave_seat(actor_id)


def stream_of(actor: Actor, message_id: UUID) -> Response:
    """The answer from where the reader was; it must have been found to be theirs."""
    take_seat(actor.id)

    def told() -> Iterator[str]:
        with seated(actor.id):
            yield from events(lambda: heard(actor, message_id), offset())

    response = Response(stream_with_context(told()), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


def offset() -> int:
    """Characters that the reader has: its last event's id, or what it asks for."""
    last = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    return int(last) if last.isascii() and last.isdigit() and len(last) < 10 else 0


def events(hear: Hear, after: int) -> Iterator[str]:
    until = monotonic() + LONGEST
    while monotonic() < until:
        now = hear()
        if now is None:
            return
        if len(now.text) > after:
            fresh, after = now.text[after:], len(now.text)
            yield event("token", {"text": fresh}, after)
        if not now.is_live:
            kind = "done" if now.status == "completed" else "error"
            yield event(kind, {"status": now.status, "message": now.message}, after)
            return
        sleep(PACE)


def event(kind: str, content: dict[str, str], after: int) -> str:
    return f"id: {after}\nevent: {kind}\ndata: {json.dumps(content)}\n\n"
