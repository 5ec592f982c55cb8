"""Who else may edit a proposal: named by its proposer, shown to everybody."""

import pytest

from dashboard.extensions import db
from dashboard.workflows.models import Workflow
from tests.factories import make_user, open_vote, propose

OFFER = 'name="editors"'


def edit_url(workflow):
    return f"/workflows/{workflow.id}/edit"


def co_editors(workflow):
    found = db.session.get(Workflow, workflow.id)
    return {each.user_id for each in found.co_editors}


@pytest.fixture
def joint(uma, olga, type_):
    """Proposed by Uma, who lets Olga edit it."""
    return propose(uma, type_, editors=[olga.id])


def test_the_proposer_names_people_while_proposing(client, uma, olga, otto, type_):
    url = f"/workflows/new?type_id={type_.id}"
    page = client.as_(uma).get(url).text

    answer = client.post(
        url,
        data={"title": "Clean up", "type_id": str(type_.id), "editors": [str(olga.id)]},
    )

    assert f'{OFFER} value="{olga.id}"' in page
    assert f'{OFFER} value="{uma.id}"' not in page
    assert answer.status_code == 303
    workflow = db.session.query(Workflow).one()
    assert co_editors(workflow) == {olga.id}
    assert "Olga" in client.get(answer.location).text.split('id="facts"')[1]


def test_only_active_people_who_propose_are_offered(client, uma, eve, type_):
    gone = make_user("Gone", role="user", is_active=False)

    page = client.as_(uma).get(f"/workflows/new?type_id={type_.id}").text

    assert str(eve.id) not in page
    assert str(gone.id) not in page


def test_the_list_is_kept_changed_and_emptied_by_the_proposer(
    client, uma, olga, otto, joint
):
    url = edit_url(joint)
    page = client.as_(uma).get(url).text

    client.post(url, data={"title": "Clean up", "editors": [str(otto.id)]})
    changed = co_editors(joint)
    client.post(url, data={"title": "Clean up"})

    assert f'{OFFER} value="{olga.id}" checked' in page
    assert changed == {otto.id}
    assert co_editors(joint) == set()


def test_an_editor_edits_and_is_not_asked_who_else_may(client, olga, joint):
    url = edit_url(joint)

    page = client.as_(olga).get(url).text
    answer = client.post(url, data={"title": "Swept by Olga"})

    assert OFFER not in page
    assert answer.status_code == 303
    assert co_editors(joint) == {olga.id}
    facts = client.get(answer.location).text.split('id="facts"')[1]
    assert "Olga" in facts
    assert "changed it" in facts


def test_who_cannot_edit_is_not_accepted_and_what_was_typed_stays(
    client, uma, eve, joint
):
    answer = client.as_(uma).post(
        edit_url(joint), data={"title": "My new title", "editors": [str(eve.id)]}
    )
    damaged = client.post(
        edit_url(joint), data={"title": "My new title", "editors": ["nobody"]}
    )

    assert (answer.status_code, damaged.status_code) == (422, 422)
    assert "Choose active people who may propose work themselves." in answer.text
    assert "Choose one of the list." in damaged.text
    assert "My new title" in answer.text


def test_strangers_and_viewers_do_not_edit(client, mallory, eve, otto, joint):
    url = edit_url(joint)

    assert client.as_(mallory).get(url).status_code == 404
    assert client.as_(eve).get(url).status_code == 403
    assert client.as_(otto).post(url, data={"title": "Mine"}).status_code == 403


def test_a_program_names_and_reads_editors(api, uma, olga, otto, joint):
    url = f"/api/v1/workflows/{joint.id}"

    before = api.with_key(uma).get(url).json["editors"]
    given = {"title": "Clean up", "editors": [str(otto.id)]}
    after = api.put(url, json=given).json["editors"]
    refused = api.with_key(otto).put(url, json=given | {"editors": [str(olga.id)]})

    assert (before, after) == ([str(olga.id)], [str(otto.id)])
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json["errors"]] == ["/editors"]


def test_who_was_named_but_changed_nothing_may_still_vote(
    client, uma, olga, type_, council
):
    workflow = open_vote(uma, type_, editors=[olga.id])

    assert 'id="vote-form"' in client.as_(olga).get(f"/workflows/{workflow.id}").text
