"""Runs a bot's code where it can hurt nothing: in a child without rights."""

from dashboard.sandbox.folders import sweep_leftovers
from dashboard.sandbox.limits import Limits
from dashboard.sandbox.outcome import Ending, Outcome, OutputFile, Tier
from dashboard.sandbox.probing import Evidence, evidence, probe
from dashboard.sandbox.run import run_bot
from dashboard.sandbox.shield import hide_memory

__all__ = [
    "Ending",
    "Evidence",
    "Limits",
    "Outcome",
    "OutputFile",
    "Tier",
    "evidence",
    "hide_memory",
    "probe",
    "run_bot",
    "sweep_leftovers",
]
