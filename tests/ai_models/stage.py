"""Models for tests."""

from itertools import count

from uuid_utils.compat import uuid7

from dashboard.ai_models.models import AIModel
from dashboard.sealing import seal
from tests.factories import stored

number = count(1)
CANARY = "sk-canary-6f1d0c9b7a5e4f3d2c1b0a99"


def make_model(name=None, key=None, **over):
    """A model at an address of the open internet, unless another one is given."""
    facts = {
        "name": name or f"Model {next(number)}",
        "model_id": "gpt-4o-mini",
        "base_url": "https://93.184.216.34/v1",
        "price_in": 150_000,
        "price_out": 600_000,
    } | over
    model = AIModel(id=uuid7(), **facts)
    if key:
        model.sealed_key, model.key_last4 = seal(key, model), key[-4:]
    return stored(model)
