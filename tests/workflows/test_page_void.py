"""A guardian takes a vote out: the page that asks, what it does, who may."""

import pytest

from dashboard.extensions import db
from dashboard.workflows.models import Status, Vote
from tests.factories import (
    latest_audit,
    make_council,
    make_type,
    make_user,
    open_vote,
    rule_of,
    vote,
)
from tests.workflows.test_rounds import round_of

REASON = "The account was taken over."


def page_of(workflow):
    return f"/workflows/{workflow.id}"


def void_url(workflow, person, root=""):
    return f"{root}/workflows/{workflow.id}/votes/{person.id}/void"


def voided(workflow):
    return [each.user_id for each in round_of(workflow).votes if each.voided_at]


@pytest.fixture
def voted(uma, olga, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga, reason="Looks fine.")
    return workflow


def test_the_link_beside_a_vote_is_for_guardians(client, ada, otto, voted, olga):
    url = void_url(voted, olga)

    assert url in client.as_(ada).get(page_of(voted)).text
    assert void_url(voted, otto) not in client.get(page_of(voted)).text
    assert url not in client.as_(otto).get(page_of(voted)).text


def test_it_says_what_follows_and_asks_for_a_reason(client, ada, olga, voted):
    url = void_url(voted, olga)

    page = client.as_(ada).get(url)
    invalid = client.post(url, data={"reason": "  "})
    long = client.post(url, data={"reason": "x" * 501})

    assert page.status_code == 200
    assert "Void the vote of Olga?" in page.text
    assert "may not vote again in this round" in page.text
    assert "Looks fine." in page.text
    assert (invalid.status_code, long.status_code) == (422, 422)
    assert 'id="reason-error"' in invalid.text
    assert "x" * 501 in long.text
    assert voided(voted) == []


def test_a_voided_vote_is_struck_through_with_who_and_why(
    client, ada, olga, otto, voted
):
    answer = client.as_(ada).post(void_url(voted, olga), data={"reason": REASON})

    assert (answer.status_code, answer.location) == (303, f"{page_of(voted)}#vote")
    assert voided(voted) == [olga.id]
    page = client.as_(otto).get(page_of(voted)).text
    assert "<s>Approve: “Looks fine.”</s>" in page
    assert "Voided by Ada" in page
    assert REASON in page
    assert "left since" not in page
    assert "0 of 3 voted" in page
    assert latest_audit().action == "workflow.void"


def test_whose_vote_was_voided_is_told_why_and_votes_no_more(client, ada, olga, voted):
    client.as_(ada).post(void_url(voted, olga), data={"reason": REASON})

    page = client.as_(olga).get(page_of(voted)).text

    assert REASON in page
    assert 'id="vote-form"' not in page


def test_a_void_that_puts_the_quorum_out_of_reach_ends_the_round(
    client, uma, ada, olga, otto, bot
):
    council = make_council(ada, olga, otto, rule=rule_of("everyone"))
    workflow = open_vote(uma, make_type(council, bot))
    vote(workflow, olga)

    client.as_(ada).post(void_url(workflow, olga), data={"reason": REASON})

    assert db.session.get(type(workflow), workflow.id).status is Status.REJECTED


def test_there_must_be_an_open_vote_with_a_vote_in_it(
    client, ada, uma, olga, otto, voted
):
    client.as_(ada)

    unvoted = client.post(void_url(voted, otto), data={"reason": REASON})
    unknown = client.get(void_url(voted, uma))
    client.post(void_url(voted, olga), data={"reason": REASON})
    again = client.post(void_url(voted, olga), data={"reason": REASON})

    assert (unvoted.status_code, unknown.status_code) == (409, 404)
    assert "no vote here that counts" in unvoted.text
    assert again.status_code == 409


def test_a_closed_vote_is_not_touched(client, ada, olga, otto, voted):
    vote(voted, otto)

    answer = client.as_(ada).post(void_url(voted, olga), data={"reason": REASON})

    assert answer.status_code == 409
    assert voided(voted) == []


def test_nobody_but_a_guardian_who_did_not_write_it(
    app, database, client, ada, mallory, eve, otto, olga, uma, council, bot, voted
):
    given = {"reason": REASON}

    def html(person, workflow):
        return client.as_(person).post(void_url(workflow, olga), data=given).status_code

    def json(person, workflow):
        caller = app.test_client().with_key(person)
        return caller.post(void_url(workflow, olga, "/api/v1"), json=given).status_code

    own = open_vote(ada, make_type(council, bot))
    vote(own, olga)

    for door in (html, json):
        assert [door(p, voted) for p in (mallory, eve, otto, uma)] == [403] * 4
        assert door(ada, own) == 403
    assert client.as_(ada).get(void_url(own, olga)).status_code == 403
    assert void_url(own, olga) not in client.get(page_of(own)).text
    assert voided(voted) == voided(own) == []


UNKNOWN = "019a0000-0000-7000-8000-000000000000"


def test_what_does_not_exist_is_not_found(client, api, ada, olga):
    url = f"/workflows/{UNKNOWN}/votes/{olga.id}/void"

    assert client.as_(ada).get(url).status_code == 404
    given = {"reason": REASON}
    assert api.with_key(ada).post(f"/api/v1{url}", json=given).status_code == 404


def test_a_program_voids_with_a_reason(api, ada, olga, otto, voted):
    url = void_url(voted, olga, "/api/v1")

    invalid = api.with_key(ada).post(url, json={"reason": ""})
    done = api.post(url, json={"reason": REASON})
    again = api.post(url, json={"reason": REASON})

    assert invalid.status_code == 422
    assert [e["pointer"] for e in invalid.json["errors"]] == ["/reason"]
    assert done.status_code == 200
    [line] = [b for b in done.json["round"]["ballots"] if b["name"] == "Olga"]
    assert (line["choice"], line["gone"]) == (None, True)
    assert line["earlier"][0]["void_reason"] == REASON
    assert line["earlier"][0]["voided_by"] == "Ada"
    assert again.status_code == 409


def test_the_form_costs_the_same_however_many_vote(client, ada, uma, bot, statements):
    costs = []
    for size in (3, 12):
        people = [make_user(f"P{n}", role="council_operator") for n in range(size)]
        workflow = open_vote(uma, make_type(make_council(*people), bot))
        vote(workflow, people[0])
        url = void_url(workflow, people[0])
        client.as_(ada).get(url)
        statements.clear()
        client.get(url)
        costs.append(len(statements))

    assert costs == [4, 4]  # session, workflow, round


def test_a_vote_keeps_what_it_was(ada, olga, client, voted):
    client.as_(ada).post(void_url(voted, olga), data={"reason": REASON})

    [kept] = db.session.query(Vote).all()
    assert (kept.choice, kept.reason, kept.counts) == ("approve", "Looks fine.", False)
