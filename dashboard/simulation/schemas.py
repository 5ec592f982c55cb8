"""How a scenario ends, for files, pages and programs alike."""

from dashboard.schemas import Out

Results = list[str | list[str]]
"""For each event "ok" or why it was refused; for a race, a list of these."""


class Tallies(Out):
    """Weights; a veto counts as a reject."""

    approve: int = 0
    reject: int = 0
    abstain: int = 0
    not_voted: int = 0


class Outcome(Out):
    """Where a workflow stands; times are seconds of the scenario."""

    state: str
    reason: str | None
    early: bool
    revision: int
    runs: int
    decisions: int
    closes_at: int | None = None
    decided_at: int | None = None
    ready_at: int | None = None
    expires_at: int | None = None
    tallies: Tallies = Tallies()
    eligible_weight: int = 0
    quorum_met: bool = False
    threshold_met: bool = False
    approvers: int = 0


class Played(Out):
    """What came of a scenario; the differences say what was expected otherwise."""

    id: str
    ok: bool
    outcome: Outcome
    events: Results
    differences: list[str]
