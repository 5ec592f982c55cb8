"""The trail as people and programs read it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dashboard.audit import AuditEntry, Origin, audited, origin
from dashboard.audit_log import reports
from dashboard.audit_log.reports import history_of
from dashboard.clock import now
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Permission
from tests.factories import latest_audit, make_bot, make_council

UUID_OF_NOBODY = "019a0000-0000-7000-8000-000000000000"


def rename(actor, council, name):
    with audited(actor, Permission.COUNCIL_WRITE, council):
        council.name = name


def refuse(actor, council):
    with audited(actor, Permission.COUNCIL_WRITE, council):
        raise RuleBroken("It is frozen.")


@pytest.fixture
def story(ada, olga):
    """Ada renames two councils, Olga changes her bot, and Ada is refused once."""
    payments, safety = make_council(name="Payments"), make_council(name="Safety")
    bot = make_bot(olga, name="Mailer")
    rename(ada, payments, "Payouts")
    rename(ada, safety, "Safety first")
    with audited(olga, Permission.BOT_WRITE, bot):
        bot.description = "Sends mail"
    with pytest.raises(RuleBroken):
        refuse(ada, payments)
    return {"payments": payments, "safety": safety, "bot": bot}


def found(api, user, query=""):
    answer = api.with_key(user).get(f"/api/v1/audit?{query}")
    return [entry["seq"] for entry in answer.json["items"]]


def test_with_a_filter_entries_are_counted_less_far(api, eve, story, monkeypatch):
    monkeypatch.setattr(reports, "FILTERED", 1)
    asked = f"subject_id={story['payments'].id}&limit=1"

    counted = api.with_key(eve).get(f"/api/v1/audit?{asked}").json

    assert (counted["total"], counted["total_is_capped"]) == (1, True)
    assert api.get("/api/v1/audit").json["total"] == 4


def test_the_newest_entry_stands_first_in_words_with_a_link(client, eve, story):
    page = client.as_(eve).get("/audit/").text

    assert page.index("Ada tried to change council Payouts") < page.index(
        "Olga changed bot Mailer"
    )
    assert f'href="/bots/{story["bot"].id}"' in page
    assert 'href="/audit/3"' in page


def test_the_head_of_the_chain_stands_on_top(client, eve, story):
    head = latest_audit()

    page = client.as_(eve).get("/audit/").text

    assert f"#{head.seq}" in page
    assert head.hash[:12] in page


@pytest.mark.parametrize(
    ("query", "seqs"),
    [
        ("", [4, 3, 2, 1]),
        ("actor=olg", [3]),
        ("action=council.write", [4, 2, 1]),
        ("result=refused", [4]),
        ("subject_type=bots", [3]),
        ("q=safety", [2]),
        ("q=%25", []),
        (f"actor={UUID_OF_NOBODY}", []),
        ("actor=&action=&since=&limit=&q=", [4, 3, 2, 1]),
        ("action=council.write&result=done&q=pay", [1]),
    ],
)
def test_each_filter_narrows_the_list(api, eve, story, query, seqs):
    assert found(api, eve, query) == seqs


def test_one_object_and_one_actor_are_found_by_id(api, ada, eve, story):
    assert found(api, eve, f"subject_id={story['payments'].id}") == [4, 1]
    assert found(api, eve, f"actor={ada.id}") == [4, 2, 1]


def test_dates_hold_whole_days_both_ends_included(api, eve, story):
    today, day = now().date(), timedelta(days=1)

    assert len(found(api, eve, f"since={today}&until={today}")) == 4
    assert found(api, eve, f"since={today + day}") == []
    assert found(api, eve, f"until={today - day}") == []


def test_the_page_keeps_its_filters(client, eve, story):
    page = client.as_(eve).get("/audit/?actor=olg&result=done").text

    assert 'value="olg"' in page
    assert '<option value="done" selected>' in page
    assert "Mailer" in page
    assert "Safety first" not in page


def test_a_filter_that_makes_no_sense_is_marked_and_kept(client, eve, story):
    answer = client.as_(eve).get("/audit/?subject_id=nonsense&q=pay")

    assert answer.status_code == 422
    assert 'id="subject_id-error"' in answer.text
    assert 'value="nonsense"' in answer.text
    assert 'value="pay"' in answer.text


@pytest.mark.parametrize("query", ["action=fly", "since=yesterday", "after=x", "x=1"])
def test_a_program_is_told_what_is_wrong_with_its_filter(api, eve, query):
    answer = api.with_key(eve).get(f"/api/v1/audit?{query}")

    assert answer.status_code == 422
    assert answer.json["errors"]


def test_without_a_match_the_page_says_what_to_do(client, eve, story):
    page = client.as_(eve).get("/audit/?q=nothing-like-it").text

    assert "No entry matches" in page
    assert "Clear filters" in page


def test_pages_follow_each_other_without_gap_or_repetition(api, eve, story):
    first = api.with_key(eve).get("/api/v1/audit?limit=3").json
    second = api.get(f"/api/v1/audit?limit=3&after={first['next']}").json

    seqs = [entry["seq"] for entry in first["items"] + second["items"]]
    assert seqs == [4, 3, 2, 1]
    assert second["next"] is None


def test_an_entry_shows_before_and_after_and_its_place(client, ada, eve, story):
    seen = Origin("web", "192.0.2.7", "Firefox 140", "a-request")
    token = origin.set(seen)
    rename(ada, story["safety"], "Safety last")
    origin.reset(token)
    entry = latest_audit()

    page = client.as_(eve).get(f"/audit/{entry.seq}").text

    assert "<del>Safety first</del>" in page
    assert "<ins>Safety last</ins>" in page
    for shown in ("192.0.2.7", "Firefox 140", "a-request", entry.hash, entry.prev_hash):
        assert shown in page


def test_a_secret_is_said_to_be_changed_and_not_shown(client, ada, eve):
    with audited(ada, Permission.PROFILE_WRITE, ada):
        ada.set_password("a new password")

    page = client.as_(eve).get("/audit/1").text

    assert "changed, hidden" in page
    assert ada.password_hash not in page


def test_what_a_person_wrote_is_escaped(client, ada, eve, story):
    rename(ada, story["safety"], "<script>alert(1)</script>")

    for url in ("/audit/", "/audit/5"):
        page = client.as_(eve).get(url).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_an_entry_as_json_carries_its_hashes(api, eve, story):
    entry = api.with_key(eve).get("/api/v1/audit/1").json

    first = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.seq == 1))
    assert (entry["hash"], entry["prev_hash"]) == (first.hash, "0" * 64)
    assert entry["changes"] == first.changes


@pytest.mark.parametrize(
    "url", ["/audit/99", "/audit/99999999999999999999", "/audit/x"]
)
def test_an_entry_that_is_not_there_is_not_found(client, api, eve, url):
    assert client.as_(eve).get(url).status_code == 404
    assert api.with_key(eve).get(f"/api/v1{url}").status_code == 404


@pytest.mark.parametrize("url", ["/audit/", "/audit/1", "/audit/verify"])
def test_only_admins_and_viewers_read_it(client, api, ada, eve, olga, mallory, url):
    rename(ada, make_council(), "Payouts")
    program = "/api/v1" + url.rstrip("/").replace("verify", "verification")

    for user, status in ((ada, 200), (eve, 200), (olga, 403), (mallory, 403)):
        assert client.as_(user).get(url).status_code == status
        assert api.with_key(user).get(program).status_code == status


def test_a_whole_chain_is_said_to_be_whole(client, api, eve, story):
    page = client.as_(eve).get("/audit/verify").text
    answer = api.with_key(eve).get("/api/v1/audit/verification").json

    assert "The chain is whole: 4 entries" in page
    assert (answer["is_whole"], answer["entries"]) == (True, 4)
    assert answer["head"] == latest_audit().hash


def test_a_broken_chain_names_the_entry_and_what_to_do(client, api, eve, story):
    db.session.execute(sa.text("UPDATE audit_entries SET action = 'x' WHERE seq = 2"))
    db.session.commit()

    page = client.as_(eve).get("/audit/verify").text
    answer = api.with_key(eve).get("/api/v1/audit/verification").json

    assert "The chain is broken: entry 2 was changed" in page
    assert "restore" in page
    assert answer["broken"] == {"seq": 2, "why": "entry 2 was changed"}
    assert answer["is_whole"] is False


@pytest.mark.parametrize("copies", [1, 30])
def test_the_list_costs_the_same_however_long_it_is(
    client, ada, eve, statements, copies
):
    council = make_council()
    for number in range(copies):
        rename(ada, council, f"Council number {number}")
    client.as_(eve)
    statements.clear()

    assert client.get("/audit/").status_code == 200

    assert len(statements) == 3


def test_an_entry_costs_two_statements(client, eve, story, statements):
    client.as_(eve)
    statements.clear()

    client.get("/audit/1")

    assert len(statements) == 2


def test_the_history_of_a_record_is_its_own_newest_first(story, statements):
    statements.clear()

    history = history_of(story["payments"])

    assert [entry.seq for entry in history] == [4, 1]
    assert len(statements) == 1


def test_the_history_goes_back_only_so_far(ada, story):
    for number in range(5):
        rename(ada, story["safety"], f"Name {number}")

    assert [entry.seq for entry in history_of(story["safety"], limit=3)] == [9, 8, 7]


def test_the_history_tab_links_entries_only_for_those_who_may_read_them(
    app, client, ada, olga, story
):
    council = make_council(ada, olga)
    rename(ada, council, "Treasury")
    url = f"/councils/{council.id}?tab=history"

    for user, links in ((ada, True), (olga, False)):
        page = client.as_(user).get(url).text
        assert "Ada changed council Treasury" in page
        assert ('href="/audit/5"' in page) is links
