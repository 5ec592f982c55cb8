"""What a freeze holds back: no worker starts it, its page says so, and then it runs."""

from datetime import timedelta

import pytest

from dashboard.bots.models import RunPolicy
from dashboard.clock import now
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs import brake
from dashboard.runs.actions import start_bot
from dashboard.runs.claim import claim, ready
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus, Trigger
from dashboard.workflows.jobs import advance_due
from dashboard.workflows.models import Status
from tests.factories import make_agent, make_bot, make_run, make_user
from tests.freezes.stage import lifted, make_freeze
from tests.runs.stage import again, approved, events


@pytest.fixture
def ada(real_database):
    return make_user("Ada")


@pytest.fixture
def work(ada):
    """A run that waits, of a council's workflow on behalf of an agent."""
    return approved(ada, make_bot(ada), agent_id=make_agent().id)


def frozen(work, scope, by):
    workflow = work.workflow
    named = {"council": workflow.council, "agent": workflow.agent}
    return make_freeze(by, **{scope: named[scope]} if scope in named else {})


@pytest.mark.parametrize("scope", ["all", "council", "agent"])
def test_a_worker_starts_nothing_frozen_and_all_of_it_once_lifted(ada, work, scope):
    freeze = frozen(work, scope, ada)

    assert ready(10) == []
    assert claim(work.id, "somebody") is None
    assert not execute(work.id)
    assert again(work).status is RunStatus.QUEUED
    assert work.workflow.status is Status.APPROVED

    lifted(freeze, ada)
    assert ready(10) == [work.id]
    assert execute(work.id)
    assert again(work).status is RunStatus.COMPLETED


@pytest.mark.parametrize("scope", ["council", "agent"])
def test_other_work_goes_on(ada, work, scope):
    frozen(work, scope, ada)
    other = approved(ada, make_bot(ada), agent_id=make_agent().id)
    alone = make_run(make_bot(ada))

    assert set(ready(10)) == {other.id, alone.id}
    assert execute(other.id)
    assert execute(alone.id)


def test_a_bot_on_its_own_stops_only_for_a_freeze_of_everything(ada):
    bot = make_bot(ada, run_policy=RunPolicy.OWNER)
    waiting = make_run(bot)
    make_freeze(ada)

    assert ready(10) == []
    assert not execute(waiting.id)
    with pytest.raises(RuleBroken, match="pulled the brake") as refused:
        start_bot(ada, bot, {}, {}, Trigger.PERSON)
    assert refused.value.code == "frozen"


def test_a_freeze_between_claim_and_begin_gives_the_run_back(ada, work, monkeypatch):
    freeze = frozen(work, "council", ada)
    monkeypatch.setattr("dashboard.runs.claim.held_back", lambda *_: brake.sa.false())

    assert execute(work.id)

    assert (again(work).status, work.attempt) == (RunStatus.QUEUED, 0)
    assert work.started_at is None
    assert work.workflow.status is Status.APPROVED
    assert events(work) == ["give_back"]
    lifted(freeze, ada)
    assert execute(work.id)


def test_an_approval_expires_on_time_while_it_is_frozen(ada, work):
    frozen(work, "all", ada)
    work.workflow.round.expires_at = now() - timedelta(seconds=1)
    db.session.commit()

    advance_due()

    assert again(work.workflow).status is Status.EXPIRED
    assert again(work).status is RunStatus.CANCELLED


def test_what_has_begun_goes_on(ada, work):
    taken = claim(work.id, "somebody")

    frozen(work, "all", ada)

    assert taken is not None
    assert again(work).status is RunStatus.RUNNING


@pytest.mark.parametrize("scope", ["all", "council", "agent"])
def test_the_page_of_a_waiting_run_says_why_it_waits(app, ada, work, scope):
    uma = make_user("Uma", role=Role.USER)
    work.started_by_id = uma.id
    frozen(work, scope, ada)
    workflow = work.workflow
    what = {"council": workflow.council.name, "agent": workflow.agent.name}
    browser = app.test_client().as_(uma)

    page = browser.get(f"/runs/{work.id}").text
    live = browser.get(f"/runs/{work.id}/live").text

    for each in (page, live):
        assert f"Waits: {what.get(scope, 'Everything')} is frozen since" in each
        assert "once the freeze is lifted" in each
