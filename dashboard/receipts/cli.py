"""`flask verify-receipt`: check a receipt offline, with the public key alone."""

import json
from pathlib import Path
from typing import Any

import click

from dashboard.receipts.checking import check, chosen, soundness
from dashboard.receipts.findings import printable
from dashboard.receipts.signing import Unusable

CHECKED = (
    "spelling, digests, signature, electorate, votes, arithmetic, times, runs, trail"
)


@click.command("verify-receipt")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "key",
    type=click.Path(path_type=Path),
    required=True,
    help="The public key: what `flask audit key` prints.",
)
def verify_receipt(file: Path, key: Path) -> None:
    """Check a receipt; exit with 1 where it is not sound, with 2 if it cannot be read.

    Neither a database nor a network is asked.
    """
    raw = content_of(file)
    try:
        keys = json.loads(content_of(key))
        findings = check(raw, chosen(keys, raw))
    except (ValueError, RecursionError) as error:
        why = error if isinstance(error, Unusable) else "It is not JSON."
        raise Unreadable(f"{key} is not a public key. {why}") from error
    click.echo(f"Checked: {CHECKED}.")
    if not findings:
        click.echo(sound(json.loads(raw)))
        return
    for finding in findings:
        click.echo(str(finding), err=True)
    click.echo(f"The receipt is not sound: {soundness(findings)}", err=True)
    raise SystemExit(1)


def content_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}.") from error


class Unreadable(click.ClickException):
    """The file or the key is not there, or the key is none."""

    exit_code = 2


def sound(document: dict[str, Any]) -> str:
    """What was proved, in one sentence."""
    receipt = document["receipt"]
    proposal, rounds = receipt["proposal"], receipt["rounds"]
    votes = sum(len(each["votes"]) for each in rounds)
    decided = [each["outcome"] for each in rounds if each["outcome"]]
    title = f"#{proposal['number']} {proposal['title']}"
    text = (
        f"{title}, {decided[-1]}; {counted(votes, 'vote')}, "
        f"{counted(len(receipt['audit']), 'audit entry', 'audit entries')}; "
        f"issued by {document['issuer']} at {document['issued_at']}"
    )
    return f"The receipt is sound: {printable(text)}."


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
