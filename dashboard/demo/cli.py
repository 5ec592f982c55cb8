"""`flask seed-demo`, and `flask first-steps` for the end of `bin/start`."""

import click
from flask import current_app
from flask.cli import with_appcontext

from dashboard.demo import sign_ins
from dashboard.demo.seeding import seed
from dashboard.users.models import User


@click.command("seed-demo")
@click.option("--force", is_flag=True, help="Also in production.")
@with_appcontext
def seed_demo(force: bool) -> None:
    """Fill an empty Quorum with a story: people, votes and two weeks of runs."""
    if current_app.config.get("PRODUCTION") and not force:
        raise click.ClickException(
            "This is production; demo data stays out. Use --force if you mean it."
        )
    if User.anybody():
        raise click.ClickException("There are people already; demo data stays out.")
    click.echo("Telling two weeks of Northwind Support; this takes some seconds.")
    made = seed()
    sign_ins.keep(made)
    click.echo(f"\n{sign_ins.table(made)}\n{sign_ins.CLICKS}")
    click.echo(f"The passwords are kept in {sign_ins.kept_at()}.")


@click.command("first-steps")
@with_appcontext
def first_steps() -> None:
    """Say how to get in."""
    if not User.anybody():
        click.echo("No people yet. Make the first admin: .venv/bin/flask create-admin")
    elif sign_ins.kept_at().exists():
        click.echo(f"The demo's sign-ins are in {sign_ins.kept_at()}.")
