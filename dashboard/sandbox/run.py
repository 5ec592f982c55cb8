"""The door to the sandbox: run a bot, in the tightest tier this machine gives."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from dashboard.sandbox.broker import Fetch
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
    require: Collection[str] = (),
    secrets: Mapping[str, str] = MappingProxyType({}),
    fetch: Fetch | None = None,
) -> Outcome:
    """Run the bot to its end; on_log and cancelled are called from this thread.

    `require` names walls (fs, net, proc) without which its code does not start.
    `secrets` are handed over by name; `fetch`, where network was granted, makes the
    calls that the bot asks for, in a thread of its own.
    """
    job = Job(code, inputs, limits, files, idempotency_key, require, secrets, fetch)
    return run_in_tier(job, tier or evidence().tier, Follower(on_log, cancelled))
