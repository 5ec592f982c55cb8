"""What a council judges, as canonical JSON, and whether it is still the same."""

import hashlib
from collections.abc import Callable
from typing import Any

from dashboard.audit import digest
from dashboard.bots.models import BotVersion
from dashboard.files.models import Blob
from dashboard.thinking import pinning
from dashboard.thinking.schemas import Pinned
from dashboard.workflows.models import Round, Workflow, WorkflowStep

COMPARED = {
    "title": "The title is not the one that was approved.",
    "description": "The description is not the one that was approved.",
    "inputs": "The inputs are not the ones that were approved.",
    "weekly_savings": "The estimated savings are not the ones that were approved.",
}
"""What of the record itself must be as it was judged, and how to say otherwise."""


def judged_content(workflow: Workflow) -> dict[str, Any]:
    """Everything that is voted on and then executed; nothing else."""
    return content_with(workflow, lambda version: version.content_hash, stored_hash)


def content_with(
    workflow: Workflow,
    hash_of_version: Callable[[BotVersion], str],
    hash_of_blob: Callable[[Blob], str],
) -> dict[str, Any]:
    agent = workflow.agent
    judged: dict[str, Any] = {
        "title": workflow.title,
        "description": workflow.description,
        "type": {"id": str(workflow.type.id), "name": workflow.type.name},
        "risk": workflow.type.risk.value,
        "agent": agent and {"id": str(agent.id), "name": agent.name},
        "steps": [
            thought_content(step)
            if step.pinned
            else {
                "position": step.position,
                "bot": {"id": str(step.actor.id), "name": step.actor_name},
                "version": step.program.number,
                "content": hash_of_version(step.program),
            }
            for step in workflow.steps
        ],
        "inputs": workflow.inputs,
        "files": [
            {"name": name, "bytes": blob.size, "content": hash_of_blob(blob)}
            for name, blob in sorted((each.name, each.blob) for each in workflow.files)
        ],
        "auto_run": workflow.type.auto_run,
        "weekly_savings": workflow.weekly_savings,
    }
    return judged | {"change": workflow.change} if workflow.change else judged


def thought_content(step: WorkflowStep) -> dict[str, Any]:
    """A step that an agent does: what it thinks with stands there word for word."""
    return {
        "position": step.position,
        "agent": step.mind["agent"],
        "content": pinning.hash_of(step.mind),
        "pinned": step.mind,
    }


def stored_hash(blob: Blob) -> str:
    return f"sha256:{blob.sha256}"


def true_hash(blob: Blob) -> str:
    return f"sha256:{hashlib.sha256(blob.content).hexdigest()}"


def hash_of(content: dict[str, Any]) -> str:
    return digest(content)


def drift(workflow: Workflow, round_: Round) -> list[str]:
    """How what is stored now differs from what was approved, in sentences.

    Code and files are hashed anew, so a change behind Quorum's back shows too.
    What follows the type and may change after the vote (its name, its risk, whether
    it runs by itself) was judged as it was and is not compared.
    """
    approved = round_.content
    today = content_with(workflow, lambda version: version.true_hash, true_hash)
    found = [said for key, said in COMPARED.items() if today[key] != approved[key]]
    if hash_of(approved) != round_.content_hash:
        found.append("The record of what was approved does not match its digest.")
    if workflow.change != approved.get("change"):
        found.append("The change is not the one that was approved.")
    if workflow.content_hash != round_.content_hash:
        found.append("The workflow changed after it was approved.")
    if id_of(approved["agent"]) != id_of(today["agent"]):
        found.append("The agent it runs for is not the one that was approved.")
    found += differing_steps(approved["steps"], today["steps"])
    for step in workflow.steps:
        if step.pinned:
            found += pinning.drifted(Pinned.model_validate(step.mind))
    found += differing_files(approved["files"], today["files"])
    return found


def id_of(agent: dict[str, str] | None) -> str | None:
    """An agent may change its name; its id says who it is."""
    return agent["id"] if agent else None


def differing_steps(
    approved: list[dict[str, Any]], today: list[dict[str, Any]]
) -> list[str]:
    if len(approved) != len(today):
        return [f"{len(approved)} steps were approved, and there are {len(today)} now."]
    return [
        f"Step {before['position']} ({label_of(before)}) "
        f"has other content: approved {short(before['content'])}, "
        f"found {short(after['content'])}."
        for before, after in zip(approved, today, strict=True)
        if identity(before) != identity(after)
    ]


def identity(step: dict[str, Any]) -> tuple[Any, ...]:
    """What may not differ; names are their owners' to change."""
    who = step.get("bot") or step["agent"]
    return step["content"], who["id"], step.get("version")


def label_of(step: dict[str, Any]) -> str:
    if "agent" in step:
        return f"the agent {step['agent']['name']}"
    return f"{step['bot']['name']} v{step['version']}"


def differing_files(
    approved: list[dict[str, Any]], today: list[dict[str, Any]]
) -> list[str]:
    before = {file["name"]: file["content"] for file in approved}
    after = {file["name"]: file["content"] for file in today}
    return [
        f"The file {name} is not the one that was approved."
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def short(content_hash: str) -> str:
    return content_hash.removeprefix("sha256:")[:12]
