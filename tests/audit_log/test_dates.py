"""A day of the trail is found by halving, and is the same as if all had been read."""

from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from dashboard import clock
from dashboard.audit import AuditEntry, audited
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import Permission
from tests.factories import make_council

DAYS = (9, 9, 6, 6, 6, 3, 1)
"""How many days ago each entry was made."""


@pytest.fixture
def week(ada):
    """Entries 1 to 7, some of them on the same day."""
    council = make_council()
    for number, ago in enumerate(DAYS):
        clock.set_ahead(timedelta(days=-ago))
        with audited(ada, Permission.COUNCIL_WRITE, council):
            council.name = f"Name {number}"
    clock.set_ahead(timedelta(0))


def found(api, user, query):
    answer = api.with_key(user).get(f"/api/v1/audit?{query}").json
    return [entry["seq"] for entry in answer["items"]], answer["total"]


@pytest.mark.parametrize("since", range(11))
def test_every_first_day_is_found(api, eve, week, since):
    day = now().date() - timedelta(days=since)
    expected = [n for n in range(7, 0, -1) if DAYS[n - 1] <= since]

    assert found(api, eve, f"since={day}") == (expected, len(expected))


@pytest.mark.parametrize("until", range(11))
def test_every_last_day_is_found(api, eve, week, until):
    day = now().date() - timedelta(days=until)
    expected = [n for n in range(7, 0, -1) if DAYS[n - 1] >= until]

    assert found(api, eve, f"until={day}") == (expected, len(expected))


def test_both_ends_narrow_it_together_with_a_text(api, eve, week):
    first, last = (now().date() - timedelta(days=ago) for ago in (6, 3))

    assert found(api, eve, f"since={first}&until={last}&q=name") == ([6, 5, 4, 3], 4)


def test_a_hole_in_the_chain_hides_no_entry(api, eve, week):
    db.session.execute(sa.delete(AuditEntry).where(AuditEntry.seq == 4))
    db.session.commit()
    day = now().date() - timedelta(days=6)

    assert found(api, eve, f"since={day}")[0] == [7, 6, 5, 3]
    assert found(api, eve, f"until={day}")[0] == [5, 3, 2, 1]


def test_a_clock_that_was_set_back_hides_no_entry(ada, api, eve):
    council = make_council()
    midnight = datetime.combine(now().date() - timedelta(days=5), time(), UTC)
    minutes = (-70, -10, 50, -5, 55, -2, 120)
    for minute in minutes:
        clock.set_ahead(midnight + timedelta(minutes=minute) - datetime.now(UTC))
        with audited(ada, Permission.COUNCIL_WRITE, council):
            council.name = f"At {minute}"
    clock.set_ahead(timedelta(0))

    assert found(api, eve, f"since={midnight.date()}") == ([7, 5, 3], 3)
    before = midnight.date() - timedelta(days=1)
    assert found(api, eve, f"until={before}") == ([6, 4, 2, 1], 4)


def test_an_empty_trail_has_no_days(api, eve):
    assert found(api, eve, f"since={now().date()}&until={now().date()}") == ([], 0)
