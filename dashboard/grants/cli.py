"""`flask keys rotate`: seal all secrets anew under the first of DATA_KEYS."""

import click
from flask.cli import AppGroup

from dashboard.grants.rotation import rotate

keys = AppGroup("keys", help="Look after the keys that seal secrets.")


@keys.command("rotate")
def rotate_command() -> None:
    """Seal every secret anew under the first of DATA_KEYS.

    Put the new key in front of the old ones, restart, run this, then take the old ones
    out. It may be stopped and run again at any time.
    """
    done = rotate()
    click.echo(f"{done.resealed} sealed anew, {done.fresh} were already")
    for place in done.lost:
        click.echo(f"no key opens {place}: put its key back, or set it anew", err=True)
    if done.lost:
        raise SystemExit(1)
