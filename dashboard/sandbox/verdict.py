"""Turns the traces of a finished run into an ending and a sentence for the operator."""

import signal
from typing import Any

from dashboard.sandbox.limits import Limits
from dashboard.sandbox.outcome import Ending
from dashboard.sandbox.report import Report

Verdict = tuple[Ending, str]


def sentence(ending: Ending, limits: Limits) -> str:
    """What happened at a limit, and what to do next."""
    mebibytes = 1 << 20
    return {
        Ending.COMPLETED: "The bot completed.",
        Ending.TIMED_OUT: "The bot was still running after "
        f"{limits.wall_seconds} seconds and was stopped. Make it do less at once, or "
        "raise its time limit.",
        Ending.CPU_LIMIT: f"The bot used all of its {limits.cpu_seconds} seconds of "
        "processor time and was stopped. Look for a loop that never ends, or raise its "
        "processor limit.",
        Ending.MEMORY_LIMIT: "The bot needed more than its "
        f"{limits.memory_bytes // mebibytes} MiB of memory and was stopped. Read large "
        "files piece by piece, or raise its memory limit.",
        Ending.DISK_LIMIT: "The bot wrote more than its "
        f"{limits.disk_bytes / mebibytes:g} MiB or {limits.files} files and was "
        "stopped. Write less, or raise its disk limit.",
        Ending.OUTPUT_LIMIT: f"The bot printed more than {limits.flood_bytes} bytes "
        "and was stopped. Print less, or write to a file in output/.",
        Ending.BAD_RESULT: "The bot's result cannot be used: it is far larger than "
        f"the {limits.result_bytes} bytes allowed. Return less, or write a file to "
        "output/.",
        Ending.CANCELLED: "The run was cancelled and the bot was stopped.",
    }[ending]


def judge(status: dict[str, Any], report: Report, limits: Limits) -> Verdict:
    """Judge a run that ended by itself."""
    if report.missing:
        layers = ", ".join(report.missing)
        return Ending.REFUSED, (
            "The bot was not started: this machine did not give the protection that "
            f"was asked for ({layers}). See the System page, or run it in a lower tier."
        )
    if not report.started:
        return Ending.REFUSED, (
            "The bot was not started: its Python ended while it was being locked down. "
            "A memory limit below 64 MiB can cause this; see also the System page."
        )
    code = status.get("exit", -signal.SIGKILL)
    if code:
        return _bad_exit(code, status.get("cpu_seconds", 0.0), limits)
    if report.said is None:
        return Ending.CRASHED, (
            "The bot ended without a result: it left its Python before run() returned. "
            "Return a dict instead of calling os._exit()."
        )
    return _as_reported(report, limits)


def bad_result(reason: str) -> Verdict:
    return Ending.BAD_RESULT, (
        f"The bot's result cannot be used: {reason}. "
        "Return a dict of text, numbers, true or false, None, lists and dicts."
    )


def _bad_exit(code: int, cpu_seconds: float, limits: Limits) -> Verdict:
    out_of_time = code == -signal.SIGKILL and cpu_seconds >= limits.cpu_seconds
    if code == -signal.SIGXCPU or out_of_time:
        return Ending.CPU_LIMIT, sentence(Ending.CPU_LIMIT, limits)
    if code == -signal.SIGXFSZ:
        return Ending.DISK_LIMIT, sentence(Ending.DISK_LIMIT, limits)
    if code < 0:
        name = (
            signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        )
        return Ending.CRASHED, (
            f"The bot's process was ended by signal {name}. Its log shows how far it "
            "came; a module written in C or a lack of memory are common causes."
        )
    return Ending.CRASHED, (
        f"The bot's process ended with exit status {code}. "
        "Return a dict from run() instead of leaving the process."
    )


def _as_reported(report: Report, limits: Limits) -> Verdict:
    ending = report.ending
    if ending == Ending.FAILED:
        return ending, f"The bot raised {report.text('detail').rstrip('.')}."
    if ending == Ending.BAD_RESULT:
        return bad_result(report.text("detail"))
    if ending == Ending.DENIED:
        return ending, _denial(report)
    return ending, sentence(ending, limits)


def _denial(report: Report) -> str:
    what = report.text("what")
    if report.text("denied") == "network":
        to = f" to {what}" if what else ""
        return (
            f"The bot tried to open a network connection{to}. Bots have no network; "
            "attach what it needs as a file, or ask for a grant and use quorum.fetch()."
        )
    if report.text("denied") == "process":
        return (
            f"The bot tried to start or signal another process ({what}). Bots may not; "
            "use Python's standard library instead."
        )
    if report.text("denied") == "file":
        return (
            f"The bot tried to use {what}, which it may not. Bots read their attached "
            "files and write to their own folder."
        )
    if report.text("denied") == "grant":
        return f"The bot asked for more than it was granted. {what}"
    return f"The bot tried something that bots may not do: {what}."
