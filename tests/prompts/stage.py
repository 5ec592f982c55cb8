"""Prompts for the tests, stored behind the actions' back or voted on."""

from sqlalchemy import select

from dashboard.prompts.content import documented, hash_of
from dashboard.prompts.models import (
    PRODUCTION,
    MoveKind,
    Prompt,
    PromptLabel,
    PromptMove,
    PromptVersion,
)
from dashboard.runs.engine import execute
from dashboard.runs.models import Run
from dashboard.workflow_types.models import TypeKind
from dashboard.workflows.models import Workflow
from tests.factories import db, make_council, make_type, number, stored, vote
from tests.runs.stage import again

NOTHING = {"type": "object", "properties": {}}
TEXT = 'You are ${who}. Answer in JSON: {"to": "$who"}. It costs $$5.'
REASON = "It answers better"


def make_prompt(owner, *texts, name=None, **over):
    """A prompt with these texts as its versions, oldest first."""
    texts = texts or (TEXT,)
    fields = {"name": name or f"Prompt {next(number)}", "newest": len(texts)}
    prompt = stored(Prompt(owner_id=owner and owner.id, **fields | over))
    before = None
    for place, text in enumerate(texts, start=1):
        before = stored(
            PromptVersion(
                prompt_id=prompt.id,
                number=place,
                parent_id=before and before.id,
                content=text,
                variables=documented(text, {}, {}),
                content_hash=hash_of(text),
                message=f"Change {place}",
                author_id=owner and owner.id,
            )
        )
    return prompt


def version(prompt, place):
    found = select(PromptVersion).filter_by(prompt_id=prompt.id, number=place)
    return db.session.scalars(found).one()


def make_label(prompt, name=PRODUCTION, at=1, type_=None):
    """A label with the move that made it."""
    here = version(prompt, at).id
    facts = {"prompt_id": prompt.id, "label": name, "kind": MoveKind.CREATED}
    stored(PromptMove(to_version_id=here, reason="Made for a test", **facts))
    return stored(
        PromptLabel(
            prompt_id=prompt.id,
            name=name,
            version_id=here,
            type_id=type_ and type_.id,
        )
    )


def promoting_type(*members, **over):
    """A type of governance by which these people decide on labels."""
    fields = {"kind": TypeKind.GOVERNANCE, "promotes_prompts": True, "schema": NOTHING}
    return make_type(make_council(*members), **fields | over)


def protected(owner, *members, texts=("Be kind to all.", "Be brief to all."), at=1):
    """A prompt whose production is guarded by the council of these people."""
    prompt = make_prompt(owner, *texts)
    make_label(prompt, at=at, type_=promoting_type(*members))
    return prompt


def points_at(prompt, name=PRODUCTION):
    """The number of the version a label points at, as it is stored."""
    db.session.rollback()
    return db.session.scalar(
        select(PromptVersion.number)
        .join(PromptLabel, PromptLabel.version_id == PromptVersion.id)
        .where(PromptLabel.prompt_id == prompt.id, PromptLabel.name == name)
    )


def moves_of(prompt):
    moves = select(PromptMove).filter_by(prompt_id=prompt.id).order_by(PromptMove.id)
    return db.session.scalars(moves).all()


def newest_workflow():
    db.session.rollback()
    return db.session.scalar(select(Workflow).order_by(Workflow.id.desc()).limit(1))


def approved(workflow, *voters):
    """Let these people approve, and run what was approved."""
    for voter in voters:
        vote(workflow, voter)
    run = db.session.scalar(select(Run).where(Run.workflow_id == workflow.id))
    execute(run.id)
    return again(run)
