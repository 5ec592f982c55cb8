"""`flask audit`: verify the trail; print its head, and the key of the receipts."""

import json

import click
from flask import current_app
from flask.cli import AppGroup

from dashboard.audit_log import reports
from dashboard.audit_log.verify import Anchor, verify
from dashboard.receipts.signing import key_set, private_key

audit = AppGroup("audit", help="Verify the audit trail.")
EVERY = 10_000


class AnchorType(click.ParamType):
    name = "seq:hash"

    def convert(
        self,
        value: str | Anchor,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Anchor:
        if isinstance(value, Anchor):
            return value
        try:
            return Anchor.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@audit.command("verify")
@click.option("--anchor", type=AnchorType(), help="A head kept from before.")
def verify_command(anchor: Anchor | None) -> None:
    """Follow the whole chain; exit with 1 where it does not hold."""
    verdict = verify(anchor, tell)
    if broken := verdict.broken:
        click.echo(f"broken at entry {broken.seq}: {broken.why}", err=True)
        click.echo(f"entries 1 to {broken.seq - 1} are whole", err=True)
        raise SystemExit(1)
    click.echo(f"ok: {verdict.entries} entries, head {verdict.head}")


def tell(entries: int) -> None:
    if entries % EVERY == 0:
        click.echo(f"{entries:,} entries are whole so far", err=True)


@audit.command("head")
def head_command() -> None:
    """Print the end of the chain as SEQ:HASH; keep it where nobody can change it."""
    head = reports.head()
    if head is None:
        raise click.ClickException("The head of the chain is missing.")
    click.echo(f"{head.seq}:{head.hash}")


@audit.command("key")
def key_command() -> None:
    """Print the public key that checks receipts; give it to whoever checks them."""
    keys = key_set(private_key(current_app.config["AUDIT_KEY"]))
    click.echo(json.dumps(keys, indent=2))
