"""Signed calls: a signature that means something else, and a hook in other hands."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from dashboard.bots.models import RunPolicy
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.models import Run
from tests.factories import latest_audit, make_bot
from tests.hooks.stage import KEY, SECRET, call, make_hook, plainly_signed, runs, signed


def signature_of(content, key=KEY):
    return base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def newest_run():
    return db.session.scalars(db.select(Run).order_by(Run.id.desc()).limit(1)).one()


def parts_of(headers, body):
    """What was signed, cut at other points than the sender meant."""
    message, sent = headers["webhook-id"], headers["webhook-timestamp"]
    yield f"{message}.{sent}", body.decode().partition(".")[0], b""
    yield message, f"{sent}.{body.decode()}", b""
    yield "", f"{message}.{sent}", body
    yield message.partition(".")[0], message.partition(".")[2], body


@pytest.mark.parametrize("has_time", [True, False])
@pytest.mark.parametrize("body", [b'{"file": "a.b"}', b"1.5"])
def test_what_was_signed_is_not_cut_at_another_point(client, uma, has_time, body):
    hook = make_hook(uma)
    message = f"msg.{int(time.time())}" if has_time else "msg.1"
    headers = signed(body, message=message)
    own = {"webhook-signature": headers["webhook-signature"]}

    for id_, sent, rest in parts_of(headers, body):
        forged = own | {"webhook-id": id_, "webhook-timestamp": sent}
        assert call(client, hook.id, rest, forged).status_code in {401, 422}

    assert runs() == 0


def test_a_signature_of_one_kind_is_none_of_the_other(client, uma):
    hook, body = make_hook(uma), {"file": "auth.log"}
    good, plain = signed(body), plainly_signed(body)
    raw = base64.b64decode(good["webhook-signature"].removeprefix("v1,"))
    now = good["webhook-timestamp"]
    as_plain = {
        "X-Quorum-Timestamp": f"{good['webhook-id']}.{now}",
        "X-Quorum-Signature": f"sha256={raw.hex()}",
    }
    as_standard = good | {
        "webhook-signature": "v1,"
        + base64.b64encode(
            bytes.fromhex(plain["X-Quorum-Signature"].removeprefix("sha256="))
        ).decode()
    }
    raw_key = f"{now}.{json.dumps(body)}".encode()
    with_the_other_key = {
        "X-Quorum-Timestamp": now,
        "X-Quorum-Signature": f"sha256={hmac.digest(KEY, raw_key, 'sha256').hex()}",
    }

    for headers in (as_plain, as_standard, with_the_other_key, plain | as_standard):
        assert call(client, hook.id, body, headers).status_code == 401
    assert runs() == 0


def test_the_written_secret_is_no_key_of_the_standard(client, uma):
    hook, body = make_hook(uma), b"{}"
    headers = signed(body)
    content = f"msg_1.{headers['webhook-timestamp']}.".encode() + body
    headers["webhook-signature"] = f"v1,{signature_of(content, SECRET.encode())}"

    assert call(client, hook.id, body, headers).status_code == 401


def test_one_message_signed_in_many_spellings_is_one_message(client, uma):
    hook = make_hook(uma)
    headers = plainly_signed()
    upper = headers["X-Quorum-Signature"].removeprefix("sha256=").upper()
    spaced = " ".join(upper[n : n + 2] for n in range(0, len(upper), 2))

    for text in (f"sha256={upper}", f"SHA256={spaced}", f" sha256={upper.lower()} "):
        answer = call(client, hook.id, headers=headers | {"X-Quorum-Signature": text})
        assert answer.status_code in {200, 202}

    assert runs() == 1


def test_who_takes_the_secret_runs_it_in_the_own_name(client, ada, uma):
    """The owner of a bot may replace the secret of an admin's hook, not their name."""
    bot = make_bot(uma, run_policy=RunPolicy.OWNER)
    hook = make_hook(ada, bot)
    url = f"/api/v1/hooks/{hook.id}/secret"

    secret = client.with_key(uma).post(url).json["secret"]
    answer = call(client, hook.id, headers=signed(secret=secret))

    assert answer.status_code == 202
    assert newest_run().started_by_id == uma.id
    assert latest_audit().actor_id == uma.id


@pytest.mark.parametrize("role", [Role.VIEWER, Role.USER])
def test_an_admin_who_is_none_any_more_runs_no_foreign_bot(client, ada, uma, role):
    hook = make_hook(ada, make_bot(uma, run_policy=RunPolicy.OWNER))
    ada.role = role
    db.session.commit()

    answer = call(client, hook.id)

    assert (answer.status_code, answer.json["code"]) == (409, "needs_vote")
    assert runs() == 0


def test_who_judges_code_is_not_told_of_foreign_runs(client, uma, olga, eve):
    hook = make_hook(uma)
    run = call(client, hook.id).json["run"]
    url = f"/api/v1/hooks/{hook.id}/calls"

    told = {
        person.name: client.as_(person).with_key(person).get(url).json["items"][0]
        for person in (uma, eve, olga)
    }
    page = client.as_(olga).get(f"/hooks/{hook.id}").text

    assert told["Uma"]["run_id"] == told["Eve"]["run_id"] == run
    assert (told["Olga"]["run_id"], told["Olga"]["message_id"]) == (None, "msg_1")
    assert run not in page
    assert client.get(f"/runs/{run}").status_code == 404
