"""What the demo shows, and where it stays out."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.engine import execute
from dashboard.runs.models import Execution, Run, RunStatus, StepStatus, Trigger
from dashboard.sandbox import Tier, evidence
from dashboard.users.models import User, account
from dashboard.workflows.actions import cast_vote
from dashboard.workflows.ballots import why_not
from dashboard.workflows.models import Round, Status, Workflow
from dashboard.workflows.schemas import VoteIn

pytestmark = pytest.mark.usefixtures("told")


def test_everybody_printed_signs_in_with_the_printed_password(told):
    table = told.split("Role ")[1].split("\n\n")[0].splitlines()[1:]
    printed = {row.split()[-2]: row.split()[-1] for row in table}

    assert len(printed) == 6
    for username, password in printed.items():
        assert account(username).has_password(password)
    roles = set(db.session.scalars(select(User.role)))
    assert roles >= {Role.ADMIN, Role.COUNCIL_OPERATOR, Role.USER, Role.VIEWER}


def test_the_passwords_are_kept_for_their_owner_alone(app, told):
    file = Path(app.instance_path) / "demo-sign-ins.txt"

    assert file.read_text() in told
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_workflow_stands_in_every_state_that_lasts():
    statuses = set(db.session.scalars(select(Workflow.status)))
    drafts_again = select(func.max(Workflow.revision))

    assert statuses == set(Status) - {Status.RUNNING}
    assert db.session.scalar(drafts_again) > 1


def test_what_is_open_can_be_voted_on_now_by_somebody_printed():
    people = db.session.scalars(select(User)).all()
    workflows = select(Workflow).where(Workflow.status == Status.OPEN)

    for workflow in db.session.scalars(workflows):
        voters = [p for p in people if why_not(workflow, workflow.round, p) is None]
        assert workflow.round.closes_at > now()
        assert voters, workflow


def test_what_was_approved_and_then_changed_in_the_database_never_ran(called):
    workflow = called("Refund batch 43: double charges")
    run = db.session.scalars(select(Run).where(Run.workflow_id == workflow.id)).one()

    assert (workflow.status, workflow.status_reason) == (Status.FAILED, "blocked")
    assert run.status is RunStatus.BLOCKED
    assert [step.status for step in run.steps] == [StepStatus.QUEUED]


def test_bots_ran_for_two_weeks_and_ended_in_different_ways():
    days = {moment.date() for moment in db.session.scalars(select(Run.queued_at))}
    endings = set(db.session.scalars(select(Execution.status)))
    alone = select(func.count(Run.id)).where(Run.trigger != Trigger.WORKFLOW)

    assert len(days) >= 13
    assert db.session.scalar(alone) >= 60
    assert endings >= {StepStatus.COMPLETED, StepStatus.FAILED, StepStatus.TIMED_OUT}
    if evidence().tier is not Tier.BASE:
        assert StepStatus.DENIED in endings


def test_lists_in_the_order_of_ids_are_in_the_order_of_time():
    for model, moment in ((Run, Run.queued_at), (Workflow, Workflow.created_at)):
        moments = db.session.scalars(select(moment).order_by(model.id)).all()
        assert moments == sorted(moments)
        assert moments[-1] < now()


def test_a_vote_was_open_before_it_was_cast_and_a_run_came_after():
    decided = select(Round).where(Round.decided_at.is_not(None))
    for round_ in db.session.scalars(decided):
        cast = [vote.cast_at for vote in round_.votes]
        assert all(round_.opened_at <= at <= round_.decided_at for at in cast)
        assert round_.decided_at <= now()
    for run in db.session.scalars(select(Run).where(Run.started_at.is_not(None))):
        assert run.queued_at <= run.started_at <= run.ended_at <= now()


def test_a_bots_numbers_are_those_of_its_runs():
    for bot in db.session.scalars(select(Bot)):
        of_bot = select(Execution).where(Execution.bot_id == bot.id)
        begun = [e for e in db.session.scalars(of_bot) if e.started_at]
        versions = select(func.count()).where(BotVersion.bot_id == bot.id)
        assert bot.runs_total == len(begun)
        ended = select(func.max(Run.ended_at)).join(Run.steps)
        assert bot.last_run_at == db.session.scalar(
            ended.where(Execution.bot_id == bot.id)
        )
        assert 1 <= db.session.scalar(versions) <= 7


@pytest.mark.parametrize("username", ["mara", "lena", "victor"])
def test_every_workflow_and_list_opens(app, username):
    browser = app.test_client().as_(account(username))
    urls = ["/", "/workflows/", "/runs/", "/bots/", "/councils/", "/agents/"]
    urls += re.findall(r'href="(/workflows/[0-9a-f-]{36})"', read(browser, urls[1]))
    urls += re.findall(r'href="(/runs/[0-9a-f-]{36})"', read(browser, urls[2]))[:9]

    assert len(urls) > 20
    for url in urls:
        assert read(browser, url)


def read(browser, url):
    response = browser.get(url)
    assert response.status_code == 200, url
    return response.text


def test_it_stays_out_where_there_are_people(flask):
    result = flask("seed-demo")

    assert result.exit_code == 1
    assert "There are people already; demo data stays out." in result.output


def test_a_second_start_says_where_the_sign_ins_are(flask, app):
    for command in (["seed-demo", "--if-empty"], ["first-steps"]):
        result = flask(*command)
        assert result.exit_code == 0
        assert f"{app.instance_path}/demo-sign-ins.txt" in result.output


def test_two_approvals_run_the_break_in_report(called):
    workflow = called("Break-in report for web1")

    for username in ("priya", "jonas"):
        cast_vote(account(username), workflow, VoteIn(choice="approve", revision=1))
    run = db.session.scalars(select(Run).where(Run.workflow_id == workflow.id)).one()
    execute(run.id)

    db.session.expire_all()
    assert workflow.status is Status.COMPLETED
    assert run.output["by_address"][0] == {"address": "203.0.113.77", "failed": 84}
    assert [file.name for file in run.steps[0].files] == ["addresses.csv"]
