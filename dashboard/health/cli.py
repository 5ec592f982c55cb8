"""`flask doctor`: what is well, what is not, and what to do."""

import json

import click
from flask.cli import with_appcontext

from dashboard.health.checks import examine
from dashboard.health.findings import State, worst
from dashboard.health.lists import DOCTOR, TITLES
from dashboard.health.reading import Reading

SPOKEN = {State.OK: "ok", State.WARN: "warn", State.FAIL: "FAIL"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Look at everything Quorum needs; exit with 1 where something fails."""
    found = examine(DOCTOR, Reading())
    state = worst(found)
    if as_json:
        checks = [
            {"name": name, "state": each.state, "sentence": each.sentence}
            | {"facts": each.facts}
            for name, each in found.items()
        ]
        click.echo(
            json.dumps({"state": state, "checks": checks}, default=str, indent=2)
        )
    else:
        for name, each in found.items():
            click.echo(f"{SPOKEN[each.state]:<5} {TITLES[name]}: {each.sentence}")
    if state is State.FAIL:
        raise SystemExit(1)
