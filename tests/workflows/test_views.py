from io import BytesIO

import pytest
from sqlalchemy import func, select

from dashboard.extensions import db
from dashboard.runs.models import Run
from dashboard.workflows import actions
from dashboard.workflows.models import Round, Status, Vote, Workflow
from dashboard.workflows.schemas import WorkflowEdit
from tests.factories import (
    make_council,
    make_type,
    open_vote,
    propose,
    rule_of,
    stored,
    vote,
)

UNKNOWN = "/workflows/019a0000-0000-7000-8000-000000000000"
PARTIAL = {"X-Partial": "1"}


def filled(type_, **over):
    fields = {"title": "Clean up", "type_id": str(type_.id), "inputs-threshold": "5"}
    return fields | over


def ballot(choice="approve", **over):
    return {"choice": choice, "revision": "1", "reason": "", "key": ""} | over


def test_what_can_be_proposed_is_offered(client, uma, type_, council):
    make_type(council, name="Old").archive()
    db.session.commit()

    page = client.as_(uma).get("/workflows/new").text

    assert f"/workflows/new?type_id={type_.id}" in page
    assert "Old" not in page


def test_the_form_asks_what_the_type_asks_for(client, uma, asking):
    page = client.as_(uma).get(f"/workflows/new?type_id={asking.id}").text

    assert 'name="inputs-threshold"' in page
    assert '<option selected value="safe">' in page
    assert "Passes when" in page


def test_proposing_leads_to_a_draft_that_shows_its_digest(client, uma, asking):
    url = f"/workflows/new?type_id={asking.id}"

    response = client.as_(uma).post(url, data=filled(asking, description="Why not."))

    workflow = db.session.scalars(select(Workflow)).one()
    assert response.status_code == 303
    assert response.location == f"/workflows/{workflow.id}"
    assert workflow.inputs == {"threshold": 5, "mode": "safe"}
    page = client.get(response.location).text
    assert "This is the draft" in page
    assert "sha256:" in page
    assert "Open voting" in page
    assert "Voting has not been opened yet." in page


def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    client, uma, asking
):
    wrong = {"title": "x", "description": "My reasons", "inputs-threshold": "many"}

    response = client.as_(uma).post("/workflows/new", data=filled(asking, **wrong))
    zero = {"inputs-threshold": "0"}
    refused = client.post("/workflows/new", data=filled(asking, **zero))

    assert response.status_code == refused.status_code == 422
    assert 'id="title-error"' in response.text
    assert "My reasons" in response.text
    assert 'value="many"' in response.text
    assert 'id="inputs-threshold-error"' in refused.text
    assert "Enter 1 or more." in refused.text
    assert db.session.scalar(select(func.count(Workflow.id))) == 0


def test_what_is_wrong_with_a_hidden_field_stands_on_top(client, uma, olga, type_):
    vote_url = f"/workflows/{open_vote(uma, type_).id}/votes"
    damaged = client.as_(olga).post(vote_url, data=ballot(revision="x"))
    type_.archive()
    stored(type_)

    archived = client.as_(uma).post("/workflows/new", data=filled(type_))

    assert (damaged.status_code, archived.status_code) == (422, 422)
    assert "Enter a whole number." in damaged.text
    assert "This type is archived. Choose another one." in archived.text


def test_files_are_attached_kept_replaced_and_downloaded(client, uma, olga, type_):
    sent = {"files": [(BytesIO(b"one"), "a.txt"), (BytesIO(b"two"), "b.txt")]}
    client.as_(uma).post("/workflows/new", data=filled(type_) | sent)
    workflow = db.session.scalars(select(Workflow)).one()
    url = f"/workflows/{workflow.id}"

    form = client.get(f"{url}/edit").text
    more = {"keep": ["b.txt"], "files": [(BytesIO(b"three"), "b.txt")]}
    client.post(f"{url}/edit", data={"title": "Clean up"} | more)

    assert 'name="keep" value="a.txt" checked' in form
    assert client.get(f"{url}/files/a.txt").status_code == 404
    download = client.as_(olga).get(f"{url}/files/b.txt")
    assert download.data == b"three"
    assert download.headers["Content-Disposition"].startswith("attachment")


def test_after_a_mistake_the_files_have_to_be_chosen_again(client, uma, type_):
    sent = {"title": "x", "files": (BytesIO(b"one"), "a.txt")}

    response = client.as_(uma).post("/workflows/new", data=filled(type_) | sent)

    assert response.status_code == 422
    assert "choose your files again" in response.text


def test_a_finished_workflow_is_copied_as_a_new_draft(client, uma, asking):
    source = propose(uma, asking, inputs={"threshold": 7}, files={"a.txt": b"one"})
    url = f"/workflows/new?type_id={asking.id}&copy={source.id}"

    form = client.as_(uma).get(url).text
    client.post(url, data=filled(asking, **{"keep": "a.txt"}))

    assert 'value="7"' in form
    copy = db.session.scalars(select(Workflow).where(Workflow.id != source.id)).one()
    assert [file.name for file in copy.files] == ["a.txt"]
    assert copy.files[0].blob_id == source.files[0].blob_id
    assert copy.number == source.number + 1


def test_nobody_copies_what_they_may_not_see(client, uma, mallory, type_):
    source = propose(uma, type_, files={"a.txt": b"secret"})
    url = f"/workflows/new?type_id={type_.id}&copy={source.id}"

    assert client.as_(mallory).get(url).status_code == 404
    assert client.post(url, data=filled(type_, keep="a.txt")).status_code == 404


def test_voting_is_opened_from_the_page(client, uma, type_):
    url = f"/workflows/{propose(uma, type_).id}"

    opened = client.as_(uma).post(f"{url}/round")
    again = client.post(f"{url}/round")

    assert (opened.status_code, opened.location) == (303, url)
    assert again.status_code == 409
    assert "Only a draft can be opened for voting." in again.text
    assert "Proposed" in again.text


def test_a_vote_is_counted_and_shown(client, uma, olga, type_):
    url = f"/workflows/{open_vote(uma, type_).id}"
    client.as_(olga)

    page = client.get(url).text
    response = client.post(f"{url}/votes", data=ballot())

    assert f'action="{url}/votes"' in page
    assert response.status_code == 303
    page = client.get(url).text
    assert "Your vote was counted." in page
    assert "Change vote" in page
    assert 'name="choice" required type="radio" value="approve"' in page


def test_a_script_gets_the_vote_panel_alone(client, uma, olga, type_):
    url = f"/workflows/{open_vote(uma, type_).id}/votes"

    done = client.as_(olga).post(url, data=ballot(), headers=PARTIAL)
    refused = client.post(url, data=ballot("reject"), headers=PARTIAL)

    assert (done.status_code, done.headers["X-Toast"]) == (
        200,
        "Your vote was counted.",
    )
    assert "<html" not in done.text
    assert 'id="vote"' in done.text
    assert refused.status_code == 409
    assert "<html" not in refused.text


def test_rejecting_without_a_reason_is_said_beside_the_reason(client, uma, olga, type_):
    url = f"/workflows/{open_vote(uma, type_).id}/votes"

    response = client.as_(olga).post(url, data=ballot("reject"))

    assert response.status_code == 409
    assert 'id="reason-error">Write down your reason' in response.text
    assert 'checked id="choice-1" name="choice" required' in response.text
    assert db.session.scalar(select(func.count(Vote.id))) == 0


def test_a_reason_typed_for_a_refused_vote_is_not_lost(client, uma, olga, type_):
    url = f"/workflows/{open_vote(uma, type_).id}/votes"
    long = "Because of this. " * 200

    stale = client.as_(olga).post(
        url, data=ballot("reject", revision="9", reason="My long thoughts")
    )
    invalid = client.post(url, data=ballot("reject", reason=long))

    assert (stale.status_code, invalid.status_code) == (409, 422)
    assert "changed since you opened the page" in stale.text
    assert "My long thoughts" in stale.text
    assert "Because of this." in invalid.text


@pytest.mark.parametrize("wrong", [{"choice": "maybe"}, {"choice": ""}])
def test_a_vote_for_nothing_is_invalid(client, uma, olga, type_, wrong):
    url = f"/workflows/{open_vote(uma, type_).id}/votes"

    response = client.as_(olga).post(url, data=ballot() | wrong)

    assert response.status_code == 422
    assert "Choose approve, reject or abstain." in response.text


def test_the_page_says_why_one_cannot_vote(client, uma, ada, olga, bot):
    workflow = open_vote(olga, make_type(make_council(olga, ada, name="Safety"), bot))
    url = f"/workflows/{workflow.id}"

    page = client.as_(olga).get(url).text

    assert "You proposed this, so you have no vote on it." in page
    assert f'action="{url}/votes"' not in page
    answer = client.post(f"{url}/votes", data=ballot())
    assert answer.status_code == 403


def test_the_decision_and_its_run_stand_on_the_page(client, uma, olga, otto, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, otto)
    url = f"/workflows/{workflow.id}"

    client.as_(olga).post(f"{url}/votes", data=ballot())

    page = client.get(url).text
    assert "The council approved it." in page
    assert "Voting has closed: this was approved." in page
    assert "Queued" in page


def test_an_approval_without_auto_run_is_run_from_the_page(
    client, uma, olga, otto, council, bot
):
    workflow = open_vote(uma, make_type(council, bot, auto_run=False))
    vote(workflow, olga)
    vote(workflow, otto)
    url = f"/workflows/{workflow.id}"

    page = client.as_(uma).get(url).text
    first, second = client.post(f"{url}/run"), client.post(f"{url}/run")

    assert 'data-confirm="Run it now?"' in page
    assert first.status_code == 303
    assert (second.status_code, "bought its run already" in second.text) == (409, True)
    assert db.session.scalar(select(func.count(Run.id))) == 1
    assert "Run it now?" not in client.get(url).text


def test_a_run_that_an_edit_took_back_does_not_stand_for_the_next_approval(
    client, uma, olga, otto, council, bot
):
    workflow = open_vote(uma, make_type(council, bot, auto_run=False))
    vote(workflow, olga)
    vote(workflow, otto)
    actions.start_run(uma, workflow)
    url = f"/workflows/{workflow.id}"
    actions.edit(uma, workflow, WorkflowEdit(title="Clean up twice"), {})

    draft = client.as_(uma).get(url).text
    actions.open_voting(uma, workflow)
    vote(workflow, olga)
    vote(workflow, otto)

    assert "The run on its own page" not in draft
    assert 'data-confirm="Run it now?"' in client.get(url).text
    assert client.post(f"{url}/run").status_code == 303


@pytest.mark.parametrize(
    ("required", "hint"),
    [
        ("never", "(shown to the council)"),
        ("on_reject", "(shown to the council; needed to reject)"),
        ("always", "(shown to the council; needed)"),
    ],
)
def test_the_form_says_when_a_reason_is_needed(
    client, uma, olga, otto, bot, required, hint
):
    council = make_council(olga, otto, rule=rule_of(reason_required=required))
    workflow = open_vote(uma, make_type(council, bot))

    assert hint in client.as_(olga).get(f"/workflows/{workflow.id}").text


def test_withdrawing_asks_for_a_reason_first(client, uma, type_):
    workflow = open_vote(uma, type_)
    url = f"/workflows/{workflow.id}/cancellation"

    page = client.as_(uma).get(url)
    invalid = client.post(url, data={"reason": "y" * 501})
    done = client.post(url, data={"reason": "Not needed."})
    again = client.post(url, data={})

    assert page.status_code == 200
    assert (invalid.status_code, "y" * 501 in invalid.text) == (422, True)
    assert done.status_code == 303
    assert again.status_code == 409
    assert db.session.get(Workflow, workflow.id).status is Status.CANCELLED


def test_editing_starts_from_what_is_stored_and_warns_of_what_it_costs(
    client, uma, asking
):
    workflow = open_vote(uma, asking, inputs={"threshold": 7})
    url = f"/workflows/{workflow.id}/edit"

    page = client.as_(uma).get(url).text
    invalid = client.post(url, data={"title": "", "inputs-threshold": "8"})
    saved = client.post(url, data={"title": "Clean up", "inputs-threshold": "8"})

    assert 'value="7"' in page
    assert "votes cast so far no longer count" in page
    assert (invalid.status_code, 'value="8"' in invalid.text) == (422, True)
    assert saved.status_code == 303
    changed = db.session.get(Workflow, workflow.id)
    assert (changed.status, changed.revision) == (Status.DRAFT, 2)


def test_the_list_filters_and_says_when_nothing_fits(client, uma, olga, type_):
    propose(uma, type_, title="Sweep the floor")
    open_vote(uma, type_, title="Wash the car")
    client.as_(olga)

    drafts = client.get("/workflows/?status=draft&q=").text
    waiting = client.get("/workflows/?mine=vote").text

    assert "Sweep the floor" in drafts
    assert "Wash the car" not in drafts
    assert "Wash the car" in waiting
    assert "Sweep the floor" not in waiting
    assert "No workflows match" in client.get("/workflows/?q=nothing").text


def test_the_first_visit_says_what_a_workflow_is(client, uma, eve):
    assert "No workflows yet" in client.as_(uma).get("/workflows/").text
    assert "Propose the first one" not in client.as_(eve).get("/workflows/").text


def test_history_tells_who_did_what(client, uma, olga, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)

    page = client.as_(uma).get(f"/workflows/{workflow.id}?tab=history").text

    assert "Olga" in page
    assert "Uma" in page


WRITES = ["edit", "round", "cancellation", "run"]


@pytest.mark.parametrize("path", WRITES)
def test_a_stranger_gets_404_and_who_may_not_gets_403(
    client, mallory, eve, olga, uma, type_, path
):
    workflow = propose(uma, type_)
    url = f"/workflows/{workflow.id}/{path}"

    assert client.as_(mallory).post(url).status_code == 404
    assert client.as_(eve).post(url).status_code == 403
    assert client.as_(olga).post(url).status_code == 403
    stored(workflow)
    assert db.session.get(Workflow, workflow.id).status is Status.DRAFT


def test_strangers_see_nothing_and_viewers_read_only(client, mallory, eve, uma, type_):
    workflow = open_vote(uma, type_, files={"a.txt": b"one"})
    url = f"/workflows/{workflow.id}"

    client.as_(mallory)
    for path in ("", "?tab=history", "/live", "/files/a.txt"):
        assert client.get(f"{url}{path}").status_code == 404
    assert client.get(UNKNOWN).status_code == 404
    client.as_(eve)
    assert "You had no voting seat on Release" in client.get(url).text
    assert client.get(f"{url}/files/a.txt").data == b"one"
    assert client.post(f"{url}/votes", data=ballot()).status_code == 403
    assert client.post("/workflows/new", data=filled(type_)).status_code == 403
    assert db.session.scalars(select(Round)).one().votes == []
