"""Reminders by the clock: to whom, when, and never twice."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.inbox.jobs import remind_due
from dashboard.inbox.models import Notice
from dashboard.permissions import Role
from dashboard.queue import Worker
from dashboard.runs.models import Run, Trigger
from dashboard.workflows.models import Round, WorkflowEditor
from tests.factories import make_user, make_vote, stored
from tests.inbox.stage import DAY, HOUR, approved, asked, differs, kinds, told

PERIOD = 10 * HOUR
"""Half of it is five hours; the last call comes an hour before the close."""


def open_since(age, proposer, *voters, **over):
    opened_at = now() - age
    closes_at = opened_at + PERIOD
    times = {"opened_at": opened_at, "closes_at": closes_at}
    return asked(proposer, *voters, original_closes_at=closes_at, **times | over)


def aged(round_, by):
    """The same round, this much later."""
    round_.opened_at -= by
    round_.closes_at -= by
    return stored(round_)


def test_before_half_time_nobody_is_reminded(uma, olga):
    open_since(4 * HOUR, uma, olga)

    remind_due()

    assert kinds(olga) == []


def test_at_half_time_those_who_have_not_voted_are_reminded_once(uma, olga, otto):
    round_ = open_since(5 * HOUR, uma, olga, otto)
    make_vote(round_, otto)

    remind_due()
    remind_due()

    assert kinds(olga) == ["half_time"]
    assert "Half the time is over" in told(olga)[0][1]
    assert kinds(otto) == kinds(uma) == []


def test_the_last_call_follows_half_time_and_comes_once(uma, olga):
    round_ = open_since(5 * HOUR, uma, olga)
    remind_due()
    aged(round_, 4 * HOUR)

    remind_due()
    remind_due()

    assert kinds(olga) == ["half_time", "last_call"]


def test_when_both_are_late_only_the_last_call_is_sent(uma, olga):
    open_since(9.5 * HOUR, uma, olga)

    remind_due()
    remind_due()

    assert kinds(olga) == ["last_call"]


def test_an_extension_sends_no_second_reminder(uma, olga):
    round_ = open_since(5 * HOUR, uma, olga)
    remind_due()
    round_.closes_at += 8 * HOUR
    stored(round_)
    aged(round_, 5 * HOUR)

    remind_due()
    assert kinds(olga) == ["half_time"]

    aged(round_, 7 * HOUR)
    remind_due()
    assert kinds(olga) == ["half_time", "last_call"]


def test_who_voted_left_or_was_switched_off_is_not_reminded(uma, olga, otto):
    off = make_user("Nina", role=Role.COUNCIL_OPERATOR, is_active=False)
    changed = make_user("Omar", role=Role.COUNCIL_OPERATOR)
    round_ = open_since(5 * HOUR, uma, olga, otto, off, changed)
    next(v for v in round_.voters if v.user_id == otto.id).gone = True
    make_vote(round_, olga)
    make_vote(round_, changed, "reject", superseded_at=now())
    make_vote(round_, changed)

    remind_due()

    assert db.session.scalar(select(func.count(Notice.id))) == 0


@pytest.mark.parametrize(
    "over",
    [{"outcome": "rejected"}, {"revision": 9}, {"closes_at": now() - HOUR}],
    ids=["decided", "of another revision", "closed"],
)
def test_of_what_is_over_nobody_is_reminded(uma, olga, over):
    open_since(5 * HOUR, uma, olga, **over)

    remind_due()

    assert kinds(olga) == []


def test_reminding_leaves_no_audit_entry_and_no_news_for_pages(uma, olga):
    round_ = open_since(5 * HOUR, uma, olga)
    before = round_.workflow.seq

    remind_due()

    assert kinds(olga) == ["half_time"]
    assert db.session.scalar(select(func.count(AuditEntry.id))) == 0
    db.session.refresh(round_.workflow)
    assert round_.workflow.seq == before


def running_out(proposer, *voters, left=20 * HOUR, **over):
    """An approval usable for ten days, of which so much is left."""
    expires_at = now() + left
    times = {"ready_at": expires_at - 10 * DAY, "decided_at": expires_at - 10 * DAY}
    return approved(proposer, *voters, expires_at=expires_at, **times | over)


def test_an_approval_that_runs_out_is_told_to_its_authors_once(uma, olga, ada):
    round_ = running_out(uma, olga)
    editor = make_user("Nina", role=Role.USER)
    round_.workflow.editors.append(WorkflowEditor(user_id=editor.id))
    stored(round_)

    remind_due()
    remind_due()

    assert kinds(uma) == kinds(editor) == ["expires_soon"]
    assert "The approval runs out" in told(uma)[0][1]
    assert kinds(olga) == kinds(ada) == []


def test_where_the_proposer_may_not_start_it_guardians_are_told(uma, olga, ada):
    running_out(uma, olga, rule=differs())

    remind_due()

    assert kinds(ada) == ["expires_soon"]
    assert kinds(olga) == []


def test_a_day_before_is_early_enough_and_a_tenth_of_a_short_time(uma, olga):
    running_out(uma, olga, left=25 * HOUR)
    short = {"ready_at": now() - 8 * HOUR, "expires_at": now() + 2 * HOUR}
    approved(uma, olga, **short)

    remind_due()
    assert kinds(uma) == []

    short = {"ready_at": now() - 9.5 * HOUR, "expires_at": now() + HOUR / 2}
    approved(uma, olga, **short)

    remind_due()
    assert kinds(uma) == ["expires_soon"]


def test_an_approval_that_was_used_is_not_warned_of(uma, olga):
    round_ = running_out(uma, olga)
    fields = {"workflow_id": round_.workflow_id, "trigger": Trigger.WORKFLOW}
    stored(Run(round_id=round_.id, **fields))

    remind_due()

    assert kinds(uma) == []


@pytest.fixture
def people(real_database):
    return [make_user(name, role=Role.COUNCIL_OPERATOR) for name in ("Uma", "Olga")]


def test_two_workers_at_once_remind_once(app, people):
    uma, olga = people
    for _ in range(10):
        open_since(5 * HOUR, uma, olga)
        open_since(9.5 * HOUR, uma, olga)
        running_out(uma, olga)
    db.session.commit()
    start, broken = Barrier(4), []

    def work():
        with app.app_context():
            start.wait()
            try:
                remind_due()
            except Exception as error:
                broken.append(error)
                raise

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert broken == []
    assert sorted(kinds(olga)) == ["half_time"] * 10 + ["last_call"] * 10
    assert kinds(uma) == ["expires_soon"] * 10
    reminded = select(func.count(Round.id)).where(Round.half_reminded_at.is_not(None))
    assert db.session.scalar(reminded) == 10


def test_the_worker_reminds_while_it_sweeps(app, people):
    uma, olga = people
    open_since(5 * HOUR, uma, olga)
    worker = Worker(app, threads=1)
    worker.stop()

    worker.run()

    assert kinds(olga) == ["half_time"]
