"""The outbox: what is told, to whom, and that it stands and falls with its cause."""

import json

import pytest

from dashboard.audit import AuditEntry, audited
from dashboard.extensions import db
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.permissions import SYSTEM, Permission
from dashboard.runs.engine import execute
from dashboard.webhooks import outbox, telling
from dashboard.webhooks.models import DeliveryStatus, Event
from dashboard.workflows import actions
from dashboard.workflows.lifecycle import load_round, settle
from tests.factories import (
    make_bot,
    make_council,
    make_run,
    make_type,
    open_vote,
    stored,
    vote,
)
from tests.runs.stage import again, approved
from tests.webhooks.stage import make_endpoint, messages

FAILS = "def run(inputs):\n    raise ValueError('hunter2')\n"


@pytest.fixture
def type_(olga, otto, uma):
    return make_type(make_council(olga, otto, name="Finance"), make_bot(uma))


def test_opening_and_deciding_are_told_once_each(ada, uma, olga, otto, type_):
    make_endpoint(ada)
    workflow = open_vote(uma, type_, title="Pay the refund")
    vote(workflow, olga)
    vote(workflow, otto)

    opened, decided = messages()

    assert (opened.event, decided.event) == (
        Event.WORKFLOW_OPENED,
        Event.WORKFLOW_DECIDED,
    )
    assert decided.status is DeliveryStatus.PENDING
    assert opened.payload["type"] == "workflow.opened"
    assert opened.payload["data"]["closes_at"]
    round_ = load_round(workflow)
    assert decided.payload["timestamp"] == round_.decided_at.isoformat()
    assert decided.payload["data"] == {
        "workflow_id": str(workflow.id),
        "number": workflow.number,
        "title": "Pay the refund",
        "revision": 1,
        "council": "Finance",
        "url": f"http://127.0.0.1:8000/workflows/{workflow.id}",
        "result": "approved",
        "reason": round_.reason,
        "early": True,
        "opened_at": round_.opened_at.isoformat(),
        "decided_at": round_.decided_at.isoformat(),
    }


def test_who_voted_and_what_was_put_in_is_not_told(ada, uma, olga, otto, type_):
    make_endpoint(ada)
    type_.input_schema = {"type": "object", "properties": {"word": {"type": "string"}}}
    db.session.commit()
    workflow = open_vote(uma, type_, inputs={"word": "hunter2"}, description="hunter2")
    vote(workflow, olga, "reject", reason="hunter2 is no good")

    told = json.dumps([each.payload for each in messages()])

    assert "rejected" in told
    assert not [word for word in ("Olga", "Otto", "Uma", "hunter2") if word in told]


def test_only_who_is_on_and_asked_for_it_is_told(ada, uma, type_):
    listens = make_endpoint(ada, events=[Event.WORKFLOW_OPENED])
    make_endpoint(ada, events=[Event.RUN_ENDED])
    make_endpoint(ada, is_on=False)

    open_vote(uma, type_)

    assert [each.endpoint_id for each in messages()] == [listens.id]


def test_a_run_tells_how_it_ended_and_not_what_it_said(ada, uma):
    make_endpoint(ada, events=[Event.RUN_ENDED])
    run = approved(uma, make_bot(uma, FAILS, name="Sync"), inputs={"word": "swordfish"})

    execute(run.id)

    [ended] = messages()
    facts = ended.payload["data"]
    assert (facts["result"], facts["reason"]) == ("failed", "failed")
    assert (facts["run_id"], facts["bots"]) == (str(run.id), ["Sync"])
    assert facts["url"].endswith(f"/runs/{run.id}")
    assert facts["workflow"]["title"] == "Close the books"
    told = json.dumps(ended.payload)
    assert "hunter2" not in told
    assert "swordfish" not in told


def test_a_bot_on_its_own_tells_without_a_workflow(ada, uma):
    make_endpoint(ada, events=[Event.RUN_ENDED])

    execute(make_run(make_bot(uma)).id)

    [ended] = messages()
    assert ended.payload["data"]["result"] == "completed"
    assert ended.payload["data"]["workflow"] is None


def test_a_run_that_is_taken_back_has_ended_too(ada, uma):
    make_endpoint(ada, events=[Event.RUN_ENDED])
    run = approved(uma, make_bot(uma))

    actions.cancel(uma, again(run.workflow))

    [ended] = messages()
    assert ended.payload["data"]["result"] == "cancelled"


def test_an_incident_is_told(ada, uma):
    make_endpoint(ada, events=[Event.INCIDENT_OPENED])
    bot = make_bot(uma, name="Sync")
    incident = stored(
        Incident(kind=IncidentKind.QUARANTINE, bot_id=bot.id, summary="hunter2")
    )

    telling.told_incident(incident, incident.opened_at)

    [told] = messages()
    assert told.payload["data"]["kind"] == "quarantine"
    assert told.payload["data"]["bot"] == "Sync"
    assert "hunter2" not in json.dumps(told.payload)


def test_a_decision_that_is_undone_tells_nobody(ada, uma, olga, otto, type_):
    make_endpoint(ada, events=[Event.WORKFLOW_DECIDED])
    workflow = open_vote(uma, type_)

    def decide_and_break():
        with audited(SYSTEM, Permission.WORKFLOW_DECIDE, workflow):
            round_ = load_round(workflow)
            assert settle(workflow, round_, round_.closes_at)
            assert messages()
            raise KeyError

    with pytest.raises(KeyError):
        decide_and_break()

    assert messages() == []


def test_messages_are_no_entries_of_the_audit_trail(ada, uma, type_):
    make_endpoint(ada)

    open_vote(uma, type_)

    assert messages()
    changed = [entry.changes for entry in db.session.query(AuditEntry)]
    assert "webhook" not in json.dumps(changed)


@pytest.mark.parametrize(("listeners", "cost"), [(0, 1), (1, 2), (7, 2)])
def test_telling_costs_a_look_and_one_write(ada, statements, listeners, cost):
    for _ in range(listeners):
        make_endpoint(ada)
    put_together = []
    statements.clear()

    def facts():
        put_together.append(1)
        return {"n": 1}

    outbox.tell(Event.RUN_ENDED, facts, ada.created_at)

    assert len(statements) == cost
    assert len(put_together) == min(listeners, 1)
    assert len(messages()) == listeners
