"""Entries as sentences."""

from types import SimpleNamespace
from uuid import UUID

import pytest

from dashboard.audit_log.changes import changes_of
from dashboard.audit_log.links import PLACES, subject_url
from dashboard.audit_log.wording import KINDS, SPOKEN, sentence
from dashboard.database import Model
from dashboard.permissions import SYSTEM, Permission

ID = UUID("019a0000-0000-7000-8000-000000000000")


def entry(action, **over):
    fields = {
        "actor_id": ID,
        "actor_name": "Ana",
        "action": action,
        "result": "done",
        "subject_type": "councils",
        "subject_id": ID,
        "subject_name": "Safety",
        "detail": {},
        "changes": {},
    }
    return SimpleNamespace(**fields | over)


def changed(table="councils", **fields):
    return {f"{table}/{ID}": fields}


@pytest.mark.parametrize("action", list(Permission))
def test_every_action_has_words(action):
    assert action in SPOKEN
    assert action.value not in sentence(entry(action))


@pytest.mark.parametrize("action", list(Permission))
def test_every_refused_action_has_words(action):
    said = sentence(entry(action, result="refused"))

    assert said.startswith("Ana tried to ")
    assert said.endswith(" and was refused")


@pytest.mark.parametrize(
    ("action", "over", "said"),
    [
        (
            "workflow.open",
            {"subject_type": "workflows", "subject_name": "#12 Break-in report"},
            "Ana opened voting on #12 Break-in report",
        ),
        ("council.write", {}, "Ana changed council Safety"),
        (
            "council.write",
            {"changes": changed(id=[None, str(ID)], name=[None, "Safety"])},
            "Ana created council Safety",
        ),
        (
            "council.write",
            {"changes": changed(id=[str(ID), None])},
            "Ana deleted council Safety",
        ),
        (
            "council.write",
            {"changes": changed(archived_at=[None, "2026-11-22"])},
            "Ana archived council Safety",
        ),
        (
            "council.write",
            {"changes": changed(archived_at=["2026-11-22", None])},
            "Ana restored council Safety",
        ),
        (
            "key.write",
            {
                "subject_type": "api_keys",
                "changes": changed("api_keys", revoked_at=[None, "2026-11-22"]),
            },
            "Ana revoked API key Safety",
        ),
        (
            "user.write",
            {
                "subject_type": "users",
                "subject_name": "Ben",
                "changes": changed("users", is_active=[True, False]),
            },
            "Ana deactivated Ben",
        ),
        (
            "user.write",
            {
                "subject_type": "users",
                "subject_name": "Ben",
                "changes": changed("users", password_hash=["[secret]", "[secret]"]),
            },
            "Ana changed the password of Ben",
        ),
        (
            "bot.write",
            {
                "subject_type": "bots",
                "subject_name": "Mailer",
                "changes": changed("bot_versions", id=[None, "x"], number=[None, 4]),
            },
            "Ana saved version 4 of bot Mailer",
        ),
        (
            "bot.write",
            {
                "subject_type": "bots",
                "subject_name": "Mailer",
                "changes": changed("bots", status=["active", "maintenance"]),
            },
            "Ana changed bot Mailer: maintenance",
        ),
        (
            "workflow.vote",
            {
                "subject_type": "workflows",
                "subject_name": "#12 Report",
                "changes": changed(
                    "workflow_votes", id=[None, "x"], choice=[None, "approve"]
                ),
            },
            "Ana voted “approve” on #12 Report",
        ),
        ("session.start", {"subject_type": "user_sessions"}, "Ana signed in"),
        ("council.write", {"subject_type": None}, "Ana changed a council"),
        (
            "session.start",
            {
                "actor_id": SYSTEM.id,
                "result": "refused",
                "detail": {"email": "x@example.org"},
            },
            "Somebody tried to sign in as x@example.org and was refused",
        ),
        ("gone.write", {}, "Ana did “gone.write” to council Safety"),
    ],
)
def test_the_most_telling_words_are_chosen(action, over, said):
    assert sentence(entry(action, **over)) == said


@pytest.mark.parametrize("table", sorted(PLACES | KINDS))
def test_every_named_table_exists(app, table):
    assert table in Model.metadata.tables


@pytest.mark.parametrize("table", sorted(PLACES))
def test_every_link_leads_to_a_page_by_its_id(app, table):
    place = PLACES[table]
    rules = list(app.url_map.iter_rules(place.endpoint))

    assert any(rule.arguments == {place.argument} for rule in rules)


def test_what_has_no_page_has_no_link(app):
    with app.test_request_context():
        assert subject_url(entry("x", subject_type="counters")) is None
        assert subject_url(entry("x", subject_type=None, subject_id=None)) is None


@pytest.mark.parametrize(
    ("pair", "text"),
    [
        ([None, "Safety"], "name: Safety"),
        (["Safety", None], "name: Safety → none"),
        ([True, False], "name: yes → no"),
        ([1, {"a": [2]}], 'name: 1 → {"a": [2]}'),
        (["[secret]", "[secret]"], "name changed, hidden"),
        ([None, f"sha256:{'a' * 64}"], "name: sha256:aaaaaaaa…"),
        ([None, "x" * 300], f"name: {'x' * 200}…"),
    ],
)
def test_a_change_is_said_in_one_line(pair, text):
    (change,) = changes_of(entry("x", changes=changed(name=pair)))

    assert str(change) == text


def test_ids_of_new_records_are_left_out():
    told = changes_of(entry("x", changes=changed(id=[None, "1"], owner_id=[None, "2"])))

    assert [change.field for change in told] == ["owner"]
