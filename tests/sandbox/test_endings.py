"""Every way a run can end, by a bot that ends that way."""

import threading
import time

import pytest

from dashboard.sandbox import Ending, Tier

from .conftest import SOON


@pytest.fixture(params=list(Tier))
def tier(request, needs):
    needs(request.param)
    return request.param


def test_an_endless_loop_meets_the_processor_limit(run, tier):
    outcome = run("def run(inputs):\n    while True: pass", cpu_seconds=1, tier=tier)

    assert outcome.ending == Ending.CPU_LIMIT
    assert "1 seconds of processor time" in outcome.message


def test_a_loop_that_ignores_the_first_warning_is_killed(run):
    outcome = run(
        """
        import signal
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        def run(inputs):
            while True: pass
        """,
        cpu_seconds=1,
    )

    assert outcome.ending == Ending.CPU_LIMIT


def test_a_loop_inside_one_call_into_c_is_stopped(run):
    code = "import re\ndef run(inputs): re.match('(a+)+$', 'a' * 40 + 'b')"

    assert run(code, wall_seconds=1).ending == Ending.TIMED_OUT


def test_a_bot_that_sleeps_is_timed_out(run, tier):
    outcome = run(
        "import time\ndef run(inputs): time.sleep(60)", wall_seconds=1, tier=tier
    )

    assert outcome.ending == Ending.TIMED_OUT
    assert "after 1 seconds" in outcome.message
    assert outcome.seconds < SOON


def test_output_that_drips_does_not_move_the_deadline(run):
    outcome = run(
        """
        import time
        def run(inputs):
            while True:
                print("still here")
                time.sleep(0.02)
        """,
        wall_seconds=1,
    )

    assert outcome.ending == Ending.TIMED_OUT
    assert outcome.seconds < SOON


def test_a_bot_that_stops_itself_and_ignores_signals_is_timed_out(run):
    outcome = run(
        """
        import os, signal
        def run(inputs):
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            os.kill(os.getpid(), signal.SIGSTOP)
        """,
        wall_seconds=1,
    )

    assert outcome.ending == Ending.TIMED_OUT


@pytest.mark.parametrize(
    "code",
    [
        "def run(inputs): return {'n': len('a' * 10**9)}",
        "def run(inputs):\n    hoard = []\n    while True: hoard.append('a' * 10**6)",
        "def run(inputs):\n    hoard = []\n    while True: hoard.append([0])",
    ],
)
def test_a_bot_that_hoards_memory_meets_its_limit(run, tier, code):
    outcome = run(code, tier=tier)

    assert outcome.ending == Ending.MEMORY_LIMIT
    assert "128 MiB" in outcome.message


def test_a_bot_that_floods_its_log_is_stopped(run, tier):
    outcome = run(
        "def run(inputs):\n    while True: print('x' * 1000)",
        log_bytes=10_000,
        tier=tier,
    )

    assert outcome.ending == Ending.OUTPUT_LIMIT
    assert "80000 bytes" in outcome.message
    assert outcome.log_truncated


@pytest.mark.parametrize(
    "code",
    [
        "for n in range(9999): open(f'{n}', 'w').write('x' * 100_000)",
        "open('one', 'w').write('x' * 30_000_000)",
        "for n in range(9999): os.mkdir('d'); os.chdir('d')",
        "for n in range(9999): os.mkdir('d' * 200); os.chdir('d' * 200)",
        "[open(f'last{n}', 'w').write('x' * 1_500_000) for n in range(2)]",
    ],
    ids=["many files", "one file", "deep folders", "deeper than a path", "at the end"],
)
def test_a_bot_that_floods_the_disk_is_stopped(run, tier, code):
    outcome = run(
        f"import os\ndef run(inputs):\n    {code}\n    return {{}}",
        disk_bytes=2_000_000 if "last" in code else 8_000_000,
        tier=tier,
    )

    assert outcome.ending == Ending.DISK_LIMIT
    assert "raise its disk limit" in outcome.message


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        ("None", "returned nothing instead of a dict"),
        ("{1, 2}", "returned a set instead of a dict"),
        ("[1]", "returned a list instead of a dict"),
        ("{'n': float('nan')}", "not plain JSON"),
        ("{'n': {1}}", "not plain JSON"),
        ("{'n': 'x' * 3_000_000}", "more than the 1048576 allowed"),
        ("{'n': chr(0)}", "NUL character"),
        ("{'n': chr(0xd800)}", "surrogate"),
        ("{chr(0): 1}", "NUL character"),
        ("{'n': 2**63}", "64 bits"),
        ("eval('{0:' * 70 + '1' + '}' * 70)", "nested deeper than 64"),
        ("[x := {}, x.update(x=x)][0]", "not plain JSON"),
    ],
)
def test_a_result_that_cannot_be_kept_is_refused(run, returned, reason):
    outcome = run(f"def run(inputs): return {returned}")

    assert outcome.ending == Ending.BAD_RESULT
    assert reason in outcome.message
    assert outcome.output is None


def test_a_bot_that_raises_fails_with_its_own_lines(run):
    outcome = run("def run(inputs):\n    return {'n': 1 / 0}\n")

    assert outcome.ending == Ending.FAILED
    assert outcome.message == "The bot raised ZeroDivisionError: division by zero."
    assert 'File "bot.py", line 2, in run' in outcome.traceback
    assert "return {'n': 1 / 0}" in outcome.traceback
    assert "dashboard" not in outcome.traceback


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def run(inputs:", "SyntaxError"),
        ("x = 1", "defines no function run"),
        ("import sys\ndef run(inputs): sys.exit(3)", "SystemExit: 3"),
        ("def run(inputs): raise PermissionError('mine')", "PermissionError: mine"),
        ("def run(inputs): run(inputs)", "RecursionError"),
        (
            "class E(Exception):\n  def __str__(self): 1/0\ndef run(i): raise E",
            "raised E.",
        ),
    ],
)
def test_a_bot_that_cannot_go_on_says_why(run, code, said):
    outcome = run(code)

    assert outcome.ending == Ending.FAILED
    assert said in outcome.message


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("os._exit(0)", "ended without a result"),
        ("os._exit(7)", "exit status 7"),
        ("os.kill(os.getpid(), 9)", "SIGKILL"),
        ("os.abort()", "SIGABRT"),
        ("ctypes.string_at(0)", "SIGSEGV"),
    ],
)
def test_a_bot_that_leaves_its_python_has_crashed(run, tier, code, said):
    outcome = run(f"import ctypes, os\ndef run(inputs): {code}", tier=tier)

    assert outcome.ending == Ending.CRASHED
    assert said in outcome.message


@pytest.mark.parametrize(
    "forged",
    [
        b"garbage\n",
        b'{"ending": "cancelled"}\n',
        b'{"ending": "completed", "output": 7}\n',
        b'{"ending": "completed", "output": {"n": 1e999}}\n',
        b'{"ending": "completed", "output": {"n": NaN}}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_forged_report_is_a_bad_result(run, forged):
    outcome = run(
        """
        import os
        def run(inputs):
            for fd in range(3, 60):
                try:
                    os.write(fd, inputs["forged"].encode())
                except OSError:
                    pass
            os._exit(0)
        """,
        {"forged": forged.decode()},
    )

    assert outcome.ending == Ending.BAD_RESULT


def test_a_flood_of_reports_is_stopped(run):
    outcome = run(
        """
        import os
        def run(inputs):
            while True:
                for fd in range(3, 60):
                    try:
                        os.write(fd, b"x" * 60_000)
                    except OSError:
                        pass
        """,
        result_bytes=1000,
    )

    assert outcome.ending == Ending.BAD_RESULT


def test_a_run_can_be_cancelled_half_way(run, tier):
    cancel = threading.Event()
    asked = []

    def on_log(chunk):
        asked.append(time.monotonic())
        cancel.set()

    outcome = run(
        "import time\ndef run(inputs): print('on my way'); time.sleep(60)",
        hooks={"on_log": on_log, "cancelled": cancel.is_set},
        tier=tier,
    )

    assert outcome.ending == Ending.CANCELLED
    assert time.monotonic() - asked[0] < SOON
