"""`flask worker`: the process that runs bots."""

import logging
import signal
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from dashboard.queue import Worker
from dashboard.runs.steps import has_lockdown, tier_in_use
from dashboard.sandbox import Tier, evidence, hide_memory, sweep_leftovers

log = logging.getLogger(__name__)

OLD_FOLDER_SECONDS = 2 * 3600
"""Twice the longest time a bot may be given."""


@click.command("worker")
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    help="How many bots run at the same time; WORKER_THREADS otherwise.",
)
@with_appcontext
def worker(threads: int | None) -> None:
    """Run approved workflows and bots, until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    hide_memory()
    sweep_leftovers(OLD_FOLDER_SECONDS)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way
    crew = Worker(app, threads or app.config["WORKER_THREADS"])
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda number, frame: crew.stop())

    tier = tier_in_use()
    if tier is Tier.BASE:
        for gap in evidence().gaps:
            log.warning("Not stopped by this sandbox: %s", gap)
    if app.config["SANDBOX_TIER"] == Tier.LOCKDOWN and not has_lockdown():
        log.error("SANDBOX_TIER asks for lockdown; this machine has none: no bot runs.")
    click.echo(f"Worker ready: {crew.threads} threads, sandbox {tier.value}")
    sys.stdout.flush()
    crew.run()
    click.echo("Worker stopped.")
