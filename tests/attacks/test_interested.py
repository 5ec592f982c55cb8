"""Whoever gains by a decision: an admin who proposed, a co-editor, a foreign voice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import Permission, Role
from dashboard.workflows.models import Status, Vote
from tests.factories import (
    make_agent,
    make_bot,
    make_council,
    make_type,
    make_user,
    open_vote,
    propose,
    rule_of,
    vote,
)

SITES = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/ok\r\nSet-Cookie: x=1",
    "http:/evil.example",
    " //evil.example",
    "/\t/evil.example",
]


@pytest.fixture
def council(ada, olga, otto):
    return make_council(
        ada, olga, otto, rule=rule_of("two_thirds", early_decision="off")
    )


@pytest.fixture
def own(ada, olga, council):
    """Ada is admin, member and proposer; Olga has rejected."""
    workflow = open_vote(ada, make_type(council, make_bot(ada)))
    vote(workflow, olga, "reject")
    return workflow


def lives(workflow):
    db.session.refresh(workflow)
    return [(v.user_id, v.choice) for v in workflow.round.live_votes]


def test_an_admin_voids_no_vote_on_their_own_proposal(client, api, ada, olga, own):
    before, reason = lives(own), {"reason": "I dislike it"}
    client.as_(ada)
    page = f"/workflows/{own.id}/votes/{olga.id}/void"

    answers = [
        client.get(page),
        client.post(page, data=reason),
        api.with_key(ada).post(f"/api/v1{page}", json=reason),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert lives(own) == before
    assert page not in client.get(f"/workflows/{own.id}").text


def test_nor_as_a_co_editor_who_was_struck_off_again(api, ada, olga, otto, council):
    """Who changed what is judged stays its author, whatever the list says later."""
    workflow = propose(olga, make_type(council, make_bot(ada)), editors=[ada.id])
    url = f"/api/v1/workflows/{workflow.id}"
    api.with_key(ada).put(url, json={"title": "Clean up", "description": "Mine"})
    kept = {"title": "Clean up", "description": "Mine", "editors": []}
    api.with_key(olga).put(url, json=kept)
    api.with_key(olga).post(f"{url}/round")
    vote(workflow, otto, "reject")

    answer = api.with_key(ada).post(
        f"{url}/votes/{otto.id}/void", json={"reason": "I dislike it"}
    )
    cast = api.with_key(ada).post(
        f"{url}/votes", json={"choice": "approve", "revision": workflow.revision}
    )

    assert (answer.status_code, cast.status_code) == (403, 403)
    assert len(lives(workflow)) == 1


def test_sending_an_opponent_away_makes_no_majority(api, ada, olga, otto, own):
    """Olga's reject stands, and Otto's weight stays in every count."""
    api.with_key(ada).delete(f"/api/v1/users/{olga.id}")
    api.with_key(ada).delete(f"/api/v1/users/{otto.id}")

    db.session.refresh(own)
    assert own.status is not Status.APPROVED
    assert own.round.explain["E"] == 2
    assert [(v.user_id, v.choice) for v in own.round.live_votes] == [
        (olga.id, "reject")
    ]


@pytest.mark.parametrize("choice", ["approve", "reject"])
def test_an_agent_speaks_for_its_owner_alone(api, council, own, choice):
    """A stranger with an agent of their own, and one of the council's."""
    stranger = make_user("Stranger", role=Role.COUNCIL_OPERATOR)
    heard = make_agent(owner_id=make_user("Owner").id)
    elsewhere = make_agent(owner_id=stranger.id)
    make_council(stranger, advisers=[elsewhere, heard])
    said = {"opinion": choice, "confidence": 100, "reason": "Trust me", "revision": 1}

    for agent in (heard, elsewhere):
        answer = api.with_key(stranger).post(
            f"/api/v1/workflows/{own.id}/advice",
            json=said | {"agent_id": str(agent.id)},
        )
        assert answer.status_code == 404


@pytest.mark.parametrize("site", SITES)
def test_a_vote_leads_to_no_other_site(client, otto, own, site):
    form = {"choice": "approve", "revision": "1", "next": site}

    answer = client.as_(otto).post(f"/workflows/{own.id}/votes", data=form)

    assert answer.status_code == 303
    assert answer.location == f"/workflows/{own.id}#vote"


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_look_by_anybody_brings_only_what_time_has_brought(
    client, eve, own, olga, method
):
    """A prefetch, a preview or a viewer decides nothing that was not decided."""
    db.session.execute(
        sa.update(type(own.round)).values(
            opened_at=now() - timedelta(days=3),
            closes_at=now() - timedelta(hours=1),
            original_closes_at=now() - timedelta(hours=1),
        )
    )
    db.session.commit()
    due_at = own.round.closes_at
    client.as_(eve)

    for _ in range(3):
        client.open(f"/workflows/{own.id}", method=method)
        client.open("/workflows/", method=method)

    db.session.refresh(own)
    decided = sa.select(AuditEntry).where(
        AuditEntry.action == Permission.WORKFLOW_DECIDE
    )
    (entry,) = db.session.scalars(decided)
    assert entry.actor_name == "Quorum"
    assert (own.status, own.round.decided_at) == (Status.REJECTED, due_at)
    assert db.session.scalar(sa.select(sa.func.count(Vote.id))) == 1


def test_a_key_that_everybody_may_keep_names_nobody(client, ada):
    answer = client.as_(ada).get("/.well-known/quorum-key.json")

    assert answer.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in answer.headers
    assert "d" not in answer.json["keys"][0]
