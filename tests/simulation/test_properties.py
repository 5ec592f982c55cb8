"""What holds for every story, however it was told."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.simulation.play import play
from dashboard.simulation.player import Player, State
from dashboard.simulation.rounds import second_of
from dashboard.simulation.scenarios import Scenario
from tests.simulation.stories import at_once, played, story, vote, voters
from tests.workflows.rounds import quorums, steady, thresholds

PERIOD = 100
NAMES = "abcde"
CHOICES = ("approve", "reject", "abstain")
OFFICES = ("member", "editor", "guardian", "executor")


@st.composite
def rules(draw, **fixed):
    threshold = draw(st.none() | thresholds())
    drawn = {
        "threshold": threshold and threshold.model_dump(mode="json"),
        "quorum": draw(quorums()).model_dump(mode="json"),
        "min_approvals": draw(st.integers(1, 2)),
        "early_decision": draw(st.sampled_from(["off", "certain", "sufficient"])),
        "min_open": draw(st.sampled_from([0, 0, 30])),
        "late_extension": {
            "seconds": draw(st.sampled_from([0, 20, PERIOD])),
            "trigger": draw(st.sampled_from(["quorum", "flip"])),
        },
        "timelock": draw(st.sampled_from([0, 20])),
        "run_window": draw(st.sampled_from([None, 50])),
    }
    return {"voting_period": PERIOD} | drawn | fixed


@st.composite
def steps(draw, at):
    who, by = draw(st.sampled_from(NAMES)), draw(st.sampled_from("pae"))
    told = draw(
        st.sampled_from(
            [
                *([vote(at, who, draw(st.sampled_from(CHOICES)))] * 5),
                {"type": "vote_void", "voter": who, "by": "g"},
                {"type": "member_remove", "voter": who},
                {"type": "member_add", "voter": who, "weight": 2},
                {"type": "weight_change", "voter": who, "weight": 3},
                {"type": "edit", "content": "changed"},
                {"type": "edit", "content": "same"},
                {"type": "open"},
                {"type": "cancel"},
                {"type": "freeze"},
                {"type": "unfreeze"},
                {"type": "run_start"},
                {"type": "run_finish", "result": "success"},
                {"type": "stop"},
            ]
        )
    )
    if "choice" in told:
        return told
    office = draw(st.sampled_from(OFFICES))
    return {"at": at, "by": by, "as": office} | told


@st.composite
def stories(draw, **fixed):
    """Anything that anybody may try, in any order."""
    at, told = 0, []
    for _ in range(draw(st.integers(1, 12))):
        at += draw(st.sampled_from([0, 1, 10, 30, 60]))
        told.append(draw(steps(at)))
    weights = {name: {"weight": draw(st.integers(0, 3))} for name in NAMES}
    fields = {"rule": draw(rules()), "voters_": voters(NAMES, **weights)}
    return Scenario.model_validate(story(*told, **fields | fixed))


@st.composite
def polls(draw):
    """Who votes what; some keep silent."""
    choices = {name: draw(st.none() | st.sampled_from(CHOICES)) for name in NAMES}
    return [vote(1, name, choice) for name, choice in choices.items() if choice]


def snapshots(scenario):
    """The player after each step, and the answer to it."""
    player = Player(scenario)
    for event in scenario.events:
        player.advance(event.at)
        before = player.outcome()
        yield player, before, player.take(event, event.at)


@steady
@given(stories())
def test_it_ends_the_same_whenever_it_is_told(scenario):
    assert play(scenario) == play(scenario)


@steady
@given(stories())
def test_a_refused_step_changes_nothing(scenario):
    for player, before, refused in snapshots(scenario):
        assert not refused or player.outcome() == before


@steady
@given(stories())
def test_a_deadline_comes_no_earlier_and_at_most_twice_as_late(scenario):
    latest = {}
    for player, _, _ in snapshots(scenario):
        if player.round is None:
            continue
        opened_at = second_of(player.round.opened_at)
        closes_at = second_of(player.round.closes_at)
        assert latest.get(player.revision, 0) <= closes_at <= opened_at + 2 * PERIOD
        latest[player.revision] = closes_at


@steady
@given(stories())
def test_there_are_no_more_runs_than_approvals(scenario):
    approved = set()
    for player, _, _ in snapshots(scenario):
        decision = player.round and player.round.decision
        if decision and decision.result == State.APPROVED:
            approved.add(player.revision)
        assert player.runs <= len(approved)


@steady
@given(stories())
def test_the_numbers_add_up_to_the_electorate(scenario):
    for player, _, _ in snapshots(scenario):
        outcome = player.outcome()
        assert sum(outcome.tallies.model_dump().values()) == outcome.eligible_weight


@steady
@given(stories(), st.sampled_from([2, 7, 1_000_003]))
def test_weights_multiplied_by_the_same_change_nothing(scenario, factor):
    told = scenario.model_dump(mode="json", by_alias=True)
    weighed = [*told["eligible"], *(e for e in told["events"] if e.get("weight"))]
    before = play(scenario)

    for each in weighed:
        each["weight"] *= factor
    after = played(told)

    weights = {"tallies", "eligible_weight"}
    assert after.outcome.model_dump(exclude=weights) == before.outcome.model_dump(
        exclude=weights
    )
    assert after.events == before.events


@steady
@given(polls(), rules(early_decision="off", late_extension={"seconds": 0}), st.data())
def test_the_order_of_votes_decides_nothing(told, rule, data):
    shuffled = data.draw(st.permutations(told))

    first, second = (
        played(story(*order, rule=rule, voters_=voters(NAMES), final_at=PERIOD))
        for order in (told, shuffled)
    )

    assert first.outcome == second.outcome


@steady
@given(polls(), rules(early_decision="off", late_extension={"seconds": 0}))
def test_votes_at_once_are_the_same_as_votes_in_turn(told, rule):
    fields = {"rule": rule, "voters_": voters(NAMES), "final_at": PERIOD}
    expected = played(story(*told, **fields)).outcome.model_dump(mode="json")

    raced = [at_once(1, *told[:3]), *told[3:]] if told else []

    assert played(story(*raced, expected=expected, **fields)).ok


@steady
@given(polls(), rules(run_window=None), st.sampled_from(NAMES))
def test_one_more_approval_never_turns_a_yes_into_a_no(told, rule, name):
    fields = {"rule": rule, "voters_": voters(NAMES), "final_at": 2 * PERIOD}
    before = played(story(*told, **fields)).outcome
    others = [each for each in told if each["voter"] != name]

    after = played(story(*others, vote(1, name), **fields)).outcome

    if before.reason == "passed":
        assert after.reason == "passed"
