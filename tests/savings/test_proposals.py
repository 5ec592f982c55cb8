"""Savings in a proposal: reckoned from its inputs, stored, judged and shown."""

import pytest
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.savings.catalogue import BY_ID
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Status, Workflow
from tests.factories import make_bot, make_council, make_type

OFFER = BY_ID["customer_followup"]
INPUTS = {
    "tasks_per_week": 50,
    "time_per_task_minutes": 15,
    "hourly_wage": 30,
    "automation_percent": 0.8,
}
FORM = {f"inputs-{name}": str(value) for name, value in INPUTS.items()}


@pytest.fixture
def council(olga):
    return make_council(olga)


@pytest.fixture
def type_(ada, council):
    return make_type(
        council,
        make_bot(ada),
        schema=OFFER.input_schema,
        calculator=OFFER.calculator.model_dump(mode="json"),
    )


def test_what_it_saves_is_reckoned_by_the_server_and_stored(client, uma, type_):
    asked = {"type_id": type_.id, "title": "Follow up", "weekly_savings": "999999"}

    client.as_(uma).post(f"/workflows/new?type_id={type_.id}", data=FORM | asked)

    workflow = db.session.scalars(select(Workflow)).one()
    figures = [workflow.savings[name] for name in ("weekly", "monthly", "yearly")]
    assert figures == ["340.00", "1472.20", "17680.00"]
    assert (workflow.weekly_savings, workflow.savings["rating"]) == (340, "excellent")
    page = client.get(f"/workflows/{workflow.id}").text
    assert "$17,680.00" in page
    assert "Excellent" in page


def test_another_revision_saves_something_else(api, uma, type_):
    body = {"type_id": str(type_.id), "title": "Follow up", "inputs": INPUTS}
    made = api.with_key(uma).post("/api/v1/workflows", json=body).json
    assert made["savings"]["weekly"] == "340.00"

    edited = {"title": "Follow up", "inputs": INPUTS | {"tasks_per_week": 100}}
    changed = api.put(f"/api/v1/workflows/{made['id']}", json=edited).json

    assert changed["savings"]["weekly"] == "680.00"
    assert changed["weekly_savings"] == 680
    assert changed["content_hash"] != made["content_hash"]


@pytest.mark.parametrize(("threshold", "status"), [(341, "approved"), (340, "open")])
def test_a_council_s_threshold_is_held_against_it(
    api, uma, council, type_, threshold, status
):
    council.savings_threshold = threshold
    db.session.commit()

    body = {"type_id": str(type_.id), "title": "Follow up", "inputs": INPUTS}
    made = api.with_key(uma).post("/api/v1/workflows", json=body | {"open": True}).json

    assert Status(made["status"]) is Status(status)


def test_it_is_shown_while_it_is_typed(client, uma, type_):
    shown = client.as_(uma).post(f"/savings/estimate/{type_.id}", data=FORM)
    lacking = client.post(
        f"/savings/estimate/{type_.id}", data=FORM | {"inputs-hourly_wage": "much"}
    )

    assert "It saves $340.00 a week" in shown.text
    assert lacking.status_code == 200
    assert "once they are complete" in lacking.text
    assert db.session.scalar(select(Workflow)) is None


def test_programs_ask_before_they_propose(api, uma, eve, type_):
    url, asked = "/api/v1/savings/estimate", {"type_id": str(type_.id)}

    answer = api.with_key(uma).post(url, json=asked | {"inputs": INPUTS})
    wrong = api.post(url, json=asked | {"inputs": {"tasks_per_week": -1}})
    nothing = api.post(url, json={"type_id": str(uma.id), "inputs": {}})
    refused = api.with_key(eve).post(url, json=asked | {"inputs": INPUTS})

    assert (answer.json["yearly"], answer.json["rating"]) == ("17680.00", "excellent")
    assert (wrong.status_code, nothing.status_code) == (422, 404)
    assert "/inputs/tasks_per_week" in str(wrong.json["errors"])
    assert refused.status_code == 403


def test_the_catalogue_fills_in_a_new_type(client, api, ada, council):
    listed = client.as_(ada).get("/workflow-types/catalogue")
    form = client.get("/workflow-types/new?from=email_triage")
    offers = api.with_key(ada).get("/api/v1/savings/catalogue").json["items"]

    assert listed.text.count("Use this") == 6
    assert "Email triage" in form.text
    assert "emails_per_day" in form.text
    assert offers[5]["calculator"]["per"] == "day"


def test_a_type_reads_only_what_it_asks_for(api, ada, council):
    body = {
        "name": "Follow-up",
        "council_id": str(council.id),
        "steps": [str(make_bot(ada).id)],
        "input_schema": OFFER.input_schema,
        "calculator": {
            "volume": "nothing",
            "time": "x",
            "wage": "y",
            "automation": "z",
        },
    }

    refused = api.with_key(ada).post("/api/v1/workflow-types", json=body)
    good = {"calculator": OFFER.calculator.model_dump(mode="json")}
    made = api.post("/api/v1/workflow-types", json=body | good)

    assert refused.status_code == 422
    assert "no number called nothing" in str(refused.json["errors"])
    assert made.status_code == 201
    stored = db.session.scalars(select(WorkflowType)).one()
    assert stored.calculator["volume"] == "tasks_per_week"
