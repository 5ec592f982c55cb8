"""`flask keys rotate`: everything sealed anew, as often as it takes."""

import pytest

from dashboard.extensions import db
from dashboard.grants import rotation
from dashboard.hooks.models import Hook
from dashboard.sealing import seal, unseal
from tests.factories import latest_audit, make_bot, stored
from tests.grants.stage import make_secret

OLD, NEW = "d" * 32, "n" * 32


@pytest.fixture
def keys(app):
    before = app.config["DATA_KEYS"]
    yield lambda *given: app.config.update(DATA_KEYS=given)
    app.config["DATA_KEYS"] = before


def said(app):
    result = app.test_cli_runner().invoke(args=["keys", "rotate"])
    db.session.expire_all()
    return result.exit_code, result.output


def make_hook(uma):
    hook = Hook(bot_id=make_bot(uma).id, owner_id=uma.id, name="Deploys")
    hook.id = rotation.UUID(int=7)
    hook.sealed_secret = seal("signs", hook)
    return stored(hook)


def test_everything_is_sealed_under_the_first_key(app, ada, uma, keys, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    secrets = [make_secret(ada, name=f"TOKEN_{n}") for n in range(5)]
    hook = make_hook(uma)

    keys(NEW, OLD)
    first, second = said(app), said(app)
    keys(NEW)

    assert first == (0, "6 sealed anew, 0 were already\n")
    assert second == (0, "0 sealed anew, 6 were already\n")
    assert {unseal(s.sealed_value, s) for s in secrets} == {"correct horse battery"}
    assert unseal(hook.sealed_secret, hook) == "signs"
    entry = latest_audit()
    assert (entry.action, entry.actor_name) == ("secret.write", "Quorum")
    assert entry.detail == {"verb": "rotate", "resealed": 0, "fresh": 6, "lost": []}


def test_what_no_key_opens_is_named_and_the_rest_is_done(app, ada, keys):
    lost = make_secret(ada, name="LOST")
    keys(NEW)
    kept = make_secret(ada, name="KEPT")

    code, output = said(app)

    assert code == 1
    assert "0 sealed anew, 1 were already" in output
    assert f"no key opens stored_secrets/{lost.id}" in output
    assert unseal(kept.sealed_value, kept)
