"""Create, version and archive prompts."""

from sqlalchemy import select

from dashboard.agents.models import Agent, AgentStatus
from dashboard.audit import audited
from dashboard.clock import now
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.prompts.content import documented, hash_of
from dashboard.prompts.models import LATEST, Prompt, PromptVersion
from dashboard.prompts.reading import resolve
from dashboard.prompts.schemas import PromptFacts, PromptIn, VersionIn
from dashboard.users.models import User


def create_prompt(actor: User, wanted: PromptIn) -> Prompt:
    with audited(actor, Permission.PROMPT_WRITE) as entry:
        prompt = Prompt(owner_id=actor.id, kind=wanted.kind)
        check_name(prompt, wanted.name)
        prompt.name, prompt.description = wanted.name, wanted.description
        db.session.add(prompt)
        db.session.flush()
        first = VersionIn(
            content=wanted.content, variables=wanted.variables, message=wanted.message
        )
        db.session.add(next_version(prompt, first, actor, None))
        entry.about(prompt, version=1)
    return prompt


def update_prompt(actor: User, prompt: Prompt, wanted: PromptFacts) -> Prompt:
    with audited(actor, Permission.PROMPT_WRITE, prompt):
        check_name(prompt, wanted.name)
        prompt.name, prompt.description = wanted.name, wanted.description
    return prompt


def save_version(actor: User, prompt: Prompt, wanted: VersionIn) -> PromptVersion:
    """Keep this text as the newest version; no label moves by that."""
    with audited(actor, Permission.PROMPT_WRITE, prompt) as entry:
        prompt.keep_unarchived()
        newest = resolve(prompt.id, LATEST)
        check_based_on(prompt, wanted.based_on)
        version = next_version(prompt, wanted, actor, newest)
        refuse_same(version)
        db.session.add(version)
        entry.about(prompt, version=version.number, message=version.message)
    return version


def archive_prompt(actor: User, prompt: Prompt) -> Prompt:
    with audited(actor, Permission.PROMPT_WRITE, prompt) as entry:
        prompt.keep_unarchived()
        refuse_if_followed(prompt)
        prompt.archived_at = now()
        entry.about(prompt, verb="archive")
    return prompt


def restore_prompt(actor: User, prompt: Prompt) -> Prompt:
    with audited(actor, Permission.PROMPT_WRITE, prompt) as entry:
        if not prompt.is_archived:
            raise RuleBroken("This prompt is not archived.")
        prompt.archived_at = None
        entry.about(prompt, verb="restore")
    return prompt


def next_version(
    prompt: Prompt, wanted: VersionIn, author: User | None, before: PromptVersion | None
) -> PromptVersion:
    given = {name: about.model_dump() for name, about in wanted.variables.items()}
    known = before.variables if before else {}
    prompt.newest = (before.number if before else 0) + 1
    return PromptVersion(
        prompt_id=prompt.id,
        number=prompt.newest,
        parent_id=before.id if before else None,
        content=wanted.content,
        variables=documented(wanted.content, given, known),
        content_hash=hash_of(wanted.content),
        message=wanted.message,
        author_id=author.id if author else None,
    )


def refuse_same(version: PromptVersion) -> None:
    """A label can point at an older version: nobody needs to save it once more."""
    same = select(PromptVersion.number, PromptVersion.variables).where(
        PromptVersion.prompt_id == version.prompt_id,
        PromptVersion.content_hash == version.content_hash,
    )
    rows = db.session.execute(same.order_by(PromptVersion.number.desc()))
    for number, variables in rows:
        if variables != version.variables:
            continue
        if number == version.number - 1:
            raise Invalid({"content": f"Nothing differs from version {number}."})
        raise Invalid(
            {
                "content": f"Version {number} says exactly this already. Move a label "
                "there instead."
            }
        )


def check_name(prompt: Prompt, name: str) -> None:
    taken = select(Prompt.id).where(Prompt.name == name, Prompt.id != prompt.id)
    if db.session.scalar(taken):
        raise Invalid({"name": "Another prompt has this name."})


def check_based_on(prompt: Prompt, based_on: int | None) -> None:
    if based_on in {None, prompt.newest}:
        return
    raise Invalid(
        {
            "based_on": f"Version {prompt.newest} was saved meanwhile. "
            "Look at it, then save again to put yours on top."
        }
    )


def refuse_if_followed(prompt: Prompt) -> None:
    agents = select(Agent.name).where(
        Agent.prompt_id == prompt.id, Agent.status != AgentStatus.RETIRED
    )
    if name := db.session.scalar(agents.order_by(Agent.name).limit(1)):
        raise RuleBroken(f"{name} follows this prompt. Give it another prompt first.")
