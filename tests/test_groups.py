import pytest

from tests import groups
from tests.groups import ORDER, group_of

TEST = "tests/{}/test_it.py::test_it{}"


@pytest.mark.parametrize(
    ("folder", "params", "group"),
    [
        ("bots", "[sqlite-1]", "sqlite early"),
        ("workflows", "[postgresql]", "postgresql late"),
        ("workflows", "[form-sqlite-x]", "sqlite late"),
        ("faults", "[postgresql-rq]", "faults postgresql"),
        ("faults", "", "faults"),
        ("browser", "[chromium]", "browser"),
        ("bots", "[a sqlite of words]", "bots test_it.py"),
        ("bots", "", "bots test_it.py"),
    ],
)
def test_what_needs_the_same_server_or_program_stays_together(folder, params, group):
    assert group_of(TEST.format(folder, params)) == group


def test_a_server_outside_is_for_one_process_alone(monkeypatch):
    monkeypatch.setattr(groups, "SHARES_DATABASE", True)
    folders = ("bots", "faults", "workflows")

    found = {group_of(TEST.format(folder, "[postgresql]")) for folder in folders}

    assert found == {"postgresql"}


def test_one_redis_is_for_one_process_alone(monkeypatch):
    monkeypatch.setattr(groups, "SHARES_REDIS", True)
    of_each = ("[postgresql]", "[sqlite-1]", "")

    assert {group_of(TEST.format("runs", params)) for params in of_each} == {"redis"}


def test_the_long_groups_come_first():
    assert groups.rank("sqlite late") < groups.rank("sandbox") < groups.rank("bots x")
    assert len(set(ORDER)) == len(ORDER)
