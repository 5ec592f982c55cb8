"""Runs the bot's code and puts what came of it into one report."""

import errno
import inspect
import json
import linecache
import traceback
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

FILE_NAME = "bot.py"
TRACEBACK_CHARACTERS = 8000
MESSAGE_CHARACTERS = 500
OUT_OF_MEMORY = {"ending": "memory_limit"}  # made beforehand: later there is no room

Report = dict[str, Any]
Denial = Callable[[BaseException], dict[str, str] | None]


class NoEntryPoint(Exception):
    """The bot's code defines no run function."""


def run(request: dict[str, Any], denial_of: Denial) -> Report:
    try:
        return _judge_output(_call(request), request["control"]["result_bytes"])
    except MemoryError:
        return OUT_OF_MEMORY
    except BaseException as error:  # whatever a bot raises is its result
        try:
            return _failure(error, denial_of)
        except MemoryError:
            return OUT_OF_MEMORY


def _call(request: dict[str, Any]) -> Any:
    source = request["code"]
    # its lines, for the traceback: there is no file to read them from
    lines = source.splitlines(keepends=True)
    linecache.cache[FILE_NAME] = (len(source), None, lines, FILE_NAME)
    namespace: dict[str, Any] = {"__name__": "bot", "__file__": FILE_NAME}
    code: CodeType = compile(source, FILE_NAME, "exec", dont_inherit=True)
    exec(code, namespace)  # noqa: S102 - this is what the sandbox is for
    entry = namespace.get("run")
    if not callable(entry):
        raise NoEntryPoint("The code defines no function run(inputs, files).")
    if _takes_files(entry):
        return entry(request["inputs"], Path(request["control"]["files"]))
    return entry(request["inputs"])


def _takes_files(entry: Callable[..., Any]) -> bool:
    kinds = [one.kind for one in inspect.signature(entry).parameters.values()]
    positional = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    )
    return sum(kind in positional for kind in kinds) > 1 or (
        inspect.Parameter.VAR_POSITIONAL in kinds
    )


def _judge_output(output: Any, most_bytes: int) -> Report:
    if not isinstance(output, dict):
        kind = "nothing" if output is None else f"a {type(output).__name__}"
        return _bad(f"run() returned {kind} instead of a dict")
    try:
        size = len(json.dumps(output, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        return _bad(f"its result is not plain JSON ({str(error)[:MESSAGE_CHARACTERS]})")
    if size > most_bytes:
        return _bad(f"its result has {size} bytes, more than the {most_bytes} allowed")
    return {"ending": "completed", "output": output}


def _bad(detail: str) -> Report:
    return {"ending": "bad_result", "detail": detail}


def _failure(error: BaseException, denial_of: Denial) -> Report:
    report: Report = {
        "ending": "failed",
        "detail": _one_line(error),
        "traceback": _traceback(error),
    }
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.EFBIG:
        return {**report, "ending": "disk_limit"}
    if code == errno.ENOMEM:
        return {**report, "ending": "memory_limit"}
    denial = denial_of(error)
    return {**report, "ending": "denied", **denial} if denial else report


def _one_line(error: BaseException) -> str:
    name = type(error).__name__
    try:
        said = str(error)
    except Exception:  # the bot wrote this __str__
        said = ""
    return f"{name}: {said}"[:MESSAGE_CHARACTERS] if said else name


def _traceback(error: BaseException) -> str:
    """The bot's own lines, without ours above them."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != FILE_NAME:
        trace = trace.tb_next
    try:
        lines = traceback.format_exception(type(error), error, trace, limit=-20)
    except Exception:  # formatting calls code the bot wrote
        return type(error).__name__
    return "".join(lines)[-TRACEBACK_CHARACTERS:]
