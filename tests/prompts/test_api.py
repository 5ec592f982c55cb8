"""Prompts as JSON: written, labelled, proposed, filled in."""

import pytest

from dashboard.permissions import Permission
from tests.factories import make_agent
from tests.model_calls.stage import make_model
from tests.prompts.stage import (
    REASON,
    approved,
    make_label,
    make_prompt,
    newest_workflow,
    points_at,
    promoting_type,
    protected,
)

URL = "/api/v1/prompts"
NEW = {
    "name": "triage",
    "content": "Hello ${who}",
    "variables": {"who": {"description": "Whom", "example": "Ada"}},
}
STRANGE = f"{URL}/019a0000-0000-7000-8000-000000000000"


def test_a_program_writes_versions_labels_and_reads_what_is_in_production(api, uma):
    api.with_key(uma)

    made = api.post(URL, json=NEW)
    where = made.headers["Location"]
    saved = api.post(
        f"{where}/versions", json={"content": "Hi ${who}", "message": "Shorter"}
    )
    label = api.put(f"{where}/labels/production", json={"version": 1, "reason": REASON})
    moved = api.put(f"{where}/labels/production", json={"version": 2, "reason": REASON})
    served = api.get(f"{where}/labels/production")
    back = api.post(f"{where}/labels/production/roll-back", json={"reason": REASON})

    assert (made.status_code, made.json["newest"], made.json["labels"]) == (201, 1, [])
    assert (saved.status_code, saved.json["number"]) == (201, 2)
    assert saved.json["variables"]["who"]["example"] == "Ada"
    assert [label.json["version"], moved.json["version"]] == [1, 2]
    assert served.json["content"] == "Hi ${who}"
    assert back.json["version"] == 1
    shown = api.get(where).json["labels"]
    assert [(each["name"], each["version"]) for each in shown] == [("production", 1)]
    assert api.get(f"{where}/labels").json["items"] == shown
    assert api.get(f"{where}/labels/latest").json["number"] == 2
    assert api.get(f"{where}/labels/staging").status_code == 404
    moves = api.get(f"{where}/moves").json["items"]
    assert [(m["kind"], m["before"], m["after"]) for m in moves] == [
        ("rolled_back", 2, 1),
        ("moved", 1, 2),
        ("created", None, 1),
    ]
    gone = api.post(f"{where}/labels/production/remove", json={"reason": REASON})
    assert gone.json["items"] == []


def test_the_list_tells_production_and_who_follows(api, uma):
    prompt = make_prompt(uma, "One", "Two", name="Mine")
    make_label(prompt)
    make_agent(prompt_id=prompt.id)
    make_prompt(uma, name="Other")
    api.with_key(uma)

    (row,) = api.get(URL, query_string={"behind": True}).json["items"]

    assert (row["name"], row["newest"], row["production"]) == ("Mine", 2, 1)
    assert (row["agents"], row["updated_by_name"]) == (1, "Uma")
    assert api.get(URL).json["total"] == 2


def test_versions_and_their_difference_are_read(api, uma):
    prompt = make_prompt(uma, "Be kind to all", "Be fair to all")
    where = f"{URL}/{prompt.id}"
    api.with_key(uma)

    rows = api.get(f"{where}/versions").json["items"]
    found = api.get(f"{where}/diff", query_string={"from": 1, "to": 2}).json

    assert [row["number"] for row in rows] == [2, 1]
    assert rows[0]["author_name"] == "Uma"
    lines = {line["kind"]: line["text"] for line in found["text"]["lines"]}
    assert (lines["del"], lines["add"]) == ("Be kind to all", "Be fair to all")
    assert api.get(f"{where}/versions/1").json["content"] == "Be kind to all"
    assert api.get(f"{where}/versions/3").status_code == 404


def test_a_protected_label_is_asked_for(api, uma, olga):
    prompt = protected(uma, olga)
    label = f"{URL}/{prompt.id}/labels/production"
    api.with_key(uma)

    direct = api.put(label, json={"version": 2, "reason": REASON})
    nowhere = api.post(f"{label}/proposals", json={"reason": REASON})
    asked = api.post(f"{label}/proposals", json={"version": 2, "reason": REASON})
    approved(newest_workflow(), olga)

    assert (direct.status_code, direct.json["code"]) == (409, "protected")
    assert nowhere.json["errors"][0]["pointer"] == "/version"
    assert (asked.status_code, asked.json["status"]) == (201, "open")
    assert asked.headers["Location"].endswith(asked.json["id"])
    assert points_at(prompt) == 2
    back = api.post(f"{label}/proposals", json={"deed": "roll_back", "reason": REASON})
    assert back.json["title"] == f"Roll production of {prompt} back to v1"


def test_an_admin_protects_by_program(api, ada, uma, olga):
    prompt, type_ = make_prompt(uma), promoting_type(olga)
    make_label(prompt)
    where = f"{URL}/{prompt.id}/labels/production/protect"
    body = {"type_id": str(type_.id), "reason": REASON}

    answer = api.with_key(ada).post(where, json=body)

    assert answer.json["type_id"] == str(type_.id)
    assert api.with_key(uma).post(where, json=body).status_code == 403


def test_a_label_that_is_not_protected_is_not_proposed(api, uma):
    prompt = make_prompt(uma, "One", "Two")
    make_label(prompt)
    where = f"{URL}/{prompt.id}/labels/production/proposals"

    answer = api.with_key(uma).post(where, json={"version": 2, "reason": REASON})

    assert answer.status_code == 409
    assert "is not protected" in answer.json["detail"]
    assert newest_workflow() is None


def test_variables_are_filled_in_and_the_unknown_named(api, eve, uma):
    prompt = make_prompt(uma, "Hi $a", 'Hi $a and ${b}, {"x": $$1}')
    where = f"{URL}/{prompt.id}/render"
    api.with_key(eve)

    newest = api.post(where, json={"values": {"a": "Ada"}}).json
    first = api.post(where, json={"version": 1}).json

    assert newest == {
        "version": 2,
        "text": 'Hi Ada and ${b}, {"x": $1}',
        "unfilled": ["b"],
    }
    assert first["text"] == "Hi $a"


def test_two_versions_are_tried(api, uma):
    prompt = make_prompt(uma, "One", "Two")
    body = {"model_id": str(make_model().id), "other": 1, "question": "Who?"}

    answer = api.with_key(uma).post(f"{URL}/{prompt.id}/try", json=body)

    assert answer.status_code == 201
    assert len(answer.json["calls"]) == 2
    for call in answer.json["calls"]:
        assert api.get(f"/api/v1/model-calls/{call}").status_code == 200


def test_a_patch_changes_the_name_and_nothing_else(api, uma):
    prompt = make_prompt(uma, "One", description="Kept")
    api.with_key(uma)

    answer = api.patch(f"{URL}/{prompt.id}", json={"name": "Renamed"})

    assert (answer.json["name"], answer.json["description"]) == ("Renamed", "Kept")
    assert api.post(f"{URL}/{prompt.id}/archive").json["archived_at"]
    assert api.post(f"{URL}/{prompt.id}/restore").json["archived_at"] is None


@pytest.mark.parametrize(
    ("method", "path", "body", "pointer"),
    [
        ("post", "", NEW | {"content": ""}, "/content"),
        (
            "post",
            "",
            NEW | {"variables": {"who": {"hint": "x"}}},
            "/variables/who/hint",
        ),
        ("post", "/versions", {"content": "x", "message": ""}, "/message"),
        ("put", "/labels/latest", {"version": 1, "reason": REASON}, "/label"),
        ("put", "/labels/a", {"version": 9, "reason": REASON}, "/version"),
        ("put", "/labels/a", {"version": 2**40, "reason": REASON}, "/version"),
        ("put", "/labels/a", {"version": 1, "reason": ""}, "/reason"),
        ("post", "/render", {"values": {"a": 1}}, "/values/a"),
        ("post", "/render", {"version": 9}, "/version"),
        ("post", "/try", {}, "/model_id"),
    ],
)
def test_what_is_not_well_formed_is_named(api, uma, method, path, body, pointer):
    where = f"{URL}/{make_prompt(uma).id}{path}" if path else URL

    answer = getattr(api.with_key(uma), method)(where, json=body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_strange_prompt_is_404_and_others_are_403(app, database, uma, eve, olga):
    prompt = make_prompt(uma, "One", "Two")
    make_label(prompt)
    reason = {"reason": REASON}
    writes = [
        ("patch", "", {"name": "Changed"}),
        ("post", "/versions", {"content": "x", "message": "Changed"}),
        ("put", "/labels/production", {"version": 2, **reason}),
        ("post", "/labels/production/roll-back", reason),
        ("post", "/labels/production/remove", reason),
        ("post", "/archive", None),
    ]

    for person in (eve, olga):
        program = app.test_client().with_key(person)
        for method, path, body in writes:
            answer = getattr(program, method)(f"{URL}/{prompt.id}{path}", json=body)
            assert answer.status_code == 403, path
    owner = app.test_client().with_key(uma)
    for method, path, body in writes:
        assert getattr(owner, method)(STRANGE + path, json=body).status_code == 404
    assert (points_at(prompt), prompt.newest) == (1, 2)


def test_a_key_without_the_scopes_writes_and_proposes_nothing(api, uma, olga):
    prompt = protected(uma, olga)
    api.with_key(uma, scopes=[Permission.PROMPT_READ, Permission.PROMPT_WRITE])
    where = f"{URL}/{prompt.id}"

    assert api.get(where).status_code == 200
    body = {"version": 2, "reason": REASON}
    asked = api.post(f"{where}/labels/production/proposals", json=body)
    assert asked.status_code == 403
    assert "workflow.write" in asked.json["detail"]
