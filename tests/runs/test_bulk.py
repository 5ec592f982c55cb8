"""Many runs at once: said in words, counted again, each done for itself."""

import re

import pytest

from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.runs import bulk
from dashboard.runs.models import Run, RunStatus
from tests.factories import make_bot, make_run
from tests.runs.stage import again, approved
from tests.runs.versions import completed, failed, free_bot, upgraded

URL = "/api/v1/runs/bulk"


def ask(client, deed, query="", **fields):
    return client.post(f"/runs/bulk?{query}", data={"deed": deed, **fields})


def agree(client, page, query="", **over):
    """Press the button of the page that asks."""
    return ask(client, query=query, **fields_of(page), **over)


def fields_of(page):
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    return fields | {"ids": re.findall(r'name="ids" value="([^"]*)"', page.text)}


def retries_of(run):
    wanted = db.select(Run).where(Run.retry_of_id == run.id)
    return db.session.scalars(wanted).all()


def test_the_selected_are_named_by_their_number_and_retried(client, uma):
    bot = free_bot(uma)
    one, two, other = failed(bot), failed(bot), failed(bot)
    upgraded(bot)
    client.as_(uma)

    page = ask(client, "retry_current", ids=[str(one.id), str(two.id)])
    assert "Retry the 2 selected" in page.text
    assert "With the current version" in page.text
    assert not retries_of(one)
    done = agree(client, page)

    assert "2 runs queued again" in done.text
    assert [len(retries_of(run)) for run in (one, two, other)] == [1, 1, 0]
    assert retries_of(one)[0].steps[0].version.number == 2


def test_all_that_match_are_meant_and_nothing_else(client, uma):
    bot = free_bot(uma)
    bad = [failed(bot) for _ in range(3)]
    fine = completed(bot)
    client.as_(uma)

    page = ask(client, "acknowledge", "status=failed", scope="all")
    assert "Acknowledge all 3 matching" in page.text
    assert "status failed" in page.text
    done = agree(client, page, "status=failed")

    assert "3 runs acknowledged" in done.text
    assert not any(again(run).is_unacknowledged for run in bad)
    assert again(fine).acknowledged_at is None


@pytest.mark.parametrize("grows", [True, False])
def test_it_is_refused_when_there_are_more_or_fewer_now(client, uma, grows):
    bot = free_bot(uma)
    runs = [failed(bot) for _ in range(3)]
    page = ask(client.as_(uma), "retry_same", "status=failed", scope="all")
    if grows:
        failed(bot)
    else:
        runs[0].status = RunStatus.COMPLETED
        db.session.commit()

    answer = agree(client, page, "status=failed")

    now = 4 if grows else 2
    assert answer.status_code == 409
    assert f"There are {now} now. Look again." in answer.text
    assert f"Retry all {now} matching" in answer.text
    assert not any(retries_of(run) for run in runs)


def test_it_is_refused_when_as_many_but_others_match(client, uma):
    bot = free_bot(uma)
    first = failed(bot)
    page = ask(client.as_(uma), "retry_same", "status=failed", scope="all")
    first.status = RunStatus.COMPLETED
    failed(bot)

    answer = agree(client, page, "status=failed")

    assert answer.status_code == 409
    assert "not the same runs any more" in answer.text


def test_one_that_is_refused_undoes_none_of_the_others(client, uma):
    bot = free_bot(uma)
    run, voted = failed(bot), approved(uma, make_bot(uma))
    waits = make_run(bot)
    ids = [str(each.id) for each in (voted, run, waits)]
    page = ask(client.as_(uma), "retry_same", ids=ids)

    done = agree(client, page)

    assert done.status_code == 200
    assert "1 run queued again" in done.text
    assert "2 runs refused" in done.text
    assert "An approval buys one run." in done.text
    assert "This run is not over yet." in done.text
    assert len(retries_of(run)) == 1


def test_waiting_runs_are_called_back_with_a_reason(client, uma):
    bot = free_bot(uma)
    runs = [make_run(bot) for _ in range(2)]
    page = ask(client.as_(uma), "cancel", "status=queued", scope="all")
    assert "Stop all 2 matching" in page.text

    agree(client, page, "status=queued", note="Wrong month")

    assert {again(run).status for run in runs} == {RunStatus.CANCELLED}
    assert runs[0].error == "Stopped by Uma: Wrong month"


def test_what_one_may_not_see_is_not_touched(client, uma, mallory):
    run = failed(free_bot(uma))
    page = ask(client.as_(mallory), "acknowledge", ids=[str(run.id)])

    done = agree(client, page)

    assert "it is not yours to see" in done.text
    assert again(run).is_unacknowledged
    everything = ask(client, "acknowledge", scope="all")
    assert "No run matches any more." in everything.text


def test_too_many_are_refused_before_any_is_done(client, uma, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    bot = free_bot(uma)
    runs = [failed(bot) for _ in range(3)]
    page = ask(client.as_(uma), "acknowledge", scope="all")
    assert "There are 3" in page.text
    assert "At most 2" in page.text

    answer = ask(
        client, "acknowledge", scope="all", expected=3, newest=runs[-1].id, sure=1
    )

    assert answer.status_code == 409
    assert all(again(run).is_unacknowledged for run in runs)


@pytest.mark.parametrize(
    "fields", [{}, {"ids": ["x"]}, {"scope": "some"}, {"deed": "burn", "scope": "all"}]
)
def test_nonsense_is_refused(client, uma, fields):
    answer = client.as_(uma).post("/runs/bulk", data={"deed": "cancel"} | fields)

    assert answer.status_code == 422
    assert "Back to the list" in answer.text


def test_a_viewer_has_no_boxes_and_may_not(client, uma, eve):
    run = failed(free_bot(uma))

    assert 'name="ids"' not in client.as_(eve).get("/runs/").text
    answer = ask(client, "acknowledge", ids=[str(run.id)], sure=1)
    assert answer.status_code == 403


def test_a_program_does_the_same_with_ids_or_a_query(api, uma):
    bot = free_bot(uma)
    runs = [failed(bot) for _ in range(2)]
    api.with_key(uma)

    one = api.post(URL, json={"action": "retry_same", "ids": [str(runs[0].id)]}).json
    query = {"status": "failed", "bot_id": str(bot.id)}
    every = {"action": "acknowledge", "query": query, "expected": 2, "note": "Seen"}
    grown = api.post(URL, json=every | {"expected": 3})
    both = api.post(URL, json=every).json

    assert one["done"] == [str(retries_of(runs[0])[0].id)]
    assert (grown.status_code, grown.json["detail"]) == (
        409,
        "There are 2 now. Look again.",
    )
    assert sorted(both["done"]) == [str(run.id) for run in runs]
    assert again(runs[0]).acknowledgement == "Seen"


@pytest.mark.parametrize(
    "call",
    [
        {"action": "cancel"},
        {"action": "cancel", "ids": []},
        {"action": "cancel", "query": {}},
        {"action": "cancel", "query": {"staus": "failed"}, "expected": 1},
        {"action": "burn", "ids": ["019a0000-0000-7000-8000-000000000000"]},
    ],
)
def test_a_program_is_told_what_is_wrong(api, uma, call):
    assert api.with_key(uma).post(URL, json=call).status_code == 422


def test_a_key_does_only_what_its_scopes_say(api, uma):
    run = make_run(free_bot(uma))
    api.with_key(uma, scopes=[Permission.RUN_ACKNOWLEDGE])

    for action in ("cancel", "retry_same", "retry_current"):
        call = {"action": action, "ids": [str(run.id)]}
        assert api.post(URL, json=call).status_code == 403
    assert again(run).cancel_requested_at is None
