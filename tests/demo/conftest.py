"""The demo, told once on each database: it takes seconds."""

from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from dashboard.extensions import db
from tests.conftest import administer, bound_to, copy_file


@pytest.fixture(scope="module")
def own_database(app, tmp_path_factory):
    """As `real_database`, for all tests of a file."""
    with app.app_context():
        engine = db.engine
    engine.dispose()
    url = engine.url
    if engine.dialect.name == "sqlite":
        copy = tmp_path_factory.mktemp("demo") / "copy.db"
        name = str(copy_file(Path(url.database), copy))
    else:
        name = f"copy_{uuid4().hex}_test"
        administer(url, f"CREATE DATABASE {name} TEMPLATE {url.database}")
    own = sa.create_engine(url.set(database=name))
    with bound_to(app, own):
        yield own
    own.dispose()
    if engine.dialect.name == "postgresql":
        administer(url, f"DROP DATABASE {name}")


@pytest.fixture(scope="module")
def flask(app, own_database):
    def run(*args):
        db.session.commit()
        result = app.test_cli_runner().invoke(args=list(args))
        db.session.expire_all()
        return result

    return run


@pytest.fixture(scope="module")
def told(flask):
    """What seeding said; the database is full of it."""
    result = flask("seed-demo")
    assert result.exit_code == 0, result.output
    return result.output
