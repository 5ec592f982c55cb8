"""What can be done with a workflow, by state and by person, and why not yet."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.freezes.models import Freeze, Scope
from dashboard.workflows import actions
from dashboard.workflows.models import Status, Workflow
from tests.factories import (
    make_agent,
    make_bot,
    make_council,
    make_type,
    open_vote,
    propose,
    rule_of,
    stored,
    vote,
)
from tests.workflows.test_rounds import close_in_the_past, round_of

NEVER_RUN = {"auto_run": False}


def shown(client, person, workflow):
    return client.as_(person).get(f"/workflows/{workflow.id}").text


def approved(uma, *voters, bot, **over):
    """Approved, and waiting for somebody to run it."""
    council = make_council(*voters, rule=rule_of(**over))
    workflow = open_vote(uma, make_type(council, bot, **NEVER_RUN))
    for voter in voters:
        if workflow.is_open:
            vote(workflow, voter)
    return workflow


def ended(workflow, status, reason=""):
    workflow.move(Status(status), reason, now())
    return stored(workflow)


def test_an_approval_that_may_run_offers_it(client, uma, olga, otto, bot):
    page = shown(client, uma, approved(uma, olga, otto, bot=bot))

    assert 'data-confirm="Run it now?"' in page
    assert "It cannot be run yet." not in page


def test_during_the_wait_it_says_until_when(client, uma, olga, otto, bot):
    workflow = approved(uma, olga, otto, bot=bot, timelock=7200)

    page = shown(client, uma, workflow)

    assert "Run it now?" not in page
    assert "The wait after the decision is not over." in page
    assert "It may start" in page
    round_ = round_of(workflow)
    round_.ready_at = now() - timedelta(minutes=1)
    stored(round_)
    assert "Run it now?" in shown(client, uma, workflow)


def test_while_frozen_it_says_so(client, ada, uma, olga, otto, bot):
    workflow = approved(uma, olga, otto, bot=bot)
    freeze = Freeze(
        scope=Scope.ALL, target="all", reason="An incident.", frozen_by_id=ada.id
    )
    stored(freeze)

    page = shown(client, uma, workflow)

    assert "Run it now?" not in page
    assert "a guardian has pulled the brake" in page
    assert "Everything was frozen" in page
    freeze.lift(ada, "It is over.", now())
    stored(freeze)
    assert "Run it now?" in shown(client, uma, workflow)


def test_where_somebody_else_must_run_it_its_proposer_is_told(
    client, ada, uma, olga, otto, bot
):
    workflow = approved(uma, olga, otto, bot=bot, runner_must_differ=True)

    own, other = shown(client, uma, workflow), shown(client, ada, workflow)

    assert "somebody else than the proposer" in own
    assert "Run it now?" not in own
    assert "Run it now?" in other


def test_who_may_not_run_it_sees_neither_button_nor_excuse(
    client, eve, uma, olga, otto, bot
):
    page = shown(client, eve, approved(uma, olga, otto, bot=bot, timelock=7200))

    assert "Run it now?" not in page
    assert "It cannot be run yet." not in page


def test_other_tabs_offer_no_run_they_know_nothing_of(client, uma, olga, otto, bot):
    workflow = approved(uma, olga, otto, bot=bot)
    actions.start_run(uma, workflow)

    for tab in ("overview", "revisions", "history"):
        page = client.as_(uma).get(f"/workflows/{workflow.id}?tab={tab}").text
        assert "Run it now?" not in page


def test_a_draft_is_opened_edited_or_withdrawn(client, uma, ada, olga, type_):
    workflow = propose(uma, type_)
    own, guardian = shown(client, uma, workflow), shown(client, ada, workflow)

    assert "Open voting" in own
    assert f"/workflows/{workflow.id}/edit" in own
    assert ">Withdraw<" in own
    assert ">Cancel it<" in guardian
    assert f"/workflows/{workflow.id}/edit" not in guardian
    assert f"/workflows/{workflow.id}/cancellation" not in shown(client, olga, workflow)


@pytest.mark.parametrize(
    ("status", "label", "address"),
    [
        ("lapsed", "Open again", "/copies"),
        ("failed", "Propose again", "/copies"),
        ("rejected", "Change and propose again", "?type_id="),
        ("completed", "Copy as new draft", "?type_id="),
        ("expired", "Copy as new draft", "?type_id="),
        ("cancelled", "Copy as new draft", "?type_id="),
    ],
)
def test_what_ended_offers_the_next_step_that_fits(
    client, uma, eve, type_, status, label, address
):
    reason = "withdrawn" if status == "cancelled" else ""
    workflow = ended(propose(uma, type_), status, reason)

    page = shown(client, uma, workflow)

    assert label in page
    assert address in page
    assert label not in shown(client, eve, workflow)
    stored(type_.archive() or type_)
    assert label not in shown(client, uma, workflow)


@pytest.fixture
def lapsed(uma, asking, olga):
    workflow = open_vote(
        uma, asking, inputs={"threshold": 5}, files={"a.txt": b"one"}, weekly_savings=7
    )
    close_in_the_past(workflow)
    return workflow


def the_copy(source):
    return db.session.scalars(select(Workflow).where(Workflow.id != source.id)).one()


def test_the_same_content_is_proposed_again_with_one_click(client, uma, lapsed):
    shown(client, uma, lapsed)
    answer = client.post(f"/workflows/{lapsed.id}/copies")

    copy = the_copy(lapsed)
    assert (answer.status_code, answer.location) == (303, f"/workflows/{copy.id}")
    assert (copy.status, copy.revision, copy.inputs) == (
        Status.DRAFT,
        1,
        {"threshold": 5, "mode": "safe"},
    )
    assert [file.name for file in copy.files] == ["a.txt"]
    assert (copy.weekly_savings, copy.proposer_id) == (7, uma.id)
    assert "new draft with the same content" in client.get(answer.location).text


def test_who_did_not_write_it_starts_from_the_form(client, olga, lapsed):
    page = shown(client, olga, lapsed)
    answer = client.post(f"/workflows/{lapsed.id}/copies")

    assert "Open again" not in page
    assert "Copy as new draft" in page
    assert answer.status_code == 403
    assert db.session.scalars(select(Workflow)).one().id == lapsed.id


def test_content_that_no_longer_fits_leads_to_the_form(client, uma, asking, lapsed):
    asking.input_schema = asking.input_schema | {"required": ["threshold", "why"]}
    stored(asking)

    answer = client.as_(uma).post(f"/workflows/{lapsed.id}/copies")

    assert answer.location == f"/workflows/new?type_id={asking.id}&copy={lapsed.id}"
    assert (
        "It cannot be proposed as it was. Fill this in."
        in client.get(answer.location).text
    )


def test_an_agent_that_is_gone_is_said_before_anything_is_proposed(
    api, uma, type_, ada
):
    agent = make_agent(owner_id=ada.id)
    source = propose(uma, type_, agent_id=agent.id)
    agent.status = "retired"
    stored(agent)

    answer = api.with_key(uma).post(f"/api/v1/workflows/{source.id}/copies")

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json["errors"]] == ["/agent_id"]


def test_a_program_proposes_again(api, uma, lapsed):
    answer = api.with_key(uma).post(f"/api/v1/workflows/{lapsed.id}/copies")

    assert answer.status_code == 201
    assert answer.json["status"] == "draft"
    assert answer.json["content"]["files"][0]["name"] == "a.txt"
    assert api.get(answer.headers["Location"]).json["id"] == str(the_copy(lapsed).id)


def test_a_stranger_copies_nothing_and_a_viewer_proposes_nothing(
    app, database, client, mallory, eve, lapsed
):
    url = f"/workflows/{lapsed.id}/copies"
    program = app.test_client()

    assert client.as_(mallory).post(url).status_code == 404
    assert client.as_(eve).post(url).status_code == 403
    assert program.with_key(mallory).post(f"/api/v1{url}").status_code == 404
    assert app.test_client().with_key(eve).post(f"/api/v1{url}").status_code == 403
    assert db.session.scalars(select(Workflow)).one().id == lapsed.id


def test_an_approval_that_waits_costs_a_constant_number_of_statements(
    client, uma, olga, otto, bot, statements
):
    workflow = approved(uma, olga, otto, bot=bot, timelock=7200)
    url = f"/workflows/{workflow.id}"
    client.as_(uma).get(url)
    statements.clear()

    client.get(url)

    assert len(statements) <= 7, "\n".join(statements)


def test_a_bot_that_stands_still_is_why_it_cannot_run(client, uma, olga, otto):
    bot = make_bot(uma, name="Sweeper")
    workflow = approved(uma, olga, otto, bot=bot)
    bot.status = "maintenance"
    stored(bot)

    assert "The bot Sweeper is maintenance" in shown(client, uma, workflow)


def test_types_that_name_no_council_are_offered_by_their_domain(client, uma, bot):
    type_ = make_type(make_council(), bot, name="Deploy")
    type_.council_id, type_.domain = None, "ops.deploy"
    stored(type_)
    governs = make_type(make_council(), name="Rules", kind="governance")

    page = client.as_(uma).get("/workflows/new").text
    form = client.get(f"/workflows/new?type_id={type_.id}").text

    assert "By domain: ops.deploy" in page
    assert str(governs.id) not in page
    assert "No council is responsible for Deploy." in unescape(form)


def test_a_change_is_no_work_that_could_be_copied(client, uma, olga):
    workflow = propose(uma, make_type(make_council(olga), make_bot(uma)))
    workflow.change = {"kind": "schedule"}
    stored(workflow)
    client.as_(uma)

    answer = client.post(f"/workflows/{workflow.id}/copies", follow_redirects=True)
    form = client.get(f"/workflows/new?type_id={workflow.type_id}&copy={workflow.id}")

    assert "propose it anew on the page of what it changes" in answer.text
    assert form.status_code == 404
    assert db.session.scalars(select(Workflow)).one().id == workflow.id
