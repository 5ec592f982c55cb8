"""Where changes to a council are voted on, its oversight is too."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from dashboard.councils.models import Charter, Council
from dashboard.councils.standing import standing_of
from dashboard.extensions import db
from dashboard.workflows.models import Workflow
from tests.factories import make_council, stored
from tests.oversight.stage import make_governance_type

FIELDS = {"review_actions": "y", "savings_threshold": "250", "domains": ""}


@pytest.fixture
def council(ada, olga):
    council = make_council(ada, olga, name="Release")
    council.charter = Charter(type_id=make_governance_type(council, name="Charter").id)
    return stored(council)


def test_an_admin_cannot_set_it_past_the_vote(client, api, ada, council):
    url = f"/councils/{council.id}/oversight"

    page = client.as_(ada).post(f"{url}/edit", data=FIELDS)
    answer = api.with_key(ada).put(f"/api/v1{url}", json={"review_actions": False})

    assert (page.status_code, answer.status_code) == (409, 409)
    assert "Changes to Release are voted on." in page.text
    assert 'value="250"' in page.text
    found = db.session.get(Council, council.id)
    assert (found.savings_threshold, found.review_actions) == (0, True)


def test_the_tab_offers_to_propose_instead(client, olga, ada, eve, council):
    url = f"/councils/{council.id}/oversight"

    for person, offered in ((olga, True), (ada, True), (eve, False)):
        page = client.as_(person).get(url).text
        assert (f'href="{url}/propose"' in page) is offered
        assert f'href="{url}/edit"' not in page


def test_a_member_proposes_another_oversight(client, olga, council):
    url = f"/councils/{council.id}/oversight/propose"

    shown = client.as_(olga).get(url).text
    response = client.post(url, data=FIELDS | {"why": "We vote too much."})

    assert "Propose this oversight" in shown
    [workflow] = db.session.scalars(select(Workflow)).all()
    assert response.location == f"/workflows/{workflow.id}"
    assert workflow.description == "We vote too much."
    assert workflow.change["oversight"]["savings_threshold"] == 250
    assert db.session.get(Council, council.id).savings_threshold == 0


def test_a_proposal_that_is_wrong_or_changes_nothing_says_so(client, olga, council):
    url = f"/councils/{council.id}/oversight/propose"
    same = FIELDS | {"savings_threshold": "0", "why": "No reason"}

    wrong = client.as_(olga).post(url, data=FIELDS | {"domains": "A B", "why": "Kept"})
    idle = client.post(url, data=same)

    assert (wrong.status_code, idle.status_code) == (422, 422)
    assert "Use lower case words" in wrong.text
    assert "Kept" in wrong.text
    assert "This is how the council is already." in idle.text


def test_where_changes_are_not_voted_on_there_is_nothing_to_propose(client, ada, olga):
    free = make_council(ada, olga, name="Free")

    response = client.as_(ada).post(
        f"/councils/{free.id}/oversight/propose", data=FIELDS
    )

    assert response.status_code == 409
    assert "Changes to Free are not voted on." in response.text


def test_strangers_find_nothing_and_viewers_propose_nothing(
    client, mallory, eve, council
):
    url = f"/councils/{council.id}/oversight/propose"

    assert client.as_(mallory).get(url).status_code == 404
    assert client.post(url, data=FIELDS).status_code == 404
    assert client.as_(eve).get(url).status_code == 403
    assert client.post(url, data=FIELDS).status_code == 403


@pytest.mark.parametrize("unknown", [True, False])
def test_what_could_not_be_done_is_not_put_to_a_vote(
    client, api, olga, council, unknown
):
    """A type that does not exist, and the type by which the council is changed."""
    type_id = str(uuid4()) if unknown else str(council.charter_type_id)
    form = {"blocked_types-0-type_id": type_id, "blocked_types-0-reason": "No more"}
    row = {"type_id": type_id, "reason": "No more"}
    wanted = standing_of(council)["council"] | {"oversight": {"blocked_types": [row]}}

    page = client.as_(olga).post(f"/councils/{council.id}/oversight/propose", data=form)
    told = api.with_key(olga).post(
        f"/api/v1/councils/{council.id}/changes", json=wanted
    )

    assert (page.status_code, told.status_code) == (422, 422)
    (error,) = told.json["errors"]
    assert error["pointer"] == "/oversight/blocked_types/0/type_id"
    assert db.session.scalar(select(Workflow)) is None


def test_a_council_that_cannot_decide_says_so_on_the_page(client, olga, council):
    """Its stored rule asks for a role that nobody here has."""
    council.rule = council.rule | {"required_roles": {"chair": 1}}
    stored(council)

    page = client.as_(olga).post(
        f"/councils/{council.id}/oversight/propose", data={"savings_threshold": "5"}
    )

    assert page.status_code == 422
    assert "no people here have that role" in page.text
