"""Whoever changes the trail by hand is found out, whatever they change."""

# ruff: noqa: S608  # the statements are the tests' own, made of no input

import pytest
import sqlalchemy as sa

from dashboard.audit import AuditEntry, audited
from dashboard.audit_log import verify as verification
from dashboard.audit_log.verify import SIGNED, Anchor, Break, verify
from dashboard.extensions import db
from dashboard.permissions import Permission
from tests.factories import make_council

OTHER = {
    "id": f"'{'1' * 32}'",
    "seq": "99",
    "at": "'2020-01-01 00:00:00.000000'",
    "actor_id": "subject_id",
    "result": "'refused'",
    "subject_id": "actor_id",
    "detail": "'{\"a\": 1}'",
    "changes": "'{}'",
}
"""What to put into a column that does not take just any word."""


@pytest.fixture
def three(ada):
    """Three entries about one council, and who made them."""
    council = make_council(ada)
    for name in ("One", "Two", "Three"):
        with audited(ada, Permission.COUNCIL_WRITE, council):
            council.name = name
    return ada


def tamper(statement):
    db.session.execute(sa.text(statement))
    db.session.commit()


def kept_head():
    verdict = verify()
    return Anchor(verdict.entries, verdict.head)


def test_a_chain_nobody_touched_is_whole(three):
    verdict = verify()

    last = db.session.get_one(AuditEntry, newest_id())
    assert (verdict.entries, verdict.head, verdict.broken) == (3, last.hash, None)


def newest_id():
    return db.session.scalar(sa.select(AuditEntry.id).order_by(AuditEntry.seq.desc()))


def test_an_empty_chain_is_whole(database):
    assert verify().entries == 0
    assert verify().broken is None


@pytest.mark.parametrize("column", [c.name for c in SIGNED if c.name != "seq"])
def test_a_changed_column_is_found(three, column):
    value = OTHER.get(column, "'forged'")
    tamper(f"UPDATE audit_entries SET {column} = {value} WHERE seq = 2")

    assert verify().broken == Break(2, "entry 2 was changed")


def test_every_column_is_signed():
    columns = {column.name for column in AuditEntry.__table__.columns}

    assert columns - {column.name for column in SIGNED} == {"hash"}


def test_a_changed_hash_is_found(three):
    tamper(f"UPDATE audit_entries SET hash = '{'0' * 64}' WHERE seq = 2")

    assert verify().broken == Break(2, "entry 2 was changed")


def test_a_renumbered_entry_is_found(three):
    tamper("UPDATE audit_entries SET seq = 99 WHERE seq = 2")

    assert verify().broken == Break(2, "entry 2 is missing")


def test_an_entry_deleted_from_the_middle_is_found(three):
    tamper("DELETE FROM audit_entries WHERE seq = 2")

    assert verify().broken == Break(2, "entry 2 is missing")


def test_a_deleted_last_entry_is_found(three):
    tamper("DELETE FROM audit_entries WHERE seq = 3")

    assert verify().broken == Break(3, "the end was cut off: entry 3 is missing")


def test_two_swapped_entries_are_found(three):
    tamper("UPDATE audit_entries SET seq = 99 WHERE seq = 1")
    tamper("UPDATE audit_entries SET seq = 1 WHERE seq = 2")
    tamper("UPDATE audit_entries SET seq = 2 WHERE seq = 99")

    assert verify().broken == Break(1, "entry 1 was changed")


def copied(seq, seq_of_copy, prev_hash):
    columns = [c.name for c in AuditEntry.__table__.columns]
    own = {
        "id": f"'{'0' * 31}{seq_of_copy % 10}'",
        "seq": str(seq_of_copy),
        "prev_hash": f"'{prev_hash}'",
    }
    chosen = ", ".join(own.get(name, name) for name in columns)
    return (
        f"INSERT INTO audit_entries ({', '.join(columns)}) "
        f"SELECT {chosen} FROM audit_entries WHERE seq = {seq}"
    )


@pytest.mark.parametrize(("place", "found"), [(4, 4), (0, 0)])
def test_an_inserted_entry_is_found(three, place, found):
    tamper(copied(3, place, "f" * 64))

    assert verify().broken.seq == found


def test_an_entry_signed_for_another_place_does_not_follow(three, app):
    entry = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.seq == 2))
    content = {c.name: getattr(entry, c.name) for c in SIGNED} | {"prev_hash": "e" * 64}
    forged = verification.sign(content)
    tamper(
        f"UPDATE audit_entries SET prev_hash = '{'e' * 64}', hash = '{forged}' "
        "WHERE seq = 2"
    )

    assert verify().broken == Break(2, "entry 2 does not follow entry 1")


def test_an_end_cut_off_together_with_the_head_is_found_by_a_kept_anchor(three):
    anchor = kept_head()
    tamper("DELETE FROM audit_entries WHERE seq = 3")
    tamper(
        "UPDATE audit_head SET seq = 2, "
        "hash = (SELECT hash FROM audit_entries WHERE seq = 2)"
    )

    assert verify().broken is None
    assert verify(anchor).broken.seq == 3


def test_a_kept_anchor_is_found_again_in_a_longer_chain(three):
    anchor = kept_head()
    with audited(three, Permission.PROFILE_WRITE, three):
        three.name = "Ada L."

    assert verify(anchor).broken is None


def test_an_anchor_with_another_hash_is_not_accepted(three):
    verdict = verify(Anchor(2, "f" * 64))

    assert verdict.broken == Break(2, "entry 2 is not the one whose hash was kept")


def test_a_missing_head_is_found(three):
    tamper("DELETE FROM audit_head")

    assert verify().broken == Break(0, "the head of the chain is missing")


def test_a_head_with_another_hash_is_found(three):
    tamper(f"UPDATE audit_head SET hash = '{'f' * 64}'")

    assert verify().broken == Break(3, "entry 3 is not the one the chain ends with")


def test_an_entry_that_cannot_be_read_any_more_is_named(three):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL refuses what is no time")
    tamper("UPDATE audit_entries SET at = 'never' WHERE seq = 2")

    assert verify().broken == Break(2, "entry 2 cannot be read")


def test_detail_that_is_no_json_any_more_is_named(three):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL refuses what is no JSON")
    tamper("UPDATE audit_entries SET detail = '{' WHERE seq = 2")

    assert verify().broken == Break(2, "entry 2 was changed")


def test_progress_is_told_batch_by_batch(three, monkeypatch):
    monkeypatch.setattr(verification, "BATCH", 1)
    told = []

    verify(progress=told.append)

    assert told == [1, 2, 3]


@pytest.mark.parametrize("text", ["", "3", "x:" + "f" * 64, "3:short"])
def test_what_is_no_anchor_is_refused(text):
    with pytest.raises(ValueError, match="SEQ:HASH"):
        Anchor.parse(text)


def test_the_command_says_how_many_entries_are_whole(app, three):
    result = app.test_cli_runner().invoke(args=["audit", "verify"])

    assert result.exit_code == 0
    assert result.output == f"ok: 3 entries, head {verify().head}\n"


def test_the_command_names_the_broken_entry_and_fails(app, three):
    tamper("UPDATE audit_entries SET actor_name = 'Eve' WHERE seq = 2")

    result = app.test_cli_runner().invoke(args=["audit", "verify"])

    assert result.exit_code == 1
    assert "broken at entry 2: entry 2 was changed" in result.output


def test_the_printed_head_is_an_anchor(app, three):
    runner = app.test_cli_runner()
    head = runner.invoke(args=["audit", "head"]).output.strip()

    kept = runner.invoke(args=["audit", "verify", "--anchor", head])
    other = runner.invoke(args=["audit", "verify", "--anchor", f"9:{'f' * 64}"])
    wrong = runner.invoke(args=["audit", "verify", "--anchor", "nonsense"])

    assert (kept.exit_code, other.exit_code, wrong.exit_code) == (0, 1, 2)
    assert "the end was cut off: entries 4 to 9 are missing" in other.output
