"""How it is asked why a run shall stop, what to run again, and what was found."""

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.forms import SchemaForm
from dashboard.runs.schemas import AcknowledgeIn, BulkIn, RetryIn, StopIn, Which

VERSIONS = [
    SelectChoice(Which.SAME.value, "The version that ran"),
    SelectChoice(Which.CURRENT.value, "The version that is active now"),
]


class StopForm(SchemaForm):
    schema = StopIn
    reason = TextAreaField("Reason")


class RetryForm(SchemaForm):
    schema = RetryIn
    version = RadioField("Which code", choices=VERSIONS, validate_choice=False)


class AcknowledgeForm(SchemaForm):
    schema = AcknowledgeIn
    note = StringField("Note")


class BulkForm(SchemaForm):
    schema = BulkIn
    deed = SelectField("What to do", validate_choice=False)
    scope = SelectField("With which", validate_choice=False)
    ids = SelectMultipleField("Runs", validate_choice=False, choices=[])
    expected = IntegerField("How many")
    newest = HiddenField("The newest")
    note = TextAreaField("Note")
    sure = BooleanField("Do it")
