"""A standing approval: asked for, given, kept to exactly, and taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Role
from dashboard.runs.models import RunStatus
from dashboard.schedules import actions
from dashboard.schedules.approval import Standing, standing_of
from dashboard.schedules.jobs import fire_due
from dashboard.schedules.proposing import propose_approval
from dashboard.schedules.schemas import ApprovalIn, ScheduleFacts
from dashboard.workflows import actions as workflows
from dashboard.workflows.schemas import WorkflowEdit
from tests.councils.stage import approved, carried_out
from tests.factories import (
    latest_audit,
    make_council,
    make_type,
    make_user,
    make_version,
    stored,
)
from tests.runs.stage import finished
from tests.schedules.stage import (
    FREE,
    at,
    make_schedule,
    make_voted,
    note_of,
    runs_of,
    set_clock,
    slots,
)

NOON = datetime(2027, 6, 1, 12, tzinfo=UTC)
UNTIL = (NOON + timedelta(days=30)).date()
TODAY = {"day": "today"}
NEWER = "def run(inputs, files):\n    return {'n': 2}\n"


@pytest.fixture
def ada(database):
    with at(NOON - timedelta(minutes=30)):
        yield make_user("Ada")


@pytest.fixture
def judges(ada):
    operator = Role.COUNCIL_OPERATOR
    return make_user("Olga", operator), make_user("Otto", operator)


@pytest.fixture
def voted(ada, judges):
    """Every hour, of a bot that needs a vote; the type by which it is asked for."""
    schedule, type_ = make_voted(ada, cron="0 * * * *", inputs=TODAY)
    type_.council = make_council(*judges)
    db.session.commit()
    return schedule, type_


def asked(actor, schedule, type_, until=UNTIL, why="Nothing but numbers"):
    wanted = ApprovalIn(type_id=type_.id, until=until, why=why)
    return propose_approval(actor, schedule, wanted)


def given(actor, voted, judges, **over):
    """The workflow that approved the schedule."""
    workflow = approved(asked(actor, *voted, **over), *judges)
    assert carried_out(workflow).status is RunStatus.COMPLETED
    return workflow


def tick(moment=NOON):
    set_clock(moment)
    fire_due()
    db.session.rollback()


def standing(schedule):
    return standing_of(schedule, now())


def test_without_an_approval_it_starts_nothing(voted):
    schedule, _ = voted

    tick()

    assert slots(schedule) == [(NOON, "refused")]
    assert "no council has approved" in note_of(schedule)


def test_the_proposal_says_what_would_run_when_and_until_when(ada, voted):
    schedule, type_ = voted

    workflow = asked(ada, schedule, type_)

    assert workflow.title == (
        f"Let {schedule.bot} run at the start of every hour, UTC until 2027-07-01"
    )
    assert workflow.inputs == TODAY
    assert workflow.change["until"] == "2027-07-02T00:00:00+00:00"
    assert workflow.change["content"]["inputs"] == TODAY
    assert [step.version.number for step in workflow.steps] == [1]


def test_once_approved_it_runs_on_the_councils_word(ada, voted, judges):
    schedule, _ = voted
    workflow = given(ada, voted, judges)

    tick()

    run = runs_of(schedule)[0]
    entry = latest_audit()
    assert slots(schedule) == [(NOON, "fired")]
    assert (run.inputs, run.started_by_id, run.workflow_id) == (TODAY, ada.id, None)
    assert (entry.actor_id, entry.action) == (SYSTEM.id, "bot.run")
    assert entry.detail["approval"] == workflow.number


def test_the_vote_itself_starts_no_bot(ada, voted, judges):
    workflow = given(ada, voted, judges)

    assert workflow.status.value == "completed"
    assert runs_of(voted[0]) == []
    granted = db.session.query(AuditEntry).filter_by(action="schedule.write").all()
    assert [entry.detail.get("workflow") for entry in granted] == [workflow.number]


def test_exactly_the_approved_version_runs(ada, voted, judges):
    schedule, _ = voted
    given(ada, voted, judges)
    make_version(schedule.bot, NEWER)

    tick()

    assert runs_of(schedule)[0].steps[0].version.number == 1


@pytest.mark.parametrize(
    "change",
    [
        {"cron": "30 * * * *"},
        {"timezone": "Europe/Madrid"},
        {"inputs": {"day": "tomorrow"}},
        {"overlap": "queue"},
        {"catch_up": "skip"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_voids_it(ada, voted, judges, change):
    schedule, _ = voted
    given(ada, voted, judges)
    today = ScheduleFacts.model_validate(schedule, from_attributes=True, extra="ignore")
    wanted = ScheduleFacts(**today.model_dump() | change)

    actions.update_schedule(ada, schedule, wanted)

    assert standing(schedule) is Standing.CHANGED
    tick(schedule.next_at)
    assert runs_of(schedule) == []
    assert note_of(schedule) == "Changed since it was approved: propose it again."


def test_another_name_changes_nothing(ada, voted, judges):
    schedule, _ = voted
    given(ada, voted, judges)
    schedule.name = "By the hour"

    assert standing(stored(schedule)) is Standing.GIVEN


def test_it_ends_with_its_last_day(ada, voted, judges):
    schedule, _ = voted
    given(ada, voted, judges)
    end = datetime(2027, 7, 2, tzinfo=UTC)
    schedule.next_at = end - timedelta(hours=1)
    stored(schedule)

    tick(end - timedelta(hours=1))
    finished(runs_of(schedule)[0])
    tick(end)

    assert [status for _, status in slots(schedule)] == ["fired", "refused"]
    assert "has ended" in note_of(schedule)


def test_code_changed_behind_our_back_is_not_run(ada, voted, judges):
    schedule, _ = voted
    given(ada, voted, judges)
    schedule.approved_version.code += "# more"
    db.session.commit()

    tick()

    assert slots(schedule) == [(NOON, "refused")]
    assert "its content was changed" in note_of(schedule)


def test_taken_back_it_runs_no_more(ada, voted, judges):
    schedule, _ = voted
    given(ada, voted, judges)

    actions.withdraw_approval(ada, schedule)
    tick()

    assert slots(schedule) == [(NOON, "refused")]
    with pytest.raises(RuleBroken):
        actions.withdraw_approval(ada, schedule)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: setattr(s, "cron", "5 * * * *"), "it was changed since"),
        (lambda s: setattr(s, "archived_at", now()), "it is archived"),
    ],
)
def test_what_is_another_schedule_by_then_is_not_approved(
    ada, voted, judges, change, said
):
    schedule, _ = voted
    workflow = approved(asked(ada, *voted), *judges)
    change(schedule)
    db.session.commit()

    run = carried_out(workflow)

    assert (run.status, said in run.error) == (RunStatus.BLOCKED, True)
    assert standing(schedule) is Standing.MISSING


@pytest.mark.parametrize(
    ("newer", "inputs", "said"),
    [
        (True, TODAY, "got another version"),
        (False, {"day": "tomorrow"}, "inputs of the proposal"),
    ],
)
def test_a_proposal_edited_away_from_its_schedule_approves_nothing(
    ada, voted, judges, newer, inputs, said
):
    schedule, _ = voted
    workflow = asked(ada, *voted)
    if newer:
        make_version(schedule.bot, NEWER)
    edited = WorkflowEdit(title="Let it run", inputs=inputs)
    workflows.edit(ada, workflow, edited, {})

    run = carried_out(approved(workflow, *judges))

    assert (run.status, said in run.error) == (RunStatus.BLOCKED, True)
    assert standing(schedule) is Standing.MISSING


def test_a_version_saved_during_the_vote_is_not_the_one_approved(ada, voted, judges):
    schedule, _ = voted
    workflow = approved(asked(ada, *voted), *judges)
    make_version(schedule.bot, NEWER)

    assert carried_out(workflow).status is RunStatus.COMPLETED

    assert schedule.approved_version.number == 1


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"until": NOON.date() - timedelta(days=1)}, "until"),
        ({"until": NOON.date() + timedelta(days=367)}, "until"),
    ],
)
def test_the_end_is_within_a_year(ada, voted, over, field):
    with pytest.raises(Invalid) as refused:
        asked(ada, *voted, **over)

    assert set(refused.value.errors) == {field}


def test_the_type_must_run_this_bot_alone_and_take_its_inputs(ada, voted, judges):
    schedule, _ = voted
    council = make_council(*judges)
    other = make_type(council, make_schedule(ada).bot, schema=FREE)
    several = make_type(council, schedule.bot, schedule.bot, schema=FREE)
    strict = make_type(council, schedule.bot)
    adds = FREE["properties"] | {"more": {"type": "string", "default": "all"}}
    adding = make_type(council, schedule.bot, schema=FREE | {"properties": adds})

    for type_, said in [
        (other, "only step is"),
        (several, "only step is"),
        (strict, "do not fit this type"),
        (adding, "adds inputs of its own (more)"),
    ]:
        with pytest.raises(Invalid) as refused:
            asked(ada, schedule, type_)
        assert said in refused.value.errors["type_id"]


def test_whoever_may_run_the_bot_unvoted_needs_no_approval(ada, voted):
    schedule = make_schedule(ada)

    assert standing(schedule) is Standing.UNNEEDED
    with pytest.raises(RuleBroken, match="needs no approval"):
        asked(ada, schedule, voted[1])


def test_who_may_not_see_the_vote_reads_only_that_there_was_one(
    app, ada, voted, judges
):
    schedule, _ = voted
    workflow = given(ada, voted, judges)
    there = f"/schedules/{schedule.id}"

    judge = app.test_client().as_(judges[0]).get(there).text
    other = app.test_client().as_(make_user("Oran", Role.COUNCIL_OPERATOR)).get(there)

    assert f"#{workflow.number}</a>" in judge
    assert "A council lets it run v1 until Fri 02 Jul 2027" in other.text
    assert f"#{workflow.number}" not in other.text


def test_the_owner_of_the_bot_has_no_vote_on_it(ada, voted, judges):
    """An admin may propose it for them; they judge it as little as a proposer."""
    schedule, type_ = voted
    olga, otto = judges
    schedule.owner = schedule.bot.owner = olga
    db.session.commit()

    workflow = asked(ada, schedule, type_)
    workflows.open_voting(ada, workflow)

    assert [voter.user_id for voter in workflow.rounds[0].voters] == [otto.id]
