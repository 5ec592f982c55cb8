"""Labels that no council guards: made, moved, rolled back, removed."""

import pytest

from dashboard.extensions import db
from dashboard.prompts.models import MoveKind
from dashboard.prompts.reading import resolve
from tests.factories import latest_audit
from tests.prompts.stage import (
    REASON,
    make_label,
    make_prompt,
    moves_of,
    points_at,
    version,
)


def labels(prompt, *path):
    return "/".join([f"/prompts/{prompt.id}/labels", *path])


def move(client, prompt, to, label="production", reason=REASON):
    data = {"label": label, "version": to, "reason": reason}
    return client.post(labels(prompt, "move"), data=data)


def roll_back(client, prompt, reason="It is rude"):
    return client.post(
        labels(prompt, "production", "roll-back"), data={"reason": reason}
    )


@pytest.fixture
def prompt(uma):
    return make_prompt(uma, "Be kind to all.", "Be brief to all.", "Be both to all.")


def test_a_label_is_made_and_moved_and_every_move_is_kept(client, uma, prompt):
    client.as_(uma)

    made = move(client, prompt, 1)
    moved = move(client, prompt, 3, reason="Both matter")

    assert (made.status_code, moved.location) == (303, labels(prompt, ""))
    assert points_at(prompt) == 3
    one, two, three = (version(prompt, n).id for n in (1, 2, 3))
    told = [
        (m.kind, m.from_version_id, m.to_version_id, m.reason, m.actor_id)
        for m in moves_of(prompt)
    ]
    assert told == [
        (MoveKind.CREATED, None, one, REASON, uma.id),
        (MoveKind.MOVED, one, three, "Both matter", uma.id),
    ]
    page = client.get(f"/prompts/{prompt.id}?tab=moves").text
    assert page.index("Both matter") < page.index(REASON)
    assert two not in {m.to_version_id for m in moves_of(prompt)}
    assert latest_audit().detail == {
        "verb": "move_label",
        "label": "production",
        "version": 3,
        "reason": "Both matter",
    }


def test_before_it_moves_the_page_shows_what_would_change(client, uma, prompt):
    make_label(prompt)

    page = client.as_(uma).get(labels(prompt, "move?label=production&version=2")).text

    assert "It points at v1 now." in page
    assert "<mark>kind</mark>" in page
    assert "<mark>brief</mark>" in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"label": "latest"}, "latest always points at the newest version"),
        ({"label": "Prod uction"}, "Begin with a letter"),
        ({"version": "9"}, "Choose a version that this prompt has."),
        ({"version": "1"}, "production points at version 1 now."),
        ({"reason": ""}, "Fill this in."),
    ],
)
def test_a_move_that_is_none_is_refused_and_what_was_typed_stays(
    client, uma, prompt, data, sentence
):
    make_label(prompt)
    sent = {"label": "production", "version": "2", "reason": "Kept words"} | data

    answer = client.as_(uma).post(labels(prompt, "move"), data=sent)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("Kept words" in answer.text) == ("reason" not in data)
    assert points_at(prompt) == 1


def test_one_click_and_a_reason_roll_it_back_step_by_step(client, uma, prompt):
    client.as_(uma)
    for number in (1, 2, 3):
        move(client, prompt, number)

    page = client.get(labels(prompt, "")).text
    first, after_first = roll_back(client, prompt), points_at(prompt)
    roll_back(client, prompt)
    after_second = points_at(prompt)
    third = roll_back(client, prompt)

    assert "Roll back to v2" in page
    assert (first.status_code, after_first, after_second) == (303, 2, 1)
    assert third.status_code == 409
    assert "pointed at no other version before" in third.text
    kinds = [m.kind for m in moves_of(prompt)][3:]
    assert kinds == [MoveKind.ROLLED_BACK, MoveKind.ROLLED_BACK]


def test_a_rollback_without_a_reason_is_refused(client, uma, prompt):
    client.as_(uma)
    move(client, prompt, 1)
    move(client, prompt, 2)

    answer = roll_back(client, prompt, reason="x")

    assert answer.status_code == 422
    assert "Use at least 3 characters." in answer.text
    assert 'value="x"' in answer.text
    assert points_at(prompt) == 2


def test_what_is_moved_after_a_rollback_is_rolled_back_to_where_it_was(
    client, uma, prompt
):
    client.as_(uma)
    for number in (1, 2):
        move(client, prompt, number)
    roll_back(client, prompt)
    move(client, prompt, 3)

    roll_back(client, prompt)

    assert points_at(prompt) == 1


def test_a_label_is_removed_and_its_history_stays(client, uma, prompt):
    make_label(prompt, "staging", at=2)
    client.as_(uma)

    silent = client.post(labels(prompt, "staging", "remove"), data={})
    answer = client.post(labels(prompt, "staging", "remove"), data={"reason": "Done"})
    again = client.post(labels(prompt, "staging", "remove"), data={"reason": "Done"})

    assert (silent.status_code, answer.status_code) == (422, 303)
    assert again.status_code == 409
    assert points_at(prompt, "staging") is None
    last = moves_of(prompt)[-1]
    assert (last.kind, last.to_version_id) == (MoveKind.REMOVED, None)
    move(client, prompt, 3, label="staging")
    assert "Roll back" not in client.get(labels(prompt, "")).text


def test_agents_get_what_their_label_points_at(uma, prompt, statements):
    make_label(prompt, at=2)

    statements.clear()
    found = [resolve(prompt.id, name) for name in ("production", "latest", "nothing")]

    assert [version and version.number for version in found] == [2, 3, None]
    assert len(statements) == 3


@pytest.mark.parametrize("size", [2, 8])
def test_a_move_costs_the_same_however_much_there_is(client, uma, statements, size):
    prompt = make_prompt(uma, *(f"Text {n}" for n in range(size)))
    for number in range(1, size + 1):
        make_label(prompt, f"label{number}", at=number)
    client.as_(uma)

    statements.clear()
    move(client, prompt, 2, label="label1")

    # session, prompt, labels; lock; label, version; change, history; head, entry, head
    assert len(without_clock(statements)) <= 12


def without_clock(statements):
    return [each for each in statements if "clock_timestamp" not in each]


def test_the_same_form_twice_moves_it_once(client, uma, prompt):
    data = {"label": "production", "version": 1, "reason": REASON, "once": "abc"}
    client.as_(uma)

    answers = [client.post(labels(prompt, "move"), data=data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(moves_of(prompt)) == 1


def test_an_archived_prompt_keeps_its_labels_where_they_are(client, uma, prompt):
    make_label(prompt)
    prompt.archived_at = prompt.created_at
    db.session.commit()
    client.as_(uma)

    assert move(client, prompt, 2).status_code == 409
    gone = client.post(labels(prompt, "production", "remove"), data={"reason": "Done"})
    assert gone.status_code == 409
    assert points_at(prompt) == 1
    assert "Move" not in client.get(labels(prompt, "")).text.partition("<main")[2]


def test_others_move_nothing(client, uma, olga, eve, prompt):
    make_label(prompt)
    paths = ["move", "production/roll-back", "production/remove", "production/release"]

    for person in (olga, eve):
        client.as_(person)
        assert client.get(labels(prompt, "")).status_code == 200
        for path in (*paths, "production/protect"):
            sent = {"label": "production", "version": 2, "reason": REASON}
            assert client.post(labels(prompt, path), data=sent).status_code == 403
    assert points_at(prompt) == 1
    client.as_(uma)
    strange = "/prompts/019a0000-0000-7000-8000-000000000000/labels"
    for path in paths:
        assert client.post(f"{strange}/{path}").status_code == 404
    assert len(moves_of(prompt)) == 1
