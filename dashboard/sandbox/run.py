"""The door to the sandbox: run a bot, in the tightest tier this machine gives."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.sandbox.launch import Job
from dashboard.sandbox.limits import Limits
from dashboard.sandbox.outcome import Follower, Outcome, Tier, drop_log, never
from dashboard.sandbox.probing import evidence
from dashboard.sandbox.running import run_in_tier


def run_bot(
    code: str,
    inputs: dict[str, Any],
    files: Mapping[str, bytes],
    limits: Limits,
    *,
    tier: Tier | None = None,
    on_log: Callable[[bytes], None] = drop_log,
    cancelled: Callable[[], bool] = never,
    idempotency_key: str = "",
) -> Outcome:
    """Run the bot to its end; both callbacks are called from this thread."""
    job = Job(code, inputs, limits, files, idempotency_key)
    return run_in_tier(job, tier or evidence().tier, Follower(on_log, cancelled))
