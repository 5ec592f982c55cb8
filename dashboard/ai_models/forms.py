"""How an AI model is asked for."""

from typing import Any

from wtforms import (
    BooleanField,
    DecimalField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.ai_models.models import AIModel, Provider, UsageType
from dashboard.ai_models.schemas import ModelIn
from dashboard.bots.forms import JsonField
from dashboard.forms import SchemaForm

PROVIDERS = [SelectChoice(each.value, each.label) for each in Provider]
USES = [SelectChoice(each.value, each.label) for each in UsageType]


class ModelForm(SchemaForm):
    schema = ModelIn
    name = StringField("Name")
    description = TextAreaField("What it is good for")
    provider = SelectField("Provider", choices=PROVIDERS, validate_choice=False)
    base_url = StringField("Address")
    model_id = StringField("Model")
    key = PasswordField("API key")
    usage_type = SelectField("Kept for", choices=USES, validate_choice=False)
    input_price = DecimalField("Price of a million tokens it reads", places=None)
    output_price = DecimalField("Price of a million tokens it writes", places=None)
    max_tokens = IntegerField("Longest answer, in tokens")
    timeout_seconds = IntegerField("Longest wait, in seconds")
    calls_per_minute = IntegerField("Calls a minute")
    daily_budget = DecimalField("Budget a day", places=None)
    parameters: Any = JsonField("Parameters")
    is_active = BooleanField("On", default=True)


def blank_form() -> ModelForm:
    return ModelForm(data={"max_tokens": 1024, "timeout_seconds": 60})


def model_form(model: AIModel) -> ModelForm:
    """The form as a stored model fills it; its key is never part of a page."""
    names = ModelIn.model_fields.keys() - {"key"}
    shown = {name: getattr(model, name) for name in names}
    shown["parameters"] = model.parameters or None
    for price in ("input_price", "output_price", "daily_budget"):
        if shown[price] is not None:
            shown[price] = shown[price].normalize()
    return ModelForm(data=shown)
