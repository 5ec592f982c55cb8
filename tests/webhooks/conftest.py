"""A receiver on this machine, which the operator allows to be reached."""

import pytest

from tests.listeners import HERE, listening


@pytest.fixture
def allowed(app, monkeypatch):
    monkeypatch.setitem(app.config, "OUTBOUND_ALLOW", (HERE,))


@pytest.fixture
def receiver(allowed):
    with listening() as listener:
        yield listener
