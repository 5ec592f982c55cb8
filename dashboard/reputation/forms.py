"""How a correction is asked for."""

from wtforms import IntegerField, TextAreaField

from dashboard.forms import SchemaForm
from dashboard.reputation.schemas import AdjustmentIn


class AdjustmentForm(SchemaForm):
    schema = AdjustmentIn
    points = IntegerField("Points to add")
    reason = TextAreaField("Reason")
