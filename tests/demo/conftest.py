"""The demo on each kind of database, copied for each file of tests."""

import shutil
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.workflows.models import Workflow
from tests.conftest import administer, bound_to, copy_file
from tests.demo.shelf import from_shelf

SIGN_INS = "demo-sign-ins.txt"


@contextmanager
def copied(url, folder):
    """The URL of a copy of a database that nobody is connected to."""
    if url.drivername.startswith("sqlite"):
        yield url.set(database=str(copy_file(Path(url.database), folder / "copy.db")))
        return
    name = f"copy_{uuid4().hex}_test"
    administer(url, f"CREATE DATABASE {name} TEMPLATE {url.database}")
    yield url.set(database=name)
    administer(url, f"DROP DATABASE {name}")


@contextmanager
def living_in(app, url):
    own = sa.create_engine(url)
    with bound_to(app, own):
        yield own
    own.dispose()


@pytest.fixture(scope="session")
def empty_url(app):
    with app.app_context():
        engine = db.engine
    engine.dispose()
    return engine.url


@pytest.fixture(scope="session")
def tale(app, empty_url, shared, tmp_path_factory):
    """A database that is full of the demo, and what seeding it said."""
    if empty_url.drivername.startswith("sqlite"):
        folder = tmp_path_factory.mktemp("tale")
        output = from_shelf(shared, folder)
        shutil.copy2(folder / SIGN_INS, Path(app.instance_path) / SIGN_INS)
        yield empty_url.set(database=str(folder / "quorum.db")), output
        return
    with copied(empty_url, tmp_path_factory.mktemp("tale")) as url:
        with living_in(app, url):
            result = app.test_cli_runner().invoke(args=["seed-demo"])
            assert result.exit_code == 0, result.output
            db.session.remove()
        yield url, result.output


@pytest.fixture(scope="module")
def told(app, tale, tmp_path_factory):
    """What seeding said; the database is full of it."""
    url, output = tale
    with (
        copied(url, tmp_path_factory.mktemp("told")) as own,
        living_in(app, own),
    ):
        yield output
        db.session.remove()


@pytest.fixture(scope="module")
def nothing_told(app, empty_url, tmp_path_factory):
    with (
        copied(empty_url, tmp_path_factory.mktemp("empty")) as own,
        living_in(app, own),
    ):
        yield
        db.session.remove()


@pytest.fixture(scope="module")
def flask(app):
    def run(*args):
        db.session.commit()
        result = app.test_cli_runner().invoke(args=list(args))
        db.session.expire_all()
        return result

    return run


@pytest.fixture(scope="module")
def called(told):
    """A workflow of the tale by its title."""

    def find(title):
        wanted = select(Workflow).where(Workflow.title == title)
        return db.session.scalars(wanted).one()

    return find
