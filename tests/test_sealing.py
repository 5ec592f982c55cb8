"""Secrets at rest: opened by any of the keys, and only where they were put."""

from uuid import uuid4

import pytest

from dashboard.hooks.models import Hook
from dashboard.sealing import Unsealable, resealed, seal, sealed_columns, unseal

NEW = "n" * 32


@pytest.fixture
def with_keys(app):
    before = app.config["DATA_KEYS"]
    yield lambda *names: app.config.update(DATA_KEYS=names)
    app.config["DATA_KEYS"] = before


def test_what_is_stored_does_not_show_the_secret(database):
    hook = Hook(id=uuid4())

    sealed = seal("hush", hook)

    assert "hush" not in sealed
    assert unseal(sealed, hook) == "hush"
    assert seal("hush", hook) != sealed


def test_a_secret_moved_to_another_record_is_refused(database):
    sealed = seal("hush", Hook(id=uuid4()))

    with pytest.raises(Unsealable, match="another record"):
        unseal(sealed, Hook(id=uuid4(), name="Deploys"))


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed(database, with_keys):
    hook = Hook(id=uuid4(), name="Deploys")
    old = seal("hush", hook)

    with_keys(NEW, "d" * 32)
    assert unseal(old, hook) == "hush"
    fresh = resealed(old)

    with_keys(NEW)
    assert unseal(fresh, hook) == "hush"
    with pytest.raises(Unsealable, match="None of DATA_KEYS"):
        unseal(old, hook)


def test_a_record_without_an_id_has_no_place_to_seal_for(database):
    with pytest.raises(ValueError, match="id first"):
        seal("hush", Hook())


def test_every_sealed_column_is_masked_in_the_audit_trail(app):
    columns = {(kind.__tablename__, name) for kind, name in sealed_columns()}

    assert columns >= {("hooks", "sealed_secret"), ("stored_secrets", "sealed_value")}
    for kind, name in sealed_columns():
        assert kind.__table__.c[name].info == {"secret": True}
