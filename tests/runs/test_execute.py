"""Runs from claim to end, with the real sandbox and real commits."""

from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from dashboard.agents.models import AgentStatus
from dashboard.audit import AuditEntry
from dashboard.bots.models import BotStatus
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus, StepStatus
from dashboard.sandbox import Tier, evidence, probing
from dashboard.workflows.content import hash_of
from dashboard.workflows.models import Status
from tests.factories import make_agent, make_bot, make_run, make_user
from tests.runs.stage import (
    again,
    approved,
    events,
    in_background,
    log_of,
    wait_for,
)

COUNTS = """
import csv
def run(inputs, files):
    print("reading", sorted(path.name for path in files.iterdir()))
    lines = (files / "input.txt").read_text().split()
    with open("output/words.csv", "w") as out:
        csv.writer(out).writerows([[word] for word in lines])
    return {"words": [{"word": word, "length": len(word)} for word in lines]}
"""
SUMS = """
def run(inputs, files):
    kept = (files / "words.csv").read_text().split()
    words = inputs["previous"]["words"]
    return {"total": sum(each["length"] for each in words), "kept": kept,
            "factor": inputs["factor"], "unit": inputs["unit"]}
"""
RAISES = "def run(inputs, files):\n    raise ValueError('no such month')\n"


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


def test_two_steps_hand_on_their_output_and_their_files(uma):
    first = make_bot(uma, COUNTS)
    second = make_bot(uma, SUMS, {"defaults": {"factor": 1, "unit": "letters"}})
    run = approved(
        uma, first, second, inputs={"factor": 3}, files={"input.txt": b"an apple"}
    )

    assert execute(run.id)

    again(run)
    assert (run.status, run.error) == (RunStatus.COMPLETED, "")
    assert run.output == {
        "total": 7,
        "kept": ["an", "apple"],
        "factor": 3,
        "unit": "letters",
    }
    assert [step.status for step in run.steps] == [StepStatus.COMPLETED] * 2
    assert [file.name for file in run.steps[0].files] == ["words.csv"]
    assert log_of(run.steps[0]) == ["reading ['input.txt']"]
    assert events(run) == ["begin", "end"]
    workflow = again(run.workflow)
    assert workflow.status is Status.COMPLETED
    for bot in (again(first), again(second)):
        assert (bot.runs_total, bot.runs_completed) == (1, 1)
        assert bot.last_run_at == run.ended_at


def test_a_failed_step_ends_the_run_and_the_rest_does_not_run(uma):
    run = approved(uma, make_bot(uma, RAISES), make_bot(uma))

    execute(run.id)

    again(run)
    assert run.status is RunStatus.FAILED
    assert run.error == run.steps[0].message
    assert "ValueError: no such month" in run.error
    assert "line 2" in run.steps[0].traceback
    assert [step.status for step in run.steps] == [
        StepStatus.FAILED,
        StepStatus.QUEUED,
    ]
    workflow = again(run.workflow)
    assert (workflow.status, workflow.status_reason) == (Status.FAILED, "step_failed")
    counted = [(step.bot.runs_total, step.bot.runs_completed) for step in run.steps]
    assert counted == [(1, 0), (0, 0)]


def test_a_run_that_is_over_is_not_executed_again(uma):
    run = make_run(make_bot(uma))
    execute(run.id)

    assert not execute(run.id)
    assert not execute(uuid4())
    assert again(run).attempt == 1


def test_code_changed_behind_our_back_after_the_approval_blocks_the_run(uma):
    bot = make_bot(uma, "def run(inputs):\n    return {'safe': True}\n")
    run = approved(uma, bot)
    tamper("UPDATE bot_versions SET code = 'def run(inputs): return {}'")

    execute(run.id)

    again(run)
    assert run.status is RunStatus.BLOCKED
    assert f"Step 1 ({bot.name} v1) has other content" in run.error
    assert (run.steps[0].status, run.steps[0].started_at) == (StepStatus.QUEUED, None)
    assert again(run.workflow).status_reason == "blocked"
    assert again(bot).runs_total == 0


def test_a_record_of_the_approval_changed_to_match_blocks_the_run_too(uma):
    record, digest_too = (
        approved(uma, make_bot(uma), inputs={"limit": 10}) for _ in range(2)
    )
    for run in (record, digest_too):
        run.workflow.inputs = {"limit": 99}
        run.round.content = run.round.content | {"inputs": {"limit": 99}}
    digest_too.round.content_hash = hash_of(digest_too.round.content)
    db.session.commit()

    execute(record.id)
    execute(digest_too.id)

    assert again(record).status is RunStatus.BLOCKED
    assert record.error == (
        "The record of what was approved does not match its digest."
    )
    assert again(digest_too).status is RunStatus.BLOCKED
    assert digest_too.error == "The workflow changed after it was approved."


def test_a_run_whose_workflow_is_not_approved_any_more_is_blocked(uma):
    run = approved(uma, make_bot(uma))
    run.workflow.move(Status.REJECTED)
    db.session.commit()

    execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert run.error == "The workflow is not approved any more."
    assert again(run.workflow).status is Status.REJECTED


def test_a_bot_on_its_own_is_blocked_when_its_code_was_changed(uma):
    run = make_run(make_bot(uma))
    tamper("UPDATE bot_versions SET code = 'def run(inputs): return {}'")

    execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert "its content was changed in the database" in run.error


def test_a_bot_that_was_switched_off_does_not_run(uma):
    bot = make_bot(uma, name="Sweeper")
    run = approved(uma, bot)
    bot.status = BotStatus.MAINTENANCE
    db.session.commit()

    execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert run.error == "The bot Sweeper was not run: it is not active (maintenance)."


@pytest.mark.parametrize("status", [AgentStatus.PAUSED, AgentStatus.RETIRED])
def test_nothing_runs_for_an_agent_that_is_away(uma, status):
    agent = make_agent("Courier")
    run = approved(uma, make_bot(uma), agent_id=agent.id)
    agent.status = status
    db.session.commit()

    execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert run.error == f"The agent Courier, for which it runs, is {status}."


def test_an_agent_put_in_behind_our_back_blocks_the_run_and_a_new_name_does_not(uma):
    agent, other = make_agent("Courier"), make_agent()
    same = approved(uma, make_bot(uma), agent_id=agent.id)
    swapped = approved(uma, make_bot(uma), agent_id=agent.id)
    agent.name = "Messenger"
    swapped.workflow.agent_id = other.id
    db.session.commit()

    execute(same.id)
    execute(swapped.id)

    assert again(same).status is RunStatus.COMPLETED
    assert again(swapped).status is RunStatus.BLOCKED
    assert "The agent it runs for is not the one" in swapped.error


def test_a_step_that_changed_while_the_one_before_it_ran_is_blocked(uma, app):
    slow = make_bot(uma, "import time\ndef run(inputs): time.sleep(1.5); return {}\n")
    other = make_bot(uma)
    run = approved(uma, slow, other)
    worker = in_background(app, run)
    wait_for(lambda: again(run).steps[0].status is StepStatus.RUNNING)

    other.status = BotStatus.INACTIVE
    db.session.commit()
    worker.join(20)

    again(run)
    assert run.status is RunStatus.BLOCKED
    assert again(run.steps[1]).status is StepStatus.QUEUED


def test_bots_are_held_in_the_base_tier_where_that_was_asked_for(uma, app, monkeypatch):
    monkeypatch.setitem(app.config, "SANDBOX_TIER", "base")
    run = make_run(make_bot(uma))

    execute(run.id)

    assert again(run).status is RunStatus.COMPLETED
    assert run.steps[0].tier == "base"


def test_without_the_lockdown_that_was_demanded_no_bot_starts(uma, app, monkeypatch):
    monkeypatch.setitem(app.config, "SANDBOX_TIER", "lockdown")
    weak = replace(evidence(), tier=Tier.BASE)
    monkeypatch.setattr(probing, "_latest", [weak])
    run = make_run(make_bot(uma))

    execute(run.id)

    again(run)
    assert run.steps[0].status is StepStatus.REFUSED
    assert "must hold bots in lockdown" in run.error


def test_the_log_of_a_running_bot_is_stored_while_it_runs(uma, app):
    code = "import time\ndef run(inputs):\n    print('half way')\n    time.sleep(2.5)\n"
    run = make_run(make_bot(uma, code + "    return {}\n"))
    worker = in_background(app, run)

    wait_for(lambda: log_of(run.steps[0]) == ["half way"])

    assert again(run).status is RunStatus.RUNNING
    worker.join(20)
    assert again(run).status is RunStatus.COMPLETED


def test_odd_output_is_stored_as_readable_lines(uma):
    code = (
        "import sys\ndef run(inputs):\n"
        "    sys.stdout.buffer.write(b'nul\\0 bad\\xff\\r\\n\\n' + b'y' * 5000)\n"
        "    return {}\n"
    )
    run = make_run(make_bot(uma, code))

    execute(run.id)

    lines = log_of(again(run).steps[0])
    assert lines == ["nul\ufffd bad\ufffd", "", "y" * 2000 + "…"]
    assert run.steps[0].log_lines == 3


def test_both_steps_of_one_bot_are_counted_once_each(uma):
    bot = make_bot(uma)
    run = make_run(bot, bot)

    execute(run.id)

    again(bot)
    assert (bot.runs_total, bot.runs_completed) == (2, 2)


def test_the_audit_entry_of_the_end_names_what_each_step_returned(uma):
    run = make_run(make_bot(uma, name="Echo"))

    execute(run.id)

    entry = db.session.scalar(
        sa.select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)
    )
    assert entry.actor_name == "Quorum"
    step = entry.detail["steps"][0]
    assert (step["bot"], step["version"], step["status"]) == ("Echo", 1, "completed")
    assert step["output"].startswith("sha256:")


def tamper(statement):
    db.session.execute(sa.text(statement))
    db.session.commit()
