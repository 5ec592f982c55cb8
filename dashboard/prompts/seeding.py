"""Store the packaged prompts, each once, with production at its first version."""

from dataclasses import dataclass, field

from sqlalchemy import select

from dashboard.audit import audited
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Permission
from dashboard.prompts import moving
from dashboard.prompts.content import hash_of, variables_in
from dashboard.prompts.models import PRODUCTION, Prompt, PromptVersion
from dashboard.prompts.moving import Cause
from dashboard.prompts.packaged import ABOUT, EXAMPLES, PACKAGED, Packaged

MESSAGE = "As packaged with Quorum"


@dataclass
class Seeded:
    """The names of what is new, and of what was there already."""

    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)


def seed() -> Seeded:
    """A prompt that has the name already stays as it is, whatever it says."""
    done = Seeded()
    for each in PACKAGED:
        if is_known(each):
            done.known.append(each.name)
        else:
            add(each)
            done.new.append(each.name)
    return done


def is_known(packaged: Packaged) -> bool:
    known = select(Prompt.id).where(Prompt.name == packaged.name)
    return db.session.scalar(known) is not None


def add(packaged: Packaged) -> Prompt:
    with audited(SYSTEM, Permission.PROMPT_WRITE) as entry:
        prompt = Prompt(
            name=packaged.name,
            description=packaged.description,
            kind=packaged.kind,
            newest=1,
        )
        db.session.add(prompt)
        db.session.flush()
        first = first_version(prompt, packaged.content)
        db.session.add(first)
        db.session.flush()
        moving.create(prompt, PRODUCTION, first, Cause(MESSAGE))
        entry.about(prompt, version=1, packaged=True)
    return prompt


def first_version(prompt: Prompt, content: str) -> PromptVersion:
    variables = {
        name: {"description": ABOUT[name], "example": EXAMPLES[name]}
        for name in variables_in(content)
    }
    return PromptVersion(
        prompt_id=prompt.id,
        number=1,
        content=content,
        variables=variables,
        content_hash=hash_of(content),
        message=MESSAGE,
    )
