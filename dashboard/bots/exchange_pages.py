"""The pages on which a bot leaves as a document, and comes in as one."""

from uuid import UUID

from flask import flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.bots import actions
from dashboard.bots.downloads import download
from dashboard.bots.exchange import MOST_BYTES, Kind
from dashboard.bots.forms import ImportForm
from dashboard.bots.importing import preview_of
from dashboard.bots.models import Bot
from dashboard.bots.views import bp
from dashboard.errors import Invalid
from dashboard.permissions import Permission, find_for, needs
from dashboard.requests import takes_files
from dashboard.templating import go_to, render


@bp.get("/<uuid:bot_id>/export.json")
@needs(Permission.BOT_READ)
def export_json(bot_id: UUID) -> ResponseReturnValue:
    return download(find_for(g.actor, Bot, bot_id), Kind.JSON)


@bp.get("/<uuid:bot_id>/export.yaml")
@needs(Permission.BOT_READ)
def export_yaml(bot_id: UUID) -> ResponseReturnValue:
    return download(find_for(g.actor, Bot, bot_id), Kind.YAML)


@bp.route("/import", methods=["GET", "POST"])
@needs(Permission.BOT_WRITE)
@takes_files(2 * MOST_BYTES + (1 << 20))
def bring_in() -> ResponseReturnValue:
    """Shows first what would be made; only a second press makes it."""
    form = ImportForm()
    if not form.is_submitted():
        return render("bots/import.html", form=form, preview=None)
    try:
        form.read_file()
        form.check()
        preview = preview_of(form.value)
        if "confirm" not in request.args:
            form.name.data = preview.free_name
            return render("bots/import.html", form=form, preview=preview)
        bot = actions.import_bot(g.actor, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return render("bots/import.html", form=form, preview=None), error.status

    flash("The bot is imported, and inactive. Edit it to let it run.", "ok")
    return go_to(url_for(".show", bot_id=bot.id, tab="versions"))
