"""One job in one tier, from a new folder to its outcome."""

import time
from dataclasses import replace

from dashboard.sandbox.collected import TooMuch, collect
from dashboard.sandbox.folders import is_plain_name, run_folder
from dashboard.sandbox.interpreter import NoInterpreter, bot_uid, choose_interpreter
from dashboard.sandbox.launch import Job, Place, launch
from dashboard.sandbox.outcome import Ending, Follower, Outcome, Tier
from dashboard.sandbox.report import Malformed, Report, read_layers, read_report
from dashboard.sandbox.verdict import bad_result, judge, sentence
from dashboard.sandbox.watch import Watch


def run_in_tier(job: Job, tier: Tier, follower: Follower) -> Outcome:
    started = time.monotonic()
    bad_names = [name for name in job.files if not is_plain_name(name)]
    if bad_names:
        message = f"The bot was not started: {bad_names[0]!r} is no plain file name."
        return Outcome(Ending.REFUSED, message, tier)
    try:
        interpreter = choose_interpreter()
    except NoInterpreter as error:
        return Outcome(Ending.REFUSED, str(error), tier)

    with bot_uid(interpreter) as uid, run_folder(job.files, uid) as folder:
        place = Place(tier, interpreter, uid, folder)
        outcome = run_in_place(job, place, follower)
    return replace(outcome, seconds=round(time.monotonic() - started, 3))


def run_in_place(job: Job, place: Place, follower: Follower) -> Outcome:
    child = launch(job, place)
    try:
        watch = Watch(child, job, place, follower)
        try:
            stopped = watch.until_the_end()
        finally:
            child.end()
        watch.drain()
        outcome = _outcome(stopped, watch, job, place)
        return replace(outcome, log_truncated=watch.log_truncated)
    finally:
        child.close()


def _outcome(stopped: Ending | None, watch: Watch, job: Job, place: Place) -> Outcome:
    sent = bytes(watch.reports)
    if not stopped and watch.log_bytes > job.limits.flood_bytes:
        stopped = Ending.OUTPUT_LIMIT
    if not stopped and watch.writes_too_much:
        stopped = Ending.DISK_LIMIT
    if stopped:
        layers = read_layers(sent).layers
        message = sentence(stopped, job.limits)
        return Outcome(stopped, message, place.tier, layers=layers)
    try:
        report = read_report(sent)
    except Malformed as error:
        ending, message = bad_result(str(error))
        return Outcome(ending, message, place.tier, layers=read_layers(sent).layers)

    ending, message = judge(watch.exit_status(), report, job.limits)
    outcome = Outcome(ending, message, place.tier, layers=report.layers)
    if ending == Ending.COMPLETED:
        return _with_results(outcome, report, place)
    return replace(outcome, traceback=report.text("traceback"))


def _with_results(outcome: Outcome, report: Report, place: Place) -> Outcome:
    try:
        collected = collect(place.folder.output)
    except TooMuch as error:
        ending, message = bad_result(str(error))
        return replace(outcome, ending=ending, message=message)
    if collected.left_out:
        note = f" {collected.left_out} of the entries in output/ were left out: "
        note += "only plain files are kept."
        outcome = replace(outcome, message=outcome.message + note)
    output = report.said["output"] if report.said else None
    return replace(outcome, output=output, files=collected.files)
