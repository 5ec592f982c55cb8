"""`flask create-admin` and `flask create-api-key`."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from dashboard.errors import DomainError, Invalid
from dashboard.permissions import SYSTEM, Role
from dashboard.schemas import checked
from dashboard.users.actions import create_user, issue_key
from dashboard.users.models import account
from dashboard.users.schemas import KeyIn, UserIn
from dashboard.users.wording import scopes_of

NOT_READY = "The database refused. Run `flask db upgrade`, then try again."


@click.command("create-admin")
@click.option("--email", prompt="Email")
@click.option("--username", prompt="Username")
@click.option("--name", help="How people see them; the username if left out.")
@click.option("--password-stdin", is_flag=True, help="Read it from standard input.")
@click.option("--password", envvar="ADMIN_PASSWORD", hidden=True)
@with_appcontext
def create_admin(
    email: str,
    username: str,
    name: str | None,
    password_stdin: bool,
    password: str | None,
) -> None:
    """Create an admin who can sign in.

    The password is asked for twice, or taken from ADMIN_PASSWORD.
    """
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    given = {"email": email, "username": username, "name": name or username}
    try:
        wanted = checked(UserIn, given | {"role": Role.ADMIN, "password": password})
        user = create_user(SYSTEM, wanted)
    except (DomainError, DBAPIError) as error:
        raise refused(error) from error
    click.echo(f"Created the admin {user.username}. Sign in with {user.email}.")


@click.command("create-api-key")
@click.argument("email")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--days", default=90, help="Days until it expires; 0 means never.")
@with_appcontext
def create_api_key(email: str, name: str, days: int) -> None:
    """Create an API key for EMAIL with all that its owner may do."""
    owner = account(email)
    if owner is None:
        raise click.ClickException(f"Nobody here has the email {email}.")
    given = {"name": name, "days": days, "scopes": scopes_of(owner.role)}
    try:
        key, secret = issue_key(SYSTEM, owner, checked(KeyIn, given))
    except DomainError as error:
        raise refused(error) from error
    until = key.expires_at.strftime("%d %B %Y") if key.expires_at else "it is revoked"
    click.echo(f"This key of {owner.name} works until {until}.", err=True)
    click.echo("It is shown this one time:", err=True)
    click.echo(secret)


def refused(error: DomainError | DBAPIError) -> click.ClickException:
    """What was wrong, in words, instead of a traceback."""
    if isinstance(error, DBAPIError):
        return click.ClickException(f"{NOT_READY} It said: {error.orig}")
    if isinstance(error, Invalid):
        lines = [f"{path or 'input'}: {text}" for path, text in error.errors.items()]
        return click.ClickException("\n".join(lines))
    return click.ClickException(str(error))
