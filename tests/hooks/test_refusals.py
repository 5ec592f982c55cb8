"""Calls that are not signed well: one and the same answer, whatever is wrong."""

import time
from statistics import median

import pytest
from sqlalchemy import select

from dashboard.audit import AuditEntry, Result
from dashboard.clock import now
from dashboard.extensions import db
from tests.factories import latest_audit
from tests.hooks.stage import (
    BODY,
    OTHER,
    call,
    make_hook,
    plainly_signed,
    runs,
    signed,
)

NOBODY = "019a0000-0000-7000-8000-000000000000"


def without(name, **over):
    headers = signed(**over)
    del headers[name]
    return headers


def seconds(away):
    return int(time.time()) + away


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(secret=OTHER),
        signed(body={"file": "other.log"}),
        signed(version="v2"),
        signed() | {"webhook-id": "msg_2"},
        signed() | {"webhook-timestamp": str(seconds(1))},
        signed() | {"webhook-signature": ""},
        signed() | {"webhook-signature": "v1,"},
        signed() | {"webhook-signature": "v1,ünder"},
        signed(message=""),
        signed(message="x" * 121),
        without("webhook-id"),
        without("webhook-timestamp"),
        without("webhook-signature"),
        plainly_signed(secret=OTHER),
        plainly_signed() | {"X-Quorum-Timestamp": "1"},
        plainly_signed() | {"X-Quorum-Signature": "sha256="},
        plainly_signed() | {"X-Quorum-Signature": "md5=00"},
    ],
)
def test_a_bad_signature_starts_nothing(client, uma, headers):
    answer = call(client, make_hook(uma).id, headers=headers)

    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert runs() == 0


@pytest.mark.parametrize("sign", [signed, plainly_signed])
@pytest.mark.parametrize(
    ("away", "status"), [(-310, 401), (-290, 202), (290, 202), (310, 401)]
)
def test_a_call_is_good_for_five_minutes(client, uma, sign, away, status):
    answer = call(client, make_hook(uma).id, headers=sign(at=seconds(away)))

    assert answer.status_code == status


@pytest.mark.parametrize("at", ["now", "-1", "1e9", "9" * 13, "١٢٣", ""])
def test_a_time_that_is_none_is_refused(client, uma, at):
    headers = signed(at=at)
    headers["webhook-timestamp"] = at.encode().decode("latin-1")

    assert call(client, make_hook(uma).id, headers=headers).status_code == 401


def closed(hook, how):
    if how == "off":
        hook.is_on = False
    elif how == "revoked":
        hook.revoke(now())
    elif how == "deactivated":
        hook.owner.is_active = False
    elif how == "unreadable":
        hook.sealed_secret = "no longer a token"


@pytest.mark.parametrize("how", ["off", "revoked", "deactivated", "unreadable"])
def test_a_closed_hook_answers_like_one_that_never_was(client, uma, how):
    hook = make_hook(uma)
    closed(hook, how)

    answer = call(client, hook.id)
    unknown = call(client, NOBODY)
    wrong = call(client, make_hook(uma).id, headers=signed(secret=OTHER))

    said = [without_request(each) for each in (answer, unknown, wrong)]
    assert answer.status_code == 401
    assert said[0] == said[1] == said[2]
    assert runs() == 0


def without_request(answer):
    """All that is told, but for the request's own number."""
    headers = {k: v for k, v in answer.headers if k not in UNIQUE}
    return answer.status_code, headers, answer.json | {"instance": ""}


UNIQUE = {"X-Request-Id", "Content-Security-Policy"}


def test_the_answer_takes_as_long_whether_or_not_there_is_a_hook(client, uma):
    known, wrong = make_hook(uma).id, signed(secret=OTHER)
    call(client, known, headers=wrong)  # what is written once a minute is written
    took = {known: [], NOBODY: []}

    for _ in range(40):
        for hook_id, times in took.items():
            began = time.perf_counter()
            call(client, hook_id, headers=wrong)
            times.append(time.perf_counter() - began)

    there, nowhere = median(took[known]), median(took[NOBODY])
    assert abs(there - nowhere) < max(there, nowhere) / 2


def test_refused_calls_are_written_down_once_a_minute(client, uma):
    hook, other = make_hook(uma), make_hook(uma)
    wrong = signed(secret=OTHER)

    for _ in range(3):
        call(client, hook.id, headers=wrong)
        call(client, other.id, headers=wrong)
        call(client, NOBODY, headers=wrong)
    first = refusals()
    hook.refused_at = hook.refused_at.replace(year=2020)
    call(client, hook.id, headers=signed(at=1))

    assert sorted(entry.subject_id for entry in first) == sorted([hook.id, other.id])
    entry = latest_audit()
    assert (entry.result, entry.action) == (Result.REFUSED, "hook.call")
    assert "sent too long ago" in entry.detail["reason"]
    assert len(refusals()) == 3


def refusals():
    wanted = select(AuditEntry).where(AuditEntry.result == Result.REFUSED)
    return db.session.scalars(wanted).all()


def test_what_others_signed_for_other_hooks_is_worth_nothing_here(client, uma, olga):
    mine, theirs = make_hook(uma), make_hook(olga, secret=OTHER)

    answer = call(client, mine.id, headers=signed(secret=OTHER))
    accepted = call(client, theirs.id, headers=signed(secret=OTHER))

    assert (answer.status_code, accepted.status_code) == (401, 202)


def test_a_session_or_a_key_is_no_signature(app, client, ada):
    hook = make_hook(ada)
    client.as_(ada).with_key(ada)

    assert call(client, hook.id, headers={}).status_code == 401


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_it_is_called_by_post_alone(client, uma, method):
    answer = getattr(client, method)(f"/hooks/in/{make_hook(uma).id}", json=BODY)

    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")


def test_an_address_that_is_none_is_answered_as_a_problem(client, database):
    answer = client.post("/hooks/in/nowhere", json=BODY)

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
