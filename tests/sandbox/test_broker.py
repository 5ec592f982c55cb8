"""The pipe by which a bot asks for calls, and what a bot may write into it."""

import threading
import time

import pytest

from dashboard.sandbox import CallFailed, Ending, Reply, Tier, Trouble

FETCH = "import quorum\ndef run(i):\n    got = quorum.fetch(**i['call'])\n"
FETCH += "    return {'status': got.status, 'text': got.text, 'headers': got.headers}\n"
FORGES = """
import json, os
from quorum import Gate

def run(inputs):
    ask, answer = Gate.fds
    said = []
    for line in inputs["lines"]:
        os.write(ask, line.encode() + b"\\n")
        said.append(json.loads(os.read(answer, 65536))["why"])
    return {"said": said}
"""


@pytest.fixture(params=list(Tier))
def asking(run, needs, request):
    """Run a bot with a way out, in each tier."""
    needs(request.param)

    def asking(code, fetch, inputs=None, **limits):
        hooks = {"fetch": fetch, **limits.pop("hooks", {})}
        return run(code, inputs, tier=request.param, hooks=hooks, **limits)

    return asking


def test_a_call_comes_as_it_was_asked_and_its_answer_goes_back(asking):
    calls = []

    def fetch(call):
        calls.append(call)
        return Reply(201, {"x-mine": "1"}, b"made \xf0\x9f\x8d\x89")

    call = {"url": "https://a.example/b?c=d", "method": "POST", "body": "grün"}
    outcome = asking(FETCH, fetch, {"call": call | {"headers": {"A": "b"}}})

    assert outcome.output == {
        "status": 201,
        "text": "made 🍉",
        "headers": {"x-mine": "1"},
    }
    (made,) = calls
    assert (made.method, made.url) == ("POST", "https://a.example/b?c=d")
    assert (made.headers, made.body) == ({"A": "b"}, "grün".encode())


@pytest.mark.parametrize(
    ("trouble", "ending"),
    [
        (Trouble.NOT_GRANTED, Ending.DENIED),
        (Trouble.REFUSED, Ending.DENIED),
        (Trouble.UNREACHABLE, Ending.FAILED),
    ],
)
def test_a_call_that_fails_raises_in_the_bot(run, trouble, ending):
    def fetch(call):
        raise CallFailed(trouble, "Not this way.")

    call = {"url": "https://a.example/"}
    outcome = run(FETCH, {"call": call}, hooks={"fetch": fetch})

    assert outcome.ending is ending
    assert "Not this way." in outcome.message


def test_a_large_answer_arrives_whole_and_a_larger_question_is_not_sent(run):
    calls = []

    def fetch(call):
        calls.append(call)
        return Reply(200, {}, b"x" * (1 << 20))

    whole = run(
        "import quorum\ndef run(i): return {'n': len(quorum.fetch('https://a/').body)}",
        hooks={"fetch": fetch},
    )
    body = "import quorum\ndef run(i): quorum.fetch('https://a/', 'PUT', {}, b'x' * %d)"
    most = run(body % (1 << 20) + "; return {}", hooks={"fetch": fetch})
    more = run(body % ((1 << 20) + 1), hooks={"fetch": fetch})

    assert whole.output == {"n": 1 << 20}
    assert most.ending is Ending.COMPLETED
    assert more.ending is Ending.DENIED
    assert len(calls) == 2


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "[]",
        "{}",
        '{"method": "GET", "url": "u", "headers": [], "body": ""}',
        '{"method": "GET", "url": "u", "headers": {}, "body": "%"}',
        "[" * 20_000,
    ],
)
def test_a_forged_question_is_refused_and_the_next_one_heard(run, line):
    calls = []
    outcome = run(FORGES, {"lines": [line, line]}, hooks={"fetch": calls.append})

    assert len(outcome.output["said"]) == 2
    assert "could not be read" in outcome.output["said"][0]
    assert calls == []


def test_a_question_without_an_end_is_not_collected_for_ever(run):
    outcome = run(
        """
        import os
        from quorum import Gate
        def run(inputs):
            try:
                while True:
                    os.write(Gate.fds[0], b"x" * 60_000)
            except BrokenPipeError:
                return {"stopped": True}
        """,
        hooks={"fetch": lambda call: None},
    )

    assert outcome.output == {"stopped": True}


def test_an_answer_nobody_reads_holds_up_nothing(run):
    code = """
        import json, os
        from quorum import Gate
        def run(inputs):
            asked = {"method": "GET", "url": "u", "headers": {}, "body": ""}
            os.write(Gate.fds[0], json.dumps(asked).encode() + b"\\n")
            return {}
        """
    asked = threading.Event()

    def fetch(call):
        asked.set()
        return Reply(200, {}, b"x" * (1 << 20))

    outcome = run(code, hooks={"fetch": fetch})

    assert outcome.ending is Ending.COMPLETED
    assert outcome.seconds < 5


def test_a_cancelled_run_does_not_wait_for_a_slow_call(asking):
    held, asked = threading.Event(), threading.Event()

    def fetch(call):
        asked.set()
        held.wait(20)
        return Reply(200, {}, b"")

    began = time.monotonic()
    outcome = asking(
        FETCH,
        fetch,
        {"call": {"url": "https://a.example/"}},
        hooks={"cancelled": asked.is_set},
    )
    held.set()

    assert outcome.ending is Ending.CANCELLED
    assert time.monotonic() - began < 5


def test_secrets_arrive_by_name_and_by_no_other_way(asking):
    outcome = asking(
        """
        import os, quorum
        def run(inputs):
            try:
                quorum.secret("OTHER")
            except quorum.NotGranted as error:
                refused = str(error)
            known = "pass" + "word-1"
            environment = known in str(dict(os.environ))
            same = quorum.secret("MINE") == known
            return {"same": same, "environment": environment, "refused": refused}
        """,
        None,
        hooks={"secrets": {"MINE": "password-1"}},
    )

    assert outcome.output["same"] is True
    assert outcome.output["environment"] is False
    assert "The secret OTHER was not granted" in outcome.output["refused"]
