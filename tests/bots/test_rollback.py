import pytest
from sqlalchemy import select

from dashboard.bots.models import BotStatus, BotVersion
from dashboard.extensions import db
from tests.factories import ECHO, latest_audit, make_bot, make_version

OTHER = "def run(inputs, files):\n    return {'other': True}\n"


@pytest.fixture
def bot(uma):
    bot = make_bot(uma, ECHO, {"retry": "never"})
    make_version(bot, OTHER)
    return bot


@pytest.fixture
def url(bot):
    return f"/bots/{bot.id}/versions/1/rollback"


def filled(**over):
    return {"message": "Back to version 1", "based_on": "2"} | over


def numbers(bot):
    return sorted(
        db.session.scalars(select(BotVersion.number).filter_by(bot_id=bot.id))
    )


def test_the_page_shows_what_would_change_and_changes_nothing(client, uma, bot, url):
    page = client.as_(uma).get(url).text

    assert "Roll back to version 1?" in page
    assert "Version 2 is the active one." in page
    assert "<mark>" in page or 'class="add"' in page
    assert 'value="Back to version 1"' in page
    assert 'name="based_on" type="hidden" value="2"' in page
    assert numbers(bot) == [1, 2]


def test_rolling_back_makes_a_new_version_of_the_old_content(client, uma, bot, url):
    older = db.session.scalar(select(BotVersion).filter_by(bot_id=bot.id, number=1))
    older.label = "known good"

    response = client.as_(uma).post(url, data=filled())

    active = BotVersion.active_of(bot.id)
    assert (response.status_code, response.location) == (
        303,
        f"/bots/{bot.id}?tab=code",
    )
    assert (active.number, active.code, active.config) == (3, ECHO, {"retry": "never"})
    assert active.content_hash == older.content_hash
    assert (active.message, active.label) == ("Back to version 1", "")
    assert active.author_id == uma.id
    assert latest_audit().detail == {"version": 3, "back_to": 1}


def test_a_script_gets_the_form_back_or_where_to_go(client, uma, url):
    partial = {"X-Partial": "1"}

    refused = client.as_(uma).post(url, data=filled(message=""), headers=partial)
    done = client.post(url, data=filled(), headers=partial)

    assert refused.text.lstrip().startswith('<form id="rollback"')
    assert done.status_code == 204


def test_a_missing_message_is_asked_for(client, uma, bot, url):
    response = client.as_(uma).post(url, data=filled(message=""))

    assert response.status_code == 422
    assert "Fill this in." in response.text
    assert numbers(bot) == [1, 2]


def test_who_was_overtaken_sees_the_other_change_first(client, uma, bot, url):
    make_version(bot, f"{OTHER}# meanwhile")

    response = client.as_(uma).post(url, data=filled(message="My own words"))

    assert response.status_code == 422
    assert "Version 3 was saved meanwhile." in response.text
    assert "# meanwhile" in response.text
    assert 'value="My own words"' in response.text
    assert 'name="based_on" type="hidden" value="3"' in response.text
    assert numbers(bot) == [1, 2, 3]
    assert client.post(url, data=filled(based_on="3")).status_code == 303


def test_content_that_is_active_already_is_refused(client, uma, bot, url):
    make_version(bot, ECHO, {"retry": "never"})

    page = client.as_(uma).get(url).text
    response = client.post(url, data=filled(based_on="3"))

    assert "holds the same content as version 1" in page
    assert "<form id=" not in page
    assert response.status_code == 409
    assert numbers(bot) == [1, 2, 3]
    active = client.get(f"/bots/{bot.id}/versions/3/rollback").text
    assert "Version 3 is the active one already." in active


def test_an_archived_bot_and_a_version_tampered_with_stay_as_they_are(
    client, uma, bot, url
):
    bot.status = BotStatus.ARCHIVED
    archived = client.as_(uma).post(url, data=filled())
    bot.status = BotStatus.ACTIVE
    older = db.session.scalar(select(BotVersion).filter_by(bot_id=bot.id, number=1))
    older.code = f"{ECHO}# sneaked in"
    tampered = client.post(url, data=filled())

    assert (archived.status_code, tampered.status_code) == (409, 409)
    assert "no longer matches its hash" in client.get(url).text
    assert numbers(bot) == [1, 2]


def test_a_program_rolls_back_and_reads_the_new_version(api, uma, bot, url):
    body = {"message": "Back", "based_on": 2}

    answer = api.with_key(uma).post(f"/api/v1{url}", json=body)
    again = api.post(f"/api/v1{url}", json=body | {"based_on": 3})
    overtaken = api.post(f"/api/v1{url}", json=body)

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/bots/{bot.id}/versions/3"
    assert (answer.json["number"], answer.json["code"]) == (3, ECHO)
    assert again.status_code == 409
    assert overtaken.status_code == 422
    assert [each["pointer"] for each in overtaken.json["errors"]] == ["/based_on"]


@pytest.mark.parametrize("number", [0, 9, 10**30])
def test_a_version_that_never_was_is_no_way_back(client, uma, bot, number):
    url = f"/bots/{bot.id}/versions/{number}/rollback"

    assert client.as_(uma).get(url).status_code == 404


def test_strangers_and_viewers_roll_nothing_back(
    app, database, mallory, eve, olga, url
):
    for person, status in ((mallory, 404), (eve, 403), (olga, 403)):
        client = app.test_client().as_(person).with_key(person)
        assert client.get(url).status_code == status
        assert client.post(url, data=filled()).status_code == status
        answer = client.post(f"/api/v1{url}", json={"message": "Back"})
        assert answer.status_code == status


def test_a_rollback_costs_a_constant_number_of_statements(client, uma, statements, url):
    client.as_(uma).get(url)
    statements.clear()

    client.get(url)
    # session, bot, the version, the active one
    assert len(statements) <= 4, "\n".join(statements)
    statements.clear()

    client.post(url, data=filled())
    # seven, the look-ups of both versions, the other switched off, the form's key
    assert len(statements) <= 12, "\n".join(statements)
