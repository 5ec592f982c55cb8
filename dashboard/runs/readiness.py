"""What every worker process does before its first run."""

import logging

from flask import Flask

from dashboard.runs.steps import tier_in_use
from dashboard.sandbox import Tier, evidence, policy, sweep_leftovers

log = logging.getLogger(__name__)

OLD_FOLDER_SECONDS = 2 * 3600
"""Twice the longest time a bot may be given."""


def prepare(app: Flask) -> None:
    """Clean up after workers that were killed, and learn how bots can be held here."""
    sweep_leftovers(OLD_FOLDER_SECONDS)
    if tier_in_use() is Tier.BASE:
        for gap in evidence().gaps_of(Tier.BASE):
            log.warning("Not stopped by this sandbox: %s", gap)
    for why in policy.missing(app.config):
        log.error("No bot runs here: %s", why)
