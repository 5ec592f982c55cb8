"""What the probe finds out, and what a policy makes of it."""

from dataclasses import replace

import pytest

from dashboard.sandbox import Ending, Tier, bubble, evidence, probe, probing
from dashboard.sandbox.canaries import attempt
from dashboard.sandbox.policy import missing, policy_missing, refusal, tier_for

ALL = {"fs": True, "net": True, "proc": True}
NONE = dict.fromkeys(ALL, False)


@pytest.fixture
def kept(monkeypatch):
    """What a test makes the probe find is forgotten after it."""
    monkeypatch.setattr(probing, "_latest", [])


def test_lockdown_stops_what_the_canary_tries_and_base_does_not(needs_lockdown):
    lockdown, base = attempt(Tier.LOCKDOWN), attempt(Tier.BASE)

    assert (lockdown.holds, lockdown.stops) == (True, ALL)
    assert (base.holds, base.stops) == (True, NONE)
    assert lockdown.checks["stops reading private files"] is True


def test_bubblewrap_stops_at_least_what_lockdown_does(needs):
    needs(Tier.BWRAP)

    trial = attempt(Tier.BWRAP)

    assert (trial.holds, trial.stops) == (True, ALL)
    assert {trial.layers[name] for name in ("own_root", "own_network")} == {True}
    assert trial.layers["own_processes"] is True
    assert evidence().tier is Tier.BWRAP


def test_the_evidence_tells_what_was_tried_and_what_is_open(needs_lockdown):
    found = evidence()

    told = found.as_json()
    assert found.tier.locks
    assert evidence() is found
    assert told["stops"] == ALL
    assert [trial["tier"] for trial in told["tried"]] == ["bwrap", "lockdown", "base"]
    assert told["landlock"] >= 1
    assert told["seccomp"] is True
    assert told["kernel"].startswith("Linux ")
    assert any("kernel" in gap for gap in told["gaps"])
    assert any("network" in gap for gap in found.gaps_of(Tier.BASE))


def test_without_bubblewrap_lockdown_is_taken_and_the_reason_told(
    needs_lockdown, kept, monkeypatch
):
    monkeypatch.setattr(bubble, "program", lambda: None)

    found = probe()

    assert found.tier is Tier.LOCKDOWN
    assert "not installed" in found.of(Tier.BWRAP).why_not


def test_a_bubblewrap_that_is_refused_is_no_tier(needs_lockdown, kept, monkeypatch):
    monkeypatch.setattr(bubble, "program", lambda: "/bin/false")

    found = probe()

    assert found.tier is Tier.LOCKDOWN
    assert "may not make namespaces here" in found.of(Tier.BWRAP).why_not


def test_a_bubblewrap_that_shuts_nothing_in_starts_no_bot(run, needs, monkeypatch):
    """The child looks for itself, and ends before the bot's code."""
    needs(Tier.BWRAP)
    shares = [space for space in bubble.SPACES if space != "--unshare-net"]
    monkeypatch.setattr(bubble, "SPACES", shares)

    outcome = run("def run(i): return {}", tier=Tier.BWRAP)

    assert outcome.ending is Ending.REFUSED
    assert "own_network" in outcome.message


@pytest.mark.parametrize(
    ("require", "stops", "lacks"),
    [
        (set(), NONE, []),
        ({"fs", "net", "proc"}, ALL, []),
        ({"net"}, ALL | {"fs": False}, []),
        ({"proc", "fs"}, NONE, ["fs", "proc"]),
        ({"net"}, {}, ["net"]),
    ],
)
def test_a_policy_lacks_the_walls_that_do_not_stand(require, stops, lacks):
    assert policy_missing(require, stops) == lacks


@pytest.mark.parametrize("wanted", ["auto", "base", "lockdown"])
def test_a_tier_that_holds_is_not_refused(needs_lockdown, wanted):
    found = evidence()

    assert refusal(wanted, set(), found) == ""
    assert tier_for(wanted, found) is (found.tier if wanted == "auto" else Tier(wanted))


def test_a_policy_that_cannot_be_met_is_a_sentence(needs_lockdown):
    said = refusal("base", {"fs", "net"}, evidence())

    assert said.startswith("Bots may not run here: the policy asks for fs, net,")
    assert "(base) does not stop fs (files outside its folder) and net" in said


def test_a_tier_that_is_not_there_is_a_sentence(needs_lockdown):
    weak = replace(evidence(), tier=Tier.LOCKDOWN)

    assert "must hold bots in bwrap" in refusal("bwrap", set(), weak)
    config = {"SANDBOX_TIER": "base", "SANDBOX_REQUIRE": {"proc"}}
    assert len(missing(config)) == 1
    assert missing(config | {"SANDBOX_REQUIRE": set()}) == []


@pytest.mark.parametrize("wall", ["fs", "net", "proc"])
def test_the_child_itself_refuses_what_its_tier_does_not_give(run, wall):
    outcome = run("def run(i): return {}", hooks={"require": [wall]})

    assert outcome.ending is Ending.REFUSED
    assert "did not give the protection that was asked for" in outcome.message


def test_the_child_runs_where_all_that_is_demanded_stands(lock):
    outcome = lock("def run(i): return {}", hooks={"require": ["fs", "net", "proc"]})

    assert outcome.ending is Ending.COMPLETED
