"""A model's answer: fetched by a worker, read word by word, kept with the chat."""

import json

import pytest
from sqlalchemy import select

from dashboard.chat import streaming
from dashboard.chat.models import ChatMessage, ChatSession, Speaker
from dashboard.chat.reports import Heard
from dashboard.extensions import db
from tests.factories import make_bot, make_council, make_type
from tests.model_calls.stage import make_model, perform_queued

SAID = "A council is a body of people.\nIt votes — on what runs."


@pytest.fixture
def asked(api, uma, model_server):
    """One question of Uma's, whose answer was fetched."""
    make_model(model_server)
    model_server.says(SAID)
    made = api.with_key(uma).post("/api/chat", json={"message": "What is a council?"})
    assert made.status_code == 201, made.json
    perform_queued()
    return made.json


def test_the_answer_is_kept_with_the_chat(client, uma, asked):
    message = db.session.scalars(
        select(ChatMessage).where(ChatMessage.speaker == Speaker.ASSISTANT)
    ).one()

    assert message.text == SAID
    assert message.call.tokens_out == 5
    assert (
        "It votes — on what runs."
        in client.as_(uma).get(f"/chat/{asked['session_id']}").text
    )


def test_the_next_question_brings_the_conversation_along(api, uma, asked, model_server):
    model_server.says("Yes.")
    more = {"message": "Always?", "session_id": asked["session_id"]}
    api.with_key(uma).post("/api/chat", json=more)
    perform_queued()

    sent = model_server.requests[-1]["messages"]
    assert [each["role"] for each in sent] == ["system", "user", "assistant", "user"]
    assert (sent[2]["content"], sent[3]["content"]) == (SAID, "Always?")


def events_in(text):
    """(kind, id, content) of each."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((lines["event"], int(lines["id"]), json.loads(lines["data"])))
    return found


def test_a_program_follows_it_and_goes_on_where_it_was(api, uma, asked):
    whole = api.with_key(uma).get(asked["streamUrl"])
    all_of_it = events_in(whole.text)
    rest = api.get(asked["streamUrl"], headers={"Last-Event-ID": "10"}).text
    end = api.get(f"{asked['streamUrl']}?after={len(SAID)}").text

    assert whole.mimetype == "text/event-stream"
    assert all_of_it == [
        ("token", len(SAID), {"text": SAID}),
        ("done", len(SAID), {"status": "completed", "message": ""}),
    ]
    assert events_in(rest)[0][2] == {"text": SAID[10:]}
    assert [kind for kind, _, _ in events_in(end)] == ["done"]


def test_whoever_finds_no_place_asks_by_offset(client, api, uma, asked, monkeypatch):
    monkeypatch.setattr(streaming, "MOST_EACH", 0)

    full = api.with_key(uma).get(asked["streamUrl"])
    chat, message = asked["session_id"], asked["message_id"]
    part = api.get(f"/api/v1/chats/{chat}/messages/{message}?after=10").json
    page = client.as_(uma).get(f"/chat/{chat}/messages/{message}?after=10").json

    assert (full.status_code, full.headers["Retry-After"]) == (429, "5")
    assert part == page
    assert (part["text"], part["after"]) == (SAID[10:], len(SAID))
    assert part["status"] == "completed"


def test_no_letter_is_lost_or_doubled_however_often_the_line_breaks(monkeypatch):
    monkeypatch.setattr(streaming, "PACE", 0)
    heard = iter(SAID[:n] for n in range(0, len(SAID) + 3))

    def hear():
        text = next(heard)
        done = text == SAID
        return Heard(text, "completed" if done else "running", "", not done)

    got, after, ended = "", 0, False
    while not ended:
        for number, told in enumerate(streaming.events(hear, after)):
            [(kind, after, content)] = events_in(told)
            got += content.get("text", "")
            ended = kind == "done"
            if number == 2:
                break  # the line drops

    assert got == SAID


def test_every_stream_gives_its_seat_back(api, uma, asked):
    for _ in range(5):
        assert api.with_key(uma).get(asked["streamUrl"]).status_code == 200

    assert streaming.SEATS.total() == 0


def test_a_model_that_fails_is_said_to(api, client, uma, model_server):
    make_model(model_server)
    model_server.fails(401)
    made = api.with_key(uma).post("/api/chat", json={"message": "Hello?"}).json
    perform_queued()

    told = events_in(api.get(made["streamUrl"]).text)
    assert [kind for kind, _, _ in told] == ["error"]
    assert told[0][2]["status"] == "failed"
    page = client.as_(uma).get(f"/chat/{made['session_id']}").text
    assert told[0][2]["message"][:20] in page


@pytest.mark.parametrize("mode", ["suggest", "confirm", "execute"])
def test_a_type_that_is_not_there_is_named(api, uma, mode):
    answer = api.with_key(uma).post(
        "/api/chat", json={"mode": mode, "message": "Refund", "type": "Nothing"}
    )

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/type"


def test_a_program_proposes_by_names(api, uma, ada, olga):
    make_type(make_council(olga), make_bot(ada), name="Refund batch")
    said = {"mode": "execute", "message": "Refund them", "type": "Refund batch"}

    made = api.with_key(uma).post("/api/chat", json=said).json

    assert made["outcome"]["title"] == "Refund them"
    assert made["streamUrl"] is None
    assert db.session.scalars(select(ChatSession)).one().workflow_id


def test_a_stranger_finds_nothing(api, ada, eve, asked):
    chat, message = asked["session_id"], asked["message_id"]
    for url in (
        asked["streamUrl"],
        f"/api/v1/chats/{chat}",
        f"/api/v1/chats/{chat}/messages/{message}",
    ):
        assert api.with_key(ada).get(url).status_code == 404
        assert api.with_key(eve).get(url).status_code == 403
