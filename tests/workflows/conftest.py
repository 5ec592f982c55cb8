"""A council of three, a bot, and a type that asks for one number."""

import pytest

from tests.factories import make_bot, make_council, make_type
from tests.workflows.faces import FACES

ASKS = {
    "type": "object",
    "properties": {
        "threshold": {"type": "integer", "title": "Threshold", "minimum": 1},
        "mode": {"type": "string", "enum": ["fast", "safe"], "default": "safe"},
    },
    "required": ["threshold"],
    "additionalProperties": False,
}


@pytest.fixture
def council(ada, olga, otto):
    """Simple majority: two approvals of three decide."""
    return make_council(ada, olga, otto, name="Release")


@pytest.fixture
def bot(uma):
    return make_bot(uma, name="Sweeper")


@pytest.fixture
def type_(council, bot):
    return make_type(council, bot, name="Sweep")


@pytest.fixture
def asking(council, bot):
    return make_type(council, bot, name="Ask", schema=ASKS)


@pytest.fixture(params=FACES)
def face(request, app, database):
    """Each door in turn: a person's forms, a program's JSON."""
    return FACES[request.param](app.test_client())


@pytest.fixture
def by_hand(council, bot):
    """A type whose approved work waits for somebody to press Run."""
    return make_type(council, bot, auto_run=False)
