"""What only the machine itself can tell: its secrets, its files, what they open."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from config import MIN_SECRET, ROOT
from dashboard.audit_log.verify import Broken
from dashboard.extensions import db
from dashboard.health.findings import Finding, fail, ok, warn
from dashboard.health.reading import Reading
from dashboard.health.tail import tail
from dashboard.sealing import Unsealable, sealed_columns, unseal
from dashboard.templating import plural

OTHERS = 0o077
TAIL = 100
FEW_CHARACTERS = 10
BATCH = 500


def secrets(reading: Reading) -> Finding:
    config = current_app.config
    known = [config["SECRET_KEY"], config["AUDIT_KEY"], *config["DATA_KEYS"]]
    short = [secret for secret in known if len(secret) < MIN_SECRET]
    plain = [secret for secret in known if len(set(secret)) < FEW_CHARACTERS]
    if short:
        return fail(f"A secret is shorter than {MIN_SECRET} characters. Make it anew.")
    if plain:
        return warn("A secret repeats a few characters. Make it of random ones.")
    return ok(
        f"SECRET_KEY, AUDIT_KEY and {plural(len(known) - 2, 'data key')} are long."
    )


def files(reading: Reading) -> Finding:
    """Whether other users of the machine can reach what should be ours alone."""
    folder = Path(current_app.instance_path)
    inside = [*folder.glob("*.db*"), folder / "keys.json"] if is_open(folder) else []
    reached = [file for file in [*inside, ROOT / ".env"] if is_open(file)]
    if reached:
        names = " ".join(str(file) for file in reached)
        return fail(f"Other users can reach {names}. Run chmod 600 {names}.")
    return ok("Database, keys and settings are for their owner alone.")


def is_open(file: Path) -> bool:
    return file.exists() and bool(file.stat().st_mode & OTHERS)


def settings(reading: Reading) -> Finding:
    is_live = current_app.config["PRODUCTION"]
    if is_live and current_app.debug:
        return fail("The debugger is on in production: it runs what anybody types.")
    if is_live and not current_app.config["SESSION_COOKIE_SECURE"]:
        return warn("BASE_URL is http: sign-ins go over the wire for all to read.")
    return ok("Production." if is_live else "Development: fine for one's own machine.")


def sealed(reading: Reading) -> Finding:
    """Whether DATA_KEYS open everything that was sealed."""
    number, closed = 0, []
    for record, column in sealed_records():
        number += 1
        try:
            unseal(getattr(record, column), record)
        except Unsealable:
            closed.append(f"{record.__tablename__}/{record.id}")
    if closed:
        return fail(
            f"DATA_KEYS do not open {plural(len(closed), 'secret')} of {number}, such "
            f"as {closed[0]}. Put back the key they were sealed with.",
            closed=closed[:BATCH],
        )
    return ok(f"DATA_KEYS open all of {plural(number, 'stored secret')}.")


def sealed_records() -> Iterator[tuple[Any, str]]:
    for model, column in sealed_columns():
        filled = select(model).where(getattr(model, column) != "")
        for record in db.session.scalars(filled.execution_options(yield_per=BATCH)):
            yield record, column


def audit_tail(reading: Reading) -> Finding:
    """The newest entries; flask audit verify follows them all."""
    try:
        entries = tail(TAIL)
    except Broken as broken:
        return fail(
            f"The audit chain is broken: {broken.found.why}. Run flask audit verify."
        )
    return ok(f"The last {plural(entries, 'entry', 'entries')} hold.")
