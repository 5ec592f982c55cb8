"""Playing a scenario: every order of what happens at once, and what differs."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations, product
from math import factorial, prod

from pydantic import JsonValue

from dashboard.simulation.player import Player
from dashboard.simulation.scenarios import OK, AnyStep, Check, Found, Race, Scenario
from dashboard.simulation.schemas import Outcome, Played, Results

Order = tuple[AnyStep, ...]
IN_EVERY_ORDER = 4
"""More at once are raced forward and backward only."""
MOST_PLAYS = 600


def play(scenario: Scenario) -> Played:
    """How it ends and what differs from what was expected, in whatever order."""
    plays = [play_once(scenario, orders) for orders in ways(scenario.races)]
    outcome, results, _ = plays[0]
    found = dict.fromkeys(each for _, _, several in plays for each in several)
    return Played(
        id=scenario.id,
        ok=not found,
        outcome=outcome,
        events=results,
        differences=list(found),
    )


def ways(races: Sequence[Race]) -> Iterator[tuple[Order, ...]]:
    """An order for each race, so that every order of every race is played."""
    choices = [orders_of(race) for race in races]
    if prod(map(len, choices)) <= MOST_PLAYS:
        return product(*choices)
    most = max(map(len, choices))
    return (tuple(each[n % len(each)] for each in choices) for n in range(most))


def orders_of(race: Race) -> list[Order]:
    forward = tuple(race.events)
    if len(forward) > IN_EVERY_ORDER:
        return [forward, forward[::-1]]
    return list(permutations(forward))


def plays_of(scenario: Scenario) -> int:
    """How often it is played."""
    counts = [
        factorial(len(race.events)) if len(race.events) <= IN_EVERY_ORDER else 2
        for race in scenario.races
    ]
    most = prod(counts)
    return most if most <= MOST_PLAYS else max(counts)


def play_once(
    scenario: Scenario, orders: Sequence[Order]
) -> tuple[Outcome, Results, list[str]]:
    player, results, found = Player(scenario), Results(), list[str]()
    upcoming = iter(orders)
    for position, event in enumerate(scenario.events):
        place, at = f"events[{position}] ({event.type})", event.at or 0
        if isinstance(event, Check):
            player.advance(at)
            results.append(OK)
            found += differences(event.expect, player.outcome(), place)
        elif isinstance(event, Race):
            raced = [taken(player, step, at) for step in next(upcoming)]
            results.append(raced)
            found += race_differences(event, raced, place)
        else:
            results.append(answer := taken(player, event, at))
            if answer != event.expect:
                found.append(f"{place}: expected {event.expect}, found {answer}.")
    player.advance(scenario.final_at)
    outcome = player.outcome()
    return outcome, results, found + differences(scenario.expected, outcome, "expected")


def taken(player: Player, step: AnyStep, at: int) -> str:
    refused = player.take(step, at)
    return refused.value if refused else OK


def race_differences(race: Race, raced: list[str], place: str) -> list[str]:
    if race.expect_multiset is None or Counter(raced) == Counter(race.expect_multiset):
        return []
    wanted, got = sorted(race.expect_multiset), sorted(raced)
    return [f"{place}: expected {wanted} in any order, found {got}."]


def differences(expected: Found, outcome: Outcome, place: str) -> list[str]:
    """A sentence for each listed key that is not as it was expected."""
    actual = outcome.model_dump(mode="json", include=set(expected))
    return [
        f"{place}.{key}: expected {shown(wanted)}, found {shown(actual[key])}."
        for key, wanted in expected.items()
        if not matches(wanted, actual[key])
    ]


def matches(wanted: JsonValue, found: JsonValue) -> bool:
    """Of tallies, too, only what is listed has to match."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(
            name in found and matches(value, found[name])
            for name, value in wanted.items()
        )
    return isinstance(wanted, bool) is isinstance(found, bool) and wanted == found


def shown(value: JsonValue) -> str:
    return json.dumps(value)
