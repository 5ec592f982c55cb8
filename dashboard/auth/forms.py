"""How signing in, confirming and a new password are asked."""

from wtforms import HiddenField, PasswordField, StringField

from dashboard.auth.schemas import ConfirmIn, PasswordChangeIn, SignInIn
from dashboard.forms import SchemaForm

CURRENT = {"autocomplete": "current-password"}
NEW = {"autocomplete": "new-password"}


class SignInForm(SchemaForm):
    schema = SignInIn
    email = StringField("Email or username", render_kw={"autocomplete": "username"})
    password = PasswordField("Password", render_kw=CURRENT)
    next = HiddenField()


class ConfirmForm(SchemaForm):
    schema = ConfirmIn
    password = PasswordField("Your password", render_kw=CURRENT)
    next = HiddenField()


class PasswordForm(SchemaForm):
    schema = PasswordChangeIn
    current = PasswordField("Current password", render_kw=CURRENT)
    new = PasswordField("New password", render_kw=NEW)
    again = PasswordField("New password again", render_kw=NEW)
