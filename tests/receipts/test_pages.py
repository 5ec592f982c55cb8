"""The receipt as a page, as a file and over the API, and the key that checks it."""

import json
from html import unescape

import pytest
import sqlalchemy as sa

from dashboard.receipts.signing import read_key
from dashboard.workflows.models import Vote
from tests.factories import make_bot, make_council, make_type, propose, vote
from tests.receipts.stage import JWK, approved, asked, findings

KEY = "/.well-known/quorum-key.json"


@pytest.fixture
def workflow(uma, ada, olga, otto):
    return approved(uma, ada, olga, otto)


@pytest.fixture
def draft(uma, ada):
    return propose(uma, make_type(make_council(ada), make_bot(uma)))


def addresses(workflow):
    page = f"/workflows/{workflow.id}/receipt"
    return page, f"{page}/file", f"/api/v1{page}"


def test_the_page_walks_the_whole_chain(client, olga, workflow):
    text = unescape(client.as_(olga).get(addresses(workflow)[0]).text)

    for said in (
        "Verified now.",
        "proposed by",
        "Approved: 2 of 2 approved and 2 were needed.",
        "Did not vote: Otto",
        f"voted “approve” on #{workflow.number} Clean up",
        f"Download receipt-{workflow.number}.json",
        f"receipt-{workflow.number}.json --key quorum-key.json",
        JWK["kid"],
        'href="/.well-known/quorum-key.json"',
    ):
        assert said in text


def test_the_tab_leads_there(client, uma, workflow):
    page = addresses(workflow)[0]

    text = client.as_(uma).get(page).text

    assert f'<a href="{page}" aria-current="page">Receipt</a>' in text


def test_the_download_and_the_api_hand_out_a_sound_file(client, api, olga, workflow):
    _, file, program = addresses(workflow)

    download = client.as_(olga).get(file)
    answer = api.with_key(olga).get(program)

    name = f"receipt-{workflow.number}.json"
    assert download.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert download.mimetype == answer.mimetype == "application/json"
    assert findings(download.data) == findings(answer.data) == []
    assert download.json["receipt"] == answer.json["receipt"]


def test_before_a_decision_the_page_says_so(client, api, uma, draft):
    page, file, program = addresses(draft)

    shown = client.as_(uma).get(page)
    refused = [client.get(file), api.with_key(uma).get(program)]

    assert shown.status_code == 200
    assert "There is nothing to prove yet" in shown.text
    assert [response.status_code for response in refused] == [409, 409]
    assert "nothing to prove yet" in refused[1].json["detail"]


def test_an_open_vote_has_no_receipt_yet(client, uma, ada, olga, otto):
    workflow = asked(uma, ada, olga, otto)
    vote(workflow, ada)

    text = client.as_(olga).get(addresses(workflow)[0]).text

    assert "There is nothing to prove yet" in text


def test_a_stranger_does_not_learn_that_it_exists(client, mallory, workflow):
    client.as_(mallory).with_key(mallory)

    for address in addresses(workflow):
        assert client.get(address).status_code == 404


def test_a_key_without_the_scope_reads_none(api, olga, workflow):
    answer = api.with_key(olga, scopes=["council.read"]).get(addresses(workflow)[2])

    assert answer.status_code == 403


def test_a_viewer_reads_and_sees_the_entries(client, eve, workflow):
    text = client.as_(eve).get(addresses(workflow)[0]).text

    assert "Verified now." in text
    assert 'href="/audit/' in text


def test_who_may_not_read_the_trail_gets_no_links_into_it(client, olga, workflow):
    assert 'href="/audit/' not in client.as_(olga).get(addresses(workflow)[0]).text


def test_what_was_changed_behind_our_back_is_shown(client, database, olga, workflow):
    database.execute(sa.update(Vote).values(choice="reject"))

    text = unescape(client.as_(olga).get(addresses(workflow)[0]).text)

    assert "Verified now." not in text
    assert "this does not hold" in text
    assert "no audit entry records this vote" in text


def test_what_people_wrote_is_shown_as_they_wrote_it(client, uma, ada, olga, otto):
    workflow = asked(uma, ada, olga, otto)
    for voter in (ada, olga):
        vote(workflow, voter, "reject", reason="<b>no</b>")

    text = client.as_(olga).get(addresses(workflow)[0]).text

    assert "&lt;b&gt;no&lt;/b&gt;" in text
    assert "<b>no</b>" not in text


def test_everybody_may_have_the_public_key(client):
    response = client.get(KEY)

    assert response.status_code == 200
    assert response.json == {"keys": [JWK]}
    assert read_key(response.json["keys"][0])[0] == JWK["kid"]
    assert response.headers["Cache-Control"] == "public, max-age=3600"


def test_the_command_prints_the_same_key(app, client):
    printed = app.test_cli_runner().invoke(args=["audit", "key"])

    assert json.loads(printed.output) == client.get(KEY).json
