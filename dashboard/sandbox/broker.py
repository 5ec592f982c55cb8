"""The way out for a bot with a grant: it asks by a pipe, the worker makes the call."""

import base64
import json
import os
import select
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

MOST_CALLS = 100
MOST_BYTES = 1 << 20
"""Of a body, in each direction."""
LONGEST_QUESTION = MOST_BYTES * 4 // 3 + (64 << 10)
CHUNK = 64 << 10
LOOK_SECONDS = 0.1
TOO_MANY = f"A run may make {MOST_CALLS} calls, and this one has made them."
MALFORMED = "What was asked could not be read. Use quorum.fetch()."


class Trouble(StrEnum):
    """Why there is no answer, as the bot is told."""

    NOT_GRANTED = "not_granted"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


class CallFailed(Exception):
    """There is no answer; the text is for the bot and its owner."""

    def __init__(self, trouble: Trouble, sentence: str) -> None:
        super().__init__(sentence)
        self.trouble = trouble


@dataclass(frozen=True)
class Call:
    """One request that a bot wants made."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


Fetch = Callable[[Call], Reply]
"""Makes one call, or raises CallFailed; called from the broker's thread."""


class Broker:
    """A thread beside one run. It makes the bot's calls, one after the other.

    The thread may be left behind in a call that takes long: it touches a pipe only
    under the lock, and only while the run is not over.
    """

    def __init__(self, ask_fd: int, answer_fd: int, fetch: Fetch) -> None:
        self._ask, self._answer, self._fetch = ask_fd, answer_fd, fetch
        self._lock = threading.Lock()
        self._closed = False
        self._asked = bytearray()
        self._thread = threading.Thread(target=self._serve, name="broker", daemon=True)
        for fd in (ask_fd, answer_fd):
            os.set_blocking(fd, False)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Answer nothing more; a call that is under way is not waited for."""
        with self._lock:
            if not self._closed:
                self._closed = True
                os.close(self._ask)
                os.close(self._answer)

    def _serve(self) -> None:
        calls = 0
        try:
            while line := self._next_line():
                calls += 1
                self._send(self._answer_to(line, calls))
                if calls > MOST_CALLS:
                    return
        finally:
            self.close()

    def _answer_to(self, line: bytes, calls: int) -> dict[str, Any]:
        try:
            if calls > MOST_CALLS:
                raise CallFailed(Trouble.REFUSED, TOO_MANY)
            reply = self._fetch(call_of(line))
        except CallFailed as error:
            return {"trouble": error.trouble, "why": str(error)}
        body = base64.b64encode(reply.body).decode()
        return {"status": reply.status, "headers": reply.headers, "body": body}

    def _next_line(self) -> bytes:
        """What the bot asks next; nothing once it is over, or asks too much."""
        while b"\n" not in self._asked and len(self._asked) <= LONGEST_QUESTION:
            chunk = self._when(
                self._ask, select.POLLIN, partial(os.read, self._ask, CHUNK)
            )
            if not chunk:
                return b""
            self._asked += chunk
        line, newline, rest = self._asked.partition(b"\n")
        self._asked = rest
        return bytes(line or MALFORMED.encode()) if newline else b""

    def _send(self, answer: dict[str, Any]) -> None:
        left = memoryview(json.dumps(answer).encode() + b"\n")
        while left:
            write = partial(os.write, self._answer, left[:CHUNK])
            sent = self._when(self._answer, select.POLLOUT, write)
            if not sent:
                return
            left = left[sent:]

    def _when(self, fd: int, event: int, act: Callable[[], Any]) -> Any:
        """Act as soon as the pipe is ready; None once the run is over."""
        ready = select.poll()
        ready.register(fd, event)
        while True:
            ready.poll(LOOK_SECONDS * 1000)
            with self._lock:
                if self._closed:
                    return None
                try:
                    return act()
                except BlockingIOError:
                    continue
                except BrokenPipeError:
                    return None


def call_of(line: bytes) -> Call:
    """Read one question; a bot may write anything into its pipe."""
    try:
        asked = json.loads(line)
        headers = {str(name): str(value) for name, value in asked["headers"].items()}
        body = base64.b64decode(asked["body"], validate=True)
        call = Call(str(asked["method"]), str(asked["url"]), headers, body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CallFailed(Trouble.REFUSED, MALFORMED) from error
    if len(body) > MOST_BYTES:
        raise CallFailed(Trouble.REFUSED, "A call may send 1 MiB, and this is more.")
    return call
