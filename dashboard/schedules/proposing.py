"""Ask a council to let a schedule run its bot until a certain day."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dashboard.bots.models import BotVersion
from dashboard.clock import database_now
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Permission, require
from dashboard.schedules.approval import content_of
from dashboard.schedules.models import Schedule
from dashboard.schedules.reports import types_for
from dashboard.schedules.schemas import ApprovalIn
from dashboard.schedules.timing import in_words, zone_of
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows import actions, inputs
from dashboard.workflows.models import Workflow
from dashboard.workflows.schemas import WorkflowIn

KIND = "schedule"
LONGEST = timedelta(days=366)
LONGEST_TITLE = 120


def propose_approval(actor: User, schedule: Schedule, wanted: ApprovalIn) -> Workflow:
    """A draft of the type chosen; its approved run lets the schedule run."""
    require(actor, Permission.SCHEDULE_WRITE, schedule)
    schedule.keep_unarchived()
    if not schedule.needs_approval:
        raise RuleBroken(
            f"{schedule.owner.name} may run {schedule.bot.name} without a vote: this "
            "schedule needs no approval."
        )
    until = end_of(wanted.until, schedule.timezone)
    check_inputs(schedule, type_of(schedule, wanted))
    asked = WorkflowIn(
        title=title_of(schedule, wanted.until),
        description=wanted.why,
        type_id=wanted.type_id,
        inputs=schedule.inputs,
    )
    return actions.propose(
        actor, asked, {}, change=change_to(schedule, until, wanted.until)
    )


def end_of(day: date, zone: str) -> datetime:
    """The end of that day, by the schedule's own clock."""
    moment = database_now(db.session())
    end = datetime.combine(day + timedelta(days=1), time(), zone_of(zone))
    if end <= moment:
        raise Invalid({"until": "Choose a day that is still to come."})
    if end > moment + LONGEST + timedelta(days=1):
        raise Invalid({"until": f"At most {LONGEST.days} days from today."})
    return end.astimezone(UTC)


def type_of(schedule: Schedule, wanted: ApprovalIn) -> WorkflowType:
    if wanted.type_id not in {each.id for each in types_for(schedule.bot)}:
        raise Invalid(
            {"type_id": f"Choose a type of work whose only step is {schedule.bot}."}
        )
    return db.session.get_one(WorkflowType, wanted.type_id)


def check_inputs(schedule: Schedule, type_: WorkflowType) -> None:
    """What is judged is what will run: a type may neither refuse nor add an input."""
    try:
        judged = inputs.checked(type_.input_schema, schedule.inputs)
    except Invalid as error:
        said = "; ".join(f"{path}: {text}" for path, text in error.errors.items())
        raise Invalid(
            {"type_id": f"The schedule's inputs do not fit this type. {said}"}
        ) from error
    if added := sorted(judged.keys() - schedule.inputs.keys()):
        raise Invalid(
            {
                "type_id": f"This type adds inputs of its own ({', '.join(added)}). "
                "Write them into the schedule's inputs first."
            }
        )


def title_of(schedule: Schedule, until: date) -> str:
    words = in_words(schedule.cron, schedule.timezone)
    title = f"Let {schedule.bot} run {words[0].lower()}{words[1:]} until {until}"
    if len(title) <= LONGEST_TITLE:
        return title
    return f"Let {str(schedule.bot)[:60]} run on a schedule until {until}"


def change_to(schedule: Schedule, until: datetime, last_day: date) -> dict[str, Any]:
    """What is judged: the schedule as it is, and the version that is active now."""
    version = BotVersion.active_of(schedule.bot_id)
    return {
        "kind": KIND,
        "schedule_id": str(schedule.id),
        "schedule": schedule.name,
        "bot_name": schedule.bot.name,
        "number": version.number,
        "words": in_words(schedule.cron, schedule.timezone),
        "until": until.isoformat(),
        "until_words": f"{last_day:%a %d %b %Y}, that day included",
        "content": content_of(schedule, version.content_hash),
    }
