"""Runs a bot's code where it can hurt nothing: in a child without rights."""

from dashboard.sandbox.broker import Call, CallFailed, Reply, Trouble
from dashboard.sandbox.canaries import Trial
from dashboard.sandbox.folders import sweep_leftovers
from dashboard.sandbox.limits import Limits
from dashboard.sandbox.masking import Masker
from dashboard.sandbox.outcome import Ending, Outcome, OutputFile, Tier
from dashboard.sandbox.probing import Evidence, evidence, probe
from dashboard.sandbox.run import run_bot
from dashboard.sandbox.shield import hide_memory

__all__ = [
    "Call",
    "CallFailed",
    "Ending",
    "Evidence",
    "Limits",
    "Masker",
    "Outcome",
    "OutputFile",
    "Reply",
    "Tier",
    "Trial",
    "Trouble",
    "evidence",
    "hide_memory",
    "probe",
    "run_bot",
    "sweep_leftovers",
]
