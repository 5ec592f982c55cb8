"""A vote on which an agent that thinks may advise."""

import pytest

from tests.advice.stage import voting
from tests.agents.stage import make_thinker
from tests.model_calls.stage import make_model


@pytest.fixture
def agent(olga, model_server):
    """An agent that Olga answers for, and that thinks."""
    return make_thinker("Triage", make_model(model_server), owner_id=olga.id)


@pytest.fixture
def round_(uma, olga, otto, agent):
    """Uma proposed; Olga and Otto vote, and hear Triage."""
    return voting(uma, olga, otto, advisers=[agent])
