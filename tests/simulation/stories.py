"""Scenarios to play, written shortly."""

import json
from pathlib import Path

from dashboard.simulation.files import scenarios_in
from dashboard.simulation.play import play
from dashboard.simulation.scenarios import Scenario

FILE = Path(__file__).parent / "scenarios.json"


def known():
    """The stories of the file, each with how it must end."""
    return scenarios_in(FILE.read_text())


def voters(names, **over):
    """A weight, or whatever else is out of the ordinary, by name."""
    return [{"voter": name, **over.get(name, {})} for name in names]


def story(*events, voters_=None, final_at=None, **over):
    """A majority of three in a hundred seconds, opened at once, unless said."""
    told = [{"at": 0, "type": "open", "by": "p"}, *events]
    fields = {
        "id": "story",
        "rule": {"voting_period": 100},
        "proposer": "p",
        "eligible": voters_ or voters("abc"),
        "events": told,
        "final_at": told[-1]["at"] if final_at is None else final_at,
    }
    return fields | over


def vote(at, voter, choice="approve", **over):
    reason = {"reason": "No."} if choice in {"reject", "veto"} else {}
    fields = {"at": at, "type": "vote", "voter": voter, "choice": choice}
    return fields | reason | over


def at_once(at, *steps, **over):
    raced = [{k: v for k, v in step.items() if k != "at"} for step in steps]
    return {"at": at, "type": "concurrent", "events": raced, **over}


def check(at, **expect):
    return {"at": at, "type": "check", "expect": expect}


def played(told):
    return play(Scenario.model_validate(told))


def file_with(tmp_path, *stories):
    file = tmp_path / "scenarios.json"
    file.write_text(json.dumps({"scenarios": stories}))
    return file
