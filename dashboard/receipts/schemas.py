"""What stands in a receipt, exactly: whatever has another shape proves nothing."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dashboard.workflows.rules import Rule
from dashboard.workflows.voting import Ballot, Choice, Result, Seat


def moment(text: Any) -> datetime:
    """A time in UTC, in the one spelling a receipt has for it."""
    if not isinstance(text, str):
        raise ValueError("is not a time")
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("is not a time") from error
    if found.utcoffset() != timedelta(0) or found.isoformat() != text:
        raise ValueError("is not a time in UTC as Quorum writes it")
    return found


Moment = Annotated[datetime, BeforeValidator(moment)]
Sha256 = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Link = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Voted = Annotated[Choice, BeforeValidator(Choice)]
Stored = dict[str, Any]


class Part(BaseModel):
    """A part of a receipt; nothing is turned into what it is not."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Named(Part):
    """Somebody or something, by id and by the name it has now."""

    id: str
    name: str


class Proposal(Part):
    id: str
    number: int
    title: str
    status: str
    status_reason: str
    revision: int
    proposer: Named
    agent: Named | None
    type: Named
    council: Named
    routing: Stored
    created_at: Moment
    ended_at: Moment | None


class Elector(Part):
    """One who might vote, with weight and roles as they were at the opening."""

    user: Named
    weight: int
    roles: list[str]
    can_veto: bool
    gone: bool


class CastVote(Part):
    id: str
    user: Named
    choice: Voted
    reason: str
    revision: int
    content_hash: Sha256
    cast_at: Moment
    superseded_at: Moment | None
    voided_at: Moment | None
    voided_by: Named | None
    void_reason: str

    @property
    def counts(self) -> bool:
        return self.superseded_at is None and self.voided_at is None


class RoundPart(Part):
    """One vote on one revision, from its opening to its decision."""

    id: str
    revision: int
    content: Stored
    content_hash: Sha256
    rule: Rule
    oversight: Stored
    opened_at: Moment
    closes_at: Moment
    original_closes_at: Moment
    quorum_reached_at: Moment | None
    outcome: str | None
    reason: str
    early: bool
    decided_at: Moment | None
    ready_at: Moment | None
    expires_at: Moment | None
    explain: Stored
    electorate: list[Elector]
    votes: list[CastVote]

    @property
    def is_decided(self) -> bool:
        return self.outcome in set(Result) and self.decided_at is not None

    @property
    def seats(self) -> list[Seat]:
        """The electorate as the engine wants it; a voided vote is no vote to come."""
        voided = {vote.user.id for vote in self.votes if vote.voided_at}
        return [
            Seat(
                each.user.id,
                each.weight,
                frozenset(each.roles),
                each.can_veto,
                each.gone or each.user.id in voided,
            )
            for each in self.electorate
        ]

    @property
    def ballots(self) -> list[Ballot]:
        return [Ballot(v.user.id, v.choice) for v in self.votes if v.counts]

    @property
    def voters(self) -> set[Hashable]:
        return {each.user.id for each in self.electorate}


class AdvicePart(Part):
    id: str
    round: str
    agent: Named
    opinion: str
    confidence: int
    reason: str
    revision: int
    content_hash: Sha256
    given_by: Named
    given_at: Moment
    superseded_at: Moment | None


class FilePart(Part):
    name: str
    bytes: int
    content: Sha256


class CalledPart(Part):
    """A bot that an agent called while it worked."""

    bot: Named
    version: int
    content: Sha256
    status: str
    inputs: Sha256
    output: Sha256 | None


class StepPart(Part):
    """What a bot did at one version, or an agent with what was pinned for it."""

    position: int
    bot: Named | None = None
    version: int | None = None
    agent: Named | None = None
    content: Sha256
    status: str
    message: str
    output: Sha256 | None
    files: list[FilePart]
    called: list[CalledPart] = []
    started_at: Moment | None
    ended_at: Moment | None

    @model_validator(mode="after")
    def one_did_it(self) -> Self:
        is_bots = self.bot is not None and self.version is not None
        is_agents = self.agent is not None and self.bot is None is self.version
        if is_bots == is_agents or (is_bots and (self.agent or self.called)):
            raise ValueError("does not tell which bot or which agent it was")
        return self

    @property
    def who(self) -> str:
        """As people call it."""
        if self.bot:
            return f"{self.bot.name} v{self.version}"
        return f"the agent {self.agent.name}" if self.agent else ""


class RunPart(Part):
    id: str
    round: str
    status: str
    error: str
    started_by: Named | None
    worker: str
    attempt: int
    inputs: Sha256
    output: Sha256 | None
    queued_at: Moment
    available_at: Moment
    started_at: Moment | None
    ended_at: Moment | None
    steps: list[StepPart]


class EntryPart(Part):
    """An entry of the audit trail; its hash was made with a key only Quorum has."""

    id: str
    seq: int
    at: Moment
    actor_id: str
    actor_name: str
    action: str
    result: str
    subject_type: str | None
    subject_id: str | None
    subject_name: str
    detail: Stored
    changes: Stored
    via: str
    request_id: str
    prev_hash: Link
    hash: Link


class ChainPart(Part):
    """The end of the audit trail when the receipt was issued."""

    seq: int
    hash: Link


class Receipt(Part):
    proposal: Proposal
    rounds: list[RoundPart]
    advice: list[AdvicePart]
    runs: list[RunPart]
    audit: list[EntryPart]
    chain: ChainPart


class Envelope(Part):
    """The file as a whole."""

    format: str
    issuer: str
    issued_at: Moment
    key_id: str
    receipt: Receipt
    digests: dict[str, str]
    signature: str
