"""Hooks as pages: the tab of a bot, one hook, and the secret that is shown once."""

from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.bots.models import Bot, RunPolicy
from dashboard.errors import Invalid, RuleBroken
from dashboard.hooks import actions, reports
from dashboard.hooks.forms import HookForm
from dashboard.hooks.models import Hook, HookCall
from dashboard.lists import paginate
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.templating import go_to, render

bp = Blueprint("hooks", __name__)


@bp.get("/bots/<uuid:bot_id>/hooks")
@needs(Permission.HOOK_READ)
def index(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    rows = Hook.rows_for(g.actor, bot.id)
    page = paginate(rows, Hook.id, after=request.args.get("after"))
    return render("hooks/index.html", bot=bot, tab="webhook", page=page)


@bp.route("/bots/<uuid:bot_id>/hooks/new", methods=["GET", "POST"])
@needs(Permission.HOOK_WRITE)
def create(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    form = HookForm()
    if not form.is_submitted():
        return form_page(bot, form)
    try:
        form.check()
        hook, secret = actions.create_hook(g.actor, bot, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(bot, form), error.status

    return secret_page(hook, bot, secret), 201


@bp.get("/hooks/<uuid:hook_id>")
@needs(Permission.HOOK_READ)
def show(hook_id: UUID) -> ResponseReturnValue:
    hook = find_for(g.actor, Hook, hook_id, *reports.PAGE)
    return render(
        "hooks/show.html",
        hook=hook,
        url=reports.address_of(hook.id),
        page=paginate(
            reports.calls_of(g.actor, hook),
            HookCall.id,
            after=request.args.get("after"),
        ),
        history=history_of(hook),
    )


@bp.post("/hooks/<uuid:hook_id>/on")
@needs(Permission.HOOK_WRITE)
def switch_on(hook_id: UUID) -> ResponseReturnValue:
    hook = find_for(g.actor, Hook, hook_id)
    actions.switch_hook(g.actor, hook, is_on=True)
    flash("The webhook takes calls again.", "ok")
    return go_to(url_for(".show", hook_id=hook.id))


@bp.post("/hooks/<uuid:hook_id>/off")
@needs(Permission.HOOK_WRITE)
def switch_off(hook_id: UUID) -> ResponseReturnValue:
    hook = find_for(g.actor, Hook, hook_id)
    actions.switch_hook(g.actor, hook, is_on=False)
    flash("The webhook takes no calls until it is switched on.", "ok")
    return go_to(url_for(".show", hook_id=hook.id))


@bp.post("/hooks/<uuid:hook_id>/secret")
@needs(Permission.HOOK_WRITE)
def replace_secret(hook_id: UUID) -> ResponseReturnValue:
    hook = find_for(g.actor, Hook, hook_id)
    secret = actions.replace_secret(g.actor, hook)
    return secret_page(hook, hook.bot, secret)


@bp.post("/hooks/<uuid:hook_id>/revoke")
@needs(Permission.HOOK_WRITE)
def revoke(hook_id: UUID) -> ResponseReturnValue:
    hook = find_for(g.actor, Hook, hook_id)
    actions.revoke_hook(g.actor, hook)
    flash("The webhook is revoked: it takes no call any more.", "ok")
    return go_to(url_for(".show", hook_id=hook.id))


def form_page(bot: Bot, form: HookForm) -> str:
    needs_vote = bot.run_policy is RunPolicy.NOBODY
    require(g.actor, Permission.BOT_WRITE if needs_vote else Permission.BOT_RUN, bot)
    why_not = actions.NEEDS_VOTE if needs_vote else None
    return render("hooks/form.html", bot=bot, form=form, why_not=why_not)


def secret_page(hook: Hook, bot: Bot, secret: str) -> str:
    """The only answer that shows it."""
    url = reports.address_of(hook.id)
    return render("hooks/secret.html", hook=hook, bot=bot, secret=secret, url=url)
