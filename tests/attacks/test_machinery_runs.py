"""Runs begun again, many at once, and taken away as a table: no way past a rule."""

import time

import pytest

from dashboard.bots.models import BotStatus, RunPolicy
from dashboard.clock import now
from dashboard.exports import harmless
from dashboard.extensions import db
from dashboard.freezes.models import Freeze, Scope
from dashboard.permissions import Role
from dashboard.runs.models import Run, Trigger
from tests.factories import make_bot, make_run, make_user, stored
from tests.runs.stage import approved
from tests.runs.versions import failed, free_bot

BULK = "/api/v1/runs/bulk"
GONE = "Nothing is here, or it is not yours to see."


def count():
    return db.session.scalar(db.select(db.func.count()).select_from(Run))


def archived(bot):
    bot.status = BotStatus.ARCHIVED


def switched_off(bot):
    bot.status = BotStatus.INACTIVE


def quarantined(bot):
    bot.quarantined_at = now()


def needs_a_vote(bot):
    bot.run_policy = RunPolicy.NOBODY


def frozen(bot):
    by = {"reason": "Odd sums", "frozen_by_id": make_user().id}
    stored(Freeze(scope=Scope.ALL, target="all", **by))


def given_away(bot):
    bot.owner_id = make_user("Other", Role.USER).id


@pytest.mark.parametrize(
    "change",
    [archived, switched_off, quarantined, needs_a_vote, frozen, given_away],
)
@pytest.mark.parametrize("version", ["same", "current"])
def test_a_retry_gets_past_nothing(api, uma, change, version):
    bot = free_bot(uma)
    run = failed(bot)
    change(bot)
    db.session.commit()
    before = count()
    api.with_key(uma)

    one = api.post(f"/api/v1/runs/{run.id}/retry", json={"version": version})
    deed = {"action": f"retry_{version}", "ids": [str(run.id)]}
    many = api.post(BULK, json=deed)

    assert one.status_code in {403, 409}
    assert (many.json["done"], len(many.json["refused"])) == ([], 1)
    assert count() == before


def test_what_a_council_let_run_once_is_not_run_again(api, ada, uma):
    """Not its workflow's run, and not one that a standing approval began."""
    bot = make_bot(uma)
    bought = approved(uma, bot)
    by_clock = make_run(bot, started_by=uma, trigger=Trigger.SCHEDULE)
    for run in (bought, by_clock):
        run.status = "failed"
    db.session.commit()
    before = count()

    for person in (uma, ada):
        api.with_key(person)
        for run in (bought, by_clock):
            answer = api.post(f"/api/v1/runs/{run.id}/retry", json={"version": "same"})
            assert answer.status_code == 409
    assert count() == before


def test_a_foreign_run_and_none_at_all_are_refused_alike(api, uma, mallory, olga):
    run = failed(free_bot(uma))
    nobody = "019a0000-0000-7000-8000-000000000000"

    for person in (mallory, olga):
        api.with_key(person)
        for deed in ("retry_same", "retry_current", "cancel", "acknowledge"):
            call = {"action": deed, "ids": [str(run.id), nobody], "note": "Mine"}
            answer = api.post(BULK, json=call)
            assert [each["why"] for each in answer.json["refused"]] == [GONE, GONE]
        assert (
            api.post(f"/api/v1/runs/{run.id}/acknowledge", json={}).status_code == 404
        )
    db.session.refresh(run)
    assert run.is_unacknowledged


def test_all_that_match_are_only_those_one_sees(api, uma, mallory):
    failed(free_bot(uma))
    own = failed(free_bot(mallory))
    call = {"action": "acknowledge", "query": {"status": "failed"}, "expected": 1}

    answer = api.with_key(mallory).post(BULK, json=call)

    assert answer.json == {"done": [str(own.id)], "refused": []}


@pytest.mark.parametrize("sign", ["\x1c", "\x1f", "\x0b", "\x85", "\u200b", "'", " "])
def test_no_text_takes_longer_to_export_the_longer_it_is(sign):
    """Blanks that could be read in two ways took seconds for each, and all of us."""
    began = time.process_time()

    assert harmless(";" + sign * 24 + "x") == ";" + sign * 24 + "x"
    assert harmless(sign * 24 + "=1+1") == "'" + sign * 24 + "=1+1"

    assert time.process_time() - began < 1


def test_a_run_that_speaks_in_formulas_leaves_as_text(client, api, ada, uma):
    run = failed(make_bot(uma, name="=cmd|' /C calc'!A0", run_policy=RunPolicy.OWNER))
    run.error = "\x1c" * 4 + "x\n=HYPERLINK(1)\t@SUM(1)"
    db.session.commit()

    for face in (client.as_(ada), api.with_key(ada)):
        url = "/runs/export" if face is client else "/api/v1/runs/export"
        table = face.get(url).text
        assert "\"'=cmd|" in table
        assert "\n'=HYPERLINK(1)\t'@SUM(1)" in table
