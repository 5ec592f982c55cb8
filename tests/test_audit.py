"""The one write path: together or not at all, and one chain however many write."""

from contextlib import suppress
from functools import partial
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from dashboard.audit import AuditEntry, Origin, Result, audited, origin
from dashboard.audit_log.verify import verify
from dashboard.councils.models import Council
from dashboard.database import WRITE
from dashboard.errors import Denied, Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.users.models import User
from tests.factories import latest_audit, make_bot, make_council, make_user, rule_of

WRITE_COUNCIL = Permission.COUNCIL_WRITE


def run(*targets):
    """All of these at once."""
    threads = [Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def found_council(actor, name):
    with audited(actor, WRITE_COUNCIL) as entry:
        council = Council(name=name, rule=rule_of())
        db.session.add(council)
        entry.about(council)
    return council


def refuse_in(actor, subject, text):
    with audited(actor, WRITE_COUNCIL, subject):
        subject.description = "changed"
        raise RuleBroken(text)


def test_a_change_is_recorded_with_who_what_and_what_it_was_before(ada):
    council = make_council(ada, name="Safety")
    seen = Origin("web", "192.0.2.7", "Firefox", "the-request")

    token = origin.set(seen)
    with audited(ada, WRITE_COUNCIL, council):
        council.name = "Safety first"
    origin.reset(token)

    entry = latest_audit()
    assert (entry.actor_id, entry.actor_name) == (ada.id, "Ada")
    assert (entry.action, entry.result) == ("council.write", Result.DONE)
    assert (entry.subject_type, entry.subject_id) == ("councils", council.id)
    assert entry.changes == {
        f"councils/{council.id}": {"name": ["Safety", "Safety first"]}
    }
    assert Origin(entry.via, entry.address, entry.agent, entry.request_id) == seen


def test_a_failure_leaves_neither_change_nor_entry(ada):
    council = make_council(ada, name="Safety")

    def fail_halfway():
        with audited(ada, WRITE_COUNCIL, council):
            council.name = "Changed"
            db.session.flush()
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fail_halfway()

    assert db.session.scalar(select(Council.name)) == "Safety"
    assert latest_audit() is None


def test_nested_blocks_commit_once_and_tell_their_own_changes_apart(ada):
    first, second = make_council(ada), make_council(ada)

    with audited(ada, WRITE_COUNCIL, first):
        first.description = "outer"
        with audited(ada, WRITE_COUNCIL, second):
            second.description = "inner"

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert [entry.subject_id for entry in entries] == [first.id, second.id]
    assert verify().broken is None


def test_a_swallowed_failure_inside_still_undoes_everything(ada):
    council = make_council(ada)

    def swallow():
        with audited(ada, WRITE_COUNCIL, council):
            council.description = "lost"
            with suppress(ValueError), audited(ada, WRITE_COUNCIL, ada):
                raise ValueError

    with pytest.raises(RuntimeError, match="undone"):
        swallow()
    assert latest_audit() is None
    assert council.description == ""


def test_secrets_are_masked(ada):
    with audited(ada, WRITE_COUNCIL, ada):
        ada.set_password("a new password")

    assert latest_audit().changes == {
        f"users/{ada.id}": {"password_hash": ["[secret]", "[secret]"]}
    }


def test_code_stands_in_the_trail_as_its_digest_only(ada):
    with audited(ada, Permission.BOT_WRITE):
        make_bot(ada, code="def run(inputs, files):\n    return {'key': 'hush'}\n")

    changes = str(latest_audit().changes)
    assert "hush" not in changes
    assert "sha256:" in changes


def test_who_may_not_changes_nothing_and_the_attempt_is_recorded(eve):
    council = make_council(eve, name="Safety")

    with pytest.raises(Denied), audited(eve, WRITE_COUNCIL, council):
        council.name = "Changed"

    entry = latest_audit()
    assert db.session.scalar(select(Council.name)) == "Safety"
    assert (entry.actor_id, entry.result) == (eve.id, Result.REFUSED)
    assert entry.changes == {}


def test_a_broken_rule_is_recorded_with_its_reason(ada):
    council = make_council(ada)

    with pytest.raises(RuleBroken):
        refuse_in(ada, council, "It is frozen.")

    entry = latest_audit()
    assert (entry.result, entry.detail) == (Result.REFUSED, {"reason": "It is frozen."})
    assert entry.subject_id == council.id
    assert council.description == ""
    assert verify().broken is None


def test_a_slip_of_the_pen_is_no_attempt_and_leaves_no_entry(ada):
    before = latest_audit()

    with pytest.raises(Invalid), audited(ada, WRITE_COUNCIL):
        raise Invalid({"name": "Another council has this name."})

    assert latest_audit() is before


def test_eight_writers_make_one_chain(app, real_database):
    ada_id = make_user().id
    names = [f"Council {number}" for number in range(80)]
    start, failures = Barrier(8), []

    def write(share):
        start.wait()
        for name in share:
            try:
                with app.app_context():
                    found_council(db.session.get(User, ada_id), name)
            except Exception as error:  # noqa: BLE001  # a thread's failure must be seen
                failures.append(error)

    run(*(partial(write, names[i::8]) for i in range(8)))

    assert failures == []
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 80
    assert verify().broken is None


def test_two_writers_do_not_lose_each_others_change(app, real_database):
    ada_id, council_id = make_user().id, make_council().id
    start = Barrier(2)

    def add_one():
        with app.app_context():
            council = db.session.get(Council, council_id)
            actor = db.session.get(User, ada_id)
            start.wait()  # both have read the same threshold
            with audited(actor, WRITE_COUNCIL, council):
                council.savings_threshold += 1

    run(add_one, add_one)

    assert db.session.scalar(select(Council.savings_threshold)) == 2


def test_a_page_is_answered_while_somebody_writes(app, real_database):
    client = app.test_client().as_(make_user())

    with real_database.connect().execution_options(**WRITE) as writer, writer.begin():
        writer.exec_driver_sql("UPDATE users SET name = 'Locked'")

        assert client.get("/audit/").status_code == 200


def test_of_two_who_take_the_same_name_one_is_refused(app, real_database):
    ada_id = make_user().id
    start, refused = Barrier(2), []

    def found():
        with app.app_context():
            actor = db.session.get(User, ada_id)
            start.wait()
            try:
                found_council(actor, "Payments")
            except IntegrityError as error:
                refused.append(error)

    run(found, found)

    assert len(refused) == 1
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1
    assert verify().broken is None


def test_who_is_taken_off_a_list_leaves_a_trace(ada, olga):
    council = make_council(ada, olga)
    seat = next(each for each in council.members if each.user_id == olga.id)

    with audited(ada, Permission.COUNCIL_WRITE, council):
        council.members.remove(seat)

    lost = latest_audit().changes[f"council_memberships/{seat.id}"]
    assert lost["user_id"] == [str(olga.id), None]
    assert lost["weight"] == [1, None]
