import pytest
from sqlalchemy import select

from dashboard.bots.models import BotStatus, BotVersion
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.workflows.models import WorkflowStep
from dashboard.workflows.models.rounds import Outcome
from tests.factories import (
    ECHO,
    latest_audit,
    make_bot,
    make_council,
    make_round,
    make_type,
    make_version,
    make_workflow,
    stored,
)

OTHER = "def run(inputs, files):\n    return {'other': True}\n"


@pytest.fixture
def bot(uma):
    bot = make_bot(uma)
    make_version(bot, OTHER)
    return bot


def first_of(bot):
    return db.session.scalar(select(BotVersion).filter_by(bot_id=bot.id, number=1))


def approved(bot, version, council, proposer, **over):
    """A workflow of this version on which a council has decided."""
    workflow = make_workflow(proposer, make_type(council, bot))
    step = {"bot_id": bot.id, "bot_version_id": version.id}
    workflow.steps = [WorkflowStep(position=1, **step)]
    facts = {"outcome": Outcome.APPROVED, "reason": "passed", "decided_at": now()}
    make_round(workflow, **facts | over)
    return stored(workflow)


def test_a_label_is_given_changed_and_taken_away(client, uma, bot):
    url = f"/bots/{bot.id}/versions/1/label"
    before = first_of(bot).content_hash

    given = client.as_(uma).post(url, data={"label": "  known good "})

    assert given.location == f"/bots/{bot.id}?tab=code&version=1"
    assert first_of(bot).label == "known good"
    assert first_of(bot).content_hash == first_of(bot).true_hash == before
    assert latest_audit().detail == {"version": 1, "label": "known good"}
    assert "known good" in client.get(f"/bots/{bot.id}?tab=versions").text
    client.post(url, data={"label": ""})
    assert first_of(bot).label == ""


def test_a_label_that_is_too_long_comes_back_as_typed(client, uma, bot):
    label = "x" * 41

    response = client.as_(uma).post(
        f"/bots/{bot.id}/versions/1/label", data={"label": label}
    )

    assert response.status_code == 422
    assert "Use at most 40 characters." in response.text
    assert f'value="{label}"' in response.text
    assert first_of(bot).label == ""


def test_a_version_may_be_saved_with_a_label(client, api, uma, bot):
    fields = {"code": ECHO, "config": "retry: never\n", "message": "Third"}

    client.as_(uma).post(
        f"/bots/{bot.id}/versions/new",
        data=fields | {"label": "candidate", "based_on": "2"},
    )

    active = BotVersion.active_of(bot.id)
    assert (active.label, active.config["retry"]) == ("candidate", "never")
    body = {"code": OTHER, "message": "Fourth", "label": "next"}
    saved = api.with_key(uma).post(f"/api/v1/bots/{bot.id}/versions", json=body)
    assert saved.json["label"] == "next"


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("limits:\n  wall_seconds: 5\n limits: 6\n", "Line 3: "),
        ("limits: &a {}\n", "Line 1: Anchors and aliases are not taken"),
        ("hello", "Write an object in JSON or YAML"),
        ("limits:\n  wall_seconds: soon\n", "limits.wall_seconds: Enter a whole"),
    ],
)
def test_a_config_in_yaml_is_refused_with_its_line(client, uma, bot, config, sentence):
    fields = {"code": ECHO, "config": config, "message": "Third", "based_on": "2"}

    response = client.as_(uma).post(f"/bots/{bot.id}/versions/new", data=fields)

    assert response.status_code == 422
    assert sentence in response.text
    assert BotVersion.active_of(bot.id).number == 2


def test_a_program_labels_a_version(api, uma, bot):
    url = f"/api/v1/bots/{bot.id}/versions/1"

    labelled = api.with_key(uma).patch(url, json={"label": "known good"})

    assert (labelled.status_code, labelled.json["label"]) == (200, "known good")
    assert api.patch(url, json={"label": "x" * 41}).status_code == 422
    assert api.patch(url, json={}).status_code == 422
    assert api.patch(url, json={"code": OTHER}).status_code == 422
    assert api.patch(url, json={"label": ""}).json["label"] == ""


def test_nothing_is_labelled_on_an_archived_bot(api, uma, bot):
    bot.status = BotStatus.ARCHIVED
    url = f"/api/v1/bots/{bot.id}/versions/1"

    assert api.with_key(uma).patch(url, json={"label": "x"}).status_code == 409


def test_strangers_and_viewers_label_nothing(app, database, mallory, eve, olga, bot):
    url = f"/bots/{bot.id}/versions/1"
    for person, status in ((mallory, 404), (eve, 403), (olga, 403)):
        client = app.test_client().as_(person).with_key(person)
        fields = {"label": "Mine"}
        assert client.post(f"{url}/label", data=fields).status_code == status
        assert client.patch(f"/api/v1{url}", json=fields).status_code == status
    assert first_of(bot).label == ""


def test_a_version_names_the_latest_workflow_that_approved_it(
    client, api, ada, uma, bot
):
    council, version = make_council(ada), first_of(bot)
    approved(bot, version, council, uma)
    latest = approved(bot, version, council, uma)
    approved(bot, version, council, uma, outcome=Outcome.REJECTED)
    approved(bot, version, council, uma, reason="no_review_required")

    page = client.as_(ada).get(f"/bots/{bot.id}?tab=versions").text
    rows = api.with_key(ada).get(f"/api/v1/bots/{bot.id}/versions").json["items"]

    assert f"/workflows/{latest.id}" in page
    assert f"in #{latest.number}" in page
    assert [row["is_approved"] for row in rows] == [False, True]
    assert [row["workflow_id"] for row in rows] == [None, str(latest.id)]


def test_an_approval_of_an_older_revision_does_not_count(client, ada, uma, bot):
    workflow = approved(bot, first_of(bot), make_council(ada), uma)
    workflow.revision = 2

    page = client.as_(ada).get(f"/bots/{bot.id}?tab=versions").text

    assert f"/workflows/{workflow.id}" not in page


def test_who_may_not_see_the_workflow_is_told_of_a_council_alone(
    client, api, ada, uma, olga, bot
):
    workflow = approved(bot, first_of(bot), make_council(ada), uma)

    page = client.as_(olga).get(f"/bots/{bot.id}?tab=versions").text
    rows = api.with_key(olga).get(f"/api/v1/bots/{bot.id}/versions").json["items"]

    assert "by a council" in page
    assert str(workflow.id) not in page
    assert f"#{workflow.number}" not in page
    assert (rows[1]["is_approved"], rows[1]["workflow_id"]) == (True, None)
