"""The pages on which versions are saved, compared, labelled and brought back."""

from typing import Any
from uuid import UUID

from flask import flash, g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from dashboard.bots import actions, reports
from dashboard.bots.comparing import compare, compare_numbers
from dashboard.bots.forms import LabelForm, RollbackForm, VersionForm
from dashboard.bots.models import Bot, BotVersion
from dashboard.bots.schemas import DiffQuery
from dashboard.bots.views import bp
from dashboard.errors import Invalid
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.schemas import checked
from dashboard.templating import go_to, render


@bp.route("/<uuid:bot_id>/versions/new", methods=["GET", "POST"])
@needs(Permission.BOT_WRITE)
def create_version(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    require(g.actor, Permission.BOT_WRITE, bot)
    form = VersionForm()
    if not form.is_submitted():
        begin(form, bot)
        return render("bots/version.html", form=form, bot=bot)
    try:
        form.check()
        version = actions.save_version(g.actor, bot, form.value)
    except Invalid as error:
        form.hang(error.errors)
        if "based_on" in error.errors:
            form.based_on.data = bot.active.number  # now its author has been told
        return render("bots/version.html", form=form, bot=bot), error.status

    flash(f"Version {version.number} is the active one.", "ok")
    return go_to(url_for(".show", bot_id=bot.id, tab="code"))


@bp.get("/<uuid:bot_id>/diff")
@needs(Permission.BOT_READ)
def diff(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    asked = {
        name: request.args[name] for name in ("from", "to") if request.args.get(name)
    }
    query = checked(DiffQuery, asked)
    try:
        found = compare_numbers(bot, query.before, query.after)
    except NotFound as missing:
        page = {"bot": bot, "tab": "versions", "missing": missing.description}
        return render("bots/no_version.html", **page), 404
    return render("bots/diff.html", bot=bot, tab="versions", found=found)


@bp.route("/<uuid:bot_id>/versions/<int:number>/rollback", methods=["GET", "POST"])
@needs(Permission.BOT_WRITE)
def rollback(bot_id: UUID, number: int) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    require(g.actor, Permission.BOT_WRITE, bot)
    version = reports.version_shown(bot, number).version
    form = RollbackForm()
    if not form.is_submitted():
        form.message.data = f"Back to version {number}"
        form.based_on.data = bot.active.number
        return render("bots/rollback.html", **asked_about(bot, form, version))
    try:
        form.check()
        saved = actions.roll_back(g.actor, bot, version, form.value)
    except Invalid as error:
        form.hang(error.errors)
        if "based_on" in error.errors:
            form.based_on.data = bot.active.number  # the page shows the other diff now
        return render("bots/rollback.html", **asked_about(bot, form, version)), (
            error.status
        )

    flash(f"Version {saved.number} is the active one, as version {number} was.", "ok")
    return go_to(url_for(".show", bot_id=bot.id, tab="code"))


@bp.post("/<uuid:bot_id>/versions/<int:number>/label")
@needs(Permission.BOT_WRITE)
def label(bot_id: UUID, number: int) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    require(g.actor, Permission.BOT_WRITE, bot)
    shown = reports.version_shown(bot, number)
    form = LabelForm()
    try:
        form.check()
        actions.label_version(g.actor, bot, shown.version, form.value.label)
    except Invalid as error:
        form.hang(error.errors)
        page = {"bot": bot, "tab": "code", "shown": shown, "label": form}
        return render("bots/show.html", **page), error.status

    flash("The label was saved." if form.value.label else "The label is gone.", "ok")
    return go_to(url_for(".show", bot_id=bot.id, tab="code", version=number))


def begin(form: VersionForm, bot: Bot) -> None:
    """Start from the active version, or with the content of an older one."""
    form.based_on.data = bot.active.number
    number = request.args.get("from", type=int)
    content = (
        bot.active if number is None else reports.version_shown(bot, number).version
    )
    form.code.data, form.config.data = content.code, content.config
    if number is not None:
        form.message.data = f"Back to version {number}"


def asked_about(bot: Bot, form: RollbackForm, version: BotVersion) -> dict[str, Any]:
    """What would change, and whether it can be done at all."""
    return {
        "bot": bot,
        "form": form,
        "version": version,
        "why_not": version.why_not_back(bot, bot.active),
        "found": compare(bot.active, version),
    }
