"""How a hook is asked for."""

from wtforms import StringField

from dashboard.forms import SchemaForm
from dashboard.hooks.schemas import HookIn


class HookForm(SchemaForm):
    schema = HookIn
    name = StringField("Name")
