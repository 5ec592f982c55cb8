"""Makes the calls of a bot that was granted network, and writes each into its log."""

from queue import Empty, SimpleQueue
from time import monotonic
from urllib.parse import urlsplit

from flask import Flask, current_app
from humanize import naturalsize
from sqlalchemy.exc import SQLAlchemyError

from dashboard import outgoing
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.grants.reach import Reach, hosts_in_force
from dashboard.sandbox import Call, CallFailed, Reply, Trouble

LONGEST_CALL_SECONDS = 30
MOST_BYTES = 1 << 20
LONGEST_SHOWN = 80
SAFE = {"GET", "HEAD"}
IDEMPOTENCY = "Idempotency-Key"
ENDED = (
    "The network grant of this bot was revoked or has run out. Ask for another one on "
    "the bot's page, under Access."
)
SILENT = "It could not be looked up what is granted: the database did not answer."
TOO_LARGE = "The answer is larger than 1 MiB. Ask for less at once."


class Caller:
    """Called in the broker's thread; what it has to say is fetched by the run's own."""

    def __init__(self, reach: Reach, key: str, seconds: float) -> None:
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way
        self._reach = reach
        self._key = key
        self._until = monotonic() + seconds
        self._changing = 0
        self._lines: SimpleQueue[str] = SimpleQueue()

    def __call__(self, call: Call) -> Reply:
        began = monotonic()
        try:
            reply = self._made(call)
        except CallFailed as error:
            self._lines.put(f"→ {shown(call)} {error.trouble}: {error}")
            raise
        size, milliseconds = len(reply.body), (monotonic() - began) * 1000
        said = f"{reply.status}, {naturalsize(size)}, {milliseconds:.0f} ms"
        self._lines.put(f"→ {shown(call)} {said}")
        return reply

    def lines(self) -> list[str]:
        """What was done since the last look, a line for each call."""
        found = []
        while True:
            try:
                found.append(self._lines.get_nowait())
            except Empty:
                return found

    def _made(self, call: Call) -> Reply:
        hosts = self._hosts()
        if not hosts:
            raise CallFailed(Trouble.NOT_GRANTED, ENDED)
        method = call.method.upper()
        left = max(0.1, min(LONGEST_CALL_SECONDS, self._until - monotonic()))
        try:
            answer = outgoing.send(
                method,
                call.url,
                headers=self._headers(method, call.headers),
                body=call.body,
                hosts=hosts,
                allow=self._app.config["OUTBOUND_ALLOW"],
                total_seconds=left,
                most_bytes=MOST_BYTES,
            )
        except outgoing.Refused as error:
            raise CallFailed(Trouble.REFUSED, str(error)) from error
        except outgoing.Unreachable as error:
            raise CallFailed(Trouble.UNREACHABLE, str(error)) from error
        if not answer.is_whole:
            raise CallFailed(Trouble.REFUSED, TOO_LARGE)
        return Reply(answer.status, dict(answer.headers), answer.body)

    def _hosts(self) -> set[str]:
        """Asked again for each call: a grant that is revoked ends at once."""
        try:
            with self._app.app_context():
                return hosts_in_force(self._reach, database_now(db.session()))
        except SQLAlchemyError as error:
            raise CallFailed(Trouble.UNREACHABLE, SILENT) from error

    def _headers(self, method: str, given: dict[str, str]) -> dict[str, str]:
        """The same key each time the step is tried again, one for each change."""
        if method in SAFE:
            return given
        self._changing += 1
        if any(name.lower() == IDEMPOTENCY.lower() for name in given):
            return given
        return {**given, IDEMPOTENCY: f"{self._key}/{self._changing}"}


def shown(call: Call) -> str:
    """Method, host and path as one line: what follows a ? may be nobody's business."""
    try:
        parts = urlsplit(call.url)
        where = f"{parts.netloc.rpartition('@')[2]}{parts.path}"
    except ValueError:
        where = "an address that cannot be read"
    line = f"{call.method[:8]} {where}"[:LONGEST_SHOWN]
    return "".join(each if each.isprintable() else "?" for each in line)
