"""What a text or a name means at once: each read by itself, and shown as one list."""

import pytest

from dashboard.extensions import db
from dashboard.runs import leads
from dashboard.runs.listing import listing
from dashboard.runs.schemas import RunFilter
from tests.factories import make_bot, make_run, make_user
from tests.runs.paging import pages_of, read_little
from tests.runs.stage import approved


@pytest.fixture
def runs(uma, otto):
    """In turns of two bots and a workflow that a text means, and of a bot it does not.

    Every fourth run of Uma's bots was begun by Otto, or by another one of that name.
    """
    mail, post = make_bot(uma, name="Mail sorter"), make_bot(uma, name="Late mail")
    other, namesake = make_bot(uma, name="Ledger"), make_user("Otto")
    found = []
    for number in range(9):
        bot = (mail, post, other)[number % 3]
        by = {3: otto, 7: namesake}.get(number, uma)
        found.append(make_run(bot, started_by=by))
    run = approved(uma, make_bot(uma, name="Clerk"))
    run.workflow.title = "Answer the mail"
    db.session.commit()
    return [*found, run]


MAIL = [9, 7, 6, 4, 3, 1, 0]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("q=mail", MAIL),
        ("q=mail&since=2020-01-01", MAIL),
        ("q=mail&until=2020-01-01", []),
        ("q=mail&since=2090-01-01", []),
        ("q=mail&trigger=person", MAIL[1:]),
        ("q=mail&status=queued", MAIL),
        ("q=ledger", [8, 5, 2]),
        ("q=nothing", []),
        ("actor=otto", [7, 3]),
        ("actor=otto&q=mail", [7, 3]),
        ("actor=nobody", []),
    ],
)
@pytest.mark.parametrize("limit", [1, 3, 25])
def test_page_after_page_all_of_them_stand_in_one_order(
    api, ada, uma, runs, query, numbers, limit
):
    wanted = [runs[number].id for number in numbers]

    for user in (ada, uma):
        assert sum(pages_of(api, user, query, limit), []) == wanted


@pytest.mark.parametrize("query", ["q=mail", "q=mail&since=2020-01-01"])
def test_a_text_that_means_much_is_looked_for_among_the_newest(
    api, ada, uma, runs, query, monkeypatch
):
    monkeypatch.setattr(leads, "FEW", 2)
    read_little(monkeypatch, walk=2, counted=2)
    wanted = [runs[number].id for number in MAIL]

    for user in (ada, uma):
        assert sum(pages_of(api, user, query, 3), []) == wanted


def test_a_stranger_to_the_bots_finds_what_they_began(api, otto, runs, monkeypatch):
    read_little(monkeypatch, walk=2, counted=2)

    assert sum(pages_of(api, otto, "q=mail"), []) == [runs[3].id]
    assert sum(pages_of(api, otto, "q=ledger"), []) == []


def test_the_total_counts_them_together(client, ada, runs):
    client.as_(ada)

    assert "7 in all" in client.get("/runs/?q=mail&limit=1").text
    assert "2 in all" in client.get("/runs/?actor=otto&limit=1").text


def test_the_newest_of_all_are_taken_for_a_chart_and_for_many(app, ada, runs):
    found = listing(ada, RunFilter(q="mail"))

    assert found.ids(3) == [runs[number].id for number in MAIL[:3]]
    assert found.ids(100) == [runs[number].id for number in MAIL]
