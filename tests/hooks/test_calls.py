"""Calls with a good signature: each message starts the bot once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.bots.models import BotStatus, RunPolicy
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.hooks.jobs import KEPT, prune_calls
from dashboard.hooks.models import HookCall
from dashboard.runs.models import Run, Trigger
from tests.factories import latest_audit, make_run, make_user
from tests.freezes.stage import make_freeze
from tests.hooks.stage import BODY, call, make_hook, plainly_signed, runs, signed

CALLERS = 10


def test_a_signed_call_runs_the_bot_as_the_hooks_owner(client, uma):
    hook = make_hook(uma)

    answer = call(client, hook.id)

    run = db.session.scalar(select(Run))
    assert (answer.status_code, answer.json) == (202, {"run": str(run.id)})
    assert (run.inputs, run.trigger) == (BODY, Trigger.HOOK)
    assert (run.bot_id, run.hook_id) == (hook.bot_id, hook.id)
    assert run.started_by_id == uma.id
    assert hook.last_called_at is not None
    entry = latest_audit()
    assert (entry.actor_name, entry.action, entry.via) == ("Uma", "bot.run", "hook")
    assert (entry.subject_id, entry.detail["hook"]) == (run.id, hook.name)


def test_a_simple_sender_signs_with_the_secret_as_it_is_written(client, uma):
    hook = make_hook(uma)
    headers = plainly_signed()

    answer = call(client, hook.id, headers=headers)
    again = call(client, hook.id, headers=headers)

    assert (answer.status_code, again.status_code) == (202, 200)
    assert runs() == 1


def test_the_same_message_again_starts_nothing(client, uma):
    hook = make_hook(uma)

    first = call(client, hook.id)
    earlier = signed(at=int(now().timestamp()) - 60)
    again = call(client, hook.id, headers=earlier)  # sent anew, with another time

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert runs() == 1


def test_a_message_of_another_hook_is_another_message(client, uma):
    for _ in range(2):
        assert call(client, make_hook(uma).id).status_code == 202

    assert runs() == 2


def test_the_same_message_ten_times_at_once_starts_one_run(app, real_database):
    hook_id, headers = make_hook(make_user("Uma")).id, signed()
    start = Barrier(CALLERS)
    db.session.rollback()

    def send(_):
        with app.app_context():
            client = app.test_client()
            start.wait()
            return call(client, hook_id, headers=headers)

    with ThreadPoolExecutor(CALLERS) as pool:
        answers = list(pool.map(send, range(CALLERS)))

    assert sorted(each.status_code for each in answers) == [200] * 9 + [202]
    assert len({each.json["run"] for each in answers}) == 1
    assert runs() == 1
    refused = select(AuditEntry).where(AuditEntry.result == "refused")
    assert db.session.scalar(refused) is None


def test_one_good_signature_among_several_is_enough(client, uma):
    headers = signed()
    good = headers["webhook-signature"]
    headers["webhook-signature"] = f"v1a,abc v1,bm90IGl0 {good} v1,***"

    assert call(client, make_hook(uma).id, headers=headers).status_code == 202


def test_a_message_may_be_as_large_as_it_says(client, uma):
    most = (256 << 10) - len(b'{"text": ""}')
    hook = make_hook(uma)

    fits = {"text": "x" * most}
    too_large = {"text": "x" * (most + 1)}

    assert call(client, hook.id, fits, signed(fits)).status_code == 202
    answer = call(client, hook.id, too_large, signed(too_large, message="msg_2"))
    assert answer.status_code == 413
    assert "256 KiB" in answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "Send JSON."),
        (b"file=auth.log", "Send JSON."),
        (b"\xff\xfe", "Send JSON."),
        (b'{"sum": NaN}', "Send JSON."),
        (b"[1, 2]", "Send a JSON object"),
        (b'"text"', "Send a JSON object"),
        (b"null", "Send a JSON object"),
        (b'{"a": "\\ud800"}', "that JSON cannot hold"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested too deeply"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_json_object_is_said_to_be_none(client, uma, body, sentence):
    answer = call(client, make_hook(uma).id, body, signed(body))

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert sentence in answer.json["errors"][0]["detail"]
    assert runs() == 0


def test_a_nul_in_the_body_is_no_mistake_of_ours(client, uma):
    body = b'{"file": "a\\u0000b", "a\\u0000": 1}'

    answer = call(client, make_hook(uma).id, body, signed(body))

    assert answer.status_code in {202, 422}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"status": BotStatus.MAINTENANCE}, "being maintained"),
        ({"quarantined_at": now()}, "in quarantine"),
        ({"run_policy": RunPolicy.NOBODY}, "after a council's vote"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_bot_that_may_not_run_says_so_and_may_later(client, uma, change, sentence):
    hook = make_hook(uma)
    before = {name: getattr(hook.bot, name) for name in change}
    for name, value in change.items():
        setattr(hook.bot, name, value)

    refused = call(client, hook.id)
    for name, value in before.items():
        setattr(hook.bot, name, value)
    accepted = call(client, hook.id)

    assert refused.status_code == 409
    assert sentence in refused.json["detail"]
    assert accepted.status_code == 202


def test_a_freeze_of_everything_stops_hooks_too(client, uma, ada):
    make_freeze(ada)

    answer = call(client, make_hook(uma).id)

    assert (answer.status_code, answer.json["code"]) == (409, "frozen")


def test_who_has_too_many_waiting_comes_back_later(app, client, uma, monkeypatch):
    monkeypatch.setitem(app.config, "RUNS_WAITING", 2)
    hook = make_hook(uma)
    make_run(hook.bot, started_by=make_user("Somebody else"))

    answers = [
        call(client, hook.id, headers=signed(message=f"msg_{n}")) for n in range(3)
    ]

    assert [each.status_code for each in answers] == [202, 202, 429]
    assert answers[2].headers["Retry-After"] == "5"
    assert answers[2].json["code"] == "too_many_waiting"


def test_a_call_costs_a_constant_number_of_statements(client, uma, statements):
    hook = make_hook(uma)
    for n in range(3):
        call(client, hook.id, headers=signed(message=f"msg_{n}"))

    url, headers = hook.id, signed(message="the last")
    statements.clear()
    call(client, url, headers=headers)

    sent = [each for each in statements if "clock_timestamp" not in each]
    assert len(sent) == 16, "\n".join(sent)


def test_old_calls_are_forgotten(client, uma):
    hook = make_hook(uma)
    for message in ("msg_1", "msg_2"):
        call(client, hook.id, headers=signed(message=message))
    old = db.session.scalar(select(HookCall).filter_by(message_id="msg_1"))
    old.received_at -= KEPT + timedelta(minutes=1)
    db.session.commit()

    prune_calls()

    assert db.session.scalars(select(HookCall.message_id)).all() == ["msg_2"]
    assert runs() == 2
