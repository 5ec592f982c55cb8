"""Where cards stand, who may put them there, and two who move them at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from uuid_utils.compat import uuid7

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.errors import Denied, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.tasks.actions import create_task, move_task, restore_task, update_task
from dashboard.tasks.models import Task, TaskStatus
from dashboard.tasks.placing import GAP
from dashboard.tasks.schemas import MoveIn, TaskEdit, TaskIn
from tests.factories import latest_audit, make_user
from tests.projects.stage import make_project
from tests.tasks.stage import make_task

TO_DO, REVIEW, DONE = TaskStatus.TO_DO, TaskStatus.REVIEW, TaskStatus.DONE


@pytest.fixture
def project():
    return make_project("Harbor", code="HRB")


@pytest.fixture
def cards(project):
    """A, B and C, from the top of one column."""
    facts = {"status": TO_DO}
    return [
        make_task(project, title, position=n * GAP, **facts)
        for n, title in enumerate("ABC", start=1)
    ]


def column(project, status=TO_DO):
    rows = select(Task.title).where(
        Task.project_id == project.id,
        Task.status == status,
        Task.archived_at.is_(None),
    )
    return "".join(db.session.scalars(rows.order_by(Task.position, Task.id)))


def move(actor, card, status=TO_DO, before=None):
    before_id = before.id if before else None
    return move_task(actor, card, MoveIn(status=status, before_id=before_id))


def test_a_card_goes_before_another_one_or_to_the_end(uma, project, cards):
    a, b, c = cards

    move(uma, c, before=a)
    assert column(project) == "CAB"
    move(uma, c, before=b)
    assert column(project) == "ACB"
    move(uma, a)
    assert column(project) == "CBA"


def test_a_card_goes_into_another_column(uma, project, cards):
    waiting = make_task(project, "W", status=REVIEW)

    move(uma, cards[0], REVIEW, waiting)

    assert (column(project), column(project, REVIEW)) == ("BC", "AW")
    entry = latest_audit()
    assert (entry.action, entry.detail["verb"]) == ("task.write", "move")
    assert entry.changes[f"tasks/{cards[0].id}"] == {"status": ["todo", "review"]}


def test_where_no_gap_is_left_the_column_is_spread_again(uma, project, cards):
    a, b, c = cards
    a.position, b.position, c.position = 7, 8, 9
    db.session.commit()
    last = make_task(project, "D", status=TO_DO, position=10)

    move(uma, last, before=b)
    assert column(project) == "ADBC"
    for _ in range(25):  # each time into the smaller gap
        move(uma, c, before=b)
        move(uma, b, before=c)
    assert column(project) == "ADBC"


def test_a_card_that_has_moved_on_is_no_place_to_stand(uma, project, cards):
    a, b, _ = cards
    move(uma, b, REVIEW)

    for before_id in (b.id, uuid7(), a.id):
        with pytest.raises(RuleBroken, match="has moved on"):
            move_task(uma, a, MoveIn(status=TO_DO, before_id=before_id))

    assert column(project) == "AC"


def test_when_it_was_done_is_known_while_it_is(uma, cards):
    move(uma, cards[0], DONE)
    since = cards[0].done_at
    move(uma, cards[0], DONE)
    assert since is not None
    assert cards[0].done_at == since

    move(uma, cards[0], REVIEW)
    assert cards[0].done_at is None


def test_nothing_moves_in_an_archived_project_nor_an_archived_task(uma, project, cards):
    cards[0].archived_at = now()
    db.session.commit()
    with pytest.raises(RuleBroken, match=f"T-{cards[0].number} is archived"):
        move(uma, cards[0])

    project.archived_at = now()
    db.session.commit()
    wanted = TaskIn(project_id=project.id, title="New")
    for deed in (
        lambda: move(uma, cards[1]),
        lambda: update_task(uma, cards[1], TaskEdit(title="Other")),
        lambda: restore_task(uma, cards[0]),
        lambda: create_task(uma, wanted),
    ):
        with pytest.raises(RuleBroken, match="Harbor is archived"):
            deed()


def test_a_restored_card_stands_at_the_end(uma, project, cards):
    cards[0].archived_at = now()
    db.session.commit()

    restore_task(uma, cards[0])

    assert column(project) == "BCA"


def test_a_viewer_moves_nothing(eve, project, cards):
    with pytest.raises(Denied):
        move(eve, cards[0], REVIEW)

    assert column(project) == "ABC"


def test_many_who_move_at_once_lose_no_card_and_share_no_place(app, real_database):
    uma = make_user("Uma", role=Role.USER)
    project = make_project("Harbor")
    ids = [make_task(project, str(n), status=TO_DO, position=n).id for n in range(1, 9)]
    people, start, first = uma.id, Barrier(len(ids)), ids[0]

    def shuffle(id_):
        with app.app_context():
            actor = db.session.get(type(uma), people)
            card = db.session.get(Task, id_)
            before = None if id_ == first else first
            start.wait()
            move_task(actor, card, MoveIn(status=TO_DO, before_id=before))

    with ThreadPoolExecutor(len(ids)) as pool:
        list(pool.map(shuffle, ids))

    db.session.expire_all()
    places = list(db.session.scalars(select(Task.position)))
    moves = select(AuditEntry).where(AuditEntry.action == "task.write")
    assert len(places) == len(set(places)) == len(ids)
    assert len(db.session.scalars(moves).all()) == len(ids)
