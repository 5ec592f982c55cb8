"""What counts: each end of work adds its row in the transaction that ends it."""

import pytest

from dashboard.agents.models import Restriction
from dashboard.extensions import db
from dashboard.reputation.formula import Record, score_of
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus, StepStatus
from dashboard.workflows.models import Status
from tests.factories import (
    latest_audit,
    make_agent,
    make_bot,
    make_council,
    make_type,
    open_vote,
    rule_of,
    vote,
)
from tests.reputation.stage import ends, ledger, told, with_step_of, work_of
from tests.runs.stage import approved

pytestmark = pytest.mark.usefixtures("database")


def test_completed_work_is_an_action_a_success_and_what_it_saves_a_year(ada):
    agent = make_agent()

    run = ends(work_of(agent, ada, weekly_savings=340))

    row = ledger(agent)[0]
    assert told(agent) == [("completed", 1, 1, 17_680)]
    assert (row.number, row.source) == (1, f"run/{run.id}")
    assert row.score_after == row.change == score_of(Record(1, 1, 17_680))
    assert (row.formula, row.at) == (1, run.ended_at)
    assert agent.reputation == row.score_after


def test_failed_work_is_an_action_and_saves_nothing(ada):
    agent = make_agent()

    ends(work_of(agent, ada, weekly_savings=340))
    ends(work_of(agent, ada, weekly_savings=900), RunStatus.FAILED)

    first, second = ledger(agent)
    assert told(agent)[1] == ("failed", 1, 0, 0)
    assert second.total == Record(2, 1, 17_680)
    assert second.change == second.score_after - first.score_after < 0


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (RunStatus.BLOCKED, ""),
        (RunStatus.NEEDS_REVIEW, ""),
        (RunStatus.CANCELLED, ""),
        (RunStatus.FAILED, "lost"),
    ],
)
def test_what_says_nothing_about_the_agent_does_not_count(ada, status, reason):
    agent, helper = make_agent(), make_agent()
    run = with_step_of(work_of(agent, ada), helper, StepStatus.COMPLETED)

    ends(run, status, reason)

    assert run.workflow.status.is_final
    assert ledger(agent) == ledger(helper) == []
    assert agent.reputation is None


def test_what_a_run_really_does_is_booked_when_it_ends(ada):
    agent = make_agent()
    bad = make_bot(ada, "def run(inputs, files):\n    raise ValueError('no')\n")
    runs = [approved(ada, bot, agent_id=agent.id) for bot in (make_bot(ada), bad)]

    for run in runs:
        execute(run.id)

    assert told(agent) == [("completed", 1, 1, 0), ("failed", 1, 0, 0)]


def test_a_step_in_the_work_of_others_counts_for_whoever_took_it(ada):
    boss, good, bad = make_agent(), make_agent(), make_agent()
    run = work_of(boss, ada, weekly_savings=100)
    with_step_of(run, good, StepStatus.COMPLETED)
    with_step_of(run, bad, StepStatus.TIMED_OUT)

    ends(run, RunStatus.FAILED)

    assert told(good) == [("completed", 1, 1, 0)]
    assert told(bad) == [("failed", 1, 0, 0)]
    assert ledger(good)[0].source == f"run/{run.id}/2"
    assert told(boss) == [("failed", 1, 0, 0)]


def test_a_step_in_ones_own_work_counts_once(ada):
    agent = make_agent()

    ends(with_step_of(work_of(agent, ada), agent))

    assert told(agent) == [("completed", 1, 1, 0)]


@pytest.mark.parametrize(
    "status", [StepStatus.CANCELLED, StepStatus.REFUSED, StepStatus.LOST]
)
def test_a_step_that_its_agent_could_not_answer_for_does_not_count(ada, status):
    agent = make_agent()

    ends(with_step_of(work_of(None, ada), agent, status))

    assert ledger(agent) == []


def test_two_steps_of_one_run_are_two_rows(ada):
    agent = make_agent()
    run = with_step_of(with_step_of(work_of(None, ada), agent), agent)

    ends(run)

    assert [(row.number, row.total_actions) for row in ledger(agent)] == [
        (1, 1),
        (2, 2),
    ]


def test_a_rejection_takes_no_points_and_teaches(ada, olga):
    agent = make_agent(weaknesses=["Pricing"])
    ends(work_of(agent, ada))
    council = make_council(olga, name="Payments", rule=rule_of())
    type_ = make_type(council, make_bot(ada), name="Refunds")

    for _ in range(2):
        workflow = open_vote(ada, type_, agent_id=agent.id)
        vote(workflow, olga, "reject")

    assert workflow.status is Status.REJECTED
    assert told(agent)[1:] == [("rejected", 0, 0, 0)] * 2
    assert [row.change for row in ledger(agent)[1:]] == [0, 0]
    assert ledger(agent)[-1].source == f"round/{workflow.round.id}"
    assert agent.weaknesses == ["Pricing", "Refunds"]
    said = f"Workflow #{workflow.number} rejected by Payments"
    assert agent.last_feedback == said


def test_work_without_an_agent_touches_nobody(ada):
    agent = make_agent()

    ends(work_of(None, ada, weekly_savings=100))

    assert ledger(agent) == []


def test_the_audit_trail_tells_it_of_the_agent(ada):
    agent = make_agent("Atlas")

    ends(work_of(agent, ada))

    entry = latest_audit()
    assert (entry.action, entry.subject_name) == ("reputation.write", "Atlas")
    assert entry.detail["row"] == 1
    assert entry.changes[f"agents/{agent.id}"]["reputation"] == [None, 3_001]


def test_a_row_and_the_end_it_follows_from_are_one(ada, monkeypatch):
    agent = make_agent()
    run = work_of(agent, ada)

    def fails(*args):
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr("dashboard.runs.ending.tell_bots", fails)
    with pytest.raises(RuntimeError):
        ends(run)

    db.session.expire_all()
    assert ledger(agent) == []
    assert (run.status, agent.reputation) == (RunStatus.QUEUED, None)


def test_what_is_rejected_without_a_vote_teaches_as_well(ada):
    type_ = make_type(make_council(ada, name="Payments"), make_bot(ada))
    kept = Restriction(type_id=type_.id, reason="It guessed amounts")
    agent = make_agent(restrictions=[kept])

    workflow = open_vote(ada, type_, agent_id=agent.id)

    assert workflow.status is Status.REJECTED
    assert told(agent) == [("rejected", 0, 0, 0)]
    assert agent.weaknesses == [type_.name]
