"""Calls as pages and as JSON: who reads what, and the answer while it comes."""

import pytest

from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, Problem, Purpose
from tests.factories import latest_audit, make_agent, make_bot, make_run
from tests.model_calls.stage import answered, asked, make_call, make_model, question

SECRET = "the vault is under the stairs"


def make_live(model, person, **over):
    fields = {"status": CallStatus.RUNNING, "ended_at": None, "text": "So far"}
    return make_call(model, person, **fields | over)


def test_the_list_tells_what_was_asked_for_and_what_it_cost(client, ada, uma):
    model, agent = make_model(name="Small one"), make_agent("Pilot")
    make_call(model, ada, agent_id=agent.id, cost=12_300, purpose=Purpose.ADVICE)
    make_call(make_model(), ada, problem=Problem.CUT_OFF, status=CallStatus.FAILED)

    page = client.as_(uma).get("/model-calls/").text

    assert "Pilot, for Ada" in page
    assert "$0.0123" in page
    assert "Cut off" in page
    assert "All right." not in page


@pytest.mark.parametrize("name", ["model", "agent", "purpose", "status"])
def test_the_list_is_narrowed(client, api, ada, name):
    agent, other = make_agent(), make_agent()
    facts = {"purpose": Purpose.CHAT, "status": CallStatus.FAILED}
    wanted = make_call(make_model(), ada, agent_id=agent.id, **facts)
    make_call(make_model(), ada, agent_id=other.id)
    asked_for = {
        "model": wanted.ai_model_id,
        "agent": agent.id,
        "purpose": "chat",
        "status": "failed",
    }

    found = api.with_key(ada).get(f"/api/v1/model-calls?{name}={asked_for[name]}")

    assert [each["id"] for each in found.json["items"]] == [str(wanted.id)]
    assert client.as_(ada).get(f"/model-calls/?{name}=nonsense").status_code == 422


def test_an_empty_list_says_when_there_will_be_some(client, ada):
    assert "No model was asked yet" in client.as_(ada).get("/model-calls/").text


def test_the_list_asks_as_much_for_one_call_as_for_many(client, ada, statements):
    model = make_model()
    make_call(model, ada, agent_id=make_agent().id)
    client.as_(ada)

    statements.clear()
    client.get("/model-calls/")
    few = len(statements)
    for _ in range(5):
        make_call(make_model(), ada, agent_id=make_agent().id)
    statements.clear()
    client.get("/model-calls/")

    assert few == len(statements) <= 6


def test_a_call_shows_question_answer_and_price(client, ada, statements):
    call = make_call(
        make_model(name="Small one"),
        ada,
        request=question("Is <b>it</b> safe?").as_stored(),
        text="<script>alert(1)</script>",
        cost=1_500_000,
    )
    client.as_(ada)

    statements.clear()
    page = client.get(f"/model-calls/{call.id}").text

    assert "Is &lt;b&gt;it&lt;/b&gt; safe?" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "$1.50" in page
    assert len(statements) <= 4


def test_what_went_wrong_is_said(client, ada):
    message = "It was not done after 5 seconds."
    wrong = {"status": CallStatus.FAILED, "problem": Problem.TIMED_OUT}
    call = make_call(make_model(), ada, message=message, **wrong)

    page = client.as_(ada).get(f"/model-calls/{call.id}").text

    assert "<strong>Timed out.</strong> It was not done after 5 seconds." in page


def test_only_who_may_reads_what_was_said(client, ada, eve, uma, olga, mallory):
    agent = make_agent(owner_id=olga.id)
    run = make_run(make_bot(uma), started_by=uma)
    facts = {"agent_id": agent.id, "execution_id": run.steps[0].id, "text": SECRET}
    call = make_call(make_model(), ada, **facts)
    readers = {ada: 200, eve: 200, uma: 200, olga: 200, mallory: 404}

    for person, status in readers.items():
        client.as_(person)
        for path in ("", "/words"):
            page = client.get(f"/model-calls/{call.id}{path}")
            assert page.status_code == status
        assert SECRET not in client.get("/model-calls/").text
        program = client.with_key(person).get(f"/api/v1/model-calls/{call.id}")
        assert program.status_code == status


def test_words_come_from_where_the_page_stands(client, ada):
    call = make_live(make_model(), ada, text="So far so good")
    client.as_(ada)

    news = client.get(f"/model-calls/{call.id}/words?after=7&tries=1").json

    expected = {"text": "so good", "after": 14, "tries": 1, "is_live": True}
    assert news == {**expected, "doing": "Writes…"}


def test_words_begin_anew_with_another_try(client, api, ada):
    call = make_live(make_model(), ada, text="Anew", tries=2)
    query = "after=7&tries=1"

    news = client.as_(ada).get(f"/model-calls/{call.id}/words?{query}").json
    told = api.with_key(ada).get(f"/api/v1/model-calls/{call.id}?{query}").json

    assert (news["text"], news["tries"]) == ("Anew", 2)
    assert (told["text"], told["tries"], told["is_live"]) == ("Anew", 2, True)


def test_following_an_answer_costs_little(client, ada, statements):
    call = make_live(make_model(), ada)
    client.as_(ada)

    statements.clear()
    client.get(f"/model-calls/{call.id}/words")

    assert len(statements) <= 2


def test_a_live_answer_is_followed_and_a_whole_one_is_not(client, ada):
    live, whole = make_live(make_model(), ada), make_call(make_model(), ada)
    client.as_(ada)

    page = client.get(f"/model-calls/{live.id}", headers={"X-Partial": "1"}).text
    assert f'data-call="/model-calls/{live.id}/words"' in page
    assert "<html" not in page
    assert "Stop" in page
    assert "data-call=" not in client.get(f"/model-calls/{whole.id}").text


def test_whoever_asked_stops_it(client, ada, uma):
    call = asked(uma, make_model())

    answer = client.as_(uma).post(f"/model-calls/{call.id}/stop")

    assert answer.location == f"/model-calls/{call.id}"
    assert call.cancel_requested_at is not None
    assert (latest_audit().action, latest_audit().detail) == (
        "ai_model.ask",
        {"event": "stop"},
    )


def test_a_stop_in_place_answers_with_the_answer(client, uma):
    call = asked(uma, make_model())
    partial = {"X-Partial": "1"}

    answer = client.as_(uma).post(f"/model-calls/{call.id}/stop", headers=partial)

    assert answer.status_code == 200
    assert "Stops…" in answer.text
    assert "<html" not in answer.text


def test_others_do_not_stop_it(client, api, uma, olga, eve, mallory):
    run = make_run(make_bot(olga), started_by=olga)
    call = make_live(make_model(), uma, execution_id=run.steps[0].id)

    for person, status in ((olga, 403), (eve, 403), (mallory, 404)):
        page = client.as_(person).post(f"/model-calls/{call.id}/stop")
        program = api.with_key(person).post(f"/api/v1/model-calls/{call.id}/stop")
        assert (page.status_code, program.status_code) == (status, status)
    db.session.expire_all()
    assert call.cancel_requested_at is None


def test_what_is_over_is_not_stopped(client, api, uma):
    call = make_call(make_model(), uma)

    page = client.as_(uma).post(f"/model-calls/{call.id}/stop", follow_redirects=True)
    program = api.with_key(uma).post(f"/api/v1/model-calls/{call.id}/stop")

    assert "This call is over already." in page.text
    assert program.status_code == 409


def test_a_program_gets_all_of_a_call(api, ada, model_server):
    call = answered(ada, make_model(model_server, name="Small one"))

    told = api.with_key(ada).get(f"/api/v1/model-calls/{call.id}?after=4").json

    assert (told["text"], told["after"], told["status"]) == ("right.", 10, "completed")
    assert (told["model_name"], told["cost"]) == ("Small one", 20)
    assert told["request"]["messages"] == question().messages
