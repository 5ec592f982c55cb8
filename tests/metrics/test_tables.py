"""Workflows and votes as files, through the browser's and the program's door."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from dashboard.clock import now
from dashboard.exports import CAPPED
from dashboard.metrics import tables
from dashboard.workflows.models import Status
from tests.factories import (
    make_council,
    make_round,
    make_type,
    make_user,
    make_vote,
    make_workflow,
)
from tests.metrics.rounds import measured

SECRET = "Zebra-7719"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FILES = [
    "/workflows/export.csv",
    "/workflows/export.xlsx",
    "/workflows/votes.csv",
    "/workflows/votes.xlsx",
    "/api/v1/workflows/export?format=csv",
    "/api/v1/workflows/export?format=xlsx",
    "/api/v1/workflows/votes?format=csv",
    "/api/v1/workflows/votes?format=xlsx",
]
PAYLOADS = [
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    '=HYPERLINK("https://evil.example")',
    "=cmd|' /C calc'!A0",
    "  =1+1",
    '"=1+1',
    "\uff1d1+1",
    "\uff20SUM(A1)",
    "fine;=1+1;x",
]


@pytest.fixture
def council(olga, otto):
    return make_council(olga, otto, name="Payments")


def entered(client, user):
    """Somebody's browser and program at once."""
    return client.as_(user).with_key(user)


def lines(response):
    text = response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def sheet(response):
    with ZipFile(BytesIO(response.get_data())) as book:
        return ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314


def text_of(url, response):
    """What a reader of the file sees."""
    if "xlsx" in url:
        return "\n".join(sheet(response).itertext())
    return response.get_data().decode("utf-8-sig")


def test_a_line_says_what_was_proposed_and_decided(client, council, ada, olga, otto):
    votes = [(olga, "approve", 2)]
    explain = {"A": 1, "R": 0, "N": 0, "E": 2}
    round_ = measured(council, ada, votes, voters=[olga, otto], explain=explain)

    (line,) = lines(client.as_(olga).get("/workflows/export.csv"))

    assert line["Number"] == str(round_.workflow.number)
    assert (line["Title"], line["Council"]) == ("Clean up", "Payments")
    assert (line["Proposer"], line["Status"]) == ("Ada", "approved")
    assert (line["Approve"], line["Eligible"]) == ("1", "2")
    assert (line["First vote (seconds)"], line["Decision (seconds)"]) == (
        "7200.0",
        "36000.0",
    )
    assert line["Decided (UTC)"] == round_.decided_at.isoformat(timespec="seconds")


def test_a_draft_has_no_round_to_tell_of(client, ada):
    make_workflow(ada, title="Later")

    (line,) = lines(client.as_(ada).get("/workflows/export.csv"))

    assert (line["Status"], line["Opened (UTC)"], line["Approve"]) == ("draft", "", "")


def test_every_vote_is_there_with_what_became_of_it(client, council, ada, olga, otto):
    round_ = make_round(make_workflow(ada, make_type(council)), olga, otto)
    make_vote(round_, olga, "reject", superseded_at=now(), reason="Too soon")
    make_vote(round_, olga, "approve")
    make_vote(round_, otto, "veto", voided_at=now(), void_reason="Stolen account")

    found = lines(client.as_(olga).get("/workflows/votes.csv"))

    assert [(v["Voter"], v["Choice"], v["Counts"]) for v in found] == [
        ("Otto", "veto", "voided"),
        ("Olga", "approve", "counts"),
        ("Olga", "reject", "superseded"),
    ]
    assert found[0]["Why voided"] == "Stolen account"
    assert found[2]["Reason"] == "Too soon"
    assert {vote["Content hash"] for vote in found} == {round_.content_hash}
    assert {vote["Weight"] for vote in found} == {"1"}


def test_votes_on_an_earlier_revision_are_there_too(client, council, ada, olga):
    workflow = make_workflow(ada, make_type(council), revision=2)
    make_vote(make_round(workflow, olga, revision=1, outcome="superseded"), olga)
    make_vote(make_round(workflow, olga, revision=2), olga)

    found = lines(client.as_(olga).get("/workflows/votes.csv"))

    assert [vote["Revision"] for vote in found] == ["2", "1"]


@pytest.mark.parametrize("url", FILES)
def test_the_filters_are_those_of_the_list(client, council, ada, olga, url):
    votes = [(olga, "approve", 1)]
    measured(council, ada, votes, title="Sweep the logs")
    measured(council, ada, votes, "rejected", title="Sweep the mail")
    measured(make_council(olga), ada, votes, title="Sweep it all")
    measured(council, ada, votes, title="Pay refunds")
    query = {"q": "sweep", "council_id": council.id, "status": "approved"}

    path, _, kind = url.partition("?format=")
    chosen = query | ({"format": kind} if kind else {})
    answer = entered(client, olga).get(path, query_string=chosen)

    assert answer.status_code == 200
    assert "Sweep the logs" in text_of(url, answer)
    for title in ("Sweep the mail", "Sweep it all", "Pay refunds"):
        assert title not in text_of(url, answer)


def test_what_waits_for_my_vote_can_be_exported(client, council, ada, olga):
    type_ = make_type(council)
    make_round(make_workflow(ada, type_, "Waits"), olga)
    make_vote(make_round(make_workflow(ada, type_, "Voted"), olga), olga)

    found = lines(client.as_(olga).get("/workflows/export.csv?mine=vote"))

    assert [line["Title"] for line in found] == ["Waits"]


@pytest.mark.parametrize("url", FILES)
def test_nobody_elses_workflows_or_votes_are_in_it(
    client, council, ada, olga, mallory, url
):
    round_ = measured(council, ada, [(olga, "approve", 1)], title=SECRET)
    make_vote(round_, make_user(SECRET), "reject", reason=SECRET)
    mine = make_workflow(mallory, title="Mine")
    make_vote(make_round(mine, mallory), mallory)

    text = text_of(url, entered(client, mallory).get(url))

    assert SECRET not in text
    assert "Mine" in text
    assert SECRET in text_of(url, entered(client, olga).get(url))


@pytest.mark.parametrize("url", FILES)
def test_nobody_gets_a_file_without_signing_in(client, url):
    assert client.get(url).status_code == (401 if url.startswith("/api/") else 303)


@pytest.mark.parametrize("url", FILES)
def test_a_filter_nobody_knows_is_refused(client, olga, url):
    mark = "&" if "?" in url else "?"

    answer = entered(client, olga).get(f"{url}{mark}status=lost")

    assert answer.status_code == 422


def test_a_program_says_which_format(api, olga):
    answer = api.with_key(olga).get("/api/v1/workflows/export?format=pdf")

    assert answer.status_code == 422


@pytest.mark.parametrize("url", FILES[4:])
def test_a_key_needs_the_scope(api, olga, url):
    assert api.with_key(olga, scopes=["council.read"]).get(url).status_code == 403


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_title_reason_or_name_becomes_a_formula(client, payload):
    person = make_user(payload)
    council = make_council(person, name=payload)
    workflow = make_workflow(person, make_type(council, name=payload), payload)
    round_ = make_round(workflow, person)
    void = {"voided_at": now(), "void_reason": payload}
    make_vote(round_, person, "reject", reason=payload, **void)
    browser = client.as_(person)

    for name in ("export", "votes"):
        book = sheet(browser.get(f"/workflows/{name}.xlsx"))
        assert list(book.iter(f"{SHEET}f")) == []
        assert payload in "".join(book.itertext())
        (line,) = lines(browser.get(f"/workflows/{name}.csv"))
        written = [text for text in line.values() if payload in text.replace("'", "")]
        if "'" not in payload:
            assert len(written) >= 3
        for text in line.values():
            assert not text.lstrip(' "').startswith(("=", "+", "@", "\uff1d", "\uff20"))
            assert not text.startswith("-")
            assert ";=" not in text


def test_a_long_list_ends_with_a_sentence(client, council, ada, olga, monkeypatch):
    monkeypatch.setattr("dashboard.exports.CAP", 2)
    monkeypatch.setattr(tables, "CAP", 2)
    for title in ("One", "Two", "Three"):
        make_workflow(olga, make_type(council), title, status=Status.CANCELLED)

    found = lines(client.as_(olga).get("/workflows/export.csv"))

    assert [line["Number"] for line in found][2:] == [CAPPED]
    assert [line["Title"] for line in found[:2]] == ["Three", "Two"]


@pytest.mark.parametrize("url", FILES)
@pytest.mark.parametrize("copies", [1, 12])
def test_it_costs_the_same_statements(
    client, statements, council, ada, olga, url, copies
):
    for _ in range(copies):
        measured(council, ada, [(olga, "approve", 1)])
    entered(client, olga)
    statements.clear()

    client.get(url)

    assert len(statements) <= 3


def test_it_is_a_file_and_no_page(client, olga):
    with client.as_(olga).get("/workflows/votes.xlsx") as answer:
        assert answer.headers["Content-Disposition"] == (
            "attachment; filename=votes.xlsx"
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype.endswith("spreadsheetml.sheet")


def test_times_of_the_list_are_times_in_the_workbook(client, council, ada, olga):
    measured(council, ada, [(olga, "approve", 1)], took=timedelta(hours=2))

    book = sheet(client.as_(olga).get("/workflows/export.xlsx"))

    styled = [cell for cell in book.iter(f"{SHEET}c") if cell.get("t") is None]
    assert len([cell for cell in styled if cell.get("s")]) == 4
