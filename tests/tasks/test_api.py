"""Tasks as JSON."""

import pytest

from dashboard.clock import now
from dashboard.permissions import Permission
from tests.factories import (
    latest_audit,
    make_bot,
    make_council,
    make_type,
    make_user,
    make_workflow,
)
from tests.projects.stage import make_project
from tests.tasks.stage import make_task

URL = "/api/v1/tasks"
STRANGE = f"{URL}/019a0000-0000-7000-8000-000000000000"


@pytest.fixture
def project():
    return make_project("Harbor", code="HRB")


def test_a_program_writes_moves_archives_and_restores_a_task(api, uma, project):
    api.with_key(uma)

    asked = {"project_id": str(project.id), "title": "Ropes", "priority": "high"}
    made = api.post(URL, json=asked)
    where = made.headers["Location"]
    assert (made.status_code, made.json["number"]) == (201, 1)
    assert (made.json["project_code"], made.json["status"]) == ("HRB", "backlog")

    changed = api.patch(
        where, json={"assignee_id": str(uma.id), "due_on": "2030-01-02"}
    )
    assert (changed.json["assignee_name"], changed.json["title"]) == ("Uma", "Ropes")
    moved = api.post(f"{where}/move", json={"status": "done"})
    assert moved.json["status"] == "done"
    assert moved.json["done_at"] is not None
    assert latest_audit().detail["verb"] == "move"

    assert api.post(f"{where}/archive").json["archived_at"] is not None
    assert api.post(f"{where}/archive").status_code == 409
    back = api.post(f"{where}/restore")
    assert back.json["archived_at"] is None
    assert api.get(where).json == back.json
    assert api.post(f"{where}/restore").status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "x"}, "title"),
        ({"status": "somewhere"}, "status"),
        ({"workflow_number": 999}, "workflow_number"),
        ({"assignee_id": STRANGE[-36:]}, "assignee_id"),
        ({"project_id": STRANGE[-36:]}, "project_id"),
        ({"number": 5}, "number"),
    ],
)
def test_what_is_wrong_is_named(api, uma, project, body, field):
    whole = {"project_id": str(project.id), "title": "Ropes"} | body

    answer = api.with_key(uma).post(URL, json=whole)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json["errors"]] == [f"/{field}"]


def test_a_workflow_out_of_sight_stays_and_is_not_guessed(api, olga, otto, project):
    hidden = make_workflow(otto, make_type(make_council(olga), make_bot(otto)))
    task = make_task(project, workflow_id=hidden.id)
    url = f"{URL}/{task.id}"
    api.with_key(make_user("Stranger", role="user"))

    other = api.patch(url, json={"title": "Other words"})
    assert (other.status_code, other.json["workflow_number"]) == (200, None)
    for guess in (hidden.number, hidden.number + 50):
        refused = api.patch(url, json={"workflow_number": guess})
        assert refused.status_code == 422

    api.with_key(otto)
    assert api.get(url).json["workflow_number"] == hidden.number


def test_the_list_has_the_filters_of_the_page(api, uma, project):
    other = make_project("Mole", code="MOL")
    make_task(project, "Ropes", assignee_id=uma.id)
    make_task(other, "Sand", archived_at=now())
    api.with_key(uma)

    def found(**query):
        return [row["title"] for row in api.get(URL, query_string=query).json["items"]]

    assert found() == found(assignee="me") == found(q="rop") == ["Ropes"]
    assert found(archived=True) == ["Sand"]
    assert found(project_id=str(other.id)) == []
    assert api.get(URL, query_string={"assignee": "whoever"}).status_code == 422


def test_strangers_and_keys_without_the_scope(api, uma, eve, project):
    task = make_task(project)
    one = f"{URL}/{task.id}"

    api.with_key(uma, scopes=[Permission.TASK_READ])
    assert api.get(one).status_code == 200
    assert api.patch(one, json={"title": "Other"}).status_code == 403
    assert api.get(STRANGE).status_code == 404
    api.with_key(eve)
    assert api.post(f"{one}/move", json={"status": "done"}).status_code == 403


@pytest.mark.parametrize("size", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(
    api, uma, statements, project, size
):
    for _ in range(size):
        make_task(project)
    api.with_key(uma).get(URL)
    statements.clear()

    api.get(URL)

    assert len(statements) == 2  # key and owner, rows with total
