"""Chats as pages: ask, find, fill in, propose; one's own and nobody else's."""

import pytest
from sqlalchemy import select

from dashboard.chat.models import ChatMessage, ChatSession
from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, ModelCall
from dashboard.workflows.models import Status, Workflow
from tests.ai_models.stage import make_model
from tests.factories import latest_audit, make_bot, make_council, make_type

SCHEMA = {
    "type": "object",
    "properties": {
        "orders": {"type": "integer", "title": "Orders", "minimum": 1},
        "reason": {"type": "string", "title": "Reason"},
    },
    "required": ["orders", "reason"],
}


@pytest.fixture
def type_(ada, olga):
    council = make_council(olga)
    return make_type(council, make_bot(ada), name="Refund batch", schema=SCHEMA)


def begun(client, user, text="Hello", mode="suggest", **over):
    client.as_(user)
    answer = client.post("/chat/new", data={"text": text, "mode": mode} | over)
    assert answer.status_code == 303, answer.text
    return db.session.scalars(
        select(ChatSession).order_by(ChatSession.id.desc())
    ).first()


def test_suggest_needs_no_model(client, uma, type_):
    chat = begun(client, uma, "We must refund some orders")

    page = client.get(f"/chat/{chat.id}").text
    assert "Refund batch" in page
    assert "because of orders, refund" in page
    assert "No model is set up" in page
    assert [m.number for m in chat.messages] == [1, 2]
    entry = latest_audit()
    assert (entry.action, entry.subject_name) == ("chat.write", str(chat))
    assert "refund some" not in str(entry.changes)


def test_nothing_fits_is_said(client, uma, type_):
    chat = begun(client, uma, "Tell me about the weather")

    assert "No type of work matches" in client.get(f"/chat/{chat.id}").text


def test_what_is_missing_is_asked_for_and_then_it_is_proposed(client, uma, type_):
    chat = begun(client, uma, "Refund them\norders: 12", "confirm", type_id=type_.id)
    first = client.get(f"/chat/{chat.id}").text
    assert "Still needed: Reason." in first

    url = f"/chat/{chat.id}/messages"
    asked = {"mode": "confirm", "text": "reason: they waited", "type_id": type_.id}
    client.post(url, data=asked)
    assert "It can be proposed" in client.get(f"/chat/{chat.id}").text
    client.post(url, data={"mode": "execute", "text": "", "type_id": type_.id})

    workflow = db.session.scalars(select(Workflow)).one()
    assert workflow.inputs == {"orders": 12, "reason": "they waited"}
    assert (workflow.title, workflow.status) == ("Refund them", Status.DRAFT)
    assert workflow.proposer_id == uma.id
    db.session.refresh(chat)
    assert chat.workflow_id == workflow.id
    assert f"#{workflow.number}" in client.get(f"/chat/{chat.id}").text


def test_it_is_put_to_the_vote_at_once_if_asked(client, uma, type_):
    inputs = {"inputs-orders": "3", "inputs-reason": "late"}
    asked = {"mode": "execute", "type_id": type_.id, "open": "y"} | inputs

    begun(client, uma, "Refund", **asked)

    workflow = db.session.scalars(select(Workflow)).one()
    assert workflow.is_open
    assert workflow.inputs["orders"] == 3


def test_a_refused_proposal_loses_nothing_and_leaves_nothing(client, uma, type_):
    asked = {"mode": "execute", "type_id": type_.id, "text": "orders: 0\nKeep this"}

    answer = client.as_(uma).post("/chat/new", data=asked)

    assert answer.status_code == 422
    assert "Keep this" in answer.text
    assert "Enter 1 or more" in answer.text
    assert db.session.scalar(select(ChatSession)) is None
    assert db.session.scalar(select(Workflow)) is None


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ({"mode": "chat", "text": ""}, 422, "Write something first"),
        ({"mode": "confirm", "text": "x"}, 422, "Choose the type of work"),
        ({"mode": "sing", "text": "x"}, 422, "Choose "),
        ({"mode": "chat", "text": "Anybody?"}, 409, "No model is set up"),
        ({"mode": "suggest", "text": "x" * 8001}, 422, "at most 8000"),
    ],
)
def test_what_cannot_be_done_is_said(client, uma, asked, status, sentence):
    answer = client.as_(uma).post("/chat/new", data=asked)

    assert answer.status_code == status
    assert sentence in answer.text


def test_a_message_to_a_model_waits_for_a_worker(client, uma):
    make_model(name="Small")
    chat = begun(client, uma, "What is a council?", "chat")

    call = db.session.scalars(select(ModelCall)).one()
    assert (call.status, call.key) == (CallStatus.QUEUED, f"chat/{chat.messages[1].id}")
    assert call.request["messages"][-1]["content"] == "What is a council?"
    page = client.get(f"/chat/{chat.id}").text
    assert "data-words" in page
    busy = client.post(
        f"/chat/{chat.id}/messages", data={"mode": "chat", "text": "And?"}
    )
    assert busy.status_code == 409
    assert "still coming" in busy.text

    client.post(f"/chat/{chat.id}/messages/{chat.messages[1].id}/stop")
    db.session.refresh(call)
    assert call.status is CallStatus.CANCELLED or call.cancel_requested_at


def test_chats_are_found_by_what_was_said_renamed_and_put_away(client, uma):
    chat = begun(client, uma, "Something about penguins")
    begun(client, uma, "Something else")

    assert client.get("/chat/?q=penguin").text.count("Something") == 1
    client.post(f"/chat/{chat.id}/title", data={"title": "Birds"})
    assert "Birds" in client.get("/chat/").text
    client.post(f"/chat/{chat.id}/archive")
    assert "Birds" not in client.get("/chat/").text
    assert "Birds" in client.get("/chat/?archived=1").text
    refused = client.post(
        f"/chat/{chat.id}/messages", data={"mode": "suggest", "text": "x"}
    )
    assert refused.status_code == 409
    client.post(f"/chat/{chat.id}/restore")
    assert "Birds" in client.get("/chat/").text


def test_nobody_else_reads_it(client, ada, uma, eve):
    chat = begun(client, uma)
    reply = db.session.scalars(select(ChatMessage)).first()

    for person in (ada, eve):
        client.as_(person)
        assert client.get(f"/chat/{chat.id}").status_code in {403, 404}
        url = f"/chat/{chat.id}/messages/{reply.id}"
        assert client.get(url).status_code in {403, 404}
        assert client.get(f"{url}/stream").status_code in {403, 404}
    assert client.as_(eve).post("/chat/new", data={}).status_code == 403


def test_what_was_said_is_shown_as_text(client, uma):
    chat = begun(client, uma, "<script>alert(1)</script> {{ 7*7 }}")

    page = client.get(f"/chat/{chat.id}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7*7 }}" in page


def test_a_long_chat_asks_no_more(client, uma, statements):
    url = f"/chat/{begun(client, uma).id}"
    asked = []
    for more in (0, 5):
        for _ in range(more):
            client.post(f"{url}/messages", data={"mode": "suggest", "text": "x y"})
        statements.clear()
        client.get(url)
        asked.append(len(statements))

    assert asked[0] == asked[1] <= 6
