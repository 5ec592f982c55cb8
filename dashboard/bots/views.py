"""Bots as pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.bots import actions, reports
from dashboard.bots.forms import BotFactsForm, BotForm, LabelForm, RunForm
from dashboard.bots.models import Bot, BotStatus, BotVersion
from dashboard.bots.pace import pace_of, strips_of
from dashboard.bots.schemas import BotConfig, BotQuery
from dashboard.errors import Invalid, RuleBroken
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.requests import takes_files
from dashboard.runs.actions import start_bot
from dashboard.runs.models import Execution, Trigger
from dashboard.templating import go_to, render

MOST_BYTES = 64 << 20
LAST_RUNS = 5
FIRST_CODE = '''\
def run(inputs, files):
    """Called with a dict and a folder of files; returns a dict."""
    return {"echo": inputs}
'''

bp = Blueprint("bots", __name__, url_prefix="/bots")
STATUSES = [
    ("", "All but archived"),
    *((each.value, each.capitalize()) for each in BotStatus),
]


@bp.get("/")
@needs(Permission.BOT_READ)
def index() -> ResponseReturnValue:
    query = query_of(BotQuery, request.args)
    page = reports.page_of(g.actor, query)
    strips = strips_of([bot.id for bot in page.items])
    return render(
        "bots/index.html", page=page, query=query, statuses=STATUSES, strips=strips
    )


@bp.get("/<uuid:bot_id>")
@needs(Permission.BOT_READ)
def show(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    tab = request.args.get("tab", "overview")
    load = TABS.get(tab)
    if load is None:
        tab, load = "overview", overview_of
    return render("bots/show.html", bot=bot, tab=tab, **load(bot))


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.BOT_WRITE)
def create() -> ResponseReturnValue:
    form = BotForm(
        data={
            "code": FIRST_CODE,
            "config": BotConfig().stored(),
            "message": "First version",
        }
    )
    if not form.is_submitted():
        return render("bots/form.html", form=form)
    try:
        form.check()
        bot = actions.create_bot(g.actor, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return render("bots/form.html", form=form), error.status

    flash("The bot is saved as version 1.", "ok")
    return go_to(url_for(".show", bot_id=bot.id))


@bp.route("/<uuid:bot_id>/edit", methods=["GET", "POST"])
@needs(Permission.BOT_WRITE)
def edit(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    require(g.actor, Permission.BOT_WRITE, bot)
    form = BotFactsForm(obj=bot)
    if not form.is_submitted():
        return render("bots/edit.html", form=form, bot=bot)
    try:
        form.check()
        actions.update_bot(g.actor, bot, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return render("bots/edit.html", form=form, bot=bot), error.status

    flash("The bot was saved.", "ok")
    return go_to(url_for(".show", bot_id=bot.id))


@bp.post("/<uuid:bot_id>/archive")
@needs(Permission.BOT_WRITE)
def archive(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    actions.archive_bot(g.actor, bot)
    flash("The bot is archived. Its versions and runs stay.", "ok")
    return go_to(url_for(".show", bot_id=bot.id))


@bp.post("/<uuid:bot_id>/restore")
@needs(Permission.BOT_WRITE)
def restore(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    actions.restore_bot(g.actor, bot)
    flash("The bot is back, and inactive. Edit it to let it run.", "ok")
    return go_to(url_for(".show", bot_id=bot.id))


@bp.route("/<uuid:bot_id>/run", methods=["GET", "POST"])
@needs(Permission.BOT_RUN)
@takes_files(MOST_BYTES)
def run(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    form = RunForm()
    if not form.is_submitted():
        why_not = bot.why_not_run(g.actor)
        if why_not is None:
            form.inputs.data = bot.active.config.get("defaults", {})
        return render("bots/run.html", form=form, bot=bot, why_not=why_not)
    require(g.actor, Permission.BOT_RUN, bot)
    try:
        form.check()
        inputs, files = form.value.inputs, form.files.uploads()
        started = start_bot(g.actor, bot, inputs, files, Trigger.PERSON)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return render("bots/run.html", form=form, bot=bot, why_not=None), error.status

    flash("The bot is on its way.", "ok")
    return go_to(url_for("runs.show", run_id=started.id))


def overview_of(bot: Bot) -> dict[str, Any]:
    shown = reports.version_shown(bot)
    return {
        "shown": shown,
        "config": BotConfig.model_validate(shown.version.config),
        "runs": reports.last_runs(bot, g.actor, LAST_RUNS),
        "pace": pace_of(bot),
    }


def code_of(bot: Bot) -> dict[str, Any]:
    shown = reports.version_shown(bot, request.args.get("version", type=int))
    return {"shown": shown, "label": LabelForm(data={"label": shown.version.label})}


def versions_of(bot: Bot) -> dict[str, Any]:
    rows, after = reports.versions_of(bot, g.actor), request.args.get("after")
    return {"page": paginate(rows, BotVersion.number, after=after)}


def runs_of(bot: Bot) -> dict[str, Any]:
    rows, after = reports.runs_of(bot, g.actor), request.args.get("after")
    return {"page": paginate(rows, Execution.id, after=after)}


def story_of(bot: Bot) -> dict[str, Any]:
    return {"history": history_of(bot)}


TABS = {
    "overview": overview_of,
    "code": code_of,
    "versions": versions_of,
    "runs": runs_of,
    "history": story_of,
}
"""Each tab loads only what it shows."""
