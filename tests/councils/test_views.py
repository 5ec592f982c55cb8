import pytest
from sqlalchemy import select

from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.permissions import Role
from tests.factories import (
    latest_audit,
    make_agent,
    make_bot,
    make_council,
    make_type,
    make_user,
    make_workflow,
    rule_of,
    stored,
)

PARTIAL = {"X-Partial": "1"}


def filled(*people, **over):
    fields = {
        "name": "Payments",
        "rule-preset": "simple_majority",
        "rule-voting_period": "86400",
        "rule-min_approvals": "",
    }
    for seat, person in enumerate(people):
        fields[f"members-{seat}-user_id"] = str(person.id)
    return fields | over


def beside(response, field):
    """What is said beside a field."""
    _, found = response.text.split(f'id="{field}-error"')
    return found.partition("</p>")[0].rpartition(">")[2]


def rule_after(client, council, **over):
    """The council's rule after the form was sent with these answers."""
    [member] = council.members
    given = filled(member.user, **{"name": council.name} | over)
    response = client.post(f"/councils/{council.id}/edit", data=given)
    assert response.status_code == 303, response.text
    return db.session.get(Council, council.id).rule


def test_an_admin_founds_a_council(client, ada, olga):
    agent = make_agent()
    more = {"advisers-0-agent_id": str(agent.id), "rule-preset": "two_thirds"}

    response = client.as_(ada).post("/councils/new", data=filled(ada, olga, **more))

    council = db.session.scalars(select(Council)).one()
    assert (response.status_code, response.location) == (303, f"/councils/{council.id}")
    assert council.rule == rule_of("two_thirds", voting_period=86_400)
    assert [member.role for member in council.members] == ["member"] * 2
    assert [adviser.agent_id for adviser in council.advisers] == [agent.id]
    page = client.get(response.location).text
    assert "ready to vote" in page
    assert "Agents advise; they are never counted." in page
    assert "two thirds of the votes cast approve" in page


def test_a_mistake_in_a_nested_row_is_shown_beside_it(client, ada, olga):
    fields = filled(ada, olga, **{"members-1-weight": "1001"})

    response = client.as_(ada).post("/councils/new", data=fields)

    assert response.status_code == 422
    assert 'id="members-1-weight-error"' in response.text
    assert "Enter 1000 or less." in response.text
    assert 'value="1001"' in response.text
    assert 'value="Payments"' in response.text


def test_spare_rows_do_not_shift_the_mistake(client, ada):
    fields = {"members-0-user_id": "", "members-0-weight": ""} | filled()
    fields |= {"members-4-user_id": str(ada.id), "members-4-weight": "lots"}

    response = client.as_(ada).post("/councils/new", data=fields)

    assert 'id="members-1-weight-error"' in response.text
    assert 'id="members-0-weight-error"' not in response.text


def test_a_rule_that_could_never_pass_is_refused_with_the_reason(client, ada):
    fields = filled(ada, **{"rule-preset": "any_two", "description": "Typed"})

    response = client.as_(ada).post("/councils/new", data=fields)

    assert response.status_code == 422
    assert beside(response, "rule-min_approvals") == (
        "It asks for two people to approve, and one can vote here."
    )
    assert "Typed" in response.text
    assert '<option selected value="any_two">' in response.text
    assert 'name="rule-voting_period" value="86400"' in response.text


def test_nobody_is_seated_twice(client, ada):
    response = client.as_(ada).post("/councils/new", data=filled(ada, ada))

    assert response.status_code == 422
    assert "Everybody sits on a council once." in response.text


def test_a_seat_that_cannot_vote_is_said_beside_its_weight(client, ada, uma):
    response = client.as_(ada).post("/councils/new", data=filled(ada, uma))
    watching = filled(ada, uma, **{"members-1-weight": "0"})

    assert response.status_code == 422
    assert 'id="members-1-weight-error"' in response.text
    assert "Uma is no active council operator or admin" in response.text
    assert client.post("/councils/new", data=watching).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"rule-min_approvals": "none"}, "rule-min_approvals", "whole number"),
        ({"rule-preset": "dictator"}, "rule-preset", "Choose one of"),
        ({"rule-timelock": "soon"}, "rule-timelock", "whole number"),
        ({"name": "x"}, "name", "Use at least 2 characters."),
        ({"members-0-user_id": "0" * 32}, "members-0-user_id", "no such person"),
    ],
)
def test_every_mistake_stands_beside_its_field(client, ada, wrong, field, sentence):
    response = client.as_(ada).post("/councils/new", data=filled(ada) | wrong)

    assert response.status_code == 422
    assert sentence in beside(response, field)


def test_what_the_action_refuses_is_shown_beside_the_field(client, ada):
    make_council(ada, name="Payments")

    response = client.as_(ada).post("/councils/new", data=filled(ada))

    assert response.status_code == 422
    assert 'id="name-error"' in response.text
    assert "Another council has this name." in response.text


def test_a_script_gets_the_form_alone_and_then_where_to_go(client, ada):
    client.as_(ada)

    refused = client.post("/councils/new", data=filled(), headers=PARTIAL)
    saved = client.post("/councils/new", data=filled(ada), headers=PARTIAL)

    assert refused.text.lstrip().startswith('<form id="council"')
    assert "<html" not in refused.text
    assert saved.status_code == 204
    assert "ready to vote" in client.get(saved.headers["X-Location"]).text


def test_the_edit_form_starts_with_what_is_stored(client, ada, olga):
    rule = rule_of("two_thirds", voting_period=172_800, min_approvals=2)
    council = make_council(ada, olga, name="Safety", rule=rule)

    page = client.as_(ada).get(f"/councils/{council.id}/edit").text

    assert 'value="Safety"' in page
    assert f'<option selected value="{olga.id}">' in page
    assert '<option selected value="two_thirds">' in page
    assert 'name="rule-voting_period" value="2"' in page
    assert '<option selected value="86400">days</option>' in page
    assert 'name="rule-min_approvals" type="number" value="2"' in page


def test_a_full_council_still_offers_spare_rows(client, ada):
    people = [make_user(f"P{n}", role=Role.COUNCIL_OPERATOR) for n in range(5)]
    council = make_council(*people)

    page = client.as_(ada).get(f"/councils/{council.id}/edit").text

    assert page.count('<option selected value="">Nobody</option>') == 0
    assert 'name="members-7-user_id"' in page
    assert 'name="members-8-user_id"' not in page


def test_choosing_nobody_takes_the_seat_away(client, ada, olga):
    council = make_council(ada, olga, name="Payments")
    gone = {"members-1-user_id": "", "members-1-role": "chair", "members-1-weight": "2"}

    client.as_(ada).post(f"/councils/{council.id}/edit", data=filled(ada, **gone))

    [member] = db.session.get(Council, council.id).members
    assert member.user_id == ada.id


def test_who_was_seated_and_left_stays_on_offer(client, ada, otto):
    council = make_council(ada, otto)
    otto.is_active = False
    stored(otto)

    page = client.as_(ada).get(f"/councils/{council.id}/edit").text
    fresh = client.get("/councils/new").text

    assert f'<option selected value="{otto.id}">' in page
    assert str(otto.id) not in fresh
    assert "Cannot vote" in client.get(f"/councils/{council.id}").text


def test_saving_keeps_what_the_form_does_not_ask(client, ada):
    stored_rule = rule_of(timelock=3600, exclude=["proposer", "editors", "agent_owner"])
    council = make_council(ada, rule=stored_rule)
    client.as_(ada)

    same = rule_after(client, council)
    other = rule_after(client, council, **{"rule-preset": "unanimity"})

    assert same == stored_rule | {"voting_period": 86_400}
    assert (other["timelock"], len(other["exclude"])) == (3600, 3)
    assert other["threshold"] == rule_of("unanimity")["threshold"]


def test_a_rule_of_no_preset_is_kept_until_another_is_chosen(client, ada):
    own = rule_of(required_roles={"member": 1}, voting_period=5000)
    council = make_council(ada, rule=own)
    client.as_(ada)

    page = client.get(f"/councils/{council.id}/edit").text
    answers = {"rule-preset": "present", "rule-voting_period": "5000"}
    kept = rule_after(client, council, **answers | {"rule-min_approvals": "1"})
    changed = rule_after(client, council)

    assert '<option selected value="present">A rule of its own' in page
    assert 'name="rule-voting_period" value="5000"' in page
    assert kept == own
    assert changed["required_roles"] == {}


def test_any_two_asks_for_two_even_where_one_was_enough_before(client, ada, olga):
    council = make_council(ada, olga, name="Payments")
    page = client.as_(ada).get(f"/councils/{council.id}/edit").text
    chosen = filled(ada, olga, **{"rule-preset": "any_two"})

    client.post(f"/councils/{council.id}/edit", data=chosen)

    assert 'name="rule-min_approvals" type="number" value=""' in page
    assert db.session.get(Council, council.id).rule["min_approvals"] == 2


def test_archiving_asks_first_and_can_be_undone(client, ada):
    council = make_council(ada, name="Safety")
    url = f"/councils/{council.id}"

    page = client.as_(ada).get(url).text
    archived = client.post(f"{url}/archive")
    again = client.post(f"{url}/archive")

    assert 'data-confirm="Archive this council?"' in page
    assert (archived.status_code, again.status_code) == (303, 409)
    assert "Safety" not in client.get("/councils/").text
    assert "Safety" in client.get("/councils/?archived=1").text
    assert 'data-confirm="Restore this council?"' in client.get(url).text
    assert client.post(f"{url}/restore").status_code == 303
    assert client.post(f"{url}/restore").status_code == 409
    assert latest_audit().result == "refused"
    assert not db.session.get(Council, council.id).is_archived


def test_the_list_is_searched_and_says_when_nothing_fits(client, ada):
    make_council(ada, name="Safety")
    make_council(ada, name="Payments")

    found = client.as_(ada).get("/councils/?q=safe").text

    assert "Safety" in found
    assert "Payments" not in found
    assert "No councils match" in client.get("/councils/?q=nothing").text


def test_the_first_visit_says_what_a_council_is(client, ada, mallory):
    assert "No councils yet" in client.as_(ada).get("/councils/").text
    page = client.as_(mallory).get("/councils/").text
    assert "You sit on no council" in page
    assert "/councils/new" not in page


def test_the_tabs_show_people_work_rule_and_history(client, ada, olga, uma):
    council = make_council(ada, olga, review_actions=False)
    council.members[1].weight = 0
    stored(council)
    make_workflow(uma, make_type(council, make_bot(uma)), title="Sweep the floor")
    url = f"/councils/{council.id}"
    client.as_(ada).post(f"{url}/archive")

    assert "Watches" in client.get(url).text
    assert "runs without a vote" in client.get(url).text
    assert "Sweep the floor" in client.get(f"{url}?tab=workflows").text
    rule = client.get(f"{url}?tab=rule").text
    assert "Whoever proposed it and whoever edited it" in rule
    assert "&#34;voting_period&#34;: 259200" in rule
    assert "Ada" in client.get(f"{url}?tab=history").text


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_two_statements(client, ada, statements, size):
    for _ in range(size):
        make_council(ada)
    client.as_(ada).get("/councils/")
    statements.clear()

    client.get("/councils/")

    assert len(statements) == 2  # session and user, rows with total


@pytest.mark.parametrize("tab", ["members", "workflows", "rule", "history", "bogus"])
@pytest.mark.parametrize("size", [1, 20])
def test_a_tab_costs_four_statements_or_fewer(client, ada, statements, tab, size):
    people = [make_user(f"P{n}", role=Role.COUNCIL_OPERATOR) for n in range(size)]
    council = make_council(*people, advisers=[make_agent() for _ in range(size)])
    bot = make_bot(ada)
    for _ in range(size):
        make_workflow(ada, make_type(council, bot))
    url = f"/councils/{council.id}?tab={tab}"
    client.as_(ada).get(url)
    statements.clear()

    response = client.get(url)

    assert response.status_code == 200
    assert len(statements) <= 4, "\n".join(statements)


@pytest.mark.parametrize("size", [1, 20])
def test_a_save_costs_the_same_however_many_sit_there(client, ada, statements, size):
    people = [make_user(f"P{n}", role=Role.COUNCIL_OPERATOR) for n in range(size)]
    url, fields = f"/councils/{make_council(*people).id}/edit", filled(*people)
    client.as_(ada).get("/councils/")
    statements.clear()

    client.post(url, data=fields)

    assert len(statements) == 10, "\n".join(statements)


def test_a_stranger_gets_404_and_who_may_not_gets_403(client, mallory, eve, olga):
    council = make_council(olga)
    url = f"/councils/{council.id}"
    writes = ("/edit", "/archive", "/restore")

    assert client.as_(mallory).get(url).status_code == 404
    for person in (eve, olga):
        client.as_(person)
        assert client.get(url).status_code == 200
        assert [client.post(f"{url}{each}").status_code for each in writes] == [403] * 3
        assert client.get(f"{url}/edit").status_code == 403
        assert client.post("/councils/new", data=filled(olga)).status_code == 403
    assert "/edit" not in client.get(url).text


def test_an_unknown_council_is_404_for_an_admin(client, ada):
    unknown = "/councils/019a0000-0000-7000-8000-000000000000"

    client.as_(ada)
    for path in ("", "/edit"):
        assert client.get(f"{unknown}{path}").status_code == 404
    for path in ("/edit", "/archive", "/restore"):
        assert client.post(f"{unknown}{path}").status_code == 404


def test_a_spent_session_sends_a_script_to_sign_in(client):
    response = client.post("/councils/new", headers=PARTIAL)

    assert (response.status_code, response.headers["X-Location"]) == (204, "/login")
