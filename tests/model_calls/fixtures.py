"""The scripted server, for every test that has a model answer."""

import pytest

from tests.listeners import HERE
from tests.model_calls.scripted import model_server_running


@pytest.fixture
def model_server(app, monkeypatch):
    """A model's server that the operator lets us reach; it says what it is told to."""
    monkeypatch.setitem(app.config, "OUTBOUND_ALLOW", (HERE,))
    with model_server_running() as server:
        yield server
