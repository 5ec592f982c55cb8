from datetime import timedelta

import pytest

from dashboard.bots.models import BotStatus
from dashboard.clock import now
from dashboard.runs.models import StepStatus
from tests.factories import ECHO, make_bot, make_run, make_version, stored


def ran(bot, status, seconds=1.0):
    """A run of one step that ended like this."""
    run = make_run(bot)
    step = run.steps[0]
    step.status, step.started_at = status, now()
    step.ended_at = step.started_at + timedelta(seconds=seconds)
    return stored(run)


def test_the_list_draws_the_last_ten_runs_of_each_bot_oldest_first(client, uma):
    bot, other = make_bot(uma, name="Crane"), make_bot(uma, name="Fresh")
    for status in [StepStatus.CRASHED] * 3 + [StepStatus.COMPLETED] * 9:
        ran(bot, status)
    ran(bot, StepStatus.TIMED_OUT)

    page = client.as_(uma).get("/bots/").text

    strip = page[page.index('class="dots"') :].partition("</span>")[0]
    assert strip.count('<i class="ok"') == 9
    assert strip.count('<i class="bad"') == 1
    assert strip.rindex('<i class="bad"') > strip.rindex('<i class="ok"')
    assert "Last 10 runs of Crane: 9 completed, 1 went wrong" in strip
    assert "the newest: Timed out" in strip
    assert page.count('class="dots"') == 1
    assert other.name in page


def test_failing_and_quarantined_bots_are_called_out_and_found(client, api, uma):
    make_bot(uma, name="Well")
    make_bot(uma, name="Limping", failures_in_row=2)
    make_bot(uma, name="Down", failures_in_row=5, quarantined_at=now())

    everything = client.as_(uma).get("/bots/").text
    page = client.get("/bots/?failing=1").text
    found = api.with_key(uma).get("/api/v1/bots?failing=true").json["items"]

    assert everything.count(">In quarantine<") == 1
    assert everything.count("Failing</span>") == 1
    assert "Well" not in page
    assert [(each["name"], each["failures_in_row"]) for each in found] == [
        ("Down", 5),
        ("Limping", 2),
    ]
    assert found[0]["quarantined_at"]
    assert "No bots match" in client.get("/bots/?failing=1&status=inactive").text


def test_a_bot_in_quarantine_says_so_on_every_tab(client, uma, eve):
    bot = make_bot(uma, failures_in_row=5, quarantined_at=now())
    url = f"/bots/{bot.id}"

    for tab in ("", "?tab=code", "?tab=versions", "?tab=runs", "?tab=history"):
        page = client.as_(uma).get(f"{url}{tab}").text
        assert "In quarantine since" in page
        assert "after 5 failures in a row" in page
        assert f"/incidents/?bot_id={bot.id}" in page
        assert "Release</a>" in page
    assert "Release</a>" not in client.as_(eve).get(url).text


def test_a_bot_that_fails_says_how_often_and_a_healthy_one_nothing(client, uma):
    failing, healthy = make_bot(uma, failures_in_row=3), make_bot(uma)

    page = client.as_(uma).get(f"/bots/{failing.id}").text

    assert "its last 3 runs went wrong" in page
    assert "went wrong." not in client.get(f"/bots/{healthy.id}").text


def test_the_overview_says_what_half_and_nearly_all_runs_took(client, uma):
    bot = make_bot(uma)
    for seconds in (1, 2, 3, 4, 5, 6, 7, 8, 9, 50):
        ran(bot, StepStatus.COMPLETED, seconds)
    make_run(bot)

    page = client.as_(uma).get(f"/bots/{bot.id}").text

    assert "at most <strong>5.0 s</strong>" in page
    assert "at most <strong>50.0 s</strong>" in page
    assert "the last 11 runs" in page


def test_every_way_a_run_began_has_a_name(client, uma):
    bot = make_bot(uma)
    for trigger in ("workflow", "person", "api", "schedule", "hook"):
        make_run(bot, trigger=trigger)

    page = client.as_(uma).get(f"/bots/{bot.id}?tab=runs").text

    for name in ("A workflow", "A person", "The API", "A schedule", "incoming webhook"):
        assert name in page


@pytest.mark.parametrize("size", [1, 40])
def test_the_list_and_the_overview_cost_the_same_with_many_runs(
    client, uma, statements, size
):
    bots = [make_bot(uma) for _ in range(3)]
    for bot in bots:
        for n in range(size):
            ran(bot, StepStatus.COMPLETED)
            make_version(bot, f"{ECHO}# {n}")
    url = f"/bots/{bots[0].id}"
    client.as_(uma).get("/bots/")
    statements.clear()

    client.get("/bots/")
    assert len(statements) == 3, "\n".join(statements)
    statements.clear()

    client.get(url)
    assert len(statements) == 5, "\n".join(statements)


def test_an_archived_bot_offers_no_way_to_change_its_versions(client, uma):
    bot = make_bot(uma, status=BotStatus.ARCHIVED)
    make_version(bot, f"{ECHO}# two")

    page = client.as_(uma).get(f"/bots/{bot.id}?tab=versions").text
    code = client.get(f"/bots/{bot.id}?tab=code&version=1").text

    assert "/rollback" not in page + code
    assert "/label" not in code
    assert f"/bots/{bot.id}/export.json" in page
