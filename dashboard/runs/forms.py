"""How it is asked why a run shall stop."""

from wtforms import TextAreaField

from dashboard.forms import SchemaForm
from dashboard.runs.schemas import StopIn


class StopForm(SchemaForm):
    schema = StopIn
    reason = TextAreaField("Reason")
