"""Proposals, the rounds in which they are voted on, and the votes."""

from dashboard.workflows.models.rounds import Round, RoundVoter, Vote
from dashboard.workflows.models.workflow import (
    Status,
    Workflow,
    WorkflowEditor,
    WorkflowFile,
    WorkflowStep,
)

__all__ = [
    "Round",
    "RoundVoter",
    "Status",
    "Vote",
    "Workflow",
    "WorkflowEditor",
    "WorkflowFile",
    "WorkflowStep",
]
