"""The inbox's four tabs, on pages and as JSON."""

import pytest
from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.inbox.models import Notice, NoticeKind
from dashboard.workflows.models import Status, Vote
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_vote,
    make_workflow,
    open_vote,
    stored,
    vote,
)
from tests.inbox.stage import approved, asked, ended

TABS = ("waiting", "mine", "done", "news")
PARTIAL = {"X-Partial": "1"}


def make_notice(user, workflow, text="Voting is open.", key="one", **over):
    fields = {"kind": NoticeKind.OPENED, "at": now()}
    ids = {"user_id": user.id, "workflow_id": workflow.id}
    return stored(Notice(text=text, key=key, **ids, **fields | over))


@pytest.mark.parametrize("tab", TABS)
def test_nobody_reads_an_inbox_without_signing_in(client, tab):
    assert client.get(f"/inbox/?tab={tab}").status_code == 303


@pytest.mark.parametrize("url", ["/api/v1/inbox", "/api/v1/notices"])
def test_a_program_needs_a_key_with_the_scope(api, olga, url):
    assert api.get(url).status_code == 401
    assert api.with_key(olga, scopes=["council.read"]).get(url).status_code == 403
    assert api.with_key(olga, scopes=["inbox.read"]).get(url).status_code == 200


def test_a_tab_that_does_not_exist_is_refused(client, olga):
    assert client.as_(olga).get("/inbox/?tab=sent").status_code == 422


@pytest.mark.parametrize("tab", ["mine", "done", "news"])
def test_a_damaged_link_is_refused(client, olga, tab):
    page = client.as_(olga).get(f"/inbox/?tab={tab}&after=nonsense")

    assert page.status_code == 422


def test_it_stands_right_after_home_in_the_navigation(client, olga):
    page = client.as_(olga).get("/").text

    home, inbox, workflows = (page.index(f">{n}</a>") for n in NAVIGATION)
    assert home < inbox < workflows
    assert 'data-key="g i"' in page


NAVIGATION = ("Home", "Inbox", "Workflows")


def test_the_list_says_what_why_and_until_when(client, uma, olga, otto):
    round_ = asked(uma, olga, otto, title="Rotate the keys")
    make_vote(round_, otto)

    page = client.as_(olga).get("/inbox/").text

    assert "Rotate the keys" in page
    assert "Your vote may decide it." in page
    assert "closes </span><time" in page
    assert 'Waiting <span class="count">1</span>' in page


def test_approve_is_one_press_and_asks_about_the_revision_first(
    client, uma, olga, otto
):
    workflow = open_vote(uma, make_type(make_council(olga, otto), make_bot(uma)))
    page = client.as_(olga).get("/inbox/").text
    assert "Your vote is for revision 1" in page
    key = page.split('name="key" value="')[1].split('"')[0]

    answer = client.post(
        f"/workflows/{workflow.id}/votes",
        data={"choice": "approve", "revision": "1", "key": key},
    )

    cast = db.session.scalar(select(Vote))
    assert answer.status_code == 303
    assert (cast.choice, cast.user_id, cast.key) == ("approve", olga.id, key)
    assert "Nothing is waiting on you." in client.get("/inbox/").text


def test_reject_leads_to_the_panel_where_the_reason_is_given(client, uma, olga):
    workflow = asked(uma, olga).workflow

    page = client.as_(olga).get("/inbox/").text

    assert f'href="/workflows/{workflow.id}#vote">Reject' in page


def test_each_thing_has_its_own_button(client, ada, olga):
    approved(ada, olga, title="Ready")
    ended(ada, Status.FAILED)
    draft = make_workflow(ada, title="Draft")

    page = client.as_(ada).get("/inbox/").text

    assert "Run now" in page
    assert "Look at it" in page
    assert f'href="/workflows/{draft.id}">Read and open' in page


def test_an_empty_inbox_shows_my_last_three_decisions(client, uma, olga):
    for number in range(4):
        round_ = asked(uma, olga, title=f"Decided {number}", outcome="approved")
        make_vote(round_, olga)

    page = client.as_(olga).get("/inbox/").text

    assert "Nothing is waiting on you." in page
    shown = [n for n in range(4) if f"Decided {n}" in page]
    assert shown == [1, 2, 3]


def test_a_page_that_polls_hears_only_of_news(client, uma, olga):
    asked(uma, olga)
    page = client.as_(olga).get("/inbox/").text
    seen = page.split("/inbox/?seen=")[1].split('"')[0]
    url = f"/inbox/?seen={seen}"

    assert client.get(url, headers=PARTIAL).status_code == 204

    asked(uma, olga, title="Another one")
    news = client.get(url, headers=PARTIAL)

    assert news.status_code == 200
    assert "Another one" in news.text
    assert "<html" not in news.text
    assert 'id="inbox-list"' in news.text


def test_mine_is_what_i_proposed_and_is_under_way(client, uma, olga):
    asked(uma, olga, title="Under way")
    approved(uma, olga, title="Approved one")
    ended(uma, Status.REJECTED, title="Turned down")
    asked(olga, uma, title="Of somebody else")

    page = client.as_(uma).get("/inbox/?tab=mine").text

    assert "Under way" in page
    assert "Approved one" in page
    assert "Turned down" not in page
    assert "Of somebody else" not in page


def test_done_is_what_i_voted_on_and_what_came_of_it(client, uma, olga, otto):
    type_ = make_type(make_council(olga, otto), make_bot(uma))
    workflow = open_vote(uma, type_, title="Voted on")
    open_vote(uma, type_, title="Not voted on")
    vote(workflow, olga, "reject")

    page = client.as_(olga).get("/inbox/?tab=done").text

    assert "Voted on" in page
    assert "Rejected:" in page
    assert "Not voted on" not in page


def test_only_the_last_mind_is_a_decision_and_a_voided_one_says_so(client, uma, olga):
    round_ = asked(uma, olga)
    make_vote(round_, olga, "reject", superseded_at=now())
    make_vote(round_, olga, "approve", voided_at=now())

    page = client.as_(olga).get("/inbox/?tab=done").text

    assert "Voided" in page
    assert "1 in all" in page


def test_news_are_told_newest_first_and_page_by_page(client, api, uma, olga):
    workflow = asked(uma, olga).workflow
    for number in range(3):
        make_notice(olga, workflow, text=f"Told {number}", key=str(number))

    first = api.with_key(olga).get("/api/v1/notices?limit=2").json
    rest = api.get(f"/api/v1/notices?limit=2&after={first['next']}").json

    assert [each["text"] for each in first["items"]] == ["Told 2", "Told 1"]
    assert [each["text"] for each in rest["items"]] == ["Told 0"]
    assert (first["total"], rest["next"]) == (3, None)
    page = client.as_(olga).get("/inbox/?tab=news").text
    assert page.index("Told 2") < page.index("Told 0")


def test_news_about_what_i_may_not_see_any_more_are_not_shown(client, uma, olga):
    round_ = asked(uma, olga, title="Secret")
    make_notice(olga, round_.workflow, text="Secret news")
    round_.workflow.council.members = []
    stored(round_)

    assert "Secret" not in client.as_(olga).get("/inbox/?tab=news").text


def test_a_program_reads_the_counts(api, ada, olga):
    asked(olga, ada)
    asked(olga, ada)
    make_workflow(ada)

    counts = api.with_key(ada).get("/api/v1/inbox").json["counts"]

    expected = {"vote": 2, "open": 1, "run": 0, "look": 0, "review": 0, "total": 3}
    assert counts == expected


@pytest.mark.parametrize("tab", ["mine", "done", "news"])
def test_the_other_tabs_count_what_waits_too(client, uma, ada, olga, tab):
    asked(ada, olga)
    approved(olga, uma)
    ended(olga, Status.LAPSED)
    make_workflow(olga)

    page = client.as_(olga).get(f"/inbox/?tab={tab}").text

    assert 'Waiting <span class="count">4</span>' in page


@pytest.mark.parametrize("size", [1, 26])
@pytest.mark.parametrize(("tab", "cost"), [*zip(TABS, (5, 3, 3, 3), strict=True)])
def test_a_tab_costs_the_same_however_much_there_is(
    client, ada, olga, otto, statements, tab, cost, size
):
    council = make_council(ada, olga)
    type_ = make_type(council, make_bot(otto))
    for number in range(size):
        workflow = open_vote(otto, type_)
        make_workflow(ada, type_)
        ended_one = make_workflow(ada, type_, title=f"E{number}", status=Status.FAILED)
        ended_one.ended_at = now()
        stored(ended_one)
        make_notice(ada, workflow, key=str(number))
        vote(open_vote(otto, type_), ada)
    client.as_(ada).get("/inbox/")
    statements.clear()

    client.get(f"/inbox/?tab={tab}")

    assert len(statements) == cost, "\n".join(statements)


def test_an_empty_inbox_costs_no_more(client, ada, statements):
    client.as_(ada).get("/inbox/")
    statements.clear()

    client.get("/inbox/")

    assert len(statements) == 5, "\n".join(statements)
