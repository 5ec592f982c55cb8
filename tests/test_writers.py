"""Writers of one process take turns on SQLite; on PostgreSQL rows lock themselves."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from dashboard.audit import audited
from dashboard.audit_log.verify import verify
from dashboard.councils.models import Council
from dashboard.database import WRITE, WRITING
from dashboard.extensions import begin_writing, db
from dashboard.permissions import SYSTEM, Permission
from tests.factories import make_council, make_user

WRITERS = 30


def test_thirty_writers_at_once_all_get_their_turn(app, real_database):
    council_id = make_council(make_user("Ada"), description="0").id
    start = Barrier(WRITERS)

    def count_on(_):
        with app.app_context():
            council = db.session.get(Council, council_id)
            start.wait()
            with audited(SYSTEM, Permission.COUNCIL_WRITE, council):
                council.description = str(int(council.description) + 1)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(count_on, range(WRITERS)))

    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(Council, council_id).description == str(WRITERS)
    assert verify().broken is None


def test_a_turn_ends_with_its_transaction(app, real_database):
    for end in (db.session.commit, db.session.rollback):
        begin_writing()
        end()
        assert not WRITING.locked()


def test_a_turn_that_cannot_begin_is_given_back(app, real_database):
    if real_database.dialect.name != "sqlite":
        return
    other = sa.create_engine(real_database.url).raw_connection()
    other.execute("BEGIN IMMEDIATE")
    with real_database.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
        connection.rollback()
        with pytest.raises(OperationalError, match="locked"):
            connection.execution_options(**WRITE).exec_driver_sql("SELECT 1")
    other.rollback()
    other.close()

    assert not WRITING.locked()
