"""Run it again: which code, with what, by whom, and what stands in the way."""

import pytest

from dashboard.bots.models import RunPolicy
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.freezes.models import Freeze, Scope
from dashboard.permissions import Permission
from dashboard.runs.models import Run, RunFile, RunStatus, Trigger
from tests.factories import latest_audit, make_bot, make_run, stored
from tests.runs.stage import approved, finished
from tests.runs.versions import completed, failed, free_bot, upgraded


def retry(client, run, version="same"):
    return client.post(f"/runs/{run.id}/retry", data={"version": version})


def newest():
    return db.session.scalars(db.select(Run).order_by(Run.id.desc())).first()


@pytest.mark.parametrize(("version", "number"), [("same", 1), ("current", 2)])
def test_a_retry_takes_the_code_of_then_or_of_now(client, uma, version, number):
    bot = free_bot(uma)
    run = failed(bot, inputs={"month": "May"})
    run.files = [RunFile(name="may.csv", blob_id=Blob.keep(b"1,2").id)]
    stored(run)
    upgraded(bot)

    answer = retry(client.as_(uma), run, version)

    again = newest()
    assert answer.location == f"/runs/{again.id}"
    assert again.retry_of_id == run.id
    assert again.steps[0].version.number == number
    assert (again.inputs, again.trigger) == ({"month": "May"}, Trigger.PERSON)
    assert [(file.name, file.blob_id) for file in again.files] == [
        (file.name, file.blob_id) for file in run.files
    ]
    assert latest_audit().detail["retry_of"] == str(run.id)


def test_the_page_asks_first_and_names_both_versions(client, uma):
    run = failed(free_bot(uma))

    page = client.as_(uma).get(f"/runs/{run.id}/retry").text
    upgraded(run.bot)
    later = client.get(f"/runs/{run.id}/retry").text

    assert "It ran v1, which is the active one now, too." in page
    assert "It ran v1; v2 is active now." in later
    assert "Run it again" in page
    assert newest().id == run.id


def test_a_version_that_does_not_exist_is_refused_and_asked_again(client, uma):
    run = failed(free_bot(uma))

    answer = retry(client.as_(uma), run, "newest")

    assert answer.status_code == 422
    assert "Run it again" in answer.text
    assert newest().id == run.id


def test_a_program_retries_too(api, uma):
    run = failed(free_bot(uma))
    api.with_key(uma)

    answer = api.post(f"/api/v1/runs/{run.id}/retry", json={"version": "current"})

    assert answer.status_code == 201
    assert answer.location.endswith(f"/api/v1/runs/{answer.json['id']}")
    assert answer.json["retry_of_id"] == str(run.id)
    assert answer.json["trigger"] == "api"


def test_a_workflows_run_is_proposed_again_instead(client, api, uma):
    run = finished(approved(uma, make_bot(uma, run_policy=RunPolicy.OWNER)))
    client.as_(uma)

    answer = retry(client, run)

    assert answer.status_code == 409
    assert "An approval buys one run." in answer.text
    assert f"copy={run.workflow_id}" in answer.text
    problem = api.with_key(uma).post(f"/api/v1/runs/{run.id}/retry", json={})
    assert (problem.status_code, newest().id) == (409, run.id)


def test_a_bot_that_needs_a_vote_is_not_run_again_without_one(client, uma):
    run = failed(make_bot(uma))

    answer = retry(client.as_(uma), run)

    assert answer.status_code == 409
    assert "only after a council&#39;s vote" in answer.text


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.RUNNING])
def test_what_is_not_over_is_not_tried_again(client, uma, status):
    run = make_run(free_bot(uma), status=status)

    answer = retry(client.as_(uma), run)

    assert (answer.status_code, "not over yet" in answer.text) == (409, True)


def test_two_do_not_try_the_same_run_again_at_once(client, uma):
    run = failed(free_bot(uma))
    retry(client.as_(uma), run)
    first = newest()

    answer = retry(client, run)

    assert answer.status_code == 409
    assert f"It is being tried again already: {first}." in answer.text
    first.status = RunStatus.FAILED
    stored(first)
    assert retry(client, run).status_code == 303


def test_a_freeze_of_everything_stops_it(client, uma, ada):
    run = failed(free_bot(uma))
    stored(Freeze(scope=Scope.ALL, target="all", reason="Stop", frozen_by_id=ada.id))

    assert retry(client.as_(uma), run).status_code == 409
    assert newest().id == run.id


def test_strangers_find_nothing_and_others_may_not(client, uma, otto, mallory, eve):
    run = failed(free_bot(uma), started_by=otto)

    for person, status in ((mallory, 404), (eve, 403), (otto, 403)):
        assert retry(client.as_(person), run).status_code == status
    assert client.as_(otto).get(f"/runs/{run.id}/retry").status_code == 200
    assert newest().id == run.id


def test_a_key_without_the_scope_retries_nothing(api, uma):
    run = failed(free_bot(uma))
    api.with_key(uma, scopes=[Permission.RUN_READ, Permission.RUN_ACKNOWLEDGE])

    assert api.post(f"/api/v1/runs/{run.id}/retry", json={}).status_code == 403


def test_the_first_failure_of_a_version_names_the_one_that_worked(client, uma):
    bot = free_bot(uma)
    completed(bot)
    upgraded(bot)
    first, second = failed(bot), failed(bot)
    client.as_(uma)

    page = client.get(f"/runs/{first.id}").text
    assert "First failure after v1 → v2" in page
    assert f"/bots/{bot.id}/diff?from=1&amp;to=2" in page
    assert "Roll back to v1" in page
    assert "v2 has failed 2 times and never completed" in (
        client.get(f"/runs/{second.id}").text
    )


def test_a_version_that_worked_once_is_not_to_blame(client, uma):
    bot = free_bot(uma)
    completed(bot)
    upgraded(bot)
    completed(bot)
    run = failed(bot)

    assert "→ v2" not in client.as_(uma).get(f"/runs/{run.id}").text


def test_a_version_is_not_to_blame_if_the_one_before_failed_too(client, uma):
    bot = free_bot(uma)
    failed(bot)
    upgraded(bot)
    run = failed(bot)

    assert "→ v2" not in client.as_(uma).get(f"/runs/{run.id}").text
