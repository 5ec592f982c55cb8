"""`flask reputation recompute`: every score follows from its ledger, or is named."""

import pytest
import sqlalchemy as sa

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.reputation import actions
from dashboard.reputation.recompute import GRACE, check
from dashboard.reputation.schemas import AdjustmentIn
from dashboard.runs.models import RunStatus
from tests.factories import (
    latest_audit,
    make_agent,
    make_bot,
    make_council,
    make_type,
    open_vote,
    vote,
)
from tests.reputation.stage import ends, ledger, with_step_of, work_of


@pytest.fixture
def atlas(ada, olga):
    """An agent with one row of each kind: numbers 1 to 5."""
    agent = make_agent("Atlas")
    ends(work_of(agent, ada, weekly_savings=340))
    ends(work_of(agent, ada), RunStatus.FAILED)
    type_ = make_type(make_council(olga), make_bot(ada))
    vote(open_vote(ada, type_, agent_id=agent.id), olga, "reject")
    actions.adjust(ada, agent, AdjustmentIn(points=250, reason="Helped out"))
    ends(with_step_of(work_of(None, ada), agent))
    return agent


@pytest.fixture
def flask(app, database):
    def run(*args):
        db.session.commit()
        db.session.expire_all()
        result = app.test_cli_runner().invoke(args=["reputation", "recompute", *args])
        db.session.expire_all()
        return result

    return run


def tamper(sql, **values):
    db.session.execute(sa.text(sql), values)
    db.session.commit()


def test_it_says_how_many_scores_it_reproduced(flask, ada, atlas):
    ends(work_of(make_agent("Borea"), ada))
    make_agent("Without work")

    result = flask("--check")

    assert result.output == "6 scores of 2 agents reproduced\n"
    assert result.exit_code == 0
    assert [row.number for row in ledger(atlas)] == [1, 2, 3, 4, 5]


def test_nothing_at_all_holds_too(flask):
    result = flask("--check")

    assert (result.output, result.exit_code) == ("0 scores of 0 agents reproduced\n", 0)


@pytest.mark.parametrize(
    ("change", "row", "said"),
    [
        ("score_after = 9999", 2, "the score is stored as 9,999, but comes to 1,"),
        ("change = 7", 2, "the change is stored as 7, but comes to"),
        ("savings = 400000", 1, "$400,000, but run/"),
        ("successes = 1", 2, "actions 1, successes 1, $0, but run/"),
        ("actions = 9", 5, "actions 9,"),
        ("reason = 'completed'", 2, "“completed”, actions 1"),
        ("total_savings = 1", 3, "its totals are not"),
        ("adjustment = 2500", 4, "the audit trail knows of no such correction"),
        ("reason = 'manual'", 2, "the audit trail knows of no such correction"),
        ("source = 'run/1'", 2, "run/1 counts for nothing here, or is not there"),
        ("formula = 7", 3, "there is no version 7 of the formula"),
        ("number = 8", 5, "row 5 should stand here"),
    ],
)
def test_a_row_changed_by_hand_is_named(flask, atlas, change, row, said):
    day = f"{now():%Y-%m-%d}"
    sql = f"UPDATE reputation_entries SET {change} WHERE number = :row"  # noqa: S608
    tamper(sql, row=row)

    result = flask("--check")

    number = 8 if "number" in change else row
    assert result.exit_code == 1
    assert f"Atlas, row {number} of {day}: " in result.output
    assert said in result.output
    assert f"{row - 1} scores of 1 agents reproduced" in result.output


def test_a_row_that_was_taken_out_is_missed(flask, atlas):
    tamper("DELETE FROM reputation_entries WHERE number = 2")

    result = flask("--check")

    assert "row 3 of" in result.output
    assert "row 2 should stand here" in result.output


def test_the_last_row_is_missed_although_the_score_was_set_back(atlas, monkeypatch):
    before = ledger(atlas)[3].score_after
    tamper("DELETE FROM reputation_entries WHERE number = 5")
    tamper("UPDATE agents SET reputation = :score", score=before)
    monkeypatch.setattr("dashboard.reputation.recompute.now", lambda: now() + GRACE * 2)

    verdict = check()

    assert "no row follows from run/" in str(verdict.faults[0])


def test_a_run_that_is_another_now_is_found(flask, ada, atlas):
    tamper("UPDATE runs SET status = 'cancelled' WHERE status = 'failed'")

    result = flask("--check")

    assert "Atlas, row 2 of" in result.output
    assert "counts for nothing here" in result.output


def test_a_score_that_is_not_its_ledgers_is_named_and_left(flask, atlas):
    tamper("UPDATE agents SET reputation = 9999")

    result = flask("--check")

    last = ledger(atlas)[-1].score_after
    assert result.exit_code == 1
    assert f"Atlas: carries the score 9,999, but its ledger ends with {last:,}." in (
        result.output
    )
    assert atlas.reputation == 9_999


def test_without_check_it_is_given_the_score_of_its_ledger(flask, atlas):
    tamper("UPDATE agents SET reputation = 9999")
    rows = [(row.score_after, row.change) for row in ledger(atlas)]

    result = flask()

    assert result.exit_code == 0, result.output
    assert atlas.reputation == rows[-1][0]
    assert [(row.score_after, row.change) for row in ledger(atlas)] == rows
    assert latest_audit().action == "reputation.write"
    assert flask("--check").exit_code == 0


def test_a_broken_ledger_is_never_repaired(flask, atlas):
    tamper("UPDATE reputation_entries SET score_after = 1 WHERE number = 2")

    result = flask()

    assert result.exit_code == 1
    assert ledger(atlas)[1].score_after == 1


def test_one_agent_is_looked_at_by_its_name(flask, ada, atlas):
    ends(work_of(make_agent("Borea"), ada))
    tamper("UPDATE reputation_entries SET score_after = 1 WHERE number = 2")

    assert flask("--check", "--agent", "Borea").output == (
        "1 scores of 1 agents reproduced\n"
    )
    assert flask("--check", "--agent", "Atlas").exit_code == 1
    unknown = flask("--check", "--agent", "Nobody")
    assert (unknown.exit_code, unknown.output) == (
        1,
        "Error: There is no agent named Nobody.\n",
    )
