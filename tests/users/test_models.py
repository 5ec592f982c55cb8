"""Who may do what with a person's keys and sessions, whatever the pages offer."""

import pytest

from dashboard.permissions import Permission, can
from dashboard.users.models import ApiKey, UserSession
from tests.factories import make_user, stored


def a_key(owner):
    key, _ = ApiKey.issue(owner)
    return Permission.KEY_WRITE, key


def a_session(owner):
    return Permission.SESSION_END, stored(UserSession(user=owner))


@pytest.mark.parametrize("made", [a_key, a_session])
def test_the_owner_and_an_admin_end_it_and_nobody_else(made, ada, olga, otto, eve):
    permission, record = made(olga)

    assert can(olga, permission, record)
    assert can(ada, permission, record)
    assert not can(otto, permission, record)
    assert not can(eve, permission, record)


def test_somebody_deactivated_is_granted_nothing(database):
    gone = make_user("Gone", is_active=False)

    assert not any(can(gone, permission) for permission in Permission)
