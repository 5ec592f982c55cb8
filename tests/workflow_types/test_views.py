import json

import pytest
from sqlalchemy import func, select

from dashboard.bots.models import BotStatus
from dashboard.extensions import db
from dashboard.workflow_types.models import Risk, WorkflowType
from tests.factories import (
    latest_audit,
    make_bot,
    make_council,
    make_type,
    rule_of,
    stored,
)

PARTIAL = {"X-Partial": "1"}
ASKS = {
    "type": "object",
    "properties": {
        "threshold": {"type": "integer", "title": "Threshold", "default": 20},
        "mode": {"type": "string", "enum": ["fast", "safe"], "description": "How"},
    },
    "required": ["threshold"],
    "additionalProperties": False,
}


@pytest.fixture
def council(ada, olga):
    return make_council(ada, olga, name="Release")


@pytest.fixture
def bot(uma):
    return make_bot(uma, name="Sweeper")


def filled(council, *bots, **over):
    fields = {
        "name": "Sweep",
        "description": "Cleans up",
        "risk": "high",
        "council_id": str(council.id),
        "input_schema": json.dumps(ASKS),
        "rule-preset": "",
        "rule-voting_period": "86400",
        "rule-min_approvals": "",
        "auto_run": "y",
    }
    for place, bot in enumerate(bots):
        fields[f"steps-{place}-actor"] = f"bot:{bot.id}"
    return fields | over


def test_an_admin_creates_a_type_that_can_be_proposed(client, ada, uma, council, bot):
    other = make_bot(uma, name="Reporter")

    response = client.as_(ada).post(
        "/workflow-types/new", data=filled(council, bot, other)
    )

    type_ = db.session.scalars(select(WorkflowType)).one()
    assert response.status_code == 303
    assert response.location == f"/workflow-types/{type_.id}"
    assert (type_.risk, type_.rule, type_.auto_run) == (Risk.HIGH, None, True)
    assert type_.input_schema == ASKS
    assert [step.bot.name for step in type_.steps] == ["Sweeper", "Reporter"]
    page = client.get(response.location).text
    assert "can be proposed now" in page
    assert page.index("Sweeper") < page.index("Reporter")


def test_the_page_shows_steps_inputs_rule_and_a_way_to_propose(
    client, uma, council, bot
):
    type_ = make_type(council, bot, name="Sweep", schema=ASKS, risk=Risk.CRITICAL)

    page = client.as_(uma).get(f"/workflow-types/{type_.id}").text

    assert f'href="/bots/{bot.id}"' in page
    assert "Threshold" in page
    assert "Whole number" in page
    assert "fast, safe" in page
    assert "Critical risk" in page
    assert "more than half of the votes cast approve" in page
    assert f'href="/workflows/new?type_id={type_.id}"' in page
    assert f"/workflow-types/{type_.id}/edit" not in page


def test_a_rule_of_its_own_replaces_the_councils(client, ada, council, bot):
    own = {"rule-preset": "everyone", "rule-voting_period": "172800"}

    response = client.as_(ada).post(
        "/workflow-types/new", data=filled(council, bot, **own)
    )

    type_ = db.session.scalars(select(WorkflowType)).one()
    assert type_.rule == rule_of("everyone", voting_period=172_800)
    page = client.get(response.location).text
    assert "everybody on the council approves" in page
    assert "Its own rule" in page


def test_editing_starts_from_what_is_stored_and_keeps_what_is_not_asked(
    client, ada, council, bot
):
    rule = rule_of("two_thirds", timelock=60, voting_period=5000)
    type_ = make_type(council, bot, schema=ASKS, rule=rule, risk=Risk.LOW)
    url = f"/workflow-types/{type_.id}/edit"

    page = client.as_(ada).get(url).text
    answers = {"rule-preset": "two_thirds", "rule-voting_period": "5000"}
    client.post(url, data=filled(council, bot, **answers))

    assert f'<option selected value="bot:{bot.id}">' in page
    assert f'<option selected value="{council.id}">' in page
    assert '<option selected value="low">' in page
    assert '<option selected value="two_thirds">' in page
    assert 'name="rule-voting_period" value="5000"' in page
    assert "&#34;threshold&#34;" in page
    saved = db.session.get(WorkflowType, type_.id)
    assert (saved.name, saved.rule) == ("Sweep", rule)


def test_the_councils_own_rule_can_be_chosen_again(client, ada, council, bot):
    type_ = make_type(council, bot, rule=rule_of("everyone"))

    client.as_(ada).post(f"/workflow-types/{type_.id}/edit", data=filled(council, bot))

    assert db.session.get(WorkflowType, type_.id).rule is None


def test_steps_are_reordered_and_taken_away(client, ada, uma, council, bot):
    first, second, third = bot, make_bot(uma, name="B"), make_bot(uma, name="C")
    type_ = make_type(council, first, second, third)
    wanted = {
        "steps-0-actor": f"bot:{third.id}",
        "steps-1-actor": "",
        "steps-2-actor": f"bot:{first.id}",
    }

    client.as_(ada).post(
        f"/workflow-types/{type_.id}/edit", data=filled(council) | wanted
    )

    saved = db.session.get(WorkflowType, type_.id)
    steps = [(step.position, step.bot.name) for step in saved.steps]
    assert steps == [(1, "C"), (2, "Sweeper")]


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"name": "x"}, "name", "Use at least 2 characters."),
        ({"risk": "none"}, "risk", "Choose"),
        ({"council_id": ""}, "council_id", "or give a domain"),
        ({"council_id": "0" * 32}, "council_id", "that is not archived"),
        (
            {"steps-1-actor": "bot:" + "0" * 32},
            "steps-1-actor",
            "There is no such bot.",
        ),
        ({"input_schema": "{"}, "input_schema", "Line 1"),
        ({"input_schema": "[]"}, "input_schema", "Write a JSON object"),
        ({"input_schema": '{"type": "array"}'}, "input_schema", "must have"),
        ({"rule-preset": "dictator"}, "rule-preset", "Choose one of"),
        (
            {"rule-preset": "any_two", "rule-min_approvals": "9"},
            "rule-preset",
            "could never pass in Release",
        ),
    ],
)
def test_every_mistake_stands_beside_its_field_and_nothing_typed_is_lost(
    client, ada, council, bot, wrong, field, sentence
):
    response = client.as_(ada).post(
        "/workflow-types/new", data=filled(council, bot) | wrong
    )

    assert response.status_code == 422
    _, beside = response.text.split(f'id="{field}-error"')
    assert sentence in beside.partition("</p>")[0]
    assert "Cleans up" in response.text
    assert f'<option selected value="bot:{bot.id}">' in response.text
    assert db.session.scalar(select(func.count(WorkflowType.id))) == 0


def test_json_that_cannot_be_read_stays_as_typed(client, ada, council, bot):
    fields = filled(council, bot, input_schema='{"type": "object", oops')

    response = client.as_(ada).post("/workflow-types/new", data=fields)

    assert "{&#34;type&#34;: &#34;object&#34;, oops" in response.text


def test_a_type_without_a_bot_is_refused(client, ada, council):
    response = client.as_(ada).post("/workflow-types/new", data=filled(council))

    assert response.status_code == 422
    assert "Add at least 1." in response.text


def test_an_archived_bot_stays_on_offer_where_it_is_a_step_and_is_refused(
    client, ada, uma, council, bot
):
    type_ = make_type(council, bot)
    bot.status = BotStatus.ARCHIVED
    stored(bot)
    url = f"/workflow-types/{type_.id}/edit"

    page = client.as_(ada).get(url).text
    refused = client.post(url, data=filled(council, bot))

    assert f'<option selected value="bot:{bot.id}">' in page
    assert str(bot.id) not in client.get("/workflow-types/new").text
    assert "This bot is archived." in refused.text


def test_an_archived_council_stays_on_offer_only_where_it_decides(
    client, ada, council, bot
):
    type_ = make_type(council, bot)
    council.archive()
    stored(council)
    client.as_(ada)

    assert str(council.id) in client.get(f"/workflow-types/{type_.id}/edit").text
    assert str(council.id) not in client.get("/workflow-types/new").text


def test_a_taken_name_is_said_beside_the_name(client, ada, council, bot):
    make_type(council, bot, name="Sweep")

    response = client.as_(ada).post("/workflow-types/new", data=filled(council, bot))

    assert response.status_code == 422
    assert "Another type has this name." in response.text


def test_a_script_gets_the_form_alone_and_then_where_to_go(client, ada, council, bot):
    client.as_(ada)
    url = "/workflow-types/new"

    refused = client.post(url, data=filled(council), headers=PARTIAL)
    saved = client.post(url, data=filled(council, bot), headers=PARTIAL)

    assert refused.text.lstrip().startswith('<form id="type"')
    assert saved.status_code == 204
    assert "Sweep" in client.get(saved.headers["X-Location"]).text


def test_archiving_asks_first_and_can_be_undone(client, ada, council, bot):
    type_ = make_type(council, bot, name="Sweep")
    url = f"/workflow-types/{type_.id}"

    page = client.as_(ada).get(url).text
    archived, again = client.post(f"{url}/archive"), client.post(f"{url}/archive")

    assert 'data-confirm="Archive this type?"' in page
    assert (archived.status_code, again.status_code) == (303, 409)
    assert latest_audit().result == "refused"
    assert "Sweep" not in client.get("/workflow-types/").text
    assert "Sweep" in client.get("/workflow-types/?archived=1").text
    assert "/workflows/new?type_id" not in client.get(url).text
    assert client.post(f"{url}/restore").status_code == 303
    assert client.post(f"{url}/restore").status_code == 409
    assert "/workflows/new?type_id" in client.get(url).text


def test_a_type_whose_council_is_archived_is_not_offered(client, uma, council, bot):
    type_ = make_type(council, bot)
    council.archive()
    stored(council)

    page = client.as_(uma).get(f"/workflow-types/{type_.id}").text

    assert "Its council is archived" in page
    assert "/workflows/new?type_id" not in page


def test_the_list_is_searched_and_says_when_nothing_fits(client, uma, council, bot):
    make_type(council, bot, name="Sweep")
    make_type(council, bot, name="Report")

    found = client.as_(uma).get("/workflow-types/?q=swe").text

    assert "Sweep" in found
    assert "Report" not in found
    assert "No types match" in client.get("/workflow-types/?q=nothing").text


def test_the_first_visit_says_what_a_type_is(client, ada, uma):
    assert "No workflow types yet" in client.as_(ada).get("/workflow-types/").text
    assert "/workflow-types/new" not in client.as_(uma).get("/workflow-types/").text


def test_history_tells_who_changed_it(client, ada, council, bot):
    type_ = make_type(council, bot)
    url = f"/workflow-types/{type_.id}"
    client.as_(ada).post(f"{url}/archive")

    assert "Ada" in client.get(f"{url}?tab=history").text


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_two_statements(client, ada, council, bot, statements, size):
    for _ in range(size):
        make_type(council, bot)
    client.as_(ada).get("/workflow-types/")
    statements.clear()

    client.get("/workflow-types/")

    assert len(statements) == 2  # session and user, rows with total


@pytest.mark.parametrize("tab", ["overview", "history", "bogus"])
@pytest.mark.parametrize("size", [1, 10])
def test_a_tab_costs_three_statements_or_fewer(
    client, ada, council, statements, tab, size
):
    type_ = make_type(council, *(make_bot(ada) for _ in range(size)))
    url = f"/workflow-types/{type_.id}?tab={tab}"
    client.as_(ada).get(url)
    statements.clear()

    response = client.get(url)

    assert response.status_code == 200
    assert len(statements) <= 3, "\n".join(statements)


@pytest.mark.parametrize("size", [1, 10])
def test_a_save_costs_the_same_however_many_steps(
    client, ada, council, statements, size
):
    bots = [make_bot(ada) for _ in range(size)]
    url = f"/workflow-types/{make_type(council, *bots).id}/edit"
    fields = filled(council, *bots)
    client.as_(ada).get("/workflow-types/")
    statements.clear()

    client.post(url, data=fields)

    assert len(statements) == 9, "\n".join(statements)


def test_who_may_not_write_gets_403_and_an_unknown_type_is_404(
    client, ada, olga, uma, eve, mallory, council, bot
):
    type_ = make_type(council, bot, name="Sweep")
    url = f"/workflow-types/{type_.id}"
    unknown = "/workflow-types/019a0000-0000-7000-8000-000000000000"

    for person in (olga, uma, eve, mallory):
        client.as_(person)
        assert client.get(url).status_code == 200
        assert client.get(unknown).status_code == 404
        for path in ("/edit", "/archive", "/restore"):
            assert client.post(f"{url}{path}").status_code == 403
        assert client.post("/workflow-types/new").status_code == 403
    client.as_(ada)
    for path in ("/edit", "/archive", "/restore"):
        assert client.post(f"{unknown}{path}").status_code == 404
    assert db.session.get(WorkflowType, type_.id).name == "Sweep"
