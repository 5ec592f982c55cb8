"""Schedules as pages: when bots run by themselves, and what became of it."""

from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.bots.models import Bot
from dashboard.errors import Invalid, RuleBroken
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.runs.models import Trigger
from dashboard.schedules import actions, pages, reports
from dashboard.schedules.forms import (
    ApprovalForm,
    ScheduleEditForm,
    ScheduleForm,
    TimesForm,
)
from dashboard.schedules.models import Schedule
from dashboard.schedules.proposing import propose_approval
from dashboard.schedules.schemas import ScheduleQuery, State
from dashboard.schemas import PageQuery
from dashboard.templating import go_to, render

bp = Blueprint("schedules", __name__, url_prefix="/schedules")
of_bot_bp = Blueprint(
    "bot_schedules", __name__, url_prefix="/bots/<uuid:bot_id>/schedules"
)
STATES = [("", "On and off"), *((each.value, each.capitalize()) for each in State)]


@bp.get("/")
@needs(Permission.SCHEDULE_READ)
def index() -> ResponseReturnValue:
    query = query_of(ScheduleQuery, request.args)
    rows = reports.rows_for(g.actor, query)
    return render(
        "schedules/index.html",
        page=paginate(rows, Schedule.id, after=query.after, limit=query.limit),
        query=query,
        states=STATES,
        bots=[("", "Any bot"), *reports.bots_offered(g.actor)],
        **pages.WORDS,
    )


@of_bot_bp.get("")
@needs(Permission.SCHEDULE_READ)
def index_of_bot(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    rows = reports.rows_for(g.actor, ScheduleQuery(bot_id=bot_id))
    page = paginate(rows, Schedule.id, after=request.args.get("after"))
    return render(
        "schedules/of_bot.html", bot=bot, tab="schedules", page=page, **pages.WORDS
    )


@bp.get("/<uuid:schedule_id>")
@needs(Permission.SCHEDULE_READ)
def show(schedule_id: UUID) -> ResponseReturnValue:
    schedule = find_for(g.actor, Schedule, schedule_id, *reports.PAGE)
    return render(
        "schedules/show.html",
        **pages.shown(g.actor, schedule, query_of(PageQuery, request.args)),
    )


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.SCHEDULE_WRITE)
def create() -> ResponseReturnValue:
    form = ScheduleForm(data=pages.FRESH | {"bot_id": request.args.get("bot_id")})
    if not is_sent(form):
        return form_page(form)
    try:
        form.check()
        schedule = actions.create_schedule(g.actor, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return form_page(form), error.status

    flash(pages.after_saving(schedule), "ok")
    return go_to(url_for(".show", schedule_id=schedule.id))


@bp.route("/<uuid:schedule_id>/edit", methods=["GET", "POST"])
@needs(Permission.SCHEDULE_WRITE)
def edit(schedule_id: UUID) -> ResponseReturnValue:
    schedule = find_for(g.actor, Schedule, schedule_id, *reports.PAGE)
    require(g.actor, Permission.SCHEDULE_WRITE, schedule)
    form = ScheduleEditForm(obj=schedule)
    if not is_sent(form):
        return form_page(form, schedule)
    try:
        form.check()
        actions.update_schedule(g.actor, schedule, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form, schedule), error.status

    flash(pages.after_saving(schedule), "ok")
    return go_to(url_for(".show", schedule_id=schedule_id))


@bp.post("/preview")
@needs(Permission.SCHEDULE_READ)
def preview() -> ResponseReturnValue:
    """What the times being typed mean; they are read, and nothing is saved."""
    form = TimesForm()
    meaning = pages.meaning_of(form)
    return render("schedules/meaning.html", form=form, meaning=meaning, **pages.WORDS)


@bp.post("/<uuid:schedule_id>/switch")
@needs(Permission.SCHEDULE_WRITE)
def switch(schedule_id: UUID) -> ResponseReturnValue:
    schedule = find_for(g.actor, Schedule, schedule_id)
    on = request.form.get("is_on") == "1"
    actions.switch(g.actor, schedule, on=on)
    flash("It is on." if on else "It is off: it starts nothing any more.", "ok")
    return go_to(url_for(".show", schedule_id=schedule_id))


@bp.post("/<uuid:schedule_id>/archive")
@needs(Permission.SCHEDULE_WRITE)
def archive(schedule_id: UUID) -> ResponseReturnValue:
    schedule = find_for(g.actor, Schedule, schedule_id)
    actions.archive_schedule(g.actor, schedule)
    flash("The schedule is archived. What it ran stays.", "ok")
    return go_to(url_for(".show", schedule_id=schedule_id))


@bp.post("/<uuid:schedule_id>/run")
@needs(Permission.BOT_RUN)
def run(schedule_id: UUID) -> ResponseReturnValue:
    schedule = find_for(g.actor, Schedule, schedule_id)
    started = actions.run_now(g.actor, schedule, Trigger.PERSON)
    flash("The bot is on its way.", "ok")
    return go_to(url_for("runs.show", run_id=started.id))


@bp.route("/<uuid:schedule_id>/approval", methods=["GET", "POST"])
@needs(Permission.SCHEDULE_WRITE)
def approval(schedule_id: UUID) -> ResponseReturnValue:
    schedule = find_for(g.actor, Schedule, schedule_id, *reports.PAGE)
    require(g.actor, Permission.SCHEDULE_WRITE, schedule)
    form = ApprovalForm()
    if not form.is_submitted():
        return approval_page(form, schedule)
    try:
        form.check()
        workflow = propose_approval(g.actor, schedule, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return approval_page(form, schedule), error.status

    flash("This is the draft. Read what the council will judge, then open it.", "ok")
    return go_to(url_for("workflows.show", workflow_id=workflow.id))


@bp.post("/<uuid:schedule_id>/approval/withdraw")
@needs(Permission.SCHEDULE_WRITE)
def withdraw(schedule_id: UUID) -> ResponseReturnValue:
    schedule = find_for(g.actor, Schedule, schedule_id)
    actions.withdraw_approval(g.actor, schedule)
    flash("The approval is withdrawn. It runs no more until a council agrees.", "ok")
    return go_to(url_for(".show", schedule_id=schedule_id))


def is_sent(form: ScheduleEditForm) -> bool:
    """Sent to be saved, not to be shown what the times mean."""
    return form.is_submitted() and "meaning" not in request.form


def form_page(form: ScheduleEditForm, schedule: Schedule | None = None) -> str:
    template = "schedules/edit.html" if schedule else "schedules/form.html"
    if isinstance(form, ScheduleForm):
        form.offer(reports.bots_offered(g.actor))
    meaning = pages.meaning_of(form)
    return render(
        template, form=form, schedule=schedule, meaning=meaning, **pages.WORDS
    )


def approval_page(form: ApprovalForm, schedule: Schedule) -> str:
    types = reports.types_for(schedule.bot)
    form.offer(types)
    return render(
        "schedules/approval.html",
        form=form,
        types=types,
        **pages.about(g.actor, schedule),
    )
