"""Bots, their versions and their runs as JSON."""

from uuid import UUID

from apiflask import EmptySchema
from flask import g, url_for
from flask.typing import ResponseReturnValue

from dashboard.api import api_blueprint
from dashboard.bots import actions, reports
from dashboard.bots.comparing import Comparison, compare_numbers
from dashboard.bots.downloads import download
from dashboard.bots.exchange import MOST_BYTES as LONGEST_DOCUMENT
from dashboard.bots.exchange import ExportQuery, ImportIn, PreviewOut
from dashboard.bots.importing import Preview, preview_of
from dashboard.bots.models import Bot, BotVersion
from dashboard.bots.schemas import (
    BotFacts,
    BotIn,
    BotOut,
    BotPatch,
    BotQuery,
    BotRow,
    BotRunIn,
    DiffOut,
    DiffQuery,
    LabelIn,
    ListedVersion,
    RollbackIn,
    StartedRun,
    VersionIn,
    VersionOut,
)
from dashboard.files.uploads import decode
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.requests import takes_files
from dashboard.runs.actions import start_bot
from dashboard.runs.models import Run, Trigger
from dashboard.schemas import Page, PageQuery, Schema, patched

MOST_BYTES = 64 << 20
Headers = dict[str, str]

bp = api_blueprint("bots", __name__)


@bp.get("")
@needs(Permission.BOT_READ)
@bp.input(BotQuery, location="query")
@bp.output(Page[BotRow])
def index(query_data: BotQuery) -> Rows:
    """List the bots you may see, newest first; archived ones only when asked for."""
    return reports.page_of(g.actor, query_data)


@bp.post("")
@needs(Permission.BOT_WRITE)
@bp.input(BotIn)
@bp.output(BotOut, status_code=201)
def create(json_data: BotIn) -> tuple[Bot, int, Headers]:
    """Create a bot with its first version."""
    bot = actions.create_bot(g.actor, json_data)
    return bot, 201, {"Location": url_for(".show", bot_id=bot.id)}


@bp.get("/<uuid:bot_id>")
@needs(Permission.BOT_READ)
@bp.output(BotOut)
def show(bot_id: UUID) -> Bot:
    """Get one bot and which version is active."""
    return find_for(g.actor, Bot, bot_id)


@bp.patch("/<uuid:bot_id>")
@needs(Permission.BOT_WRITE)
@bp.input(BotPatch)
@bp.output(BotOut)
def update(bot_id: UUID, json_data: Schema) -> Bot:
    """Change only the facts the body names; code and config take a new version."""
    bot = find_for(g.actor, Bot, bot_id)
    return actions.update_bot(g.actor, bot, patched(BotFacts, bot, json_data))


@bp.delete("/<uuid:bot_id>")
@needs(Permission.BOT_WRITE)
@bp.output(EmptySchema, status_code=204)
def archive(bot_id: UUID) -> str:
    """Archive a bot: it runs no more, and its versions and runs stay."""
    actions.archive_bot(g.actor, find_for(g.actor, Bot, bot_id))
    return ""


@bp.post("/<uuid:bot_id>/restore")
@needs(Permission.BOT_WRITE)
@bp.output(BotOut)
def restore(bot_id: UUID) -> Bot:
    """Take an archived bot back, inactive."""
    return actions.restore_bot(g.actor, find_for(g.actor, Bot, bot_id))


@bp.get("/<uuid:bot_id>/versions")
@needs(Permission.BOT_READ)
@bp.input(PageQuery, location="query")
@bp.output(Page[ListedVersion])
def versions(bot_id: UUID, query_data: PageQuery) -> Rows:
    """List the versions of a bot, newest first."""
    rows = reports.versions_of(find_for(g.actor, Bot, bot_id), g.actor)
    after, limit = query_data.after, query_data.limit
    return paginate(rows, BotVersion.number, after=after, limit=limit)


@bp.post("/<uuid:bot_id>/versions")
@needs(Permission.BOT_WRITE)
@bp.input(VersionIn)
@bp.output(VersionOut, status_code=201)
def create_version(
    bot_id: UUID, json_data: VersionIn
) -> tuple[BotVersion, int, Headers]:
    """Save code and config as the next version, which becomes the active one."""
    bot = find_for(g.actor, Bot, bot_id)
    version = actions.save_version(g.actor, bot, json_data)
    place = url_for(".show_version", bot_id=bot.id, number=version.number)
    return version, 201, {"Location": place}


@bp.get("/<uuid:bot_id>/versions/<int:number>")
@needs(Permission.BOT_READ)
@bp.output(VersionOut)
def show_version(bot_id: UUID, number: int) -> BotVersion:
    """Get one version with its code and config."""
    return reports.version_shown(find_for(g.actor, Bot, bot_id), number).version


@bp.patch("/<uuid:bot_id>/versions/<int:number>")
@needs(Permission.BOT_WRITE)
@bp.input(LabelIn)
@bp.output(VersionOut)
def update_version(bot_id: UUID, number: int, json_data: LabelIn) -> BotVersion:
    """Give a version a label, or take it away with an empty one."""
    bot = find_for(g.actor, Bot, bot_id)
    version = reports.version_shown(bot, number).version
    actions.label_version(g.actor, bot, version, json_data.label)
    return version


@bp.post("/<uuid:bot_id>/versions/<int:number>/rollback")
@needs(Permission.BOT_WRITE)
@bp.input(RollbackIn)
@bp.output(VersionOut, status_code=201)
def rollback(
    bot_id: UUID, number: int, json_data: RollbackIn
) -> tuple[BotVersion, int, Headers]:
    """Save the content of an older version as the next one, which becomes active."""
    bot = find_for(g.actor, Bot, bot_id)
    older = reports.version_shown(bot, number).version
    version = actions.roll_back(g.actor, bot, older, json_data)
    place = url_for(".show_version", bot_id=bot.id, number=version.number)
    return version, 201, {"Location": place}


@bp.get("/<uuid:bot_id>/diff")
@needs(Permission.BOT_READ)
@bp.input(DiffQuery, location="query")
@bp.output(DiffOut)
def diff(bot_id: UUID, query_data: DiffQuery) -> Comparison:
    """Compare two versions; left out are the active one and the one before it."""
    bot = find_for(g.actor, Bot, bot_id)
    return compare_numbers(bot, query_data.before, query_data.after)


@bp.get("/<uuid:bot_id>/export")
@needs(Permission.BOT_READ)
@bp.input(ExportQuery, location="query")
@bp.doc(responses={200: "The bot with every version, as a JSON or YAML file"})
def export(bot_id: UUID, query_data: ExportQuery) -> ResponseReturnValue:
    """Download a bot with all of its versions, as a document that import takes."""
    return download(find_for(g.actor, Bot, bot_id), query_data.format)


@bp.post("/import/preview")
@needs(Permission.BOT_WRITE)
@takes_files(2 * LONGEST_DOCUMENT)
@bp.input(ImportIn)
@bp.output(PreviewOut)
def preview(json_data: ImportIn) -> Preview:
    """See what an import would make; nothing is stored."""
    return preview_of(json_data)


@bp.post("/import")
@needs(Permission.BOT_WRITE)
@takes_files(2 * LONGEST_DOCUMENT)
@bp.input(ImportIn)
@bp.output(BotOut, status_code=201)
def bring_in(json_data: ImportIn) -> tuple[Bot, int, Headers]:
    """Make a bot of a document (or its text), inactive, with all of its versions."""
    bot = actions.import_bot(g.actor, json_data)
    return bot, 201, {"Location": url_for(".show", bot_id=bot.id)}


@bp.post("/<uuid:bot_id>/runs")
@needs(Permission.BOT_RUN)
@takes_files(MOST_BYTES)
@bp.input(BotRunIn)
@bp.output(StartedRun, status_code=202)
def start(bot_id: UUID, json_data: BotRunIn) -> tuple[Run, int, Headers]:
    """Run a bot that needs no vote; its run is followed at the Location."""
    bot = find_for(g.actor, Bot, bot_id)
    files = decode(json_data.files)
    run = start_bot(g.actor, bot, json_data.inputs, files, Trigger.API)
    return run, 202, {"Location": url_for("runs_api.show", run_id=run.id)}
