"""Schedules as pages: the list, one of them, its form, its approval."""

from datetime import timedelta

import pytest

from dashboard.bots.models import RunPolicy
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.schedules.deciding import SlotStatus
from dashboard.schedules.models import Schedule, ScheduleSlot
from dashboard.workflows.models import Workflow
from tests.factories import make_bot, make_run, stored
from tests.schedules.stage import make_schedule, make_voted, runs_of


def typed(bot=None, **over):
    filled = {
        "name": "Mornings",
        "cron": "0 7 * * *",
        "timezone": "Europe/Madrid",
        "inputs": '{"n": 1}',
        "overlap": "skip",
        "catch_up": "last",
        "is_on": "y",
    }
    return filled | ({"bot_id": str(bot.id)} if bot else {}) | over


def slot(schedule, status, hours=0, **over):
    due_at = now() - timedelta(hours=hours)
    facts = {"due_at": due_at, "status": SlotStatus(status)} | over
    return stored(ScheduleSlot(schedule_id=schedule.id, **facts))


def only():
    return db.session.query(Schedule).one()


def test_a_schedule_is_made_from_its_bots_page(client, uma):
    bot = make_bot(uma, run_policy=RunPolicy.OWNER)
    client.as_(uma)

    tab = client.get(f"/bots/{bot.id}/schedules")
    form = client.get(f"/schedules/new?bot_id={bot.id}")
    saved = client.post("/schedules/new", data=typed(bot))

    assert f"/schedules/new?bot_id={bot.id}" in tab.text
    assert f'<option selected value="{bot.id}">' in form.text
    assert saved.location == f"/schedules/{only().id}"
    assert (only().inputs, only().owner_id) == ({"n": 1}, uma.id)
    assert only().next_at > now()
    assert "Mornings" in client.get(f"/bots/{bot.id}/schedules").text


def test_what_was_typed_is_kept_when_it_is_refused(client, uma):
    bot = make_bot(uma)
    client.as_(uma)

    answer = client.post(
        "/schedules/new", data=typed(bot, cron="0 99 * * *", inputs="{", is_on="")
    )

    assert answer.status_code == 422
    assert 'value="0 99 * * *"' in answer.text
    assert "The hour (2nd field) takes 0 to 23." in answer.text
    assert "Line 1" in answer.text
    assert "Europe/Madrid" in answer.text
    assert db.session.query(Schedule).all() == []


def test_the_times_are_read_while_they_are_typed(client, uma):
    client.as_(uma)

    good = client.post("/schedules/preview", data={"cron": "0 7 * * *"})
    wrong = client.post(
        "/schedules/preview",
        data={"cron": "0 7 * *"},
        headers={"X-Partial": "1"},
    )

    assert "Every day at 07:00, UTC" in good.text
    assert good.text.count("<dt>Then</dt>") == 2
    assert wrong.status_code == 200
    assert 'data-beside="cron"' in wrong.text
    assert "there are 4" in wrong.text


def test_without_a_script_a_button_shows_what_the_times_mean(client, uma):
    bot = make_bot(uma)

    answer = client.as_(uma).post("/schedules/new", data=typed(bot, meaning="1"))

    assert answer.status_code == 200
    assert "Every day at 07:00, Europe/Madrid" in answer.text
    assert db.session.query(Schedule).all() == []


def test_a_schedule_is_edited_and_switched(client, uma):
    schedule = make_schedule(uma)
    there = f"/schedules/{schedule.id}"
    client.as_(uma)

    form = client.get(f"{there}/edit")
    saved = client.post(f"{there}/edit", data=typed(cron="15 8 * * *"))
    client.post(f"{there}/switch", data={"is_on": "0"})
    off = only().is_on, only().next_at
    client.post(f"{there}/switch", data={"is_on": "1"})

    assert 'value="0 7 * * *"' in form.text
    assert saved.location == there
    assert (only().cron, only().timezone) == ("15 8 * * *", "Europe/Madrid")
    assert off == (False, None)
    assert only().is_on
    assert only().next_at > now()


def test_a_wrong_edit_is_refused_beside_its_field(client, uma):
    schedule = make_schedule(uma)

    answer = client.as_(uma).post(
        f"/schedules/{schedule.id}/edit", data=typed(catch_up="all")
    )

    assert answer.status_code == 422
    assert "let them queue" in answer.text
    assert only().cron == "0 7 * * *"


def test_its_page_tells_what_became_of_each_time(client, uma):
    schedule = make_schedule(uma)
    run = make_run(schedule.bot)
    slot(schedule, "fired", hours=3, run_id=run.id)
    slot(schedule, "refused", hours=2, note="Everything is frozen.")
    slot(schedule, "missed", hours=1)

    page = client.as_(uma).get(f"/schedules/{schedule.id}").text

    assert page.index("Missed") < page.index("Refused") < page.index("Started")
    assert "Everything is frozen." in page
    assert f'href="/runs/{run.id}"' in page
    assert "Every day at 07:00, UTC" in page


def test_who_sees_the_schedule_need_not_see_its_runs(client, uma, olga):
    schedule = make_schedule(uma)
    run = make_run(schedule.bot, error="A secret of Uma's", status="failed")
    slot(schedule, "fired", run_id=run.id)
    client.as_(olga)

    page = client.get(f"/schedules/{schedule.id}").text

    assert "not yours to see" in page
    for text in (page, client.get("/schedules/").text):
        assert "Started" in text
        assert "A secret" not in text
        assert str(run.id) not in text
    assert schedule.name in client.as_(uma).get("/schedules/?failing=1").text


def test_its_times_are_shown_page_by_page(client, uma):
    schedule = make_schedule(uma)
    for hours in range(3):
        slot(schedule, "missed", hours, note=f"Time {hours}")
    client.as_(uma)

    first = client.get(f"/schedules/{schedule.id}?limit=2").text

    assert "Time 1" in first
    assert "Time 2" not in first
    assert "3 in all" in first
    assert 'rel="next"' in first


def test_run_now_starts_its_bot_with_its_inputs(client, uma):
    schedule = make_schedule(uma, inputs={"n": 1})

    answer = client.as_(uma).post(f"/schedules/{schedule.id}/run")

    run = runs_of(schedule)[0]
    assert answer.location == f"/runs/{run.id}"
    assert (run.trigger, run.inputs) == ("person", {"n": 1})


def test_an_archived_schedule_offers_nothing_more(client, uma):
    schedule = make_schedule(uma)
    client.as_(uma).post(f"/schedules/{schedule.id}/archive")

    page = client.get(f"/schedules/{schedule.id}").text

    assert "Archived" in page
    assert f"/schedules/{schedule.id}/edit" not in page
    assert f"/schedules/{schedule.id}/run" not in page


def test_one_that_needs_an_approval_says_so_and_leads_to_it(client, uma):
    schedule, type_ = make_voted(uma)
    there = f"/schedules/{schedule.id}"
    day = (now() + timedelta(days=30)).date().isoformat()
    asked = {"type_id": str(type_.id), "until": day, "why": "Only numbers"}
    client.as_(uma)

    before = client.get(there).text
    form = client.get(f"{there}/approval").text
    wrong = client.post(f"{there}/approval", data=asked | {"until": "2020-01-01"})
    sent = client.post(f"{there}/approval", data=asked)

    workflow = db.session.query(Workflow).one()
    assert "no council has approved this schedule" in before
    assert type_.name in form
    assert wrong.status_code == 422
    assert "Only numbers" in wrong.text
    assert "still to come" in wrong.text
    assert sent.location == f"/workflows/{workflow.id}"
    judged = client.get(sent.location).text
    assert "Standing approval of a schedule" in judged
    assert f'href="{there}"' in judged
    assert f"#{workflow.number}" in client.get(there).text


def test_with_no_work_to_ask_by_it_says_what_is_missing(client, uma):
    schedule = make_schedule(uma, make_bot(uma))

    page = client.as_(uma).get(f"/schedules/{schedule.id}/approval").text

    assert "No council decides on this bot alone" in page


def test_the_list_shows_when_and_how_the_last_time_went(client, uma):
    schedule = make_schedule(uma, name="Nightly")
    slot(schedule, "refused", note="Everything is frozen.")
    client.as_(uma)

    page = client.get("/schedules/").text
    failing = client.get("/schedules/?failing=1&state=on&mine=1").text
    none = client.get("/schedules/?state=off").text

    for text in (page, failing):
        assert "Nightly" in text
        assert "Every day at 07:00, UTC" in text
        assert "Everything is frozen." in text
    assert "No schedule matches" in none


PAGES = [
    ("GET", ""),
    ("GET", "/edit"),
    ("POST", "/edit"),
    ("POST", "/switch"),
    ("POST", "/archive"),
    ("POST", "/run"),
    ("GET", "/approval"),
    ("POST", "/approval"),
    ("POST", "/approval/withdraw"),
]


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_to_a_stranger_it_does_not_exist(client, uma, mallory, method, path):
    schedule = make_schedule(uma)

    answer = client.as_(mallory).open(f"/schedules/{schedule.id}{path}", method=method)

    assert answer.status_code == 404


@pytest.mark.parametrize(("method", "path"), PAGES[1:])
def test_another_operator_reads_it_and_changes_nothing(client, uma, olga, method, path):
    schedule = make_schedule(uma)

    answer = client.as_(olga).open(f"/schedules/{schedule.id}{path}", method=method)

    assert answer.status_code == 403
    page = client.get(f"/schedules/{schedule.id}")
    assert "/edit" not in page.text
    assert only().is_on


def test_a_bot_nobody_shows_you_cannot_be_scheduled(client, uma, mallory, eve):
    bot = make_bot(uma)

    answer = client.as_(mallory).post("/schedules/new", data=typed(bot))

    assert answer.status_code == 422
    assert bot.name not in answer.text
    assert client.get(f"/bots/{bot.id}/schedules").status_code == 404
    assert client.as_(eve).get("/schedules/new").status_code == 403


def test_pages_cost_the_same_however_much_there_is(client, uma, statements):
    schedule, _ = make_voted(uma)
    for hours in range(5):
        slot(schedule, "missed", hours)
        make_schedule(uma)
    client.as_(uma)

    def cost(url):
        statements.clear()
        assert client.get(url).status_code == 200
        return len(statements)

    bot, one = f"/bots/{schedule.bot_id}/schedules", f"/schedules/{schedule.id}"
    assert cost("/schedules/") == 3  # session, rows with total, bots
    assert cost(bot) == 3  # session, bot, rows with total
    assert cost(one) == 4  # session, schedule, slots with total, approval
