"""`flask worker`: the process that runs bots, or several of them."""

import logging
import signal
import sys

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from dashboard.runs.beats import EMBEDDED, RQ
from dashboard.runs.readiness import prepare
from dashboard.runs.steps import tier_in_use
from dashboard.sandbox import hide_memory

NO_REDIS = "Set REDIS_URL: with --engine rq, workers hear of runs from Redis."


@click.command("worker")
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    help="How many bots run at the same time; WORKER_THREADS otherwise.",
)
@click.option(
    "--engine",
    type=click.Choice([EMBEDDED, RQ]),
    default=EMBEDDED,
    show_default=True,
    help="Ask the database what is due, or hear it from Redis in forked processes.",
)
@with_appcontext
def worker(threads: int | None, engine: str) -> None:
    """Run approved workflows and bots, until told to stop."""
    # only now: the web loads every command, and needs none of this
    from dashboard.dispatch.crew import Crew
    from dashboard.queue import Worker

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way
    if engine == RQ and not app.config["REDIS_URL"]:
        raise click.UsageError(NO_REDIS)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    hide_memory()
    prepare(app)
    kind = Crew if engine == RQ else Worker
    crew = kind(app, threads or app.config["WORKER_THREADS"])
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda number, frame: crew.stop())

    held = tier_in_use().value
    click.echo(f"Worker ready: {crew.threads} threads, sandbox {held}")
    sys.stdout.flush()
    crew.run()
    click.echo("Worker stopped.")
