"""`flask seed-prompts`: store the prompts that come with Quorum."""

import click
from flask.cli import with_appcontext

from dashboard.prompts.seeding import seed


@click.command("seed-prompts")
@with_appcontext
def seed_prompts() -> None:
    """Store the nine packaged prompts; what is there already stays as it is."""
    done = seed()
    for name in done.new:
        click.echo(f"new  {name}")
    click.echo(f"New: {len(done.new)}. There already: {len(done.known)}.")
