"""How a person and an API key are asked for."""

from typing import Any

from wtforms import (
    EmailField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields import SelectChoice

from dashboard.forms import SchemaForm
from dashboard.permissions import Role
from dashboard.users.schemas import KeyIn, ResetIn, UserEdit, UserIn
from dashboard.users.wording import scopes_of, words_for

NEW = {"autocomplete": "new-password"}
ROLES = [SelectChoice(role.value, f"{role.label}: {role.meaning}") for role in Role]
LIFETIMES = [
    SelectChoice("7", "7 days"),
    SelectChoice("30", "30 days"),
    SelectChoice("90", "90 days"),
    SelectChoice("365", "a year"),
    SelectChoice("0", "never"),
]


class UserForm(SchemaForm):
    schema = UserIn
    name = StringField("Name")
    email = EmailField("Email")
    username = StringField("Username")
    role = SelectField("Role", choices=ROLES, validate_choice=False, default=Role.USER)
    password = PasswordField("Password", render_kw=NEW)


class UserEditForm(SchemaForm):
    schema = UserEdit
    name = StringField("Name")
    email = EmailField("Email")
    role = SelectField("Role", choices=ROLES, validate_choice=False)


class ResetForm(SchemaForm):
    schema = ResetIn
    password = PasswordField("New password", render_kw=NEW)


class KeyForm(SchemaForm):
    schema = KeyIn
    name = StringField("Name")
    days = SelectField(
        "Expires after", choices=LIFETIMES, validate_choice=False, default="90"
    )
    scopes = SelectMultipleField("What it may do", validate_choice=False)

    def offer(self, role: Role) -> "KeyForm":
        choices: list[Any] = [
            SelectChoice(scope.value, words_for(scope)) for scope in scopes_of(role)
        ]
        self.scopes.choices = choices
        return self
