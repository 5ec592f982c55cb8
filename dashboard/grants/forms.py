"""How a grant is asked for and ended, and how a secret is put away."""

from collections.abc import Iterable
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.forms import SchemaForm
from dashboard.grants.models import GrantKind
from dashboard.grants.schemas import (
    GrantIn,
    HoldsFor,
    RevokeIn,
    SecretIn,
    SecretValueIn,
)


class GrantForm(SchemaForm):
    schema = GrantIn
    kind = HiddenField(default=GrantKind.NETWORK.value)
    hosts = TextAreaField("Hosts, one a line")
    secret = StringField("Name of the secret")
    holds_for = RadioField(
        "Holds for",
        validate_choice=False,
        default=HoldsFor.VERSION.value,
    )
    until = DateField("Last day")
    type_id = SelectField("Who decides", validate_choice=False)
    why = TextAreaField("Why")

    def offer(self, types: Iterable[Any], version: int) -> None:
        self.type_id.choices = [SelectChoice(str(t.id), t.name) for t in types]
        self.holds_for.choices = [
            SelectChoice(
                HoldsFor.VERSION.value, f"Version {version} only, as it is now"
            ),
            SelectChoice(HoldsFor.BOT.value, "This and every later version"),
        ]

    def answers(self) -> dict[str, Any]:
        """One host a line; of the two things, only the one that is asked for."""
        given = super().answers()
        hosts = [line.strip() for line in str(given.pop("hosts", "")).splitlines()]
        if self.kind.data == GrantKind.SECRET:
            return given
        given.pop("secret", None)
        return given | {"hosts": [host for host in hosts if host]}


class RevokeForm(SchemaForm):
    schema = RevokeIn
    reason = TextAreaField("Reason")


class SecretForm(SchemaForm):
    schema = SecretIn
    name = StringField("Name")
    description = StringField("What it opens")
    secret = TextAreaField("The secret")


class SecretValueForm(SchemaForm):
    schema = SecretValueIn
    secret = TextAreaField("The new secret")
