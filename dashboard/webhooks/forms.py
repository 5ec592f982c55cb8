"""How an endpoint is asked for."""

from wtforms import SelectMultipleField, StringField
from wtforms.fields import SelectChoice

from dashboard.forms import SchemaForm
from dashboard.webhooks.models import CHOICES
from dashboard.webhooks.schemas import EndpointIn

EVENTS = [SelectChoice(event.value, event.label) for event in CHOICES]


class EndpointForm(SchemaForm):
    schema = EndpointIn
    name = StringField("Name")
    url = StringField("Address")
    events = SelectMultipleField(
        "What it is told of", choices=EVENTS, validate_choice=False
    )
