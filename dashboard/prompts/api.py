"""Prompts and their versions as JSON."""

from typing import Any
from uuid import UUID

from flask import g, url_for

from dashboard.api import api_blueprint
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.prompts import actions, reports
from dashboard.prompts.comparing import Comparison, compare_numbers
from dashboard.prompts.content import rendered, variables_in
from dashboard.prompts.models import Prompt, PromptVersion
from dashboard.prompts.reading import version_of
from dashboard.prompts.schemas import (
    DiffQuery,
    PromptDiffOut,
    PromptFacts,
    PromptIn,
    PromptOut,
    PromptPatch,
    PromptQuery,
    PromptRow,
    RenderedOut,
    RenderIn,
    TriedOut,
    TryIn,
    UsageList,
    VersionIn,
    VersionOut,
    VersionRow,
)
from dashboard.prompts.trying import calls_of, try_out, versions_of
from dashboard.prompts.usage import usage_of
from dashboard.schemas import Page, PageQuery, patched

bp = api_blueprint("prompts", __name__)


@bp.get("")
@needs(Permission.PROMPT_READ)
@bp.input(PromptQuery, location="query")
@bp.output(Page[PromptRow])
def index(query_data: PromptQuery) -> Rows:
    """List prompts, newest first; `behind` finds those whose newest is not in use."""
    rows = reports.rows_for(query_data)
    return paginate(rows, Prompt.id, after=query_data.after, limit=query_data.limit)


@bp.post("")
@needs(Permission.PROMPT_WRITE)
@bp.input(PromptIn)
@bp.output(PromptOut, status_code=201)
def create(json_data: PromptIn) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Create a prompt with its first version; no label points at it yet."""
    prompt = actions.create_prompt(g.actor, json_data)
    where = {"Location": url_for(".show", prompt_id=prompt.id)}
    return shown(prompt.id), 201, where


@bp.get("/<uuid:prompt_id>")
@needs(Permission.PROMPT_READ)
@bp.output(PromptOut)
def show(prompt_id: UUID) -> dict[str, Any]:
    """Get one prompt, and where its labels point."""
    return shown(prompt_id)


@bp.patch("/<uuid:prompt_id>")
@needs(Permission.PROMPT_WRITE)
@bp.input(PromptPatch)
@bp.output(PromptOut)
def update(prompt_id: UUID, json_data: Any) -> dict[str, Any]:
    """Change its name or description; its text changes by a new version."""
    prompt = find_for(g.actor, Prompt, prompt_id)
    actions.update_prompt(g.actor, prompt, patched(PromptFacts, prompt, json_data))
    return shown(prompt_id)


@bp.post("/<uuid:prompt_id>/archive")
@needs(Permission.PROMPT_WRITE)
@bp.output(PromptOut)
def archive(prompt_id: UUID) -> dict[str, Any]:
    """Archive a prompt that no agent follows."""
    actions.archive_prompt(g.actor, find_for(g.actor, Prompt, prompt_id))
    return shown(prompt_id)


@bp.post("/<uuid:prompt_id>/restore")
@needs(Permission.PROMPT_WRITE)
@bp.output(PromptOut)
def restore(prompt_id: UUID) -> dict[str, Any]:
    """Take a prompt out of the archive."""
    actions.restore_prompt(g.actor, find_for(g.actor, Prompt, prompt_id))
    return shown(prompt_id)


@bp.get("/<uuid:prompt_id>/versions")
@needs(Permission.PROMPT_READ)
@bp.input(PageQuery, location="query")
@bp.output(Page[VersionRow])
def versions(prompt_id: UUID, query_data: PageQuery) -> Rows:
    """List its versions, newest first, without their text."""
    rows = reports.versions_of(find_for(g.actor, Prompt, prompt_id))
    after, limit = query_data.after, query_data.limit
    return paginate(rows, PromptVersion.number, after=after, limit=limit)


@bp.post("/<uuid:prompt_id>/versions")
@needs(Permission.PROMPT_WRITE)
@bp.input(VersionIn)
@bp.output(VersionOut, status_code=201)
def create_version(prompt_id: UUID, json_data: VersionIn) -> PromptVersion:
    """Save a text as the newest version; no label moves by that."""
    prompt = find_for(g.actor, Prompt, prompt_id)
    return actions.save_version(g.actor, prompt, json_data)


@bp.get("/<uuid:prompt_id>/versions/<int:number>")
@needs(Permission.PROMPT_READ)
@bp.output(VersionOut)
def version(prompt_id: UUID, number: int) -> PromptVersion:
    """Get one version: its text, and what is known of its variables."""
    return version_of(find_for(g.actor, Prompt, prompt_id), number)


@bp.get("/<uuid:prompt_id>/diff")
@needs(Permission.PROMPT_READ)
@bp.input(DiffQuery, location="query")
@bp.output(PromptDiffOut)
def diff(prompt_id: UUID, query_data: DiffQuery) -> Comparison:
    """Compare two versions; left out are the one in production and the newest."""
    prompt = find_for(g.actor, Prompt, prompt_id, *reports.PAGE)
    return compare_numbers(prompt, query_data.before, query_data.after)


@bp.get("/<uuid:prompt_id>/usage")
@needs(Permission.PROMPT_READ)
@bp.output(UsageList)
def usage(prompt_id: UUID) -> dict[str, Any]:
    """What calls of models came to, version by version."""
    return {"items": usage_of(find_for(g.actor, Prompt, prompt_id))}


@bp.post("/<uuid:prompt_id>/render")
@needs(Permission.PROMPT_READ)
@bp.input(RenderIn)
@bp.output(RenderedOut)
def render(prompt_id: UUID, json_data: RenderIn) -> dict[str, Any]:
    """Fill in the variables; one without a value stays as it is."""
    prompt = find_for(g.actor, Prompt, prompt_id)
    (found,) = versions_of(prompt, json_data.version)
    values = json_data.values
    return {
        "version": found.number,
        "text": rendered(found.content, values),
        "unfilled": [n for n in variables_in(found.content) if n not in values],
    }


@bp.post("/<uuid:prompt_id>/try")
@needs(Permission.MODEL_ASK)
@bp.input(TryIn)
@bp.output(TriedOut, status_code=201)
def try_it(prompt_id: UUID, json_data: TryIn) -> dict[str, Any]:
    """Put one version, or two side by side, to a model; each is a call to follow."""
    prompt = find_for(g.actor, Prompt, prompt_id)
    try_id = try_out(g.actor, prompt, json_data)
    calls = calls_of(g.actor, prompt, try_id)
    return {"id": try_id, "calls": [call.id for call in calls]}


def shown(prompt_id: UUID) -> dict[str, Any]:
    """A prompt with its labels, whose versions are named by their number."""
    prompt = find_for(g.actor, Prompt, prompt_id, *reports.PAGE)
    facts = {name: getattr(prompt, name) for name in FACTS}
    return facts | {"labels": [reports.as_told(label) for label in prompt.labels]}


FACTS = set(PromptOut.model_fields) - {"labels"}
