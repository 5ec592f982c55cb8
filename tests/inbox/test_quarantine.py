"""A bot in quarantine tells its owner and those who see every bot."""

from dashboard.clock import now
from dashboard.extensions import begin_writing, db
from dashboard.inbox import notices
from dashboard.inbox.models import NoticeKind
from tests.factories import make_bot, make_user
from tests.inbox.stage import kinds, told
from tests.incidents.stage import fail, quarantined

SAID = "Nothing starts it any more until somebody has looked and released it."


def test_the_owner_and_the_operators_are_told_once(uma, olga, ada, eve, mallory):
    bot = make_bot(uma, name="Sync CRM")

    quarantined(bot)
    fail(bot)  # one that was under way: it is in quarantine already

    for person in (uma, olga, ada):
        assert told(person) == [("quarantine", SAID)]
    assert kinds(eve) == kinds(mallory) == []


def test_an_owner_who_is_away_is_told_nothing(uma):
    bot = make_bot(uma)
    uma.is_active = False
    db.session.commit()

    quarantined(bot)

    assert kinds(uma) == []


def test_the_news_lead_to_the_incident(client, api, uma):
    incident = quarantined(make_bot(uma, name="Sync CRM"))

    page = client.as_(uma).get("/inbox/?tab=news").text
    [item] = api.with_key(uma).get("/api/v1/notices").json["items"]

    assert f'<a href="/incidents/{incident.id}">Sync CRM failed five times' in page
    assert SAID in page
    assert item["incident_id"] == str(incident.id)
    assert (item["workflow_id"], item["number"]) == (None, None)
    assert item["title"] == "Sync CRM failed five times in a row."


def test_who_lost_sight_of_the_bot_is_not_shown_it(client, uma, olga):
    quarantined(make_bot(uma, name="Sync CRM")).bot.owner_id = olga.id
    db.session.commit()

    assert "Sync CRM" not in client.as_(uma).get("/inbox/?tab=news").text


def test_news_of_both_kinds_cost_no_more_statements(client, uma, statements):
    incident = quarantined(make_bot(uma))
    client.as_(uma).get("/inbox/?tab=news")
    statements.clear()
    client.get("/inbox/?tab=news")
    one = len(statements)
    people = [uma, make_user("Nora")]
    begin_writing()
    for n in range(5):
        ids = [person.id for person in people]
        key = f"again:{n}"
        notices.tell(ids, incident, NoticeKind.QUARANTINE, key, SAID, now())
    db.session.commit()
    statements.clear()

    client.get("/inbox/?tab=news")

    assert len(statements) == one <= 4
