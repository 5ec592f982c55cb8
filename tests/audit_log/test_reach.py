"""A part of a name is looked for among the newest entries, and further if asked."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from dashboard import reach
from dashboard.audit import AuditEntry, AuditHead, audited
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.pieces import when
from tests.factories import make_bot, make_council


def rename(actor, council, name):
    with audited(actor, Permission.COUNCIL_WRITE, council):
        council.name = name


def refuse(actor, subject):
    with audited(actor, Permission.COUNCIL_WRITE, subject):
        raise RuleBroken("It is frozen.")


@pytest.fixture
def trail(ada, olga):
    """Twelve entries: Olga's bot first, then a refusal, then ten of one council."""
    council, bot = make_council(name="Payments"), make_bot(olga, name="Mailer")
    with audited(olga, Permission.BOT_WRITE, bot):
        bot.description = "Sends mail"
    with pytest.raises(RuleBroken):
        refuse(ada, council)
    for number in range(10):
        rename(ada, council, f"Treasury {number}")
    return {"council": council, "bot": bot}


@pytest.fixture
def crowd(ada):
    """One entry more than the first step reaches: the oldest."""
    rename(ada, make_council(), "the oldest of all")
    first = db.session.execute(sa.select(AuditEntry.__table__)).mappings().one()
    rows = [
        {**first, "id": uuid7(), "seq": seq, "subject_name": "x", "prev_hash": str(seq)}
        for seq in range(2, reach.FIRST + 2)
    ]
    db.session.execute(sa.insert(AuditEntry), rows)
    db.session.execute(sa.update(AuditHead).values(seq=reach.FIRST + 1))
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        # it believes the table as empty as its own last look found it between tests
        db.session.execute(sa.text("ANALYZE audit_entries"))


def asked(api, user, query):
    return api.with_key(user).get(f"/api/v1/audit?{query}").json


def seqs(answer):
    return [entry["seq"] for entry in answer["items"]]


def link_in(page):
    """Where the button leads."""
    return unescape(re.search(r'href="([^"]+)">Look through', page)[1])


def moment_of(seq):
    return db.session.scalar(sa.select(AuditEntry.at).where(AuditEntry.seq == seq))


@pytest.mark.parametrize("text", ["q=Mailer", "actor=olg", "q=ail&actor=lga"])
def test_a_text_is_found_within_reach_and_not_beyond(api, eve, trail, text):
    assert seqs(asked(api, eve, f"{text}&reach=11")) == []
    assert seqs(asked(api, eve, f"{text}&reach=12")) == [1]


def test_a_program_is_told_how_far_a_text_was_looked_for(api, eve, trail):
    near = asked(api, eve, "q=treasury&reach=4")
    far = asked(api, eve, "q=treasury&reach=12")

    assert seqs(near) == [12, 11, 10, 9]
    assert near["total"] == 4
    assert near["searched"]["entries"] == 4
    assert near["searched"]["back_to"] == moment_of(9).isoformat().replace(
        "+00:00", "Z"
    )
    assert (far["searched"], far["total"]) == (None, 10)


def test_the_first_step_is_taken_unasked(client, eve, crowd):
    page = client.as_(eve).get("/audit/?q=oldest").text

    assert "No entry matches so far" in page
    assert f"newest 5,000 entries, back to {when(moment_of(2))}." in page
    assert "Look through 50,000</a>" in page


def test_the_next_step_finds_it_and_says_no_more(client, eve, crowd):
    near = client.as_(eve).get("/audit/?q=oldest").text

    far = client.get(link_in(near)).text

    assert "the oldest of all" in far
    assert "Looked through" not in far
    assert "Look through" not in far


def test_the_words_and_the_next_step_stand_under_what_was_found(client, eve, trail):
    url = "/audit/?q=treasury&actor=ada&limit=2&reach=4&after=WzEyXQ"

    page = client.as_(eve).get(url).text

    assert f"newest 4 entries, back to {when(moment_of(9))}." in page
    assert "Look through 40</a>" in page
    assert parse_qs(urlsplit(link_in(page)).query) == {
        "q": ["treasury"],
        "actor": ["ada"],
        "limit": ["2"],
        "reach": ["40"],
    }


def test_the_other_filters_narrow_first(client, api, eve, trail):
    assert seqs(asked(api, eve, "q=mailer&action=bot.write&reach=1")) == [1]
    assert seqs(asked(api, eve, "q=pay&result=refused&reach=1")) == [2]
    assert seqs(asked(api, eve, f"q=mail&subject_id={trail['bot'].id}&reach=1")) == [1]

    page = client.as_(eve).get("/audit/?q=x&action=council.write&reach=3").text

    assert "newest 3 entries that match the other filters, back to" in page


def test_pages_after_a_cursor_keep_to_the_same_reach(client, api, eve, trail):
    first = asked(api, eve, "q=treasury&reach=4&limit=3")
    second = asked(api, eve, f"q=treasury&reach=4&limit=3&after={first['next']}")

    assert (seqs(first), seqs(second)) == ([12, 11, 10], [9])
    assert second["next"] is None
    assert second["searched"] == first["searched"]

    page = client.as_(eve).get("/audit/?q=treasury&reach=4&limit=3").text
    onward = re.search(r'rel="next" href="([^"]+)"', page)[1]
    assert "reach=4" in onward


@pytest.mark.parametrize("query", ["", "action=council.write", "actor={ada}"])
def test_without_a_part_of_a_name_reach_means_nothing(api, ada, eve, trail, query):
    query = query.format(ada=ada.id)

    near, all_ = (asked(api, eve, f"{query}{more}") for more in ("&reach=1", ""))

    assert near == all_
    assert near["searched"] is None
    assert near["total"] > 1


def test_past_the_last_step_the_page_names_another_way(monkeypatch, client, eve, trail):
    monkeypatch.setattr(reach, "MOST", 4)

    found = client.as_(eve).get("/audit/?q=treasury&reach=4").text
    nothing = client.get("/audit/?q=mailer&reach=4").text

    for page in (found, nothing):
        assert "newest 4 entries, back to" in page
        assert "What is older is found by dates." in page
        assert "Look through" not in page


def test_the_last_step_goes_as_far_as_is_allowed(monkeypatch, client, eve, trail):
    monkeypatch.setattr(reach, "MOST", 9)

    assert "Look through 9</a>" in client.as_(eve).get("/audit/?q=x&reach=4").text


@pytest.mark.parametrize("value", ["0", "-1", "far", "1.5", str(reach.MOST + 1)])
def test_a_reach_that_makes_no_sense_is_refused_in_a_sentence(
    client, api, eve, trail, value
):
    page = client.as_(eve).get(f"/audit/?q=mailer&reach={value}")
    answer = api.with_key(eve).get(f"/api/v1/audit?q=mailer&reach={value}")

    assert (page.status_code, answer.status_code) == (422, 422)
    assert "How far back to look: Enter" in page.text
    assert 'value="mailer"' in page.text
    assert "reach" in answer.json["errors"][0]["pointer"]


@pytest.mark.parametrize(
    "query", ["q=treasury", "q=x", "q=treasury&reach=2", "q=x&since=2026-01-01&reach=2"]
)
def test_a_text_costs_no_statement_more(client, eve, trail, statements, query):
    client.as_(eve)
    statements.clear()

    assert client.get(f"/audit/?{query}").status_code == 200

    assert len(statements) == 3


def test_the_api_description_says_what_reach_is(client):
    spec = client.get("/api/openapi.json").json

    listed = spec["paths"]["/api/v1/audit"]["get"]
    given = {each["name"]: each for each in listed["parameters"]}
    page = spec["components"]["schemas"]["EntryRowPage"]["properties"]
    assert given["reach"]["schema"]["default"] == reach.FIRST
    assert "newest" in given["reach"]["schema"]["description"]
    assert "searched" in page
