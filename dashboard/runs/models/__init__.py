"""Runs and their steps: what happened, what it said, and what it left behind."""

from dashboard.runs.models.beat import WorkerBeat
from dashboard.runs.models.run import (
    WENT_WRONG,
    Run,
    RunFile,
    RunInput,
    RunStatus,
    Trigger,
    state_of,
)
from dashboard.runs.models.steps import Execution, LogChunk, OutputFile, StepStatus

__all__ = [
    "WENT_WRONG",
    "Execution",
    "LogChunk",
    "OutputFile",
    "Run",
    "RunFile",
    "RunInput",
    "RunStatus",
    "StepStatus",
    "Trigger",
    "WorkerBeat",
    "state_of",
]
