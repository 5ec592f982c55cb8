"""`flask reputation`: prove every score from its ledger."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from dashboard.agents.models import Agent
from dashboard.extensions import db
from dashboard.reputation.recompute import check, repair

reputation = AppGroup("reputation", help="Prove the scores of agents.")


@reputation.command("recompute")
@click.option("--check", "only_check", is_flag=True, help="Change nothing.")
@click.option("--agent", "name", help="The name of one agent; all otherwise.")
def recompute(only_check: bool, name: str | None) -> None:
    """Replay the ledgers; exit with 1 where a score does not follow from them.

    Without --check, an agent that carries another score than its ledger ends with is
    given that one. The ledger itself is never changed.
    """
    if name is not None:
        known = db.session.scalar(select(Agent.id).where(Agent.name == name))
        if known is None:
            raise click.ClickException(f"There is no agent named {name}.")
    verdict = check(name)
    if verdict.stale and not only_check:
        number = repair(verdict.stale)
        click.echo(f"Scores put right: {number}")
        verdict = check(name)
    for fault in verdict.faults:
        click.echo(fault, err=True)
    click.echo(f"{verdict.scores} scores of {verdict.agents} agents reproduced")
    if verdict.faults:
        raise SystemExit(1)
