"""Incidents as pages: found, acknowledged, and the bot released."""

import pytest

from dashboard.runs.claim import ready
from tests.factories import latest_audit, make_bot, make_run
from tests.incidents.stage import ERROR, quarantined, switched_off
from tests.runs.stage import again

INDEX = "/incidents/"


@pytest.fixture
def bot(uma):
    return make_bot(uma, name="Sync CRM")


@pytest.fixture
def incident(bot):
    return quarantined(bot)


def url_of(incident, *parts):
    return "/".join([f"/incidents/{incident.id}", *parts])


def test_the_list_names_the_bot_its_run_and_the_error(client, uma, incident):
    page = client.as_(uma).get(INDEX).text

    assert "Sync CRM failed five times in a row." in page
    assert ERROR.replace("'", "&#39;") in page
    assert f"/runs/{incident.run_id}" in page
    assert "nobody yet" in page


def test_the_error_is_not_for_those_who_do_not_see_the_run(client, otto, incident):
    client.as_(otto)

    for url in (INDEX, url_of(incident), "/api/v1/incidents"):
        page = client.with_key(otto).get(url).text
        assert "Sync CRM failed" in page
        assert "KeyError" not in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("state=open", {"Sync CRM"}),
        ("state=acknowledged", {"Other"}),
        ("state=resolved", set()),
        ("kind=endpoint", {"Chat"}),
        ("kind=quarantine", {"Sync CRM", "Other"}),
    ],
)
def test_the_list_is_narrowed_by_the_url(client, ada, incident, query, seen):
    other = quarantined(make_bot(ada, name="Other"))
    client.as_(ada).post(url_of(other, "acknowledge"), data={"note": "On it"})
    if "endpoint" in query:
        switched_off(ada)

    page = client.get(f"{INDEX}?{query}").text

    for name in ("Sync CRM failed", "Other failed", "did not answer and"):
        wanted = any(name.startswith(each) for each in seen) or (
            "Chat" in seen and "answer" in name
        )
        assert (name in page) is wanted


def test_one_bots_incidents_are_a_link_away(client, ada, bot, incident):
    quarantined(make_bot(ada, name="Other"))

    page = client.as_(ada).get(f"{INDEX}?bot_id={bot.id}").text

    assert "Sync CRM failed" in page
    assert "Other failed" not in page


def test_an_empty_list_says_what_would_stand_there(client, ada):
    client.as_(ada)

    assert "No incident yet" in client.get(INDEX).text
    assert "No incident matches" in client.get(f"{INDEX}?state=open").text


def test_its_owner_acknowledges_it_with_a_note(client, uma, incident):
    answer = client.as_(uma).post(
        url_of(incident, "acknowledge"), data={"note": "The CRM was moved"}
    )

    assert answer.location == url_of(incident)
    assert again(incident).acknowledged_by_id == uma.id
    assert incident.note == "The CRM was moved"
    assert latest_audit().action == "incident.write"
    page = client.get(url_of(incident)).text
    assert "What Uma said" in page
    assert "Acknowledge it" not in page
    assert "Release the bot" in page


def test_a_note_too_long_is_kept_as_typed(client, uma, incident):
    note = "n" * 501

    answer = client.as_(uma).post(url_of(incident, "acknowledge"), data={"note": note})

    assert answer.status_code == 422
    assert note in answer.text
    assert again(incident).acknowledged_at is None


def test_what_is_acknowledged_is_not_acknowledged_again(client, ada, uma, incident):
    client.as_(uma).post(url_of(incident, "acknowledge"))

    answer = client.as_(ada).post(url_of(incident, "acknowledge"), data={"note": "Me"})

    assert answer.status_code == 409
    assert "Somebody has acknowledged this incident already." in answer.text
    assert again(incident).acknowledged_by_id == uma.id


def test_several_are_acknowledged_at_once_each_by_itself(client, ada, uma, incident):
    others = [quarantined(make_bot(ada)) for _ in range(2)]
    client.as_(uma).post(url_of(incident, "acknowledge"))
    ids = [str(each.id) for each in (incident, *others)]

    answer = client.as_(ada).post(
        f"{INDEX}acknowledge", data={"ids": ids, "note": "Network"}, follow_redirects=1
    )

    assert "Acknowledged 2 incidents." in answer.text
    assert "Not acknowledged: Sync CRM failed" in answer.text
    assert [again(each).note for each in others] == ["Network"] * 2
    assert again(incident).acknowledged_by_id == uma.id


def test_nothing_chosen_is_said(client, ada, incident):
    answer = client.as_(ada).post(f"{INDEX}acknowledge", data={"note": "Network"})

    assert answer.status_code == 422
    assert 'value="Network"' in answer.text
    assert "Choose at least one" in answer.text


def test_only_who_answers_for_the_bot_acknowledges(client, otto, mallory, incident):
    for person, status in ((otto, 403), (mallory, 404)):
        client.as_(person)
        chosen = {"ids": [str(incident.id)]}
        assert client.post(url_of(incident, "acknowledge")).status_code == status
        many = client.post(f"{INDEX}acknowledge", data=chosen)
        assert many.status_code == (303 if status == 403 else 404)

    assert again(incident).acknowledged_at is None


def test_a_stranger_finds_nothing(client, mallory, bot, incident):
    client.as_(mallory)

    assert "Sync CRM" not in client.get(INDEX).text
    assert client.get(url_of(incident)).status_code == 404
    assert client.get(f"/bots/{bot.id}/release").status_code == 404


def test_an_endpoints_incident_is_for_admins(client, ada, otto, uma):
    incident = switched_off(ada)

    for person, status in ((ada, 200), (otto, 404), (uma, 404)):
        assert client.as_(person).get(url_of(incident)).status_code == status


def test_the_page_of_release_shows_what_went_wrong(client, uma, bot, incident):
    page = client.as_(uma).get(f"/bots/{bot.id}/release").text

    assert "after 5 failures in a row" in page
    assert page.count("KeyError") == 5


def test_a_released_bot_starts_again(client, uma, bot, incident):
    run = make_run(bot)

    answer = client.as_(uma).post(
        f"/bots/{bot.id}/release", data={"note": "Key renewed"}
    )

    assert answer.location == f"/bots/{bot.id}"
    assert not again(bot).is_quarantined
    assert (bot.failures_in_row, bot.resume_at) == (0, None)
    assert run.id in ready(10)
    assert again(incident).resolved_at is not None
    assert (incident.acknowledged_by_id, incident.note) == (uma.id, "Key renewed")
    entry = latest_audit()
    assert (entry.action, entry.detail["event"]) == ("bot.write", "release")


def test_a_release_keeps_what_was_noted_before(client, ada, uma, bot, incident):
    client.as_(uma).post(url_of(incident, "acknowledge"), data={"note": "On it"})

    client.as_(ada).post(f"/bots/{bot.id}/release", data={"note": "Key renewed"})

    assert (again(incident).note, incident.acknowledged_by_id) == ("On it", uma.id)
    assert incident.resolved_at is not None


def test_a_release_says_what_was_found(client, uma, bot, incident):
    answer = client.as_(uma).post(f"/bots/{bot.id}/release", data={"note": "x"})

    assert answer.status_code == 422
    assert "Use at least 3 characters." in answer.text
    assert again(bot).is_quarantined


def test_only_a_bot_in_quarantine_is_released(client, uma, bot):
    client.as_(uma)

    page = client.get(f"/bots/{bot.id}/release").text
    answer = client.post(f"/bots/{bot.id}/release", data={"note": "Just so"})

    assert "Sync CRM is not in quarantine." in page
    assert answer.status_code == 409
    assert "Sync CRM is not in quarantine; nothing was changed." in answer.text


def test_who_may_not_change_the_bot_may_not_release_it(client, otto, eve, bot):
    for person in (otto, eve):
        client.as_(person)
        url = f"/bots/{bot.id}/release"
        assert client.get(url).status_code == 403
        assert client.post(url, data={"note": "Now"}).status_code == 403


def test_pages_ask_the_same_however_many_there_are(
    client, ada, bot, incident, statements
):
    client.as_(ada)
    urls = (INDEX, url_of(incident), f"/bots/{bot.id}/release")
    client.get(INDEX)

    def asked():
        numbers = []
        for url in urls:
            statements.clear()
            assert client.get(url).status_code == 200
            numbers.append(len(statements))
        return numbers

    few = asked()
    for _ in range(5):
        quarantined(make_bot(ada))

    assert asked() == few == [3, 4, 3]


def test_home_leads_to_what_nobody_has_resolved(client, uma, mallory, bot, incident):
    assert ">1 incident</a>" in client.as_(uma).get("/").text
    assert "incident</a>" not in client.as_(mallory).get("/").text

    client.as_(uma).post(f"/bots/{bot.id}/release", data={"note": "Key renewed"})

    assert "1 incident" not in client.get("/").text
