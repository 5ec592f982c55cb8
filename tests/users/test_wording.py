import pytest

from dashboard.permissions import GRANTS, SYSTEM_ONLY, Permission, Role
from dashboard.users.wording import WORDS, powers_of, scopes_of, words_for


@pytest.mark.parametrize("permission", sorted(set(Permission) - SYSTEM_ONLY))
def test_every_permission_a_role_may_have_is_said_in_words(permission):
    assert words_for(permission) != permission.value


def test_no_two_permissions_are_said_alike():
    assert len(set(WORDS.values())) == len(WORDS)


@pytest.mark.parametrize("role", list(Role))
def test_a_key_is_offered_only_what_the_role_grants(role):
    assert set(scopes_of(role)) <= GRANTS[role]
    assert not set(scopes_of(role)) & SYSTEM_ONLY


def test_a_viewer_has_only_powers_to_read():
    assert all(each.startswith(("See", "Read")) for each in powers_of(Role.VIEWER))
