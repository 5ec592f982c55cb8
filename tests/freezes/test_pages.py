"""Freezes as pages: pulled, shown, lifted."""

import pytest
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.freezes.models import Freeze, Scope
from tests.factories import latest_audit, make_agent, make_bot, make_council, make_run
from tests.freezes.stage import lifted, make_freeze
from tests.runs.stage import approved, begun

NEW = "/freezes/new"


def filled(**over):
    return {"scope": "all", "council_id": "", "agent_id": "", "reason": "Odd sums"} | (
        over
    )


def test_a_guardian_freezes_a_council(client, ada, olga):
    council = make_council(olga, name="Finance")

    answer = client.as_(ada).post(
        NEW, data=filled(scope="council", council_id=str(council.id))
    )

    freeze = db.session.scalar(select(Freeze))
    assert answer.location == f"/freezes/{freeze.id}"
    assert (freeze.scope, freeze.council_id) == (Scope.COUNCIL, council.id)
    assert freeze.is_in_force
    entry = latest_audit()
    assert (entry.action, entry.detail) == ("freeze.write", {"reason": "Odd sums"})
    assert entry.subject_name == "freeze of Finance"


def test_the_form_says_what_a_freeze_does(client, ada):
    page = client.as_(ada).get(NEW).text

    assert "Nothing starts. Votes and clocks go on." in page
    assert "What runs goes on until it is stopped" in page


def test_a_link_from_a_council_or_an_agent_has_chosen_already(client, ada):
    council, agent = make_council(), make_agent()
    client.as_(ada)

    of_council = client.get(f"{NEW}?council_id={council.id}").text
    of_agent = client.get(f"{NEW}?agent_id={agent.id}").text

    assert f'<option selected value="{council.id}">' in of_council
    assert 'value="council" checked' in of_council
    assert f'<option selected value="{agent.id}">' in of_agent


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"reason": ""}, "Fill this in."),
        ({"scope": ""}, "Fill this in."),
        ({"scope": "council"}, "Choose the council to freeze."),
        ({"scope": "agent"}, "Choose the agent to freeze."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(client, ada, over, sentence):
    answer = client.as_(ada).post(NEW, data={**filled(reason="Kept words"), **over})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("Kept words" in answer.text) == ("reason" not in over)
    assert db.session.scalar(select(Freeze)) is None


def test_a_council_that_is_chosen_but_not_meant_is_not_passed_over(client, ada):
    council = make_council()

    answer = client.as_(ada).post(NEW, data=filled(council_id=str(council.id)))

    assert answer.status_code == 422
    assert "freeze this council alone" in answer.text


def test_nothing_is_frozen_twice_but_again_after_it_was_lifted(client, ada):
    freeze = make_freeze(ada)
    client.as_(ada)

    refused = client.post(NEW, data=filled())
    lifted(freeze, ada)
    again = client.post(NEW, data=filled())

    assert refused.status_code == 409
    assert "There is a freeze of everything already." in refused.text
    assert "Odd sums" in refused.text
    assert again.status_code == 303


def test_a_freeze_is_lifted_with_a_reason(client, ada, otto):
    freeze = make_freeze(ada)
    client.as_(ada)

    page = client.get(f"/freezes/{freeze.id}").text
    silent = client.post(f"/freezes/{freeze.id}/lift", data={"reason": ""})
    answer = client.post(f"/freezes/{freeze.id}/lift", data={"reason": "Fixed it"})

    assert 'data-confirm="Lift this freeze?"' in page
    assert (silent.status_code, answer.status_code) == (422, 303)
    assert not freeze.is_in_force
    assert (freeze.lifted_by_id, freeze.lift_reason) == (ada.id, "Fixed it")
    assert latest_audit().detail == {"reason": "Fixed it"}
    assert "Fixed it" in client.get(f"/freezes/{freeze.id}").text


def test_what_was_lifted_is_not_lifted_again(client, ada):
    freeze = lifted(make_freeze(ada), ada, "Fixed it")

    answer = client.as_(ada).post(
        f"/freezes/{freeze.id}/lift", data={"reason": "Once more"}
    )

    assert answer.status_code == 409
    assert freeze.lift_reason == "Fixed it"


def test_the_list_shows_what_holds_first_and_filters_the_rest(client, ada):
    agent = make_agent("Triage")
    make_freeze(ada, agent=agent, reason="Holds still")
    lifted(make_freeze(ada, reason="Long ago"), ada)
    client.as_(ada)

    page = client.get("/freezes/").text
    narrowed = client.get("/freezes/?scope=agent").text
    searched = client.get("/freezes/?q=long").text

    main = page.partition("<main")[2]
    assert main.index("Holds still") < main.index("Long ago")
    assert "Long ago" not in narrowed
    assert "No lifted freeze matches" in narrowed
    assert "Long ago" in searched


def test_an_empty_list_says_what_would_stand_there(client, uma):
    page = client.as_(uma).get("/freezes/").text

    assert "Nothing is frozen" in page
    assert "No freeze was lifted yet" in page
    assert "Freeze something" not in page


def test_a_freeze_lists_what_runs_in_its_scope_with_a_stop_button(client, ada, uma):
    mine = begun(approved(uma, make_bot(uma)))
    waiting = approved(uma, make_bot(uma))
    waiting.workflow.council_id = mine.workflow.council_id
    elsewhere = begun(make_run(make_bot(uma)))
    freeze = make_freeze(ada, council=mine.workflow.council)

    page = client.as_(ada).get(f"/freezes/{freeze.id}").text

    assert f'href="/runs/{mine.id}/cancel"' in page
    assert f"/runs/{waiting.id}" in page
    assert f"/runs/{waiting.id}/cancel" not in page
    assert str(elsewhere.id) not in page


@pytest.mark.parametrize("role", ["olga", "uma"])
def test_only_guardians_freeze_and_lift(client, request, ada, role):
    freeze = make_freeze(ada)
    client.as_(request.getfixturevalue(role))

    assert client.get(f"/freezes/{freeze.id}").status_code == 200
    assert "Lift the freeze" not in client.get(f"/freezes/{freeze.id}").text
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, data=filled()).status_code == 403
    lift = client.post(f"/freezes/{freeze.id}/lift", data={"reason": "Let go"})
    assert lift.status_code == 403
    assert freeze.is_in_force


def test_a_councils_freeze_is_known_to_its_members_alone(client, ada, olga, mallory):
    freeze = make_freeze(ada, council=make_council(olga), reason="Odd sums")

    assert client.as_(olga).get(f"/freezes/{freeze.id}").status_code == 200
    assert client.as_(mallory).get(f"/freezes/{freeze.id}").status_code == 404
    assert "Odd sums" not in client.get("/freezes/").text


@pytest.mark.parametrize("size", [1, 8])
def test_the_pages_cost_the_same_however_much_is_frozen(client, ada, statements, size):
    for _ in range(size):
        freeze = make_freeze(ada, council=make_council())
        lifted(make_freeze(ada, agent=make_agent()), ada)
        begun(make_run(make_bot(ada)))
    one = f"/freezes/{freeze.id}"
    client.as_(ada)

    statements.clear()
    client.get("/freezes/")
    assert len(statements) == 4  # session, banner, in force, lifted

    statements.clear()
    client.get(one)
    assert len(statements) == 4  # session, freeze, work, banner
