"""The emergency stop: who may end what a council let run, and what it asks."""

import pytest

from dashboard.audit import Result
from dashboard.errors import Denied, Invalid
from dashboard.permissions import Role
from dashboard.runs.actions import cancel_run
from dashboard.runs.claim import claim
from dashboard.runs.ending import begin, end
from dashboard.runs.models import RunStatus
from dashboard.workflows.models import Status
from tests.factories import (
    latest_audit,
    make_bot,
    make_run,
    make_user,
)
from tests.runs.stage import again, approved, begun, finished

WHY = {"reason": "It pays twice"}


def test_a_guardian_stops_what_runs_and_says_why(client, ada, uma):
    run = begun(approved(uma, make_bot(uma)))
    client.as_(ada)

    page = client.get(f"/runs/{run.id}").text
    asked = client.get(f"/runs/{run.id}/cancel").text
    answer = client.post(f"/runs/{run.id}/cancel", data=WHY)

    assert f'href="/runs/{run.id}/cancel"' in page
    assert "The approval is spent" in asked
    assert answer.location == f"/runs/{run.id}"
    assert run.cancel_requested_at
    entry = latest_audit()
    assert (entry.action, entry.detail) == ("run.cancel", WHY)
    assert "Stopped by Ada: It pays twice" in client.get(f"/runs/{run.id}").text


def test_without_a_reason_nothing_is_stopped(client, api, ada, uma):
    run = begun(approved(uma, make_bot(uma)))

    page = client.as_(ada).post(f"/runs/{run.id}/cancel", data={"reason": " "})
    told = api.with_key(ada).post(f"/api/v1/runs/{run.id}/cancel", json={})

    assert (page.status_code, told.status_code) == (422, 422)
    assert "Say why you stop what a council let run." in page.text
    assert told.json["errors"][0]["pointer"] == "/reason"
    assert run.cancel_requested_at is None


def test_a_reason_that_is_too_long_stays_in_the_form(client, ada, uma):
    run = begun(approved(uma, make_bot(uma)))

    answer = client.as_(ada).post(f"/runs/{run.id}/cancel", data={"reason": "x" * 501})

    assert answer.status_code == 422
    assert "x" * 501 in answer.text


def test_a_program_of_a_guardian_stops_it_too(api, ada, uma):
    run = begun(approved(uma, make_bot(uma)))

    answer = api.with_key(ada).post(f"/api/v1/runs/{run.id}/cancel", json=WHY)

    assert answer.status_code == 202
    assert answer.json["error"] == "Stopped by Ada: It pays twice"
    assert answer.json["cancel_requested_at"]


def test_the_proposer_stops_it_no_more_once_it_has_begun(client, api, uma):
    run = approved(uma, make_bot(uma))
    client.as_(uma)

    before = client.get(f"/runs/{run.id}").text
    begun(run)
    after = client.get(f"/runs/{run.id}").text

    assert "Stop this run" in before
    assert "Stop this run" not in after
    assert client.get(f"/runs/{run.id}/cancel").status_code == 403
    assert client.post(f"/runs/{run.id}/cancel", data=WHY).status_code == 403
    told = api.with_key(uma).post(f"/api/v1/runs/{run.id}/cancel", json=WHY)
    assert told.status_code == 403
    assert run.cancel_requested_at is None


def test_a_run_that_waits_for_another_worker_has_begun_as_well(client, uma):
    run = begun(approved(uma, make_bot(uma)))
    run.status, run.token, run.lease_until = RunStatus.QUEUED, None, None

    answer = client.as_(uma).post(f"/runs/{run.id}/cancel", data=WHY)

    assert answer.status_code == 403


def test_the_proposer_calls_back_what_waits_without_a_reason(client, uma):
    run = approved(uma, make_bot(uma))

    client.as_(uma).post(f"/runs/{run.id}/cancel")

    assert run.status is RunStatus.CANCELLED


def test_a_bot_on_its_own_is_stopped_by_whoever_started_it(client, uma):
    run = begun(make_run(make_bot(uma)))

    answer = client.as_(uma).post(f"/runs/{run.id}/cancel", data={"reason": ""})

    assert answer.status_code == 303
    assert run.cancel_requested_at


def test_the_page_to_stop_what_is_over_says_so(client, ada, uma):
    run = finished(make_run(make_bot(uma)))

    page = client.as_(ada).get(f"/runs/{run.id}/cancel")

    assert page.status_code == 200
    assert "This run is over" in page.text


def test_a_stranger_and_a_viewer_do_not_get_the_page(app, database, uma, eve, mallory):
    url = f"/runs/{begun(approved(uma, make_bot(uma))).id}/cancel"

    for user, status in ((mallory, 404), (eve, 403)):
        browser = app.test_client().as_(user)
        assert browser.get(url).status_code == status
        assert browser.post(url, data=WHY).status_code == status


def test_a_stop_ends_the_workflow_and_keeps_its_reason(real_database):
    ada, uma = make_user("Ada"), make_user("Uma", role=Role.USER)
    run = approved(uma, make_bot(uma))
    taken = claim(run.id, "somebody")
    begin(taken)

    cancel_run(ada, again(run), "It pays twice")
    end(taken)

    assert again(run).status is RunStatus.CANCELLED
    assert run.error == "Stopped by Ada: It pays twice"
    workflow = again(run.workflow)
    assert (workflow.status, workflow.status_reason) == (
        Status.CANCELLED,
        "emergency_stop",
    )


def test_a_run_that_begins_while_its_proposer_calls_it_back_goes_on(real_database):
    uma = make_user("Uma", role=Role.USER)
    run = again(approved(uma, make_bot(uma)))
    stale = run.status
    claim(run.id, "somebody")
    assert stale is RunStatus.QUEUED

    with pytest.raises(Denied):
        cancel_run(uma, run)

    assert again(run).cancel_requested_at is None
    assert latest_audit().result is Result.REFUSED


def test_the_first_reason_stands(real_database):
    ada, uma = make_user("Ada"), make_user("Uma", role=Role.USER)
    run = begun(approved(uma, make_bot(uma)))

    cancel_run(ada, run, "It pays twice")
    cancel_run(ada, again(run), "Really")

    assert again(run).error == "Stopped by Ada: It pays twice"
    with pytest.raises(Invalid):
        cancel_run(ada, run)
