"""Projects as JSON."""

import pytest

from dashboard.clock import now
from dashboard.permissions import Permission
from dashboard.tasks.models import TaskStatus
from tests.projects.stage import make_project
from tests.tasks.stage import make_task

URL = "/api/v1/projects"
STRANGE = f"{URL}/019a0000-0000-7000-8000-000000000000"
NEW = {"code": "hrb", "name": "Harbor"}


def test_a_program_makes_changes_archives_and_restores_a_project(api, olga):
    api.with_key(olga)

    made = api.post(URL, json=NEW | {"lead_id": str(olga.id), "most_in_review": 2})
    where = made.headers["Location"]
    changed = api.patch(where, json={"name": "Hafen", "most_in_review": None})
    gone = api.post(f"{where}/archive")
    back = api.post(f"{where}/restore")

    assert (made.status_code, made.json["code"]) == (201, "HRB")
    assert (made.json["lead_name"], made.json["most_in_review"]) == ("Olga", 2)
    assert made.json["tasks"] == dict.fromkeys(map(str, TaskStatus), 0)
    assert (changed.json["name"], changed.json["code"]) == ("Hafen", "HRB")
    assert (changed.json["most_in_review"], changed.json["lead_name"]) == (None, "Olga")
    assert gone.json["archived_at"] is not None
    assert back.json["archived_at"] is None
    assert api.get(where).json == back.json


def test_the_list_tells_what_is_to_be_done(api, uma):
    project = make_project("Harbor", code="HRB", lead_id=uma.id)
    make_task(project, status=TaskStatus.IN_PROGRESS, due_on=now().date())
    make_task(project, status=TaskStatus.DONE)
    make_project("Empty")
    make_project("Past", archived_at=now())
    api.with_key(uma)

    empty, row = api.get(URL).json["items"]
    (past,) = api.get(URL, query_string={"archived": True}).json["items"]

    assert (row["code"], row["lead_name"]) == ("HRB", "Uma")
    counts = ("open", "in_progress", "in_review", "overdue")
    assert [row[name] for name in counts] == [1, 1, 0, 0]
    assert [empty[name] for name in counts] == [0, 0, 0, 0]
    assert past["name"] == "Past"
    first = api.get(URL, query_string={"limit": 1}).json
    after = api.get(URL, query_string={"limit": 1, "after": first["next"]}).json
    assert [each["items"][0]["name"] for each in (first, after)] == ["Empty", "Harbor"]
    assert (first["total"], after["next"]) == (2, None)


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        (NEW | {"code": "h b"}, "code", "Begin with a letter"),
        (NEW | {"code": "PRX"}, "code", "PRX is taken by Parallax."),
        (
            NEW | {"most_in_progress": 100},
            "most_in_progress",
            "less than or equal to 99",
        ),
        (NEW | {"colour": "red"}, "colour", "not permitted"),
        ({"name": "Harbor"}, "code", "required"),
    ],
)
def test_what_is_wrong_is_named(api, olga, body, field, sentence):
    make_project("Parallax", code="PRX")

    answer = api.with_key(olga).post(URL, json=body)

    assert answer.status_code == 422
    (problem,) = answer.json["errors"]
    assert field in problem["pointer"]
    assert sentence in problem["detail"]


def test_an_archived_project_is_not_changed(api, ada):
    project = make_project(archived_at=now())
    api.with_key(ada)

    answer = api.patch(f"{URL}/{project.id}", json={"name": "Another"})

    assert answer.status_code == 409
    assert "Restore it first" in answer.json["detail"]


def test_the_same_people_may_as_on_the_pages(api, ada, olga, uma):
    project = make_project(lead_id=ada.id)
    where = f"{URL}/{project.id}"

    for person in (olga, uma):
        api.with_key(person)
        assert api.get(where).status_code == 200
        assert api.patch(where, json={"name": "Taken over"}).status_code == 403
        for verb in ("archive", "restore"):
            assert api.post(f"{where}/{verb}").status_code == 403
    assert api.post(URL, json=NEW).status_code == 403
    api.with_key(ada, scopes=[Permission.PROJECT_READ.value])
    assert api.get(where).status_code == 200
    assert api.post(URL, json=NEW).status_code == 403


def test_what_is_not_there_is_not_found(api, ada):
    api.with_key(ada)

    assert api.get(STRANGE).status_code == 404
    assert api.patch(STRANGE, json={"name": "Nowhere"}).status_code == 404
    for verb in ("archive", "restore"):
        assert api.post(f"{STRANGE}/{verb}").status_code == 404
