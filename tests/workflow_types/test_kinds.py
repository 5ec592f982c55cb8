"""Types by domain, and types by which a council is changed."""

import pytest
from sqlalchemy import select

from dashboard.councils.models import Charter
from dashboard.extensions import db
from dashboard.workflow_types.models import WorkflowType
from tests.factories import make_bot, make_council, make_type, stored
from tests.oversight.stage import make_governance_type, make_routed_type


@pytest.fixture
def council(ada, olga):
    return make_council(ada, olga, name="Release")


@pytest.fixture
def bot(uma):
    return make_bot(uma, name="Sweeper")


def by_domain(bot, **over):
    fields = {
        "name": "Reprice",
        "risk": "low",
        "council_id": "",
        "steps-0-actor": f"bot:{bot.id}",
    }
    return fields | {"domain": "commerce.pricing", "input_schema": ""} | over


def test_a_type_is_made_by_domain(client, ada, bot):
    offered = client.as_(ada).get("/workflow-types/new").text
    response = client.post("/workflow-types/new", data=by_domain(bot))

    assert "By domain: the council responsible for it" in offered
    type_ = db.session.scalars(select(WorkflowType)).one()
    assert response.location == f"/workflow-types/{type_.id}"
    assert (type_.council_id, type_.domain) == (None, "commerce.pricing")
    assert "By domain: commerce.pricing" in client.get("/workflow-types/").text
    edit = client.get(f"/workflow-types/{type_.id}/edit").text
    assert 'name="domain" type="text" value="commerce.pricing"' in edit


def test_a_wrong_domain_stands_beside_it_and_is_kept(client, ada, bot):
    response = client.as_(ada).post(
        "/workflow-types/new", data=by_domain(bot, domain="Pricing!")
    )

    assert response.status_code == 422
    beside = response.text.split('id="domain-error"')[1].partition("</p>")[0]
    assert "Use lower case words with dots between" in beside
    assert 'value="Pricing!"' in response.text


def test_the_page_of_a_routed_type_names_the_council_and_its_rule(client, uma, ada):
    make_council(ada, name="Shop", domains=["commerce"])
    type_ = make_routed_type(make_bot(uma), domain="commerce.pricing")

    page = client.as_(uma).get(f"/workflow-types/{type_.id}").text

    assert "<strong>Shop</strong> decides." in page
    assert "the closest domain above: it decides." in page
    assert "Passes when" in page
    assert f"/workflows/new?type_id={type_.id}" in page


def test_a_type_that_changes_a_council_is_asked_for_without_bots(client, ada, council):
    url = "/workflow-types/new?kind=governance"

    form = client.as_(ada).get(url).text
    sent = {"name": "Charter", "council_id": str(council.id), "kind": "governance"}
    response = client.post(url, data=sent)

    assert 'name="steps-0-actor"' not in form
    assert 'name="input_schema"' not in form
    assert 'name="domain"' not in form
    type_ = db.session.scalars(select(WorkflowType)).one()
    assert (type_.kind, type_.steps, type_.council_id) == ("governance", [], council.id)
    page = client.get(response.location).text
    assert "A change to a council" in page
    assert "Bots that run" not in page
    assert f"/workflows/new?type_id={type_.id}" not in page
    assert "Changes the council" in client.get("/workflow-types/").text


def test_without_a_council_a_change_has_nobody_to_decide(client, ada, council):
    sent = {"name": "Charter", "council_id": "", "kind": "governance"}

    response = client.as_(ada).post("/workflow-types/new", data=sent)

    assert response.status_code == 422
    assert "Choose the council that decides." in response.text
    assert 'value="Charter"' in response.text
    assert 'name="steps-0-actor"' not in response.text


def test_the_kind_cannot_be_slipped_in(client, ada, council, bot):
    type_ = make_type(council, bot, name="Sweep")
    sent = {"name": "Sweep", "council_id": str(council.id), "kind": "governance"}

    response = client.as_(ada).post(f"/workflow-types/{type_.id}/edit", data=sent)

    assert response.status_code == 422
    assert "A type stays of its kind." in response.text
    assert db.session.get(WorkflowType, type_.id).kind == "work"


def test_a_governance_type_is_edited_as_one(client, ada, council):
    type_ = make_governance_type(council, name="Charter")
    url = f"/workflow-types/{type_.id}/edit"

    form = client.as_(ada).get(url).text
    sent = {"name": "Change Release", "council_id": council.id, "kind": "governance"}
    response = client.post(url, data=sent)

    assert 'name="steps-0-actor"' not in form
    assert response.status_code == 303
    assert db.session.get(WorkflowType, type_.id).name == "Change Release"


def test_the_type_that_binds_a_council_says_why_it_stays(client, ada, council):
    type_ = make_governance_type(council, name="Charter")
    council.charter = Charter(type_id=type_.id)
    stored(council)
    url = f"/workflow-types/{type_.id}"
    sent = {"name": "Other", "council_id": council.id, "kind": "governance"}

    edited = client.as_(ada).post(f"{url}/edit", data=sent)
    archived = client.post(f"{url}/archive")

    assert (edited.status_code, archived.status_code) == (409, 409)
    assert "Changes to Release are voted on as Charter." in edited.text
    assert 'value="Other"' in edited.text
    assert not db.session.get(WorkflowType, type_.id).is_archived
