from types import SimpleNamespace

from dashboard.audit_log.changes import changes_of

OWN, OTHER = "019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-2"


def entry(**changes):
    return SimpleNamespace(subject_type="workflows", subject_id=OWN, changes=changes)


def test_the_subject_comes_first_and_what_only_points_comes_last():
    shown = changes_of(
        entry(
            **{
                f"workflow_votes/{OTHER}": {
                    "user_id": [None, "u"],
                    "choice": [None, "x"],
                },
                f"workflows/{OWN}": {"id": [None, OWN], "status": ["open", "approved"]},
            }
        )
    )

    assert [change.field for change in shown] == ["status", "choice", "user"]


def test_a_moment_is_written_as_people_write_it():
    moment = "2026-11-22T02:52:46.711480+00:00"
    (shown,) = changes_of(entry(**{f"workflows/{OWN}": {"ended_at": [None, moment]}}))

    assert str(shown) == "ended: 2026-11-22 02:52 UTC"
