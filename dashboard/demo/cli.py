"""`flask seed-demo`, and `flask first-steps`: what `bin/start` says."""

import click
from flask import current_app
from flask.cli import with_appcontext

from dashboard.demo import sign_ins
from dashboard.demo.seeding import seed
from dashboard.users.models import User

PRODUCTION = "This is production; demo data stays out. Use --force if you mean it."
PEOPLE = "There are people already; demo data stays out."
NOBODY = "No people yet. Make the first admin: .venv/bin/flask create-admin"


@click.command("seed-demo")
@click.option("--force", is_flag=True, help="Also in production.")
@click.option("--if-empty", is_flag=True, help="Say the first steps, not a refusal.")
@with_appcontext
def seed_demo(force: bool, if_empty: bool) -> None:
    """Fill an empty Quorum with a story: people, two months of votes, and runs."""
    if refusal := why_not(force):
        if not if_empty:
            raise click.ClickException(refusal)
        click.echo(way_in(), nl=False)
        return
    click.echo("Telling two months of Northwind Support; this takes some seconds.")
    made = seed()
    sign_ins.keep(made)
    click.echo(f"\n{sign_ins.table(made)}\n{sign_ins.CLICKS}")
    click.echo(f"The passwords are kept in {sign_ins.kept_at()}.")


@click.command("first-steps")
@with_appcontext
def first_steps() -> None:
    """Say how to get in."""
    click.echo(way_in(), nl=False)


def why_not(force: bool) -> str | None:
    if current_app.config["PRODUCTION"] and not force:
        return PRODUCTION
    return PEOPLE if User.anybody() else None


def way_in() -> str:
    """A line for whoever has not signed in here before, or nothing."""
    if not User.anybody():
        return f"{NOBODY}\n"
    kept = sign_ins.kept_at()
    return f"The demo's sign-ins are in {kept}.\n" if kept.exists() else ""
