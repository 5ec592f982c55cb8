"""Somebody looked at what went wrong: who may say so, and where it shows."""

from dashboard.clock import now
from dashboard.permissions import Permission
from tests.factories import latest_audit, make_bot, stored
from tests.runs.stage import again, approved
from tests.runs.versions import completed, failed

NOTE = "The mail server was down."


def acknowledge(client, run, note=NOTE):
    return client.post(f"/runs/{run.id}/acknowledge", data={"note": note})


def test_it_stands_on_the_run_and_in_the_audit_trail(client, uma):
    run = failed(make_bot(uma))

    answer = acknowledge(client.as_(uma), run)

    assert answer.location == f"/runs/{run.id}"
    again(run)
    assert not run.is_unacknowledged
    assert (run.acknowledged_by_id, run.acknowledgement) == (uma.id, NOTE)
    assert now() >= run.acknowledged_at
    page = client.get(f"/runs/{run.id}").text
    assert "Uma looked at it" in page
    assert NOTE in page
    assert (latest_audit().action, latest_audit().detail["reason"]) == (
        "run.acknowledge",
        NOTE,
    )


def test_a_note_that_is_too_long_is_kept_and_refused(client, uma):
    run = failed(make_bot(uma))

    answer = acknowledge(client.as_(uma), run, "x" * 501)

    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    assert again(run).is_unacknowledged


def test_what_went_well_or_was_looked_at_needs_nobody(client, uma):
    fine, done = completed(make_bot(uma)), failed(make_bot(uma))
    client.as_(uma)
    acknowledge(client, done)

    assert "Nothing went wrong" in acknowledge(client, fine).text
    answer = acknowledge(client, done, "Me too")
    assert (answer.status_code, again(done).acknowledgement) == (409, NOTE)


def test_who_answers_for_it_and_admins_may(client, uma, otto, ada):
    bot = make_bot(uma)

    for person in (uma, otto, ada):
        run = failed(bot, started_by=otto)
        assert acknowledge(client.as_(person), run).status_code == 303


def test_strangers_find_nothing_and_others_may_not(client, uma, olga, eve, mallory):
    run = approved(uma, make_bot(uma))
    run.workflow.council.members[0].user_id = olga.id
    run.is_unacknowledged = True
    stored(run)

    for person, status in ((mallory, 404), (eve, 403), (olga, 403)):
        assert acknowledge(client.as_(person), run).status_code == status
    assert "Acknowledge" not in client.as_(olga).get(f"/runs/{run.id}").text


def test_a_program_acknowledges_too(api, uma):
    run = failed(make_bot(uma))
    url = f"/api/v1/runs/{run.id}/acknowledge"

    narrow = api.with_key(uma, scopes=[Permission.RUN_READ])
    assert narrow.post(url, json={}).status_code == 403
    answer = api.with_key(uma).post(url, json={"note": NOTE})

    assert answer.json["acknowledgement"] == NOTE
    assert not answer.json["is_unacknowledged"]
    assert api.post(url, json={"note": NOTE}).status_code == 409
    assert api.post(url, json={"why": NOTE}).status_code == 422


def test_it_costs_the_same_however_many_steps_there_are(client, uma, statements):
    costs = []
    for size in (1, 6):
        run = failed(*[make_bot(uma) for _ in range(1)])
        run.steps[0].log_lines = size
        client.as_(uma)
        statements.clear()
        acknowledge(client, run)
        told = [each for each in statements if "clock_timestamp" not in each]
        costs.append(len(told))

    assert costs[0] == costs[1]
    assert costs[0] <= 10, "\n".join(statements)
