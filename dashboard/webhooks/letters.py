"""One message on its way: what is sent, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app

from dashboard import outgoing
from dashboard.webhooks.signing import Unusable, headers_for

TRY_SECONDS = 15.0
MOST_BYTES = 64 << 10
GONE = 410
LONGEST_ERROR = 300
SEALED_FOR_GOOD = "Its secret cannot be opened with DATA_KEYS. Replace the secret."
UNUSABLE = "Nothing can be signed with its secret. Replace the secret."


@dataclass(frozen=True)
class Letter:
    """A message in this sender's hands, until its claim lapses."""

    id: UUID
    endpoint_id: UUID
    url: str
    secret: str | None
    body: bytes
    attempt: int
    at: datetime
    lease_until: datetime


@dataclass(frozen=True)
class Outcome:
    """What became of one try."""

    answer: int | None
    error: str = ""

    @property
    def arrived(self) -> bool:
        return not self.error

    @property
    def is_gone(self) -> bool:
        return self.answer == GONE


def send(letter: Letter) -> Outcome:
    """Try once; whatever goes wrong out there is an outcome."""
    if letter.secret is None:
        return Outcome(None, SEALED_FOR_GOOD)
    stamp = int(letter.at.timestamp())
    try:
        headers = headers_for(letter.secret, str(letter.id), stamp, letter.body)
    except Unusable:
        return Outcome(None, UNUSABLE)
    try:
        answer = outgoing.send(
            "POST",
            letter.url,
            headers=headers
            | {"content-type": "application/json", "user-agent": "Quorum-Webhooks/1"},
            body=letter.body,
            allow=current_app.config["OUTBOUND_ALLOW"],
            total_seconds=TRY_SECONDS,
            most_bytes=MOST_BYTES,
        )
    except (outgoing.Refused, outgoing.Unreachable) as error:
        return Outcome(None, str(error)[:LONGEST_ERROR])
    error_ = "" if answer.is_ok else f"It answered {answer.status}."
    return Outcome(answer.status, error_)
