"""Who owns a bot has no vote on what it is granted, whoever proposed it."""

import pytest

from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.workflows import actions
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_user,
    open_vote,
    rule_of,
)
from tests.grants.stage import asked, grants_type, newest_workflow

OPEN_TO_ALL = {"rule": rule_of(exclude=[])}


@pytest.fixture
def otto_owns(otto):
    return make_bot(otto, name="Orders")


def proposed(client, actor, bot, type_):
    client.as_(actor).post(f"/bots/{bot.id}/access/new", data=asked(type_))
    workflow = newest_workflow()
    actions.open_voting(workflow.proposer, workflow)
    return workflow


def voters(workflow):
    return {voter.user_id for voter in workflow.rounds[0].voters}


def test_the_owner_sits_on_the_council_and_is_left_out(
    client, ada, olga, otto, otto_owns
):
    type_ = grants_type(olga, otto)

    workflow = proposed(client, ada, otto_owns, type_)
    page = client.as_(otto).get(f"/workflows/{workflow.id}").text
    url = f"/workflows/{workflow.id}/votes"
    answer = client.post(url, data={"choice": "approve", "revision": 1})

    assert voters(workflow) == {olga.id}
    assert "You own the bot it is for, so you have no vote on it." in page
    assert answer.status_code in {403, 409}
    assert db.session.get(type(workflow), workflow.id).is_open


def test_of_a_bot_of_somebody_else_both_vote(client, ada, olga, otto, uma):
    workflow = proposed(client, ada, make_bot(uma), grants_type(olga, otto))

    assert voters(workflow) == {olga.id, otto.id}


def test_where_the_proposer_may_vote_the_owner_may(client, ada, otto, otto_owns):
    otto.role = Role.COUNCIL_OPERATOR
    type_ = grants_type(otto)
    type_.council.rule = OPEN_TO_ALL["rule"]
    db.session.commit()

    workflow = proposed(client, ada, otto_owns, type_)

    assert voters(workflow) == {otto.id}


def test_work_that_grants_nothing_leaves_no_owner_out(client, uma, otto, otto_owns):
    type_ = make_type(make_council(otto, make_user("Olga")), otto_owns)

    assert otto.id in voters(open_vote(uma, type_))
