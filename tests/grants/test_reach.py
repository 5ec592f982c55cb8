"""What a granted bot reaches when it runs, and what is kept of it."""

import json
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dashboard.clock import now
from dashboard.permissions import Role
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus, StepStatus
from tests.factories import make_bot, make_run, make_user, make_version
from tests.grants.stage import active, make_grant, make_secret
from tests.runs.stage import again, in_background, log_of, wait_for

VALUE = "correct horse battery"
ASKS = """
import quorum

def run(inputs):
    kept = []
    for call in inputs["calls"]:
        try:
            got = quorum.fetch(inputs["url"] + call.pop("path", "/"), **call)
            kept.append([got.status, got.text[:200], dict(got.headers)])
        except Exception as error:
            kept.append([type(error).__name__, str(error)])
    return {"kept": kept}
"""


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


@pytest.fixture
def ada(real_database):
    return make_user("Ada", role=Role.ADMIN)


class Receiver(BaseHTTPRequestHandler):
    """Tells what it was asked, and misbehaves where the path says so."""

    def answer(self):
        size = int(self.headers.get("Content-Length") or 0)
        asked = {"method": self.command, "path": self.path}
        asked |= {"headers": dict(self.headers), "size": len(self.rfile.read(size))}
        self.server.asked.append(asked)
        if self.path == "/slow":
            self.server.hold.wait(20)
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/inside")
            self.end_headers()
            return
        body = b"x" * (2 << 20) if self.path == "/huge" else json.dumps(asked).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = answer  # noqa: N815  # the names that are called

    def log_message(self, *arguments):
        """Quiet: the tests look at what was asked."""


@contextmanager
def serving():
    class Server(ThreadingHTTPServer):
        asked, hold = [], threading.Event()

        def handle_error(self, request, client_address):
            """A caller that hangs up is what some tests are about."""

    Server.asked, Server.hold = [], threading.Event()
    with Server(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.hold.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def receiver(app, monkeypatch):
    with serving() as server:
        server.host = f"127.0.0.1:{server.server_port}"
        server.url = f"http://{server.host}"
        monkeypatch.setitem(app.config, "OUTBOUND_ALLOW", (server.host,))
        yield server


def kept_of(bot, receiver, *calls):
    """What became of each call of a run of this bot."""
    inputs = {"url": receiver.url, "calls": list(calls)}
    run = make_run(bot, inputs=inputs)
    execute(run.id)
    again(run)
    assert run.status is RunStatus.COMPLETED, run.error
    return run, run.output["kept"]


def test_a_call_reaches_the_granted_host_and_stands_in_the_log(uma, receiver):
    bot = make_bot(uma, ASKS)
    make_grant(bot, receiver.host)

    run, kept = kept_of(
        bot, receiver, {"path": "/items?token=hush", "headers": {"X-Mine": "1"}}
    )

    assert kept[0][0] == 200
    assert receiver.asked[0]["headers"]["X-Mine"] == "1"
    (line,) = log_of(run.steps[0])
    assert line.startswith(f"→ GET {receiver.host}/items 200, ")
    assert "hush" not in line


def test_without_a_grant_the_run_is_denied_with_a_sentence(uma):
    code = "import quorum\ndef run(i): quorum.fetch('https://api.example.org/')\n"
    run = make_run(make_bot(uma, code))

    execute(run.id)

    again(run)
    assert run.steps[0].status is StepStatus.DENIED
    assert "This bot has no network. Ask for a grant" in run.error
    assert "quorum.NotGranted" in run.steps[0].traceback


def test_a_change_carries_a_key_that_is_the_same_when_it_is_tried_again(uma, receiver):
    bot = make_bot(uma, ASKS)
    make_grant(bot, receiver.host)

    run, _ = kept_of(
        bot,
        receiver,
        {"method": "GET"},
        {"method": "POST", "body": "one"},
        {"method": "PUT", "body": "two"},
        {"method": "POST", "headers": {"idempotency-key": "mine"}},
    )

    keys = [asked["headers"].get("Idempotency-Key") for asked in receiver.asked]
    assert keys[:3] == [None, f"{run.id}/1/1", f"{run.id}/1/2"]
    assert receiver.asked[3]["headers"]["idempotency-key"] == "mine"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"path": "/elsewhere"}, 302),
        ({"path": "/huge"}, "Refused"),
        ({"method": "POST", "body": "x" * ((1 << 20) + 1)}, "Refused"),
        ({"method": "GET / HTTP/1.1\r\nX: y"}, "Refused"),
        ({"headers": {"X-A": "b\r\nX-Forged: yes"}}, "Refused"),
        ({"headers": {"Host": "inside.example"}}, "Refused"),
        ({"headers": {"Content-Length": "5"}}, "Refused"),
        ({"path": "/\r\nX-Forged: yes"}, "Refused"),
    ],
)
def test_what_a_call_may_not_be_is_refused(uma, receiver, call, said):
    bot = make_bot(uma, ASKS)
    make_grant(bot, receiver.host)

    _, kept = kept_of(bot, receiver, call)

    assert kept[0][0] == said
    assert len(receiver.asked) == (
        1 if call.get("path") in {"/elsewhere", "/huge"} else 0
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:{port}",
        "http://127.0.0.1:1",
        "http://user@127.0.0.1:{port}",
        "file:///etc/passwd",
        "ftp://127.0.0.1:{port}",
        "//127.0.0.1:{port}",
        "https://api.example.org",
    ],
)
def test_no_other_address_is_reached(uma, receiver, url):
    bot = make_bot(uma, ASKS)
    make_grant(bot, receiver.host)
    receiver.url = url.format(port=receiver.server_port)

    _, kept = kept_of(bot, receiver, {})

    assert kept[0][0] == "Refused"
    assert receiver.asked == []


def test_a_run_makes_a_hundred_calls_and_no_more(uma, receiver):
    bot = make_bot(uma, ASKS)
    make_grant(bot, receiver.host)

    _, kept = kept_of(bot, receiver, *({} for _ in range(103)))

    assert [each[0] for each in kept] == [200] * 100 + ["Refused"] * 3
    assert len(receiver.asked) == 100


def test_a_slow_server_does_not_hold_up_a_cancelled_run(uma, receiver, app):
    from dashboard.runs.actions import cancel_run

    bot = make_bot(uma, ASKS)
    make_grant(bot, receiver.host)
    inputs = {"url": receiver.url, "calls": [{"path": "/slow"}]}
    run = make_run(bot, inputs=inputs)
    worker = in_background(app, run)
    wait_for(lambda: receiver.asked)

    cancel_run(uma, run, "")
    began = time.monotonic()
    worker.join(15)

    assert time.monotonic() - began < 10  # the server holds it for twice as long
    assert again(run).status is RunStatus.CANCELLED


def test_after_a_grant_is_revoked_the_next_call_is_refused(uma, receiver, app):
    from dashboard.grants.actions import revoke

    bot = make_bot(uma, ASKS)
    grant = make_grant(bot, receiver.host)
    inputs = {"url": receiver.url, "calls": [{"path": "/slow"}, {}]}
    run = make_run(bot, inputs=inputs)
    worker = in_background(app, run)
    wait_for(lambda: receiver.asked)

    revoke(uma, grant, "Not any more")
    receiver.hold.set()
    worker.join(10)

    assert [each[0] for each in again(run).output["kept"]] == [200, "NotGranted"]
    assert len(receiver.asked) == 1


@pytest.mark.parametrize(
    "fields",
    [
        lambda bot: {"until": now() - timedelta(seconds=1)},
        lambda bot: {"revoked_at": now(), "revoked_by_id": bot.owner_id},
        lambda bot: {"version": active(bot)},
    ],
    ids=["run out", "revoked", "another version"],
)
def test_a_grant_that_does_not_hold_gives_nothing(uma, ada, receiver, fields):
    bot = make_bot(uma, ASKS)
    make_grant(bot, receiver.host, **fields(bot))
    make_grant(bot, secret=make_secret(ada), **fields(bot))
    make_version(bot, ASKS + READS)

    _, kept = kept_of(bot, receiver, {})

    assert kept == [
        [
            "NotGranted",
            "This bot has no network. Ask for a grant on the bot's page, under Access.",
        ],
        "NotGranted",
    ]


READS = """
asks = run

def run(inputs):
    kept = asks(inputs)
    try:
        quorum.secret("CRM_TOKEN")
    except quorum.NotGranted as error:
        kept["kept"].append(type(error).__name__)
    return kept
"""
TELLS = """
import os, quorum, sys, time

def run(inputs):
    token = quorum.secret("CRM_TOKEN")
    print("whole", token)
    sys.stdout.write(token[:9])
    sys.stdout.flush()
    time.sleep(0.3)
    print(token[9:])
    if inputs.get("fail"):
        raise ValueError(f"bad token {token}")
    return {
        token: ["x" + token, {"deep": token}],
        "length": len(token),
        "environment": token in str(dict(os.environ)),
    }
"""


def test_a_granted_secret_is_handed_over_and_masked_wherever_it_is_told(uma, ada):
    bot = make_bot(uma, TELLS)
    make_grant(bot, secret=make_secret(ada, value=VALUE))
    run = make_run(bot)

    execute(run.id)

    again(run)
    assert run.output == {
        "[secret]": ["x[secret]", {"deep": "[secret]"}],
        "length": len(VALUE),
        "environment": False,
    }
    assert log_of(run.steps[0]) == ["whole [secret]", "[secret]"]


def test_a_secret_in_an_error_is_masked(uma, ada):
    bot = make_bot(uma, TELLS)
    make_grant(bot, secret=make_secret(ada, value=VALUE))
    run = make_run(bot, inputs={"fail": True})

    execute(run.id)

    step = again(run).steps[0]
    assert "bad token [secret]" in step.message
    assert "bad token [secret]" in step.traceback
    assert VALUE not in step.message + step.traceback + run.error


def test_a_secret_no_key_opens_blocks_the_run_and_says_so(uma, ada, app, monkeypatch):
    bot = make_bot(uma, TELLS, name="Sync")
    make_grant(bot, secret=make_secret(ada))
    monkeypatch.setitem(app.config, "DATA_KEYS", ("another key of enough length 123",))
    run = make_run(bot)

    execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert "None of DATA_KEYS opens the secret of CRM_TOKEN" in run.error


def test_other_bots_get_nothing_of_it(uma, ada, receiver):
    make_grant(make_bot(uma), receiver.host)
    make_grant(make_bot(uma), secret=make_secret(ada))
    bot = make_bot(uma, ASKS + READS)

    _, kept = kept_of(bot, receiver, {})

    assert [kept[0][0], kept[1]] == ["NotGranted", "NotGranted"]
