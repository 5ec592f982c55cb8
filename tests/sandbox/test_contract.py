"""What a bot is given, and what it may give back."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.sandbox import Ending, OutputFile, Tier


@pytest.mark.parametrize("tier", list(Tier))
def test_a_good_bot_reads_its_files_and_returns_its_result(run, tier, needs):
    needs(tier)

    outcome = run(
        """
        def run(inputs, files):
            lines = (files / "a.log").read_text().splitlines()
            return {"lines": len(lines), "word": inputs["word"]}
        """,
        {"word": "grün"},
        {"a.log": b"one\ntwo\n"},
        tier=tier,
    )

    assert outcome.ending == Ending.COMPLETED
    assert outcome.output == {"lines": 2, "word": "grün"}
    assert outcome.tier == tier
    assert outcome.layers["limits"]["CPU"] == 5


def test_a_bot_that_needs_no_files_takes_one_parameter(run):
    assert run("def run(inputs): return inputs", {"a": [1]}).output == {"a": [1]}


def test_the_log_arrives_while_the_bot_runs(run):
    arrived = []

    def on_log(chunk):
        arrived.append((time.monotonic(), chunk))

    outcome = run(
        """
        import sys, time
        def run(inputs):
            print("first")
            time.sleep(0.4)
            print("second", file=sys.stderr)
            time.sleep(0.4)
            return {}
        """,
        hooks={"on_log": on_log},
    )
    ended = time.monotonic()

    assert outcome.ending == Ending.COMPLETED
    assert [chunk for _, chunk in arrived] == [b"first\n", b"second\n"]
    assert ended - arrived[0][0] > 0.7
    assert not outcome.log_truncated


def test_a_log_beyond_its_limit_is_cut_there(run):
    kept = []

    outcome = run(
        'def run(inputs): print("x" * 3000, end=""); return {}',
        hooks={"on_log": kept.append},
        log_bytes=1000,
    )

    assert outcome.ending == Ending.COMPLETED
    assert b"".join(kept) == b"x" * 1000
    assert outcome.log_truncated


def test_attached_files_cannot_be_changed(lock):
    outcome = lock(
        """
        import os
        def run(inputs, files):
            for attempt in (
                lambda: os.chmod(files / "a", 0o777),
                lambda: (files / "a").write_text("forged"),
                lambda: (files / "b").write_text("new"),
                lambda: (files / "a").unlink(),
            ):
                try:
                    attempt()
                except OSError:
                    pass
            return {"a": (files / "a").read_text(), "names": os.listdir(files)}
        """,
        files={"a": b"true"},
    )

    assert outcome.output == {"a": "true", "names": ["a"]}


def test_plain_files_in_the_output_folder_are_collected(run):
    outcome = run(
        """
        from pathlib import Path
        def run(inputs):
            Path("output/report.csv").write_text("a,b")
            Path("scratch").write_text("mine")
            return {}
        """
    )

    assert outcome.files == [OutputFile("report.csv", b"a,b")]


def test_only_plain_files_are_collected(run, private_file):
    outcome = run(
        """
        import os
        def run(inputs):
            os.symlink(inputs["path"], "output/link")
            os.mkdir("output/folder")
            os.mkfifo("output/pipe")
            open("here", "w").close()
            os.link("here", "output/second-name")
            open("output/kept", "w").close()
            return {}
        """,
        {"path": str(private_file)},
    )

    assert outcome.ending == Ending.COMPLETED
    assert [file.name for file in outcome.files] == ["kept"]
    assert "4 of the entries in output/ were left out" in outcome.message


def test_an_output_folder_replaced_by_a_link_gives_nothing(run, tmp_path):
    (tmp_path / "secret").write_text("s")

    outcome = run(
        """
        import os
        def run(inputs):
            os.rmdir("output")
            os.symlink(inputs["path"], "output")
            return {}
        """,
        {"path": str(tmp_path)},
    )

    assert outcome.files == []


def test_too_many_output_files_are_a_bad_result(run):
    outcome = run(
        """
        def run(inputs):
            for number in range(21):
                open(f"output/{number}", "w").close()
            return {}
        """
    )

    assert outcome.ending == Ending.BAD_RESULT
    assert "more than 20 files" in outcome.message
    assert outcome.output is None


def test_the_environment_holds_nothing_of_ours(run, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "do-not-tell")

    outcome = run(
        "import os\ndef run(inputs): return dict(os.environ)",
        hooks={"idempotency_key": "run-7-step-1"},
    )

    assert set(outcome.output) <= {
        *("PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PYTHONHASHSEED"),
        *("QUORUM_IDEMPOTENCY_KEY", "QUORUM_BOT_RUN"),
    }
    assert outcome.output["QUORUM_IDEMPOTENCY_KEY"] == "run-7-step-1"


def test_only_the_standard_library_can_be_imported(run):
    outcome = run(
        """
        import importlib.util
        def run(inputs):
            names = ["flask", "dashboard", "seccomp", "verdict"]
            return {name: importlib.util.find_spec(name) is not None for name in names}
        """
    )

    assert not any(outcome.output.values())


def test_standard_modules_written_in_c_load_under_lockdown(lock):
    outcome = lock(
        """
        def run(inputs):
            import csv, ctypes, decimal, hashlib, lzma, sqlite3, zoneinfo
            database = sqlite3.connect("work.db")
            database.execute("create table t (n)")
            return {"digest": hashlib.sha256(b"").hexdigest()[:4]}
        """
    )

    assert outcome.output == {"digest": "e3b0"}


def test_threads_work_under_lockdown(lock):
    outcome = lock(
        """
        from concurrent.futures import ThreadPoolExecutor
        def run(inputs):
            with ThreadPoolExecutor(4) as pool:
                return {"squares": list(pool.map(lambda n: n * n, range(5)))}
        """
    )

    assert outcome.output == {"squares": [0, 1, 4, 9, 16]}


def test_a_thread_that_never_ends_does_not_hold_up_a_finished_bot(run):
    outcome = run(
        """
        import threading, time
        def run(inputs):
            threading.Thread(target=time.sleep, args=(60,)).start()
            return {}
        """
    )

    assert outcome.ending == Ending.COMPLETED
    assert outcome.seconds < 5


def test_bots_run_side_by_side_without_mixing(run):
    code = """
        import os, time
        def run(inputs, files):
            print(inputs["n"])
            time.sleep(0.3)
            return {"n": inputs["n"], "uid": os.getuid()}
        """
    logs = [[] for _ in range(4)]

    def one(n):
        return run(code, {"n": n}, hooks={"on_log": logs[n].append})

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(one, range(4)))

    assert [outcome.output["n"] for outcome in outcomes] == [0, 1, 2, 3]
    assert logs == [[b"0\n"], [b"1\n"], [b"2\n"], [b"3\n"]]
    if outcomes[0].layers["uid"] is not None:
        assert len({outcome.output["uid"] for outcome in outcomes}) == 4


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".", "a\0b", "n" * 256])
def test_a_file_whose_name_is_a_path_is_refused(run, name):
    outcome = run("def run(inputs): return {}", files={name: b""})

    assert outcome.ending == Ending.REFUSED
    assert "no plain file name" in outcome.message
