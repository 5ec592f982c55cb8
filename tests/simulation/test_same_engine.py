"""What the player says is what stored rounds come to, through the real actions."""

from random import Random

import pytest

from dashboard.simulation.play import differences
from dashboard.simulation.player import Player
from dashboard.simulation.scenarios import Scenario
from tests.conftest import on_both
from tests.simulation.stage import UNIT, Stage
from tests.simulation.stories import story

PERIOD = 10 * UNIT
NAMES = "abcd"
STORIES = 40


def rule(random):
    """Any rule whose times are whole units."""
    return {
        "threshold": random.choice(
            [
                None,
                {"num": 1, "den": 2, "strict": True, "base": "cast"},
                {"num": 2, "den": 3, "strict": False, "base": "present"},
                {"num": 1, "den": 2, "strict": False, "base": "eligible"},
            ]
        ),
        "quorum": random.choice(
            [
                {"num": 1, "den": 2, "strict": False, "counts": "all"},
                {"num": 1, "den": 2, "strict": True, "counts": "approve_abstain"},
                {"num": 0, "den": 1, "strict": False, "counts": "all"},
            ]
        ),
        "min_approvals": random.choice([1, 2]),
        "required_roles": random.choice([{}, {}, {"security": 1}]),
        "voting_period": PERIOD,
        "early_decision": random.choice(["off", "off", "off", "certain", "sufficient"]),
        "min_open": random.choice([0, 3 * UNIT]),
        "vote_change": random.random() < 0.8,
        "late_extension": {
            "seconds": random.choice([0, 4 * UNIT, 4 * UNIT, PERIOD]),
            "trigger": random.choice(["quorum", "flip"]),
        },
        "timelock": random.choice([0, 2 * UNIT]),
        "run_window": random.choice([None, 3 * UNIT]),
        "exclude": random.choice([["proposer"], ["proposer", "editors"], []]),
        "runner_must_differ": True,
    }


def vote(random):
    choice = random.choice(["approve"] * 5 + ["reject"] * 3 + ["abstain", "veto"])
    reason = random.choice(["", "No.", "No.", "No."]) if choice != "approve" else ""
    voter = random.choice("pabcdabcd")
    return {"type": "vote", "voter": voter, "choice": choice, "reason": reason}


def step(random):
    if random.random() < 0.7:
        return vote(random)
    voter, by = random.choice(NAMES), {"by": "p"}
    guardian = {"by": "g", "as": "guardian"}
    return random.choice(
        [
            vote(random) | {"revision": 1},
            {"type": "member_remove", "voter": voter},
            {"type": "member_remove", "voter": voter},
            {"type": "vote_void", "voter": voter} | guardian,
            {"type": "vote_void", "voter": voter} | guardian,
            {"type": random.choice(["freeze", "unfreeze"])} | guardian,
            {"type": "weight_change", "voter": "a", "weight": random.randint(0, 4)},
            {"type": "rule_change", "rule": {"min_approvals": random.choice([1, 2])}},
            {"type": "edit", "content": random.choice(["changed", "same", "same"])}
            | by,
            {"type": "open"} | by,
            {"type": "open"} | by,
            {"type": "run_start", "by": "g", "as": "executor"},
            {"type": "run_start", "by": "g", "as": "executor"},
            random.choice([{"type": "cancel"} | guardian, vote(random)]),
        ]
    )


def drawn(seed):
    """A story of its own for each number, the same every time."""
    random = Random(seed)  # noqa: S311
    at, told = 0, []
    for _ in range(random.randint(6, 14)):
        at += UNIT * random.choice([0, 0, 1, 1, 1, 2, 4])
        told.append({"at": at} | step(random))
    eligible = [
        {
            "voter": name,
            "weight": random.choice([1, 1, 2]),
            "roles": [random.choice(["member", "security"])],
            "veto": random.random() < 0.2,
        }
        for name in "pabcd"
    ]
    final_at = at + UNIT * random.choice([0, 5, 5, 30])
    return story(*told, rule=rule(random), voters_=eligible, final_at=final_at)


def on_stage(told):
    """Both at once; whoever left has no seat that another weight could be given."""
    scenario = Scenario.model_validate(told)
    player, stage, left = Player(scenario), Stage(told), set()
    for raw, event in zip(told["events"], scenario.events, strict=True):
        if raw["type"] in {"weight_change", "member_remove"} and raw["voter"] in left:
            continue
        if raw["type"] == "member_remove":
            left.add(raw["voter"])
        refused = player.take(event, event.at)
        assert stage.take(raw) == (refused.value if refused else "ok"), raw
        if player.runs:
            return None  # a worker would have to take it from here
    player.advance(scenario.final_at)
    return differences(stage.outcome(scenario.final_at), player.outcome(), "stored")


@pytest.mark.parametrize(
    ("server", "seed"),
    on_both([], sqlite=range(0, STORIES, 2), postgresql=range(1, STORIES, 2)),
    indirect=["server"],
)
def test_stored_rounds_come_to_the_same(database, seed):
    told = drawn(seed)

    assert not on_stage(told), told
