"""Logs are forgotten after a year; the run stays."""

from datetime import timedelta

from sqlalchemy import func, select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.runs import forgetting
from dashboard.runs.forgetting import KEPT, earliest_id, prune_logs
from dashboard.runs.models import Execution, LogChunk
from tests.factories import stored
from tests.runs.stage import again, log_of
from tests.runs.versions import completed, free_bot

HOUR = timedelta(hours=1)


def printed(step, *moments):
    """One line at each of these moments."""
    for n, moment in enumerate(moments):
        fields = {"execution_id": step.id, "attempt": 1, "first_line": n, "lines": 1}
        stored(LogChunk(id=earliest_id(moment), text=f"Line {n}", **fields))
    step.log_lines, step.first_error_line = len(moments), 1
    return stored(step)


def test_an_old_log_goes_whole_and_a_newer_one_stays(client, uma, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 1)
    bot, limit = free_bot(uma), now() - KEPT
    runs = [completed(bot) for _ in range(3)]
    old, older, new = (run.steps[0] for run in runs)
    printed(old, limit - HOUR, limit + HOUR)  # it printed for long
    printed(older, limit - 3 * HOUR)
    printed(new, limit + 2 * HOUR)

    assert prune_logs() == 2

    assert [log_of(step) for step in (old, older, new)] == [[], [], ["Line 0"]]
    assert (again(old).log_lines, old.first_error_line) == (0, None)
    assert again(new).log_lines == 1
    client.as_(uma)
    part = client.get(f"/runs/{runs[0].id}/steps/1/log?after=0").json
    assert (part["lines"], part["more"], part["ended"]) == ([], False, True)
    assert "0 lines" in client.get(f"/runs/{runs[0].id}?tab=log").text


def test_a_bot_that_prints_now_is_left_alone(uma):
    step = printed(completed(free_bot(uma)).steps[0], now())

    assert prune_logs() == 0
    assert log_of(step) == ["Line 0"]


def test_it_costs_little_when_nothing_is_old(uma, statements):
    printed(completed(free_bot(uma)).steps[0], now())
    statements.clear()

    prune_logs()

    kept = [sent for sent in statements if "clock_timestamp" not in sent]
    assert len(kept) <= 3
    assert db.session.scalar(select(func.count()).select_from(Execution)) == 1
