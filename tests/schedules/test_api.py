"""Schedules as JSON: the same contract, actions and permissions as the pages."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.bots.models import RunPolicy
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.schedules.deciding import SlotStatus
from dashboard.schedules.models import Schedule, ScheduleSlot
from tests.factories import latest_audit, make_bot, make_run, stored
from tests.schedules.stage import make_schedule, make_voted, runs_of

URL = "/api/v1/schedules"
ANY_ID = "019a0000-0000-7000-8000-000000000000"


def wanted(bot, **over):
    return {"bot_id": str(bot.id), "name": "Mornings", "cron": "0 7 * * *"} | over


def test_a_schedule_is_made_read_changed_and_archived(api, uma):
    bot = make_bot(uma, run_policy=RunPolicy.OWNER)
    api.with_key(uma)

    made = api.post(URL, json=wanted(bot, timezone="Europe/Madrid", inputs={"n": 1}))
    there = made.headers["Location"]
    changed = api.patch(there, json={"cron": "30 8 * * mon"})
    gone = api.delete(there)

    assert made.status_code == 201
    assert made.json["words"] == "Every day at 07:00, Europe/Madrid"
    assert len(made.json["next_times"]) == 3
    assert (made.json["approval"], made.json["inputs"]) == ("unneeded", {"n": 1})
    assert changed.json["words"] == "On Monday at 08:30, Europe/Madrid"
    assert (gone.status_code, api.get(there).json["is_on"]) == (204, False)
    assert api.get(URL).json["items"] == []
    assert latest_audit().action == "schedule.write"


def test_what_is_left_out_of_a_change_stays(api, uma):
    schedule = make_schedule(uma, inputs={"n": 1}, timezone="Asia/Tokyo")

    answer = api.with_key(uma).patch(f"{URL}/{schedule.id}", json={"is_on": False})

    assert answer.json["timezone"] == "Asia/Tokyo"
    assert (answer.json["is_on"], answer.json["next_times"]) == (False, [])


@pytest.mark.parametrize(
    ("over", "pointer", "said"),
    [
        ({"cron": "0 25 * * *"}, "/cron", "The hour (2nd field)"),
        ({"cron": "0 0 30 2 *"}, "/cron", "day of the month"),
        ({"timezone": "Mars/Base"}, "/timezone", "no such time zone"),
        ({"name": ""}, "/name", "at least 2"),
        ({"inputs": [1]}, "/inputs", "JSON object"),
        ({"overlap": "skip", "catch_up": "all"}, "/catch_up", "let them queue"),
        ({"bot_id": ANY_ID}, "/bot_id", "Choose a bot"),
        ({"owner_id": ANY_ID}, "/owner_id", "not permitted"),
    ],
)
def test_what_is_not_well_asked_is_refused(api, uma, over, pointer, said):
    answer = api.with_key(uma).post(URL, json=wanted(make_bot(uma), **over))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert said in answer.json["errors"][0]["detail"]


def test_a_change_is_judged_as_a_whole(api, uma):
    schedule = make_schedule(uma)

    answer = api.with_key(uma).patch(f"{URL}/{schedule.id}", json={"catch_up": "all"})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/catch_up"


def test_its_times_are_listed_newest_first_page_by_page(api, uma):
    schedule = make_schedule(uma)
    run = make_run(schedule.bot)
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    for hours, status in enumerate(["fired", "missed", "refused"]):
        fired = status == "fired"
        stored(
            ScheduleSlot(
                schedule_id=schedule.id,
                due_at=noon + timedelta(hours=hours),
                status=SlotStatus(status),
                run_id=run.id if fired else None,
            )
        )
    api.with_key(uma)

    first = api.get(f"{URL}/{schedule.id}/slots?limit=2").json
    rest = api.get(f"{URL}/{schedule.id}/slots?after={first['next']}").json

    assert [each["status"] for each in first["items"]] == ["refused", "missed"]
    assert [each["run_id"] for each in rest["items"]] == [str(run.id)]
    assert rest["items"][0]["run_status"] == "queued"


def test_the_list_can_be_narrowed(api, ada, uma):
    mine = make_schedule(ada, name="Mine")
    off = make_schedule(uma, is_on=False, name="Off")
    bad = make_schedule(uma, name="Refused")
    refused = {"due_at": now(), "status": SlotStatus.REFUSED}
    stored(ScheduleSlot(schedule_id=bad.id, **refused))
    gone = make_schedule(uma, name="Gone", archived_at=now())
    api.with_key(ada)

    def names(**query):
        return [row["name"] for row in api.get(URL, query_string=query).json["items"]]

    assert names() == ["Refused", "Off", "Mine"]
    assert names(state="off") == ["Off"]
    assert names(state="on") == ["Refused", "Mine"]
    assert names(state="archived") == [gone.name]
    assert names(failing=1) == ["Refused"]
    assert names(mine=1) == names(q="min") == [mine.name]
    assert names(bot_id=off.bot_id) == ["Off"]


def test_an_expression_is_read(api, uma):
    api.with_key(uma)

    times = {"cron": "0 7 * * *", "timezone": "Asia/Tokyo"}
    read = api.post(f"{URL}/preview", json=times)
    wrong = api.post(f"{URL}/preview", json={"cron": "0 7"})

    assert read.json["words"] == "Every day at 07:00, Asia/Tokyo"
    assert [time[11:16] for time in read.json["next_times"]] == ["22:00"] * 3
    assert wrong.status_code == 422


def test_its_bot_runs_at_once_when_asked_to(api, uma):
    schedule = make_schedule(uma, inputs={"n": 1})

    answer = api.with_key(uma).post(f"{URL}/{schedule.id}/runs")

    run = runs_of(schedule)[0]
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/runs/{run.id}"
    assert (run.trigger, run.inputs) == ("api", {"n": 1})


def test_a_bot_that_needs_a_vote_is_not_run_by_its_schedules_owner(api, uma):
    schedule, _ = make_voted(uma)

    answer = api.with_key(uma).post(f"{URL}/{schedule.id}/runs")

    assert answer.status_code == 403
    assert runs_of(schedule) == []


def test_an_approval_is_asked_for_and_taken_back(api, uma):
    schedule, type_ = make_voted(uma)
    there = f"{URL}/{schedule.id}/approval"
    day = (now() + timedelta(days=9)).date().isoformat()
    body = {"type_id": str(type_.id), "until": day, "why": "Only numbers"}
    api.with_key(uma)

    asked = api.post(there, json=body)
    wrong = api.post(there, json=body | {"until": "soon"})
    none = api.delete(there)

    assert asked.status_code == 201
    assert asked.json["title"].endswith(f"until {day}")
    assert asked.headers["Location"] == f"/api/v1/workflows/{asked.json['id']}"
    assert wrong.json["errors"] == [
        {"pointer": "/until", "detail": "Write a date such as 2027-01-31."}
    ]
    assert none.status_code == 409


CALLS = [
    ("GET", ""),
    ("PATCH", ""),
    ("DELETE", ""),
    ("GET", "/slots"),
    ("POST", "/runs"),
    ("POST", "/approval"),
    ("DELETE", "/approval"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_to_a_stranger_it_does_not_exist(api, uma, mallory, method, path):
    schedule, type_ = make_voted(uma)
    day = (now() + timedelta(days=9)).date().isoformat()
    ask = {"type_id": str(type_.id), "until": day, "why": "Only numbers"}
    body = ask if path == "/approval" and method == "POST" else {}

    answer = api.with_key(mallory).open(
        f"{URL}/{schedule.id}{path}", method=method, json=body
    )

    assert answer.status_code == 404


@pytest.mark.parametrize(("method", "path"), [c for c in CALLS if c[0] != "GET"])
def test_who_only_reads_changes_nothing(api, uma, eve, method, path):
    schedule, _ = make_voted(uma)

    answer = api.with_key(eve).open(
        f"{URL}/{schedule.id}{path}", method=method, json={}
    )

    assert answer.status_code == 403


def test_an_operator_sees_anothers_schedule_and_leaves_it_alone(api, uma, olga):
    schedule = make_schedule(uma)
    api.with_key(olga)

    assert api.get(f"{URL}/{schedule.id}").status_code == 200
    for call in (api.patch, api.delete):
        assert call(f"{URL}/{schedule.id}", json={}).status_code == 403


def test_whoever_changes_what_runs_answers_for_it(api, ada, uma):
    schedule = make_schedule(uma)
    api.with_key(ada)

    api.patch(f"{URL}/{schedule.id}", json={"name": "Another name"})
    kept = db.session.get(Schedule, schedule.id).owner_id
    api.patch(f"{URL}/{schedule.id}", json={"inputs": {"n": 2}})

    assert kept == uma.id
    assert db.session.get(Schedule, schedule.id).owner_id == ada.id


def test_an_archived_one_stays_as_it_is(api, uma):
    schedule = make_schedule(uma, archived_at=now(), is_on=False)
    api.with_key(uma)

    for call in (
        lambda: api.patch(f"{URL}/{schedule.id}", json={"is_on": True}),
        lambda: api.delete(f"{URL}/{schedule.id}"),
        lambda: api.post(f"{URL}/{schedule.id}/runs"),
    ):
        assert call().status_code == 409


def test_a_list_costs_the_same_however_long_it_is(api, ada, statements):
    for _ in range(3):
        make_schedule(ada)
    api.with_key(ada).get(URL)
    statements.clear()

    api.get(URL)

    assert len(statements) == 2  # key and owner, rows with total
