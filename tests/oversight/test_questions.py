"""Questions are answered with their reasons, and leave nothing behind."""

from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.extensions import db
from tests.factories import make_agent, make_bot, make_council, make_type
from tests.oversight.stage import block, make_routed_type, restrict

UNKNOWN = "019a0000-0000-7000-8000-000000000000"


@pytest.fixture
def council(ada, olga):
    return make_council(
        ada, olga, name="Release", savings_threshold=500, domains=["commerce"]
    )


@pytest.fixture
def type_(council, uma):
    return make_type(council, make_bot(uma), name="Sweep")


@pytest.fixture
def ask(client, olga, council):
    """The tab's answer to a question in its address."""
    client.as_(olga)
    url = f"/councils/{council.id}/oversight"

    def answered(kind, **asked):
        return client.get(f"{url}?{urlencode({'ask': kind} | asked)}")

    return answered


@pytest.fixture(autouse=True)
def keyed(api, olga):
    api.with_key(olga)


@pytest.fixture
def call(api, council):
    """The API's answer to a question about the council."""

    def answered(question, **asked):
        return api.post(f"/api/v1/councils/{council.id}/{question}", json=asked)

    return answered


def sentences(response):
    return [step["sentence"] for step in response.json["reasons"]]


def test_an_action_nothing_stands_against_is_allowed(ask, call, type_):
    agent = make_agent("Scout")
    asked = {"type_id": str(type_.id), "agent_id": str(agent.id)}

    page, answer = ask("action", **asked).text, call("check-action", **asked)

    assert "Allowed." in page
    assert f'<option selected value="{type_.id}">Sweep</option>' in page
    assert (answer.status_code, answer.json["allowed"]) == (200, True)
    assert sentences(answer) == [
        "Scout may ask for Sweep.",
        "Release does not block Sweep.",
    ]


def test_each_reason_against_an_action_is_said(ask, call, council, type_):
    agent = restrict(make_agent("Scout"), type_, "It swept too much")
    block(council, type_, "Not before the audit")
    asked = {"type_id": str(type_.id), "agent_id": str(agent.id)}

    page, answer = ask("action", **asked).text, call("check-action", **asked)

    expected = [
        "Scout may not ask for Sweep: It swept too much.",
        "Release blocks Sweep: Not before the audit.",
    ]
    assert all(sentence in page for sentence in ["Not allowed.", *expected])
    assert answer.json["allowed"] is False
    assert sentences(answer) == expected


def test_what_others_block_or_are_kept_from_does_not_count(
    call, ada, council, type_, uma
):
    restrict(make_agent("Other"), type_)
    block(make_council(ada), type_)
    block(council, make_type(council, make_bot(uma)))

    answer = call("check-action", type_id=str(type_.id), agent_id=str(make_agent().id))

    assert answer.json["allowed"] is True
    assert call("check-action", type_id=str(type_.id)).json["allowed"] is True


@pytest.mark.parametrize(
    ("savings", "required", "sentence"),
    [
        (499, False, "below the threshold of 500: no vote is needed."),
        (500, True, "reach the threshold of 500: it is voted on."),
        (None, True, "No weekly savings are stated, so it is voted on."),
    ],
)
def test_whether_a_vote_is_needed_comes_with_the_arithmetic(
    ask, call, savings, required, sentence
):
    page = ask("review", weekly_savings="" if savings is None else savings).text
    answer = call("review-required", weekly_savings=savings)

    verdict = "A vote is needed." if required else "No vote is needed."
    assert verdict in page
    assert sentence in page
    assert answer.json["review_required"] is required
    assert answer.json["verdict"] == verdict
    step = answer.json["reasons"][-1]
    assert (step["have"], step["need"], step["met"]) == (savings, 500, required)


def test_where_review_is_off_no_vote_is_needed(call, council):
    council.review_actions = False
    db.session.commit()

    answer = call("review-required", weekly_savings=9_000)

    assert answer.json["review_required"] is False
    assert sentences(answer) == ["Release lets work run without a vote."]


def test_who_is_responsible_is_said_on_the_tab_on_the_type_and_as_json(
    ask, client, uma, api, council
):
    type_ = make_routed_type(make_bot(uma), name="Reprice", domain="commerce.pricing")

    tab = ask("route", type_id=str(type_.id)).text
    page = client.get(f"/workflow-types/{type_.id}").text
    answer = api.get(f"/api/v1/workflow-types/{type_.id}/route").json

    reason = "Release has commerce, the closest domain above: it decides."
    assert reason in tab
    assert reason in page
    assert answer["council_id"] == str(council.id)
    assert answer["council_name"] == "Release"
    assert answer["reasons"][-1] == reason


def test_where_nobody_is_responsible_the_answer_says_whom_to_ask(ask, client, api, uma):
    type_ = make_routed_type(make_bot(uma), domain="safety")

    tab = ask("route", type_id=str(type_.id)).text
    page = client.get(f"/workflow-types/{type_.id}").text
    answer = api.get(f"/api/v1/workflow-types/{type_.id}/route").json

    assert "Ask an admin to name a council" in tab
    assert "Ask an admin to name a council" in page
    assert f"/workflows/new?type_id={type_.id}" not in page
    assert (answer["council_id"], len(answer["reasons"])) == (None, 1)


@pytest.mark.parametrize(
    ("kind", "asked", "sentence"),
    [
        ("action", {}, "Fill this in."),
        ("action", {"type_id": "x"}, "Choose one of the list."),
        ("action", {"type_id": UNKNOWN}, "There is no such workflow type."),
        ("review", {"weekly_savings": "lots"}, "Enter a whole number."),
        ("review", {"weekly_savings": "-1"}, "Enter 0 or more."),
        ("route", {"type_id": UNKNOWN}, "There is no such workflow type."),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(ask, kind, asked, sentence):
    response = ask(kind, **asked)

    assert response.status_code == 422
    assert sentence in response.text
    assert 'class="answer"' not in response.text


def test_what_was_typed_into_a_question_is_kept(ask):
    assert 'value="lots"' in ask("review", weekly_savings="lots").text


@pytest.mark.parametrize(
    ("question", "asked", "pointer"),
    [
        ("check-action", {}, "/type_id"),
        ("check-action", {"type_id": UNKNOWN}, "/type_id"),
        ("review-required", {"weekly_savings": -1}, "/weekly_savings"),
        ("review-required", {"savings": 1}, "/savings"),
    ],
)
def test_an_invalid_question_points_at_the_field(call, question, asked, pointer):
    answer = call(question, **asked)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_an_unknown_agent_is_pointed_at(ask, call, type_):
    asked = {"type_id": str(type_.id), "agent_id": UNKNOWN}

    answer = call("check-action", **asked)

    assert [error["pointer"] for error in answer.json["errors"]] == ["/agent_id"]
    assert "There is no such agent." in ask("action", **asked).text


def test_a_stranger_asks_about_no_council_and_a_viewer_may_ask(
    app, council, type_, eve, mallory
):
    url = f"/api/v1/councils/{council.id}"

    def asked(person):
        caller = app.test_client().with_key(person, scopes=["council.read"])
        checked = caller.post(f"{url}/check-action", json={"type_id": str(type_.id)})
        return checked.status_code, caller.post(f"{url}/review-required", json={})

    assert asked(mallory)[0] == 404
    assert asked(mallory)[1].status_code == 404
    assert asked(eve)[0] == 200
    assert asked(eve)[1].status_code == 200


def test_a_key_without_the_scope_asks_nothing(app, council, type_, olga):
    caller = app.test_client().with_key(olga, scopes=["bot.read"])
    url = f"/api/v1/councils/{council.id}"

    answers = [
        caller.post(f"{url}/check-action", json={"type_id": str(type_.id)}),
        caller.post(f"{url}/review-required", json={}),
        caller.get(f"/api/v1/workflow-types/{type_.id}/route"),
        caller.get(f"{url}/oversight"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_the_route_of_an_unknown_type_is_not_found(api):
    assert api.get(f"/api/v1/workflow-types/{UNKNOWN}/route").status_code == 404


@pytest.mark.parametrize("kind", ["action", "review", "route"])
def test_asking_reads_and_writes_nothing(ask, type_, statements, kind):
    asked = {"type_id": str(type_.id), "weekly_savings": "5"}
    ask(kind)
    entries = db.session.scalar(select(func.count(AuditEntry.id)))
    statements.clear()

    ask(kind, **asked)

    assert {sql.split()[0] for sql in statements} == {"SELECT"}
    assert len(statements) <= 6
    assert db.session.scalar(select(func.count(AuditEntry.id))) == entries


def test_asking_the_api_writes_nothing(call, api, type_, statements):
    asked = {"type_id": str(type_.id)}
    call("check-action", **asked)  # the key is stamped as used once a minute
    entries = db.session.scalar(select(func.count(AuditEntry.id)))
    statements.clear()

    answers = [
        call("check-action", **asked),
        call("review-required", weekly_savings=5),
        api.get(f"/api/v1/workflow-types/{type_.id}/route"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert {sql.split()[0] for sql in statements} == {"SELECT"}
    assert db.session.scalar(select(func.count(AuditEntry.id))) == entries
