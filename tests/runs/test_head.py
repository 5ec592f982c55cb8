"""The head of a run's page: how it stands, on every tab, and where it came from."""

import re

import pytest

from dashboard.runs.models import RunStatus, Trigger
from tests.factories import make_bot, make_run, stored
from tests.hooks.stage import make_hook
from tests.runs.versions import completed, failed, free_bot
from tests.schedules.stage import make_schedule

PARTIAL = {"X-Partial": "1"}


def head_of(page):
    return page.partition('class="tabs"')[0].rpartition('class="page-head"')[2]


@pytest.mark.parametrize("tab", ["output", "log", "input", "attempts", "history"])
def test_every_tab_says_how_the_run_stands(client, uma, tab):
    run = failed(free_bot(uma))

    page = client.as_(uma).get(f"/runs/{run.id}?tab={tab}").text

    assert re.search(r'id="run-badge">.*Failed', head_of(page), re.DOTALL)


@pytest.mark.parametrize("tab", ["", "log"])
def test_the_head_changes_with_the_page(client, uma, tab):
    run = make_run(free_bot(uma))
    page = client.as_(uma).get(f"/runs/{run.id}?tab={tab}").text
    address = re.search(r'data-poll="([^"]*)"', page)[1].replace("&amp;", "&")
    run.status = RunStatus.COMPLETED
    stored(run)

    news = client.get(address, headers=PARTIAL).text

    assert "Queued" in head_of(page)
    assert re.search(r'<span id="run-badge">.*Completed', news, re.DOTALL)


def test_a_run_leads_to_the_schedule_that_started_it(client, uma):
    schedule = make_schedule(uma)
    run = make_run(schedule.bot, trigger=Trigger.SCHEDULE, schedule_id=schedule.id)

    page = client.as_(uma).get(f"/runs/{run.id}").text

    assert f'href="/schedules/{schedule.id}">by a schedule</a>' in page


def test_a_run_leads_to_the_webhook_that_started_it(client, uma):
    hook = make_hook(uma)
    run = make_run(hook.bot, trigger=Trigger.HOOK, hook_id=hook.id)

    page = client.as_(uma).get(f"/runs/{run.id}").text

    assert f'href="/hooks/{hook.id}">by an incoming webhook</a>' in page


def test_a_retry_of_all_counts_how_they_ended_and_offers_the_failed_ones(client, uma):
    bot = free_bot(uma)
    runs = [failed(bot), failed(bot), completed(bot)]
    client.as_(uma)
    asked = {"deed": "retry_same", "scope": "all"}

    page = client.post("/runs/bulk", data=asked).text
    narrowed = client.post("/runs/bulk?status=failed", data=asked).text

    assert "Retry all 3 matching" in page
    assert "Among them: 2 failed, 1 completed." in page
    assert "Only the failed ones: 2" in page
    assert 'action="/runs/bulk?status=failed"' in page
    assert "Retry all 2 matching" in narrowed
    assert "Among them" not in narrowed
    assert "Only the failed ones" not in narrowed
    assert len(runs) == 3


def test_what_is_selected_is_counted_and_nothing_else_is_offered(client, uma):
    bot = free_bot(uma)
    ids = [str(failed(bot).id), str(completed(bot).id)]

    page = client.as_(uma).post("/runs/bulk", data={"deed": "retry_same", "ids": ids})

    assert "1 failed" in page.text
    assert "1 completed" in page.text
    assert "Only the failed ones" not in page.text


def test_whoever_only_stops_or_acknowledges_is_counted_nothing(client, uma):
    failed(make_bot(uma))

    asked = {"deed": "acknowledge", "scope": "all"}
    page = client.as_(uma).post("/runs/bulk", data=asked).text

    assert "Among them" not in page
