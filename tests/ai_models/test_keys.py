"""A model's key: sealed for its row and its address, rotated, and told to nobody."""

import logging

import pytest
import sqlalchemy as sa

from dashboard.ai_models.models import AIModel
from dashboard.extensions import db
from dashboard.sealing import Unsealable, unseal
from tests.ai_models.stage import CANARY, make_model

NEW, OLD = "n" * 32, "d" * 32


def test_it_opens_for_no_other_row_and_no_other_address(database):
    one, other = make_model(key=CANARY), make_model(key="sk-another-0123456789")
    with pytest.raises(Unsealable, match="another record"):
        unseal(one.sealed_key, other)

    one.base_url = "https://93.184.216.35/v1"
    with pytest.raises(Unsealable, match="another record"):
        unseal(one.sealed_key, one)


def test_rotation_keeps_every_model_working_without_the_old_key(
    app, database, monkeypatch
):
    models = [make_model(key=f"{CANARY}-{n}") for n in range(3)]

    monkeypatch.setitem(app.config, "DATA_KEYS", (NEW, OLD))
    done = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert done.exit_code == 0, done.output
    db.session.expire_all()
    monkeypatch.setitem(app.config, "DATA_KEYS", (NEW,))

    kept = [unseal(model.sealed_key, model) for model in models]
    assert kept == [f"{CANARY}-{n}" for n in range(3)]


def test_nobody_is_told_the_key(client, api, ada, caplog):
    caplog.set_level(logging.DEBUG)
    made = api.with_key(ada).post(
        "/api/v1/ai-models",
        json={
            "name": "Canary",
            "model_id": "m",
            "base_url": "https://93.184.216.34/v1",
            "key": CANARY,
        },
    )
    id_ = made.json["id"]
    wrong = api.patch(f"/api/v1/ai-models/{id_}", json={"key": f"{CANARY} and more"})
    tested = api.post(f"/api/v1/ai-models/{id_}/test")
    pages = [
        "/ai-models/",
        f"/ai-models/{id_}",
        f"/ai-models/{id_}/edit",
        f"/ai-models/{id_}/usage",
        f"/ai-models/{id_}?tab=history",
        f"/model-calls/{tested.json['call_id']}",
        "/audit/",
    ]
    client.as_(ada)
    said = [made, wrong, tested, *(client.get(page) for page in pages)]

    model = db.session.get(AIModel, sa.Uuid().python_type(id_))
    assert wrong.status_code == 422
    assert all(CANARY not in answer.text for answer in said)
    assert CANARY not in caplog.text + repr(model)
    assert CANARY not in everything_stored()


def everything_stored():
    """Every row of every table, as text."""
    rows = [
        str(tuple(row))
        for table in db.metadata.sorted_tables
        for row in db.session.execute(sa.select(table))
    ]
    assert len(rows) > 5
    return "\n".join(rows)
