"""The overview: what waits, runs, failed and changed, for the one who looks."""

from datetime import timedelta

import pytest

from dashboard.audit import audited
from dashboard.clock import now
from dashboard.permissions import Permission
from dashboard.runs.models import Run, RunStatus, Trigger
from dashboard.workflows.models import Status
from tests.factories import (
    make_bot,
    make_council,
    make_round,
    make_type,
    make_vote,
    make_workflow,
    stored,
)
from tests.metrics.rounds import measured


def make_council_vote(proposer, *voters, title="Clean up", **over):
    council = make_council(*voters)
    type_ = make_type(council, make_bot(proposer))
    workflow = make_workflow(proposer, type_, title)
    return make_round(workflow, *voters, **over)


def ran(bot, status=RunStatus.COMPLETED, ago=timedelta(hours=1), **over):
    at = now() - ago
    fields = {"queued_at": at, "started_at": at, "ended_at": at}
    return stored(
        Run(bot_id=bot.id, trigger=Trigger.PERSON, status=status, **fields | over)
    )


def overview(api, user):
    return api.with_key(user).get("/api/v1/home").json


def test_nobody_sees_it_without_signing_in(client, api):
    assert client.get("/").status_code == 303
    assert api.get("/api/v1/home").status_code == 401


def test_a_vote_that_waits_for_me_is_named_with_its_tally(client, ada, olga, otto):
    round_ = make_council_vote(ada, olga, otto, title="Rotate the keys")
    make_vote(round_, otto)

    page = client.as_(olga).get("/")

    assert page.status_code == 200
    assert "Rotate the keys" in page.text
    assert "1 approve, 0 reject, 0 abstain, of 2" in page.text


def test_the_tally_says_what_is_needed(api, ada, olga, otto):
    round_ = make_council_vote(ada, olga, otto)
    make_vote(round_, otto)

    waiting = overview(api, olga)["waiting"]

    assert [each["headline"] for each in waiting] == ["1 of 1, needs 1"]


def test_a_vote_i_cast_waits_no_longer(api, ada, olga):
    make_vote(make_council_vote(ada, olga), olga)

    assert overview(api, olga)["waiting_total"] == 0


def test_a_vote_i_took_back_waits_again(api, ada, olga):
    make_vote(make_council_vote(ada, olga), olga, superseded_at=now())

    assert overview(api, olga)["waiting_total"] == 1


def test_a_decided_round_does_not_wait(api, ada, olga):
    make_council_vote(ada, olga, outcome="rejected")

    assert overview(api, olga)["waiting_total"] == 0


def test_who_is_no_voter_or_has_gone_is_not_asked(api, ada, olga, otto, eve):
    round_ = make_council_vote(ada, olga, otto)
    round_.voters[0].gone = True
    stored(round_)
    gone = round_.voters[0].user_id

    waiting = {
        user.id: overview(api, user)["waiting_total"] for user in (olga, otto, eve)
    }

    assert waiting[gone] == 0
    assert sorted(waiting.values()) == [0, 0, 1]


def test_who_left_the_council_is_not_asked(api, ada, olga):
    round_ = make_council_vote(ada, olga)
    round_.workflow.council.members = []
    stored(round_)

    assert overview(api, olga)["waiting_total"] == 0


def test_a_voided_vote_is_not_in_the_tally(client, ada, olga, otto):
    make_vote(make_council_vote(ada, olga, otto), otto, voided_at=now())

    page = client.as_(olga).get("/")

    assert "0 approve, 0 reject, 0 abstain, of 2" in page.text


def test_the_most_urgent_vote_stands_first_and_all_are_counted(api, ada, olga):
    soon = now() + timedelta(hours=1)
    for number in range(6):
        make_council_vote(ada, olga, title=f"Later {number}")
    make_council_vote(ada, olga, title="Soon", closes_at=soon)

    found = overview(api, olga)

    assert (found["waiting_total"], len(found["waiting"])) == (7, 5)
    assert found["waiting"][0]["title"] == "Soon"


def test_runs_are_counted_by_how_they_stand(api, ada):
    bot = make_bot(ada, name="Mailer")
    ran(bot)
    ran(bot)
    ran(bot, RunStatus.FAILED, error="No route to host")
    ran(bot, RunStatus.FAILED, timedelta(days=2))
    ran(bot, RunStatus.FAILED, timedelta(days=9))
    ran(bot, RunStatus.RUNNING, ended_at=None)
    ran(bot, RunStatus.QUEUED, ended_at=None)

    found = overview(api, ada)

    assert (found["running_total"], found["queued_total"]) == (1, 1)
    assert found["failed_24h"] == 1
    assert found["success_rate_7d"] == 50
    assert {run["status"] for run in found["running"]} == {"running", "queued"}
    assert [run["name"] for run in found["failed"]] == ["Mailer"] * 3


def test_without_runs_there_is_no_success_rate(api, ada):
    assert overview(api, ada)["success_rate_7d"] is None


def test_each_of_fourteen_days_says_how_its_runs_ended(api, ada):
    bot = make_bot(ada)
    ran(bot)
    ran(bot, RunStatus.CANCELLED, timedelta(days=3))
    ran(bot, RunStatus.BLOCKED, timedelta(days=3))
    ran(bot, RunStatus.COMPLETED, timedelta(days=20))

    days = overview(api, ada)["days"]

    other = (now() - timedelta(days=3)).date().isoformat()
    assert len(days) == 14
    assert days == sorted(days, key=lambda day: day["day"])
    assert sum(day["completed"] for day in days) == 1
    assert [d for d in days if d["other"] or d["failed"]] == [
        {"day": other, "completed": 0, "failed": 1, "other": 1}
    ]


def test_a_stranger_sees_nobody_elses_runs_votes_or_changes(api, ada, olga, mallory):
    make_council_vote(ada, olga)
    ran(make_bot(ada), RunStatus.FAILED)
    with audited(ada, Permission.COUNCIL_WRITE, make_council(ada)) as entry:
        entry.subject.description = "Secret"

    found = overview(api, mallory)

    assert found["failed"] == found["waiting"] == found["changed"] == []
    assert found["failed_24h"] == 0
    assert not any(day["failed"] for day in found["days"])


def test_what_changed_is_said_to_who_may_see_it(api, ada, olga, otto, eve):
    council = make_council(olga, name="Payments")
    with audited(ada, Permission.COUNCIL_WRITE, council):
        council.description = "Pays"

    said = {
        user.name: [each["sentence"] for each in overview(api, user)["changed"]]
        for user in (ada, olga, otto, eve)
    }

    sentence = ["Ada changed council Payments"]
    assert said == {"Ada": sentence, "Olga": sentence, "Otto": [], "Eve": sentence}


def test_a_fresh_instance_shows_the_first_steps_instead(client, ada):
    page = client.as_(ada).get("/").text

    assert "Five steps" in page
    assert "New bot" in page
    assert "Waiting for your vote" not in page


def test_a_done_step_offers_no_button(client, ada):
    make_bot(ada)

    page = client.as_(ada).get("/").text

    assert "New bot" not in page
    assert "New council" in page


def test_a_viewer_is_offered_no_step_to_take(client, eve):
    page = client.as_(eve).get("/").text

    assert "Five steps" in page
    assert "New bot" not in page


@pytest.mark.parametrize("copies", [1, 12])
def test_it_costs_the_same_few_statements_however_much_there_is(
    client, statements, ada, copies
):
    for _ in range(copies):
        make_council_vote(ada, ada)
        measured(make_council(ada), ada, [(ada, "approve", 1)])
        ran(make_bot(ada), RunStatus.FAILED)
        ran(make_bot(ada), RunStatus.RUNNING, ended_at=None)
        with audited(ada, Permission.PROFILE_WRITE, ada):
            ada.name = f"{ada.name}a"
    client.as_(ada)
    statements.clear()

    assert client.get("/").status_code == 200

    assert len(statements) == 8


def test_the_chart_stands_beside_its_numbers(client, ada):
    make_workflow(ada, status=Status.CANCELLED)
    day = ran(make_bot(ada)).ended_at

    page = client.as_(ada).get("/").text

    assert "Show the numbers" in page
    assert f"{day.day} {day:%b}: 1 completed, 0 failed, 0 other" in page


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_theme_is_kept_in_the_browser_and_leads_back(client, ada, signed_in):
    if signed_in:
        client.as_(ada)

    answer = client.post("/theme", data={"theme": "dark", "next": "/runs/?a=1"})

    cookie = client.get_cookie("theme")
    assert (answer.status_code, answer.location) == (303, "/runs/?a=1")
    assert (cookie.value, cookie.same_site, cookie.max_age) == (
        "dark",
        "Lax",
        365 * 86_400,
    )
    assert cookie.http_only


def test_a_theme_nobody_knows_follows_the_system(client):
    client.post("/theme", data={"theme": "<script>"})

    assert client.get_cookie("theme").value == "auto"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "x", "", "/a\r\nb"],
)
def test_the_theme_never_leads_to_another_site(client, target):
    answer = client.post("/theme", data={"theme": "dark", "next": target})

    assert answer.location == "/"
