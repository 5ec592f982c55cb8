"""`flask simulate`: play scenarios through the engine; no database is touched."""

from typing import TextIO

import click

from dashboard.simulation.files import Malformed, scenarios_in
from dashboard.simulation.play import play


class NotPlayed(click.ClickException):
    exit_code = 2


@click.command("simulate")
@click.argument("file", type=click.File(encoding="utf-8"))
def simulate(file: TextIO) -> None:
    """Play the scenarios of FILE, one line of JSON for each; - reads the input.

    It exits with 1 where one ends otherwise than expected, and with 2 where the
    file is no scenario file.
    """
    try:
        scenarios = scenarios_in(file.read())
    except (Malformed, UnicodeDecodeError) as error:
        raise NotPlayed(f"{file.name}: {error}") from error
    as_expected = True
    for scenario in scenarios:
        played = play(scenario)
        as_expected = as_expected and played.ok
        click.echo(played.model_dump_json())
    if not as_expected:
        raise SystemExit(1)
