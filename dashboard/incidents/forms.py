"""How an incident is acknowledged, and a bot released."""

from wtforms import SelectMultipleField, TextAreaField

from dashboard.forms import SchemaForm
from dashboard.incidents.schemas import AcknowledgeIn, ReleaseIn, SeveralIn


class AcknowledgeForm(SchemaForm):
    schema = AcknowledgeIn
    note = TextAreaField("Note")


class SeveralForm(SchemaForm):
    schema = SeveralIn
    note = TextAreaField("Note")
    ids = SelectMultipleField("Incidents", choices=[], validate_choice=False)


class ReleaseForm(SchemaForm):
    schema = ReleaseIn
    note = TextAreaField("What was found")
