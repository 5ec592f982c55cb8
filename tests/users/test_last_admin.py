from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from dashboard.errors import DomainError
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.users import actions
from dashboard.users.models import User
from dashboard.users.schemas import UserEdit
from tests.factories import make_user


def demote(actor, user):
    wanted = UserEdit(email=user.email, name=user.name, role=Role.USER)
    actions.update_user(actor, user, wanted)


def deactivate(actor, user):
    actions.set_active(actor, user, is_active=False)


@pytest.mark.parametrize("change", [demote, deactivate])
def test_two_admins_who_remove_each_other_at_once_leave_one(app, real_database, change):
    admins = [make_user(name, role=Role.ADMIN).id for name in ("Ada", "Ben")]
    start, refused = Barrier(2), []

    def remove(own, other):
        with app.app_context():
            actor, user = db.session.get(User, own), db.session.get(User, other)
            start.wait()
            try:
                change(actor, user)
            except DomainError as error:
                refused.append(str(error))

    threads = [Thread(target=remove, args=pair) for pair in (admins, admins[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    left = select(func.count(User.id)).where(User.role == Role.ADMIN, User.is_active)
    assert db.session.scalar(left) == 1
    assert len(refused) == 1
    assert "last active admin" in refused[0]
