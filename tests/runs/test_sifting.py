"""Filters that no index answers together: read in parts, and nothing is left out."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from dashboard import sifting
from dashboard.extensions import db
from dashboard.pieces import when
from dashboard.runs import bulk
from dashboard.runs.listing import listing
from dashboard.runs.models import Run, RunStatus
from dashboard.runs.models.run import facets_of
from dashboard.runs.schemas import RunFilter
from dashboard.runs.shown import RUNS
from dashboard.sifting import id_at, moment_of
from tests.factories import make_bot, make_run
from tests.runs.paging import pages_of, read_little
from tests.runs.versions import completed, failed


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """A page reads three rows, and two of them are counted."""
    read_little(monkeypatch, walk=3, counted=2)


@pytest.fixture
def runs(uma, otto):
    """Twelve of Uma's bot, oldest first; Otto began one, which failed, and the last."""
    bot = make_bot(uma, name="Mailer")
    found = []
    for number in range(12):
        facets = facets_of({"size": "big" if number % 2 else "tiny"})
        make = failed if number in {1, 4, 5} else completed
        found.append(make(bot, facets=facets))
    for number in (1, 11):
        found[number].started_by = otto
    db.session.commit()
    return found


def link_in(page):
    return unescape(re.search(r'href="([^"]+)">Look further back', page)[1])


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("status=failed&actor=otto", [1]),
        ("status=failed&trigger=person", [5, 4, 1]),
        ("status=completed&input=size%3Dtiny", [10, 8, 6, 2, 0]),
        ("status=failed&input=size%3Dbig", [5, 1]),
        ("actor=otto&input=size%3Dbig", [11, 1]),
        ("status=failed&q=mailer", [5, 4, 1]),
        ("status=failed&q=nothing", []),
        ("status=completed&since=2020-01-01", [11, 10, 9, 8, 7, 6, 3, 2, 0]),
        ("status=completed&actor=uma&since=2020-01-01", [10, 9, 8, 7, 6, 3, 2, 0]),
        ("status=completed&actor=uma&since=2090-01-01", []),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 25])
def test_page_after_page_every_run_that_matches_is_found_once(
    api, ada, uma, runs, query, numbers, limit
):
    wanted = [runs[number].id for number in numbers]

    for user in (ada, uma):
        pages = pages_of(api, user, query, limit)
        assert [id_ for page in pages for id_ in page] == wanted


def test_whoever_sees_few_runs_finds_them_all(api, otto, runs):
    mine = [runs[11].id, runs[1].id]

    assert pages_of(api, otto, "", limit=2) == [mine]
    assert sum(pages_of(api, otto, "status=failed"), []) == mine[1:]
    assert sum(pages_of(api, otto, "input=size%3Dbig"), []) == mine


def test_a_page_says_how_far_it_looked_and_leads_on(client, ada, otto, runs):
    sparse = "/runs/?trigger=person&q=mailer&actor=otto&status=failed"
    empty = "/runs/?status=completed&input=size%3Dnone"
    db.session.execute(sa.update(Run).values(is_unacknowledged=True))
    client.as_(ada)

    page = client.get("/runs/?unacknowledged=1&status=failed").text
    assert "No run matches so far" in page
    assert f"Looked for back to {when(moment_of(runs[9].id))}." in page
    assert "No run matches" not in client.get(sparse).text
    assert "so far" not in client.get(empty).text

    page = client.get(link_in(page)).text
    assert "No run matches so far" in page
    page = client.get(link_in(page)).text
    assert f"looked for back to {when(moment_of(runs[3].id))}" in page
    assert page.count('name="ids"') == 2
    page = client.get(link_in(page)).text
    assert page.count('name="ids"') == 1
    assert "Look further back" not in page


@pytest.mark.parametrize(
    ("near", "walk", "pages"),
    [(2, 3, [[11], [], [1]]), (2, 5, [[11], [1]]), (2, 6, [[11, 1]])],
)
def test_a_short_list_is_read_at_once_and_a_long_one_from_its_newest_on(
    api, ada, runs, monkeypatch, near, walk, pages
):
    monkeypatch.setattr(sifting, "NEAR", near)
    monkeypatch.setattr(sifting, "WALK", walk)

    found = pages_of(api, ada, "actor=otto&input=size%3Dbig", limit=25)

    assert found == [[runs[number].id for number in page] for page in pages]


def test_of_a_short_list_all_are_counted(client, ada, uma, runs, monkeypatch):
    monkeypatch.setattr(sifting, "NEAR", 10)
    query = "/runs/?status=completed&actor=uma&limit=1"

    assert "8 in all" in client.as_(ada).get(query).text
    assert "8 in all" in client.as_(uma).get(query).text
    monkeypatch.setattr(sifting, "NEAR", 9)
    assert "2+ in all" in client.as_(ada).get(query).text


def test_the_total_counts_those_among_the_newest(client, ada, runs):
    client.as_(ada)

    assert "2+ in all" in client.get("/runs/?status=completed&actor=uma&limit=1").text
    assert "1 in all" in client.get("/runs/?status=failed&actor=otto").text
    assert "12 in all" in client.get("/runs/?trigger=person&limit=1").text


def test_where_the_total_is_not_known_all_that_match_are_meant(client, ada, runs):
    client.as_(ada)

    many = client.get("/runs/?status=completed&actor=uma&limit=1").text
    assert 'data-select-every="that match">All that match…<' in many
    few = client.get("/runs/?status=failed&actor=otto").text
    assert 'data-select-every="1 matching">All 1 matching…<' in few


def test_many_are_chosen_by_all_that_match_however_far_they_lie(api, ada, runs):
    matching = {"status": "failed", "actor": "otto"}
    call = {"action": "acknowledge", "query": matching, "expected": 1}

    done = api.with_key(ada).post("/api/v1/runs/bulk", json=call)

    assert done.json["done"] == [str(runs[1].id)]
    assert db.session.get(Run, runs[1].id).status is RunStatus.FAILED


def test_too_many_are_too_many_however_few_of_them_were_counted(
    api, client, ada, runs, monkeypatch
):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 3)
    matching = {"status": "completed", "actor": "uma"}
    call = {"action": "acknowledge", "query": matching}
    api.with_key(ada)

    for expected in (2, 3, 4):
        answer = api.post("/api/v1/runs/bulk", json={**call, "expected": expected})
        assert answer.status_code == 409

    form = {"deed": "acknowledge", "scope": "all"}
    page = client.as_(ada).post("/runs/bulk?status=completed&actor=uma", data=form)
    assert "There are 4+. At most 3 are done at once." in page.text


def test_a_chart_looks_no_further_than_is_quick_and_a_file_has_all(
    ada, otto, runs, monkeypatch
):
    monkeypatch.setattr(sifting, "EACH", 0)
    sparse = listing(ada, RunFilter(status="completed", input="size=tiny")).pages
    his = listing(otto, RunFilter()).pages

    def shown(read):
        return [row[0] for row in read(9, RUNS.c.id)]

    assert shown(sparse.recent) == [runs[number].id for number in (10, 8, 6)]
    assert shown(sparse.newest) == [runs[number].id for number in (10, 8, 6, 2, 0)]
    assert shown(his.recent) == [runs[number].id for number in (11, 1)]


def test_an_id_tells_its_moment(uma):
    run = make_run(make_bot(uma))

    assert abs((moment_of(run.id) - run.queued_at).total_seconds()) < 1


def test_the_ids_of_a_moment_lie_behind_all_earlier_ones(uma):
    earlier, run = make_run(make_bot(uma)).id, None
    while run is None or moment_of(run) == moment_of(earlier):
        run = make_run(make_bot(uma)).id

    assert earlier < id_at(moment_of(run)) < run


def test_a_page_that_is_not_full_costs_one_statement_more(
    client, ada, otto, runs, statements
):
    client.as_(ada)
    for address in ("/runs/?trigger=person&actor=uma", "/runs/?status=failed&q=no"):
        client.get(address)  # what is built once is built
        statements.clear()
        client.get(address)
        assert len(statements) == 4  # session, meaning, rows, how far

    client.as_(otto)
    statements.clear()
    client.get("/runs/")
    assert len(statements) == 4  # session, bots of the filter, rows twice
