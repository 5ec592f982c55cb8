"""One person alone gets nothing approved, changed or run that needs two."""

import pytest
import sqlalchemy as sa

from dashboard.bots.models import BotVersion
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.engine import execute
from dashboard.runs.models import Run, RunStatus
from dashboard.users.models import ApiKey
from dashboard.workflows.models import Round, Status, Vote
from tests.factories import (
    ECHO,
    make_bot,
    make_council,
    make_type,
    make_user,
    open_vote,
    rule_of,
    vote,
)
from tests.runs.stage import approved, steps_of

YES = {"choice": "approve", "revision": 1}
ONE_OTHER = rule_of(threshold=None, quorum={"num": 0, "den": 1}, min_approvals=1)


@pytest.fixture(params=[Role.ADMIN, Role.COUNCIL_OPERATOR])
def proposer(request, database):
    return make_user("Pia", role=request.param)


@pytest.fixture
def workflow(proposer, olga, otto, uma):
    """Open, on a council where the proposer sits and one approval is enough."""
    rule = ONE_OTHER | {"early_decision": "sufficient"}
    council = make_council(proposer, olga, otto, rule=rule)
    return open_vote(proposer, make_type(council, make_bot(uma)))


def votes_url(workflow, api=False):
    return f"{'/api/v1' if api else ''}/workflows/{workflow.id}/votes"


def unvoted(workflow):
    return db.session.scalar(sa.select(Vote)) is None and workflow.is_open


def test_the_proposer_has_no_vote_in_the_browser(client, proposer, workflow):
    answer = client.as_(proposer).post(votes_url(workflow), data=YES)

    assert answer.status_code == 403
    assert unvoted(workflow)


@pytest.mark.parametrize("number", [1, 2])
def test_nor_through_a_first_or_a_second_key(api, proposer, workflow, number):
    for _ in range(number):
        api.with_key(proposer, name=f"key {number}")

    answer = api.post(votes_url(workflow, api=True), json=YES)

    assert answer.status_code == 403
    assert unvoted(workflow)


def test_nor_after_editing_and_opening_anew(client, api, proposer, workflow):
    client.as_(proposer)
    client.post(
        f"/workflows/{workflow.id}/edit", data={"title": "Something else entirely"}
    )
    client.post(f"/workflows/{workflow.id}/round")
    body = YES | {"revision": workflow.revision}

    answers = [
        client.post(votes_url(workflow), data=body),
        api.with_key(proposer).post(votes_url(workflow, api=True), json=body),
    ]

    assert workflow.revision == 2
    assert [answer.status_code for answer in answers] == [403, 403]
    assert unvoted(workflow)


def test_nor_by_taking_a_seat_while_the_vote_is_open(client, ada, olga, otto, uma):
    rule = ONE_OTHER | {"early_decision": "sufficient"}
    council = make_council(olga, otto, rule=rule)
    workflow = open_vote(ada, make_type(council, make_bot(uma)))
    seats = [{"user_id": str(each.id)} for each in (ada, olga, otto)]
    loose = {"rule": rule | {"exclude": []}, "members": seats}

    changed = client.with_key(ada).patch(f"/api/v1/councils/{council.id}", json=loose)
    answer = client.post(votes_url(workflow, api=True), json=YES)

    assert (changed.status_code, answer.status_code) == (200, 403)
    assert unvoted(workflow)


def test_a_vote_on_another_revision_does_not_count(client, olga, proposer, workflow):
    client.as_(proposer).post(
        f"/workflows/{workflow.id}/edit", data={"title": "Something worse"}
    )
    client.post(f"/workflows/{workflow.id}/round")

    answer = client.as_(olga).post(votes_url(workflow), data=YES)

    assert answer.status_code == 409
    assert unvoted(workflow)


def test_the_votes_of_before_an_edit_approve_nothing(client, ada, olga, otto, uma):
    council = make_council(ada, olga, otto, make_user("Oda", Role.COUNCIL_OPERATOR))
    workflow = open_vote(uma, make_type(council, make_bot(uma)))
    vote(workflow, olga)
    vote(workflow, otto)

    client.as_(uma).post(f"/workflows/{workflow.id}/edit", data={"title": "Worse"})
    client.post(f"/workflows/{workflow.id}/round")
    vote(workflow, ada)

    assert workflow.status is Status.OPEN
    assert db.session.scalar(sa.select(Run)) is None


def test_the_key_of_a_vote_is_nobody_elses_vote(api, ada, olga, otto, uma):
    council = make_council(ada, olga, otto)
    workflow = open_vote(uma, make_type(council, make_bot(uma)))
    body = YES | {"key": "the-same"}

    for person in (olga, otto):
        answer = api.with_key(person).post(votes_url(workflow, api=True), json=body)
        assert answer.status_code == 201

    voters = set(db.session.scalars(sa.select(Vote.user_id)))
    assert voters == {olga.id, otto.id}


@pytest.mark.parametrize("times", [2, 5])
def test_one_person_with_many_keys_has_one_vote(api, ada, olga, otto, uma, times):
    council = make_council(ada, olga, otto)
    workflow = open_vote(uma, make_type(council, make_bot(uma)))

    for _ in range(times):
        _, secret = ApiKey.issue(olga)
        bearer = {"Authorization": f"Bearer {secret}"}
        api.post(votes_url(workflow, api=True), json=YES, headers=bearer)

    live = sa.select(sa.func.count()).where(Vote.superseded_at.is_(None))
    assert db.session.scalar(live) == 1
    assert workflow.is_open


def test_nobody_opens_edits_or_starts_what_another_proposed(
    client, olga, ada, workflow
):
    for person in (olga, ada):
        client.as_(person).with_key(person)
        api = f"/api/v1/workflows/{workflow.id}"
        refused = [
            client.post(f"/workflows/{workflow.id}/edit", data={"title": "Mine now"}),
            client.put(api, json={"title": "Mine now"}),
            client.post(f"/workflows/{workflow.id}/round"),
        ]
        assert {answer.status_code for answer in refused} <= {403, 404}
    assert workflow.title == "Clean up"


def test_an_approval_is_spent_once(client, api, uma, olga, otto):
    council = make_council(olga, otto)
    type_ = make_type(council, make_bot(uma), auto_run=False)
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    vote(workflow, otto)
    client.as_(uma).with_key(uma)

    answers = [
        client.post(f"/workflows/{workflow.id}/run"),
        client.post(f"/workflows/{workflow.id}/run"),
        client.post(f"/api/v1/workflows/{workflow.id}/run"),
    ]

    assert [answer.status_code for answer in answers] == [303, 409, 409]
    assert db.session.scalar(sa.select(sa.func.count(Run.id))) == 1


TAMPERINGS = {
    "code": "UPDATE bot_versions SET code = 'def run(i, f): return {}'",
    "config": 'UPDATE bot_versions SET config = \'{"retry": "never"}\'',
    "code with its hash": (
        "UPDATE bot_versions SET code = 'def run(i, f): return {}', "
        "content_hash = 'sha256:0'"
    ),
    "inputs": "UPDATE workflows SET inputs = '{\"all\": true}'",
    "title": "UPDATE workflows SET title = 'Another title'",
    "judged content": "UPDATE workflow_rounds SET content_hash = 'sha256:0'",
    "file": "UPDATE blobs SET content = x'65'",
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_changed_behind_the_vote_does_not_run(real_database, what):
    uma = make_user("Uma", role=Role.USER)
    run = approved(uma, make_bot(uma, ECHO), files={"in.txt": b"approved"})
    change = TAMPERINGS[what]
    if real_database.dialect.name == "postgresql":
        change = change.replace("x'65'", "'evil'::bytea")
    db.session.execute(sa.text(change))
    db.session.commit()

    execute(run.id)

    db.session.rollback()
    db.session.refresh(run)
    assert run.status is RunStatus.BLOCKED
    assert run.error
    assert [step.output for step in steps_of(run)] == [None]


def test_a_new_version_after_the_vote_is_not_what_runs(real_database, app):
    uma = make_user("Uma", role=Role.USER)
    bot = make_bot(uma, ECHO)
    run = approved(uma, bot)
    body = {
        "code": "def run(inputs, files):\n    return {'evil': 1}\n",
        "message": "New",
    }
    api = app.test_client().with_key(uma)

    saved = api.post(f"/api/v1/bots/{bot.id}/versions", json=body)
    execute(run.id)

    db.session.rollback()
    pinned = db.session.get(BotVersion, steps_of(run)[0].bot_version_id)
    assert (saved.status_code, pinned.number) == (201, 1)
    assert steps_of(run)[0].output in (None, {"echo": {}})


def test_a_round_names_no_voter_twice(ada, olga, otto, uma):
    workflow = open_vote(uma, make_type(make_council(ada, olga, otto), make_bot(uma)))

    round_ = db.session.scalar(sa.select(Round).filter_by(workflow_id=workflow.id))
    assert sorted(v.user_id for v in round_.voters) == sorted(
        [ada.id, olga.id, otto.id]
    )
