"""What has to be so for the site to work: one list, for pages, probes and doctors."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT
from dashboard.extensions import db
from dashboard.health.findings import Finding, fail, ok, warn
from dashboard.health.line import look_at
from dashboard.health.reading import Reading
from dashboard.templating import duration, filesize, plural

SLOW_MILLISECONDS = 250
LONG_WAIT = 60
MOST_SKEW = 2.0


@dataclass(frozen=True)
class Check:
    """One question, under the name by which programs know it."""

    name: str
    title: str
    ask: Callable[[Reading], Finding]
    of_database: bool = True


def database(reading: Reading) -> Finding:
    engine = reading.engine
    facts = {
        "engine": engine.name,
        "version": engine.version,
        "milliseconds": engine.milliseconds,
        "bytes": reading.size,
    }
    said = (
        f"{engine.name} {engine.version} answers in {engine.milliseconds} ms and "
        f"holds {filesize(reading.size)}."
    )
    if engine.milliseconds > SLOW_MILLISECONDS:
        return warn(f"{said} That is slow; look at its load and its disk.", **facts)
    return ok(said, **facts)


def migrations(reading: Reading) -> Finding:
    facts = {"database": reading.revision, "code": newest()}
    if reading.revision == newest():
        return ok("The tables are those of this version.", **facts)
    return fail(
        "The tables are not those of this version. Stop everything, make a backup and "
        "run flask db upgrade.",
        **facts,
    )


@cache
def newest() -> str | None:
    """The last migration that ships with this code."""
    from alembic.script import ScriptDirectory  # for few

    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def worker(reading: Reading) -> Finding:
    """Without one, pages answer and queued runs wait."""
    alive = reading.alive
    silent = len(reading.beats) - len(alive)
    threads = sum(beat.threads for beat in alive)
    facts = {"alive": len(alive), "silent": silent, "threads": threads}
    if not alive:
        return warn("No worker gives a sign of life. Start flask worker.", **facts)
    said = f"{plural(len(alive), 'worker')} with {plural(threads, 'thread')}"
    if silent:
        more = plural(silent, "worker")
        return warn(f"{said}; {more} fell silent within the last day.", **facts)
    return ok(f"{said}, all giving signs of life.", **facts)


def audit(reading: Reading) -> Finding:
    head = reading.head
    if head is None:
        return fail(
            "The head of the audit chain is missing: nothing can be saved. Restore the "
            "last backup that is whole."
        )
    return ok(
        f"The chain ends with entry {head.seq:,}, {head.hash[:12]}…",
        seq=head.seq,
        head=head.hash,
    )


def redis(reading: Reading) -> Finding:
    url = current_app.config["REDIS_URL"]
    if not url:
        return ok("Not used: workers ask the database for work.", is_used=False)
    line = look_at(url)
    facts = {"is_used": True, "milliseconds": line.milliseconds, "hints": line.waiting}
    if line.why_not:
        return warn(
            f"Redis does not answer ({line.why_not}). Runs start with the next sweep, "
            "a few seconds later.",
            **facts,
        )
    hints = plural(line.waiting or 0, "hint")
    return ok(f"Redis answers in {line.milliseconds} ms; {hints} in line.", **facts)


def queue(reading: Reading) -> Finding:
    numbers = reading.numbers
    oldest = numbers.oldest_due
    waits = max(0.0, (reading.at - oldest).total_seconds()) if oldest else None
    facts = {
        "queued": numbers.queued,
        "held": numbers.held,
        "running": numbers.running,
        "lapsed": numbers.lapsed,
        "oldest_seconds": waits,
    }
    held = f", {numbers.held:,} of them held back" if numbers.held else ""
    said = f"{plural(numbers.running, 'run')} at work, {numbers.queued:,} queued{held}."
    if waits is not None and waits > LONG_WAIT:
        return warn(
            f"{said} The oldest could have started {duration(waits)} ago. Are there "
            "enough workers?",
            **facts,
        )
    return ok(said, **facts)


def clock(reading: Reading) -> Finding:
    skew = reading.skew
    said = f"Our clock and the database's are {abs(skew) * 1000:.0f} ms apart."
    facts = {"skew_milliseconds": round(skew * 1000, 1)}
    if abs(skew) > MOST_SKEW:
        return warn(f"{said} Run NTP on both machines.", **facts)
    return ok(said, **facts)


def outbox(reading: Reading) -> Finding:
    numbers = reading.numbers
    facts = {"pending": numbers.pending, "failed": numbers.undelivered}
    said = f"{plural(numbers.pending, 'message')} to be delivered"
    if oldest := numbers.oldest_pending:
        age = (reading.at - oldest).total_seconds()
        said, facts["oldest_seconds"] = f"{said}, the oldest for {duration(age)}", age
    if numbers.undelivered:
        gave_up = plural(numbers.undelivered, "message")
        return warn(f"{said}; {gave_up} given up. See the endpoints.", **facts)
    return ok(f"{said}.", **facts)


def schedules(reading: Reading) -> Finding:
    numbers = reading.numbers
    facts = {
        "on": numbers.schedules,
        "due": numbers.schedules_due,
        "late": numbers.schedules_late,
        "next_at": numbers.next_schedule,
    }
    said = f"{plural(numbers.schedules, 'schedule')} on, {numbers.schedules_due:,} due"
    if numbers.schedules_late:
        return warn(
            f"{said}, {numbers.schedules_late:,} of them by more than a minute. A "
            "worker starts what is due: is one alive?",
            **facts,
        )
    return ok(f"{said}.", **facts)


def examine(checks: Iterable[Check], reading: Reading) -> dict[str, Finding]:
    """Every check's answer; a database that breaks is not asked any more."""
    found: dict[str, Finding] = {}
    away = False
    for check in checks:
        if check.of_database and away:
            found[check.name] = fail("Unknown: the database does not answer.")
            continue
        try:
            found[check.name] = check.ask(reading)
        except SQLAlchemyError as error:
            db.session.rollback()
            away = True
            why = type(error).__name__
            found[check.name] = fail(f"The database does not answer ({why}).")
    return found
