"""A receipt made up without a database: one round, decided early by its voters."""

from datetime import UTC, datetime, timedelta

from dashboard.receipts.signing import private_key, public_jwk, sealed
from dashboard.receipts.spelling import digest
from dashboard.workflows.explain import explain
from dashboard.workflows.rules import Rule
from dashboard.workflows.timing import usable
from dashboard.workflows.voting import Ballot, Choice, Seat, early

KEY = private_key("a" * 32)
JWK = public_jwk(KEY)
OTHER = private_key("b" * 32)
ISSUER = "https://quorum.example.org"
OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DECIDED = OPENED + timedelta(hours=2)
NAMES = ("Ada", "Olga", "Otto", "Zoë", "Mäx", "Ines", "Jan", "Kim", "Lou")
CONTENT = {"title": "Clean up “now”", "steps": [], "inputs": {"factor": 1.5}}


def at(moment):
    return moment and moment.isoformat()


def known(number):
    return {"id": f"user-{number}", "name": NAMES[number]}


def tale(voters=3):
    """Everybody but the last approves; what the engine makes of it stands there."""
    round_ = told_round(voters)
    entries = [entry(n, changes) for n, changes in enumerate(changes_of(round_), 1)]
    return {
        "proposal": proposal(),
        "rounds": [round_],
        "advice": [],
        "runs": [],
        "audit": entries,
        "chain": {"seq": len(entries), "hash": entries[-1]["hash"]},
    }


def proposal():
    return {
        "id": "workflow-1",
        "number": 482,
        "title": CONTENT["title"],
        "status": "approved",
        "status_reason": "passed",
        "revision": 1,
        "proposer": {"id": "user-99", "name": "Uma"},
        "agent": None,
        "type": {"id": "type-1", "name": "Sweep"},
        "council": {"id": "council-1", "name": "Release"},
        "routing": {},
        "created_at": at(OPENED),
        "ended_at": None,
    }


def told_round(voters, rule=None):
    rule = rule or Rule()
    seats = [Seat(f"user-{n}", 1, frozenset({"member"})) for n in range(voters)]
    ballots = [Ballot(seat.voter, Choice.APPROVE) for seat in seats[:-1]]
    decision = early(rule, seats, ballots, opened_at=OPENED, now=DECIDED)
    ready_at, expires_at = usable(rule, DECIDED)
    closes_at = OPENED + timedelta(seconds=rule.voting_period)
    votes = [cast(n) for n in range(voters - 1)]
    half = -(-voters * rule.quorum.num // rule.quorum.den)
    return {
        "id": "round-1",
        "revision": 1,
        "content": CONTENT,
        "content_hash": digest(CONTENT),
        "rule": rule.model_dump(mode="json"),
        "oversight": {},
        "opened_at": at(OPENED),
        "closes_at": at(closes_at),
        "original_closes_at": at(closes_at),
        "quorum_reached_at": votes[half - 1]["cast_at"],
        "outcome": decision.result.value,
        "reason": decision.reason.value,
        "early": decision.early,
        "decided_at": at(DECIDED),
        "ready_at": at(ready_at),
        "expires_at": at(expires_at),
        "explain": explain(
            rule, seats, ballots, opened_at=OPENED, now=DECIDED, decision=decision
        ),
        "electorate": [elector(n) for n in range(voters)],
        "votes": votes,
    }


def elector(number, **over):
    fields = {"weight": 1, "roles": ["member"], "can_veto": False, "gone": False}
    return {"user": known(number), **fields, **over}


def cast(number, **over):
    moment = OPENED + timedelta(minutes=number + 1)
    return {
        "id": f"vote-{number}",
        "user": known(number),
        "choice": "approve",
        "reason": "Looks right.",
        "revision": 1,
        "content_hash": digest(CONTENT),
        "cast_at": at(moment),
        "superseded_at": None,
        "voided_at": None,
        "voided_by": None,
        "void_reason": "",
        **over,
    }


def changes_of(round_):
    """What the trail says of it: an entry for each vote, and the decision."""
    for vote in round_["votes"]:
        yield {f"workflow_votes/{vote['id']}": {"choice": [None, vote["choice"]]}}
    yield {f"workflow_rounds/{round_['id']}": {"outcome": [None, round_["outcome"]]}}


def entry(seq, changes):
    return {
        "id": f"entry-{seq}",
        "seq": seq,
        "at": at(OPENED),
        "actor_id": "user-0",
        "actor_name": "Ada",
        "action": "workflow.vote",
        "result": "done",
        "subject_type": "workflows",
        "subject_id": "workflow-1",
        "subject_name": "#482",
        "detail": {},
        "changes": changes,
        "via": "web",
        "request_id": "request-1",
        "prev_hash": f"{seq - 1:064x}",
        "hash": f"{seq:064x}",
    }


def signed(receipt, key=KEY):
    return sealed(receipt, issuer=ISSUER, issued_at=DECIDED, key=key)
