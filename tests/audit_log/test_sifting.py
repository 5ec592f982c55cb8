"""Two filters at once: read a part at a time, and no entry is left out."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from dashboard import sifting
from dashboard.audit import AuditEntry, audited
from dashboard.audit_log import reports
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.pieces import when
from tests.factories import make_bot, make_council


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """A page reads three entries, and two of them are counted."""
    monkeypatch.setattr(sifting, "NEAR", 3)
    monkeypatch.setattr(sifting, "WALK", 3)
    monkeypatch.setattr(sifting, "COUNTED", 2)
    reports.pages_of.cache_clear()
    yield
    reports.pages_of.cache_clear()


@pytest.fixture
def trail(ada, olga):
    """Twelve entries on a bot: Ada's, the first Olga's; every fourth is a refusal."""
    bot, council = make_bot(olga), make_council()
    for number in range(1, 13):
        actor = olga if number == 1 else ada
        try:
            with audited(actor, Permission.BOT_WRITE, bot):
                bot.description = f"Change {number}"
                if number % 4 == 0:
                    raise RuleBroken("It is frozen.")
        except RuleBroken:
            db.session.rollback()
    return {"council": council, "bot": bot}


def pages_of(api, user, query):
    """The numbers of the entries, page after page by the cursors."""
    client, after, pages = api.with_key(user), {}, []
    while after is not None:
        asked = urlencode({"limit": 2, **after})
        page = client.get(f"/api/v1/audit?{query}&{asked}").json
        pages.append([entry["seq"] for entry in page["items"]])
        after = {"after": page["next"]} if page["next"] else None
    return pages


@pytest.mark.parametrize(
    ("query", "seqs"),
    [
        ("action=bot.write&result=refused", [12, 8, 4]),
        ("action=bot.write&result=done", [11, 10, 9, 7, 6, 5, 3, 2, 1]),
        ("action=council.write&result=refused", []),
        ("action=bot.write&actor={olga}", [1]),
        ("result=refused&actor={olga}", []),
        ("subject_type=bots", [*range(12, 0, -1)]),
        ("subject_type=bots&result=refused", [12, 8, 4]),
        ("subject_type=councils", []),
        ("subject_type=bots&subject_id={bot}&result=refused", [12, 8, 4]),
        ("action=bot.write&result=refused&since=2020-01-01", [12, 8, 4]),
        ("action=bot.write&result=refused&until=2020-01-01", []),
    ],
)
def test_page_after_page_every_entry_that_matches_is_found_once(
    api, eve, olga, trail, query, seqs
):
    asked = query.format(olga=olga.id, bot=trail["bot"].id)

    assert sum(pages_of(api, eve, asked), []) == seqs


def test_a_page_says_how_far_it_looked_and_leads_on(client, eve, olga, trail):
    page = client.as_(eve).get(f"/audit/?action=bot.write&actor={olga.id}").text
    assert "1 in all" in page

    page = client.get("/audit/?subject_type=councils").text
    tenth = db.session.query(AuditEntry.at).filter_by(seq=10).scalar()
    assert "No entry matches so far" in page
    assert f"Looked for back to {when(tenth)}." in page

    link = unescape(re.search(r'href="([^"]+)">Look further back', page)[1])
    assert "No entry matches so far" in client.get(link).text
