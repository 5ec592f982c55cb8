"""The list of runs: its filters, its chart, its files, and what it costs."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from dashboard.extensions import db
from dashboard.runs import listing, meaning
from dashboard.runs.models import RunStatus, Trigger
from dashboard.runs.models.run import facets_of
from tests.factories import make_bot, make_run
from tests.runs.stage import approved, finished
from tests.runs.versions import completed, failed, upgraded

HEADER = "Run,Status,Bot,Version,Steps,Workflow,Title,Trigger"


def test_the_list_says_what_ran_and_how_it_went(client, uma):
    finished(make_run(make_bot(uma, name="Ledger check")))
    failed = make_run(make_bot(uma, name="Importer"), status=RunStatus.FAILED)
    failed.error = "The bot raised ValueError.\nsecond line"
    db.session.commit()

    page = client.as_(uma).get("/runs/").text

    assert page.index("Importer") < page.index("Ledger check")
    assert "Completed" in page
    assert "The bot raised ValueError." in page
    assert "second line" not in page
    assert "Bot v1" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Alpha", "Beta", "Close the books"}),
        ("status=completed", {"Alpha"}),
        ("trigger=workflow", {"Close the books"}),
        ("q=beta", {"Beta"}),
        ("q=books", {"Close the books"}),
        ("q=100%25", set()),
    ],
)
def test_the_list_is_filtered_by_its_address(client, uma, query, found):
    finished(make_run(make_bot(uma, name="Alpha")))
    beta = make_bot(uma, name="Beta")
    make_run(beta)
    approved(uma, make_bot(uma, name="Gamma"))

    page = client.as_(uma).get(f"/runs/?{query}").text

    assert names_in(page) == found


def test_a_workflow_is_found_by_words_of_its_title_and_by_its_number(client, uma):
    old, new = (approved(uma, make_bot(uma)).workflow for _ in range(2))
    old.title, new.title = "Old books", "New books"
    db.session.commit()

    client.as_(uma)

    assert names_in(client.get("/runs/?q=books+new").text) == {"New books"}
    assert names_in(client.get(f"/runs/?q=%23{old.number}").text) == {"Old books"}


def test_the_chosen_bot_is_always_among_those_offered(client, uma, monkeypatch):
    make_bot(uma, name="Alpha")
    zeta = make_bot(uma, name="Zeta")
    make_run(zeta)
    monkeypatch.setattr(meaning, "MOST_OFFERED", 1)

    page = client.as_(uma).get(f"/runs/?bot_id={zeta.id}").text

    assert f'<option value="{zeta.id}" selected>Zeta</option>' in page
    assert ">Alpha</option>" not in page
    assert ">Alpha</option>" in client.get("/runs/").text


def test_the_list_is_filtered_by_bot_also_inside_workflows(client, uma):
    gamma = make_bot(uma, name="Gamma")
    approved(uma, gamma)
    make_run(make_bot(uma, name="Delta"))

    page = client.as_(uma).get(f"/runs/?bot_id={gamma.id}").text

    assert names_in(page) == {"Close the books"}


@pytest.mark.parametrize("query", ["status=done", "bot_id=7", "trigger=x", "after=x"])
def test_a_filter_that_makes_no_sense_is_refused(client, uma, query):
    assert client.as_(uma).get(f"/runs/?{query}").status_code == 422


def test_the_filters_show_what_was_asked_and_what_else_may_be(client, uma, mallory):
    alpha = make_bot(uma, name="Alpha")
    url = f"/runs/?bot_id={alpha.id}&status=failed&q=a+%3Cb%3E&since=2026-03-07"

    page = client.as_(uma).get(url).text
    again = client.get(url).text
    other = client.as_(mallory).get(url).text

    for seen in (page, again):
        assert f'<option value="{alpha.id}" selected>Alpha</option>' in seen
        assert '<option value="failed" selected>' in seen
        assert 'value="a &lt;b&gt;"' in seen
        assert 'value="2026-03-07"' in seen
    assert "Alpha" not in other
    assert '<option value="failed" selected>' in other


def test_an_empty_list_says_what_would_stand_there(client, uma):
    assert "Nothing has run yet" in client.as_(uma).get("/runs/").text


@pytest.mark.parametrize("size", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(client, uma, statements, size):
    for _ in range(size):
        finished(make_run(make_bot(uma)))
    client.as_(uma)
    statements.clear()

    client.get("/runs/")
    assert len(statements) == 3  # session, bots of the filter, rows with total

    statements.clear()
    client.get("/runs/chart")
    assert len(statements) == 2  # session, rows


def names_in(page):
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return set(re.findall(r'<a href="/runs/[^"]+">([^<]+)</a>', rows))


def found(client, query):
    return names_in(client.get(f"/runs/?{query}").text)


def test_a_version_is_a_filter_of_its_own_bot(client, uma):
    bot = make_bot(uma, name="Alpha")
    old = completed(bot)
    upgraded(bot)
    new = completed(bot)
    client.as_(uma)

    first, second = (client.get(f"/runs/?bot_id={bot.id}&version={n}") for n in (1, 2))
    assert str(old.id) in first.text
    assert str(new.id) not in first.text
    assert str(new.id) in second.text
    assert found(client, f"bot_id={bot.id}&version=3") == set()
    assert "Choose the bot too" in client.get("/runs/?version=1").text


def test_a_run_in_which_a_bot_has_two_steps_is_listed_once(client, uma):
    bot = make_bot(uma, name="Alpha")
    run = make_run(bot, bot)

    page = client.as_(uma).get(f"/runs/?bot_id={bot.id}").text

    assert page.count(f'<a href="/runs/{run.id}">') == 1
    assert "1 in all" in page
    assert "and 1 more" in page


def test_it_is_filtered_by_an_input_exactly(client, uma):
    for name, inputs in (
        ("May", {"month": "May", "n": 3}),
        ("June", {"month": "June"}),
    ):
        facets = facets_of(inputs)
        make_run(make_bot(uma, name=name), inputs=inputs, facets=facets)
    client.as_(uma)

    assert found(client, "input=month%3DMay") == {"May"}
    assert found(client, "input=n%3D3") == {"May"}
    assert found(client, "input=month%3DMa") == set()
    refused = client.get("/runs/?input=May")
    assert (refused.status_code, "Write it as name=value." in refused.text) == (
        422,
        True,
    )
    assert 'value="May"' in refused.text


def test_with_a_filter_it_is_counted_less_far(client, ada, uma, monkeypatch):
    monkeypatch.setattr(listing, "whole", listing.whole.__wrapped__)
    monkeypatch.setattr(listing, "FILTERED", 2)
    for _ in range(3):
        failed(make_bot(uma))

    assert "2+ in all" in client.as_(ada).get("/runs/?status=failed&limit=1").text
    assert "3 in all" in client.get("/runs/?limit=1").text
    assert "3 in all" in client.get("/runs/?status=failed").text


def test_it_is_filtered_by_who_started_it(client, uma, otto):
    bot = make_bot(uma, name="Alpha")
    make_run(bot, started_by=otto)
    make_run(make_bot(uma, name="Beta"))
    client.as_(uma)

    assert found(client, "actor=Otto") == found(client, "actor=otto") == {"Alpha"}
    assert found(client, f"actor={uma.username}") == {"Beta"}
    assert found(client, "actor=Ott") == set()


def test_days_belong_to_the_filter_from_the_first_to_the_last_minute(client, uma):
    day = datetime(2026, 3, 7, tzinfo=UTC)
    for name, at in (
        ("Before", day - timedelta(seconds=1)),
        ("First", day),
        ("Last", day + timedelta(hours=23, minutes=59, seconds=59)),
        ("After", day + timedelta(days=1)),
    ):
        make_run(make_bot(uma, name=name), queued_at=at)
    client.as_(uma)

    assert found(client, "since=2026-03-07&until=2026-03-07") == {"First", "Last"}
    assert found(client, "since=2026-03-08") == {"After"}
    assert found(client, "until=2026-03-06") == {"Before"}
    assert found(client, "since=2026-03-09") == set()


def test_the_days_of_one_bot_are_found_among_its_own_runs(client, uma):
    day = datetime(2026, 3, 7, 12, tzinfo=UTC)
    bot, other = make_bot(uma, name="Alpha"), make_bot(uma, name="Beta")
    early, late = (make_run(bot, queued_at=day + timedelta(days=n)) for n in (0, 2))
    make_run(other, queued_at=day)
    client.as_(uma)

    page = client.get(f"/runs/?bot_id={bot.id}&since=2026-03-07&until=2026-03-08").text

    assert names_in(page) == {"Alpha"}
    assert str(early.id) in page
    assert str(late.id) not in page


def test_what_a_later_page_leads_to_is_the_whole_list(client, uma):
    bot = make_bot(uma)
    for _ in range(3):
        completed(bot)
    first = client.as_(uma).get("/runs/?status=completed&limit=1").text

    second = client.get(
        re.search(r'rel="next" href="([^"]+)"', unescape(first))[1]
    ).text

    assert 'href="/runs/export?status=completed&amp;format=csv"' in second


def test_what_nobody_looked_at_is_a_filter_that_searches_errors_too(client, uma):
    bot = make_bot(uma, name="Alpha")
    failed(bot)
    completed(make_bot(uma, name="Beta"))
    client.as_(uma)

    assert found(client, "unacknowledged=1") == {"Alpha"}
    assert found(client, "unacknowledged=1&q=broke") == {"Alpha"}
    assert found(client, "q=broke") == set()


def test_a_workflow_is_found_by_its_number(client, uma):
    run = approved(uma, make_bot(uma))

    client.as_(uma)

    assert found(client, f"q=%23{run.workflow.number}") == {"Close the books"}


def test_the_bots_of_a_stranger_are_neither_listed_nor_offered(client, uma, mallory):
    bot = make_bot(uma, name="Ledger check")
    completed(bot, inputs={"month": "May"}, facets=facets_of({"month": "May"}))
    client.as_(mallory)

    for query in ("", "q=Ledger", f"bot_id={bot.id}", "input=month%3DMay", "actor=Uma"):
        for page in ("", "chart", "export"):
            assert "Ledger check" not in client.get(f"/runs/{page}?{query}").text


def test_the_chart_has_a_dot_for_each_run_that_began_and_its_numbers(client, uma):
    bot = make_bot(uma, name="Alpha")
    slow = finished(make_run(bot))
    quick = completed(bot)
    waits = make_run(bot)

    assert 'data-poll="/runs/chart"' in client.as_(uma).get("/runs/").text
    page = client.get("/runs/chart").text

    chart = page.partition('class="chart dots"')[2].partition("</svg>\n      <text")[0]
    assert chart.count("<circle") == 2
    assert f'href="/runs/{slow.id}"' in chart
    assert f'href="/runs/{quick.id}"' in chart
    assert str(waits.id) not in chart
    assert "Alpha" in chart
    assert "3.0 s" in page.partition("Show the numbers")[2]


def test_one_run_makes_no_chart(client, uma):
    completed(make_bot(uma))

    assert "Nothing to draw" in client.as_(uma).get("/runs/chart").text
    assert "data-poll" not in client.get("/runs/").text


def test_the_chart_has_the_filters_of_the_list(client, uma):
    bot = make_bot(uma)
    [completed(bot), completed(bot), failed(bot), failed(bot)]

    page = client.as_(uma).get("/runs/?status=failed").text
    assert 'data-poll="/runs/chart?status=failed"' in page
    part = client.get("/runs/chart?status=failed", headers={"X-Partial": "1"}).text

    assert part.count("<circle") == part.count("s-bad") == 2
    assert 'id="spread"' in part
    assert "data-poll" not in part


def test_the_export_has_the_filters_of_the_list(client, api, uma):
    failed(make_bot(uma, name="=Alpha"), trigger=Trigger.API)
    completed(make_bot(uma, name="Beta"))

    file = client.as_(uma).get("/runs/export?status=failed&format=csv")
    same = api.with_key(uma).get("/api/v1/runs/export?status=failed")

    lines = file.text.lstrip("\ufeff").splitlines()
    assert lines[0].replace('"', "").startswith(HEADER)
    assert len(lines) == 2
    assert "=Alpha" in lines[1]
    assert '"=Alpha"' not in lines[1]  # a spreadsheet shall not take it for a formula
    assert "It broke." in lines[1]
    assert same.text == file.text
    assert client.get("/runs/export?format=pdf").status_code == 422


def test_a_full_page_stays_small(client, uma):
    bot = make_bot(uma)
    for _ in range(200):
        completed(bot, error="A sentence that says what went wrong, with an id 1234.")

    page = client.as_(uma).get("/runs/").data

    assert len(page) < 48_000
