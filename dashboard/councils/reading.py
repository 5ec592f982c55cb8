"""What a rule means for those who sit on a council: sentence, numbers, doubts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dashboard.councils.wording import rule_facts
from dashboard.errors import Errors
from dashboard.workflows.rules import (
    Base,
    Counts,
    EarlyDecision,
    Excluded,
    Rule,
    Threshold,
    in_words,
    is_implied,
    role_clause,
    threshold_clauses,
)
from dashboard.workflows.voting import Seat, least, satisfiable
from dashboard.workflows.wording import counted, duration, listed

OUTSIDER = "The numbers are for a proposal by somebody who does not sit here."
NO_MEMBER = (
    "A proposal by a member could not pass: whoever proposes has no vote, and too few "
    "are left. Seat more people, or ask for less."
)
NOT_ALL_MEMBERS = (
    "A proposal by some of the members could not pass: whoever proposes has no vote, "
    "and without them the rest cannot do what the rule asks."
)


@dataclass(frozen=True)
class Reading:
    """A rule read aloud; where it is not valid, why not, by field."""

    valid: bool
    sentence: str = ""
    numbers: dict[str, str] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, str]:
        """The numbers here, then what the sentence leaves out."""
        return self.numbers | self.details


def read(rule: Rule, seats: Sequence[Seat]) -> Reading:
    """Without seats it is read in general."""
    if not seats:
        return Reading(True, in_words(rule), details=rule_facts(rule))
    wrong = unmet(rule, seats)
    return Reading(
        valid=not wrong,
        sentence=in_words(rule) if wrong else in_numbers(rule, seats),
        numbers=numbers(rule, seats),
        details=rule_facts(rule),
        notes=[] if wrong else doubts(rule, seats),
        errors=wrong,
    )


def unmet(rule: Rule, seats: Sequence[Seat]) -> Errors:
    """What could not be met even if everybody approved, by field of the rule."""
    found: Errors = {}
    people = len(seats)
    if rule.min_approvals > people:
        asked = counted(rule.min_approvals, "person", "people")
        found["min_approvals"] = (
            f"It asks for {asked} to approve, and {counted(people, 'can', 'can')} "
            "vote here."
        )
    holders = Counter(role for seat in seats for role in seat.roles)
    short = [
        f"It asks for {counted(needed, 'approval', 'approvals')} from {role}, and "
        f"{counted(holders[role], 'person here has', 'people here have')} that role."
        for role, needed in rule.required_roles.items()
        if holders[role] < needed
    ]
    if short:
        found["required_roles"] = " ".join(short)
    return found


def in_numbers(rule: Rule, seats: Sequence[Seat]) -> str:
    """The rule as one sentence, with the numbers of these seats in it."""
    clauses = [*approvals_clauses(rule, seats), *quorum_clause(rule, seats)]
    clauses += [role_clause(role, n) for role, n in rule.required_roles.items()]
    soon = rule.early_decision is EarlyDecision.SUFFICIENT and not rule.min_open
    when = "as soon as" if soon else "when"
    return f"Passes {when} {listed(clauses)}, within {duration(rule.voting_period)}."


def approvals_clauses(rule: Rule, seats: Sequence[Seat]) -> list[str]:
    """Of a share of the whole council the number is known before anybody votes."""
    clauses = threshold_clauses(rule)
    share = rule.threshold
    if share and share.base is Base.ELIGIBLE:
        need = needed(share, total(seats))
        clauses[0] = how_many(need, seats, "approve", "approvals")
    return clauses


def quorum_clause(rule: Rule, seats: Sequence[Seat]) -> list[str]:
    if rule.quorum.num == 0 or is_implied(rule.quorum, rule.threshold):
        return []
    if rule.quorum.counts is Counts.ALL:
        return [how_many(quorum_of(rule, seats), seats, "vote", "votes")]
    many = "approvals and abstentions"
    return [how_many(quorum_of(rule, seats), seats, "approve or abstain", many)]


def how_many(need: int, seats: Sequence[Seat], verb: str, weights: str) -> str:
    """Where votes weigh more than one, a number of people would mislead."""
    of = total(seats)
    if is_weighted(seats):
        return f"{weights} worth at least {need} of {of} come in"
    if need >= of:
        return f"all {of} {verb}" if of > 1 else f"the only member {verb}s"
    return f"at least {need} of {of} {verb}"


def numbers(rule: Rule, seats: Sequence[Seat]) -> dict[str, str]:
    """The least that is needed here, to be read beside the sentence."""
    of, people = total(seats), len(seats)
    weight = f", with a weight of {of} together" if is_weighted(seats) else ""
    found = {"Voters": counted(people, "person", "people").capitalize() + weight}
    if rule.quorum.num:
        found["Quorum"] = f"{quorum_of(rule, seats)} of {of}"
    found["If everybody votes"] = approvals(rule, seats, of)
    if (fewest := fewest_votes(rule, seats)) < of:
        found["If only the fewest vote"] = approvals(rule, seats, fewest)
    vetoes = sum(seat.can_veto for seat in seats)
    if vetoes:
        found["Can be vetoed by"] = counted(vetoes, "person", "people").capitalize()
    return found


def approvals(rule: Rule, seats: Sequence[Seat], present: int) -> str:
    """How many of so many votes have to approve, if nobody abstains."""
    need = 1 if is_weighted(seats) else least_people(rule)
    if share := rule.threshold:
        whole = total(seats) if share.base is Base.ELIGIBLE else present
        need = max(need, needed(share, whole))
    if rule.quorum.counts is Counts.APPROVE_ABSTAIN:
        need = max(need, quorum_of(rule, seats))
    if is_weighted(seats):
        return f"Approvals worth {need} of {present}, at least"
    return f"{need} of {present} {'approves' if need == 1 else 'approve'}, at least"


def fewest_votes(rule: Rule, seats: Sequence[Seat]) -> int:
    people = 1 if is_weighted(seats) else least_people(rule)
    fewest = max(people, quorum_of(rule, seats))
    share = rule.threshold
    if share and share.base is Base.ELIGIBLE:
        fewest = max(fewest, needed(share, total(seats)))
    return fewest


def least_people(rule: Rule) -> int:
    return max(rule.min_approvals, sum(rule.required_roles.values()))


def doubts(rule: Rule, seats: Sequence[Seat]) -> list[str]:
    """What is allowed, and still not what was meant, perhaps."""
    if Excluded.PROPOSER not in rule.exclude:
        return []
    left = [[other for other in seats if other is not seat] for seat in seats]
    passing = [satisfiable(rule, rest) for rest in left]
    if not any(passing):
        return [OUTSIDER, NO_MEMBER]
    return [OUTSIDER] if all(passing) else [OUTSIDER, NOT_ALL_MEMBERS]


def needed(share: Threshold, of: int) -> int:
    """Nothing passes without one approval."""
    return max(1, least(share.num, share.den, of, share.strict))


def quorum_of(rule: Rule, seats: Sequence[Seat]) -> int:
    quorum = rule.quorum
    return least(quorum.num, quorum.den, total(seats), quorum.strict)


def total(seats: Sequence[Seat]) -> int:
    return sum(seat.weight for seat in seats)


def is_weighted(seats: Sequence[Seat]) -> bool:
    return any(seat.weight != 1 for seat in seats)


def under(reading: Reading, path: str) -> Reading:
    """The same, with its fields named from further outside."""
    errors = {f"{path}.{name}": said for name, said in reading.errors.items()}
    return replace(reading, errors=errors)
