"""What a council or a role allowed for later: nothing of it outlives its end."""

from datetime import timedelta

import pytest

from dashboard.bots.models import RunPolicy
from dashboard.extensions import db
from dashboard.grants.hosts import why_not
from dashboard.permissions import Role
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus
from dashboard.schedules import actions
from tests.factories import make_bot, make_council, make_type, make_user
from tests.grants.stage import grants_type, make_grant, make_secret
from tests.runs.stage import again
from tests.schedules.stage import at, make_schedule, make_voted, runs_of, set_clock
from tests.schedules.test_approval import NOON, TODAY, given, tick

FIXED = ("approved_until", "approved_hash", "approval_id", "approved_version_id")


@pytest.fixture
def boss(real_database):
    with at(NOON - timedelta(minutes=30)):
        yield make_user("Ada")


@pytest.fixture
def approved(boss):
    """A schedule that a council let run, and its run that waits."""
    judges = [make_user(name, Role.COUNCIL_OPERATOR) for name in ("Olga", "Otto")]
    voted = make_voted(boss, cron="0 * * * *", inputs=TODAY)
    voted[1].council = make_council(*judges)
    db.session.commit()
    given(boss, voted, judges)
    tick()
    schedule = voted[0]
    [run] = runs_of(schedule)
    return schedule, run


def test_what_waits_runs_while_the_approval_holds(approved):
    _, run = approved

    execute(run.id)

    assert again(run).status is RunStatus.COMPLETED, run.error


def test_what_waits_does_not_begin_once_the_approval_is_taken_back(boss, approved):
    schedule, run = approved

    actions.withdraw_approval(boss, schedule)
    execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert "taken back" in run.error


def test_what_waits_does_not_begin_after_the_last_day(approved):
    schedule, run = approved

    set_clock(schedule.approved_until)
    execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert "ended" in run.error


def test_what_its_owner_may_run_needs_no_approval_when_it_begins(boss):
    bot = make_bot(boss, run_policy=RunPolicy.OWNER)
    schedule = make_schedule(boss, bot, cron="0 * * * *")
    tick()
    [run] = runs_of(schedule)

    execute(run.id)

    assert again(run).status is RunStatus.COMPLETED


@pytest.mark.parametrize("name", [*FIXED, "owner_id", "bot_id", "next_at"])
def test_no_program_writes_an_approval_itself(api, uma, name):
    schedule = make_schedule(uma)

    answer = api.with_key(uma).patch(
        f"/api/v1/schedules/{schedule.id}", json={name: str(schedule.id)}
    )

    assert answer.status_code == 422


def test_a_schedule_of_a_foreign_bot_waits_for_a_council(api, uma, olga):
    """Who sees a bot may plan for it; its owner's right is not theirs."""
    bot = make_bot(uma, run_policy=RunPolicy.OWNER)
    wanted = {"bot_id": str(bot.id), "name": "Mine", "cron": "* * * * *"}
    api.with_key(olga)

    made = api.post("/api/v1/schedules", json=wanted)
    run = api.post(f"/api/v1/schedules/{made.json['id']}/runs")

    assert (made.status_code, made.json["approval"]) == (201, "missing")
    assert run.status_code == 403


def test_who_does_not_own_a_bot_asks_no_council_for_its_grants(api, uma, olga, mallory):
    bot, type_ = make_bot(uma), grants_type(olga)
    asked = {"bot_id": str(bot.id), "kind": "network", "hosts": ["api.example.org"]}
    asked |= {"type_id": str(type_.id), "why": "To read the orders"}

    answers = [
        api.with_key(person).post("/api/v1/grants", json=asked).status_code
        for person in (olga, mallory, uma)
    ]

    assert answers == [403, 404, 201]


def test_a_proposal_of_work_carries_no_grant(api, uma, ada):
    type_ = make_type(make_council(ada), make_bot(ada))
    change = {"kind": "grant", "grant": "network", "hosts": ["api.example.org"]}
    body = {"type_id": str(type_.id), "title": "Harmless", "change": change}

    assert api.with_key(uma).post("/api/v1/workflows", json=body).status_code == 422


def test_a_viewer_reads_the_name_of_a_secret_and_never_its_value(api, ada, eve, uma):
    value = "correct horse battery"
    secret = make_secret(ada, value=value)
    make_grant(make_bot(uma), secret=secret)
    paths = ["secrets", f"secrets/{secret.id}", "grants", "system"]

    told = [api.with_key(eve).get(f"/api/v1/{path}") for path in paths]

    assert [each.status_code for each in told] == [200] * 4
    assert "CRM_TOKEN" in told[0].text
    assert not any(value in each.text or "sealed" in each.text for each in told)


@pytest.mark.parametrize("allow", [["10.0.0.7/8"], ["10.0.0.0/8"], ["10.1.2.3"]])
def test_a_network_is_opened_however_the_operator_wrote_it(allow):
    assert why_not("10.1.2.3:8080", [*allow, "no/network"]) == ""
    assert "no public name" in why_not("11.1.2.3", [*allow, "no/network"])
    assert "no public name" in why_not("[::1]", allow)


@pytest.mark.parametrize("inputs", [{"day": "a\0b"}, {"day": [{"a\0": 1}]}])
def test_nobody_plants_a_proposal_that_no_page_can_read(api, ada, uma, inputs):
    """PostgreSQL looks into no JSON with a NUL: every list of them would break."""
    schedule, type_ = make_voted(uma)
    url = f"/api/v1/schedules/{schedule.id}"
    api.with_key(uma)

    planted = api.patch(url, json={"inputs": inputs})
    spelled = api.patch(url, json={"inputs": {"day": "\\u0000 and \\\\u0000"}})
    asked = {"type_id": str(type_.id), "until": "2027-01-31", "why": "Nothing else"}
    proposed = api.post(f"{url}/approval", json=asked)

    assert (planted.status_code, spelled.status_code) == (422, 200)
    assert proposed.status_code == 201
    for page in (f"/schedules/{schedule.id}", f"/bots/{schedule.bot_id}/access"):
        assert api.as_(ada).get(page).status_code == 200
