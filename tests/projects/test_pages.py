"""Projects as pages: written, listed with their work, archived and restored."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.projects.models import Project
from dashboard.projects.reports import projects_offered
from dashboard.tasks.models import TaskStatus
from tests.factories import latest_audit, make_user
from tests.projects.stage import make_project
from tests.tasks.stage import make_task

NEW = {
    "code": "hrb",
    "name": "Harbor",
    "description": "Keeps the ships moving",
    "lead_id": "",
    "most_in_progress": "3",
    "most_in_review": "",
}
STRANGE = "/projects/019a0000-0000-7000-8000-000000000000"
WRITING = ("/edit", "/archive", "/restore")


def yesterday():
    return now().date() - timedelta(days=1)


def test_a_project_is_made_and_its_code_raised(client, olga, uma):
    answer = client.as_(olga).post("/projects/new", data=NEW | {"lead_id": uma.id})

    project = db.session.scalar(select(Project))
    assert answer.location == f"/projects/{project.id}/board"
    assert (project.code, project.name, project.lead_id) == ("HRB", "Harbor", uma.id)
    assert (project.most_in_progress, project.most_in_review) == (3, None)
    entry = latest_audit()
    assert (entry.action, entry.actor_id) == ("project.write", olga.id)
    assert entry.changes[f"projects/{project.id}"]["code"] == [None, "HRB"]


def test_whoever_makes_a_project_is_offered_as_its_lead(client, olga):
    page = client.as_(olga).get("/projects/new").text

    assert f'<option selected value="{olga.id}">Olga</option>' in page


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"code": ""}, "Fill this in."),
        ({"code": "h"}, "Use at least 2 characters."),
        ({"code": "h" * 13}, "Use at most 12 characters."),
        ({"code": "1ab"}, "Begin with a letter; then letters and digits only."),
        ({"code": "a-b"}, "Begin with a letter; then letters and digits only."),
        ({"code": "aß"}, "Begin with a letter; then letters and digits only."),
        ({"code": "prx"}, "PRX is taken by Parallax."),
        ({"code": "old"}, "OLD is taken by Past, which is archived."),
        ({"name": "Parallax"}, "PRX has this name."),
        ({"name": "x" * 121}, "Use at most 120 characters."),
        ({"description": "a\0b"}, "cannot be stored"),
        ({"most_in_progress": "0"}, "Enter 1 or more."),
        ({"most_in_progress": "100"}, "Enter 99 or less."),
        ({"most_in_review": "few"}, "Enter a whole number."),
        ({"lead_id": "somebody"}, "Choose one of the list."),
        ({"lead_id": STRANGE[-36:]}, "There is no such active person."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, olga, over, sentence):
    make_project("Parallax", code="PRX")
    make_project("Past", code="OLD", archived_at=now())

    answer = client.as_(olga).post("/projects/new", data=NEW | over)

    assert answer.status_code == 422
    assert sentence in answer.text
    kept = "Harbor" if "description" in over else "Keeps the ships moving"
    assert kept in answer.text
    assert db.session.scalar(select(func.count(Project.id))) == 2


def test_a_code_and_a_name_that_are_both_taken_are_both_named(client, olga):
    make_project("Harbor", code="HB")
    make_project("Parallax", code="HRB")

    page = client.as_(olga).post("/projects/new", data=NEW).text

    assert "HRB is taken by Parallax." in page
    assert "HB has this name." in page


def test_its_lead_changes_it_and_a_lead_who_left_stays_named(client, ada, olga):
    left = make_user("Lea", role=Role.USER, is_active=False)
    project = make_project("Harbor", code="HRB", lead_id=olga.id)
    where = f"/projects/{project.id}/edit"

    form = client.as_(olga).get(where).text
    refused = client.post(where, data=NEW | {"lead_id": left.id})
    project.lead_id = left.id
    saved = client.as_(ada).post(
        where, data=NEW | {"lead_id": left.id, "name": "Hafen"}
    )

    assert 'value="HRB"' in form
    assert refused.status_code == 422
    assert saved.location == f"/projects/{project.id}"
    assert (project.name, project.lead_id) == ("Hafen", left.id)
    assert project.most_in_progress == 3
    changed = latest_audit().changes[f"projects/{project.id}"]
    assert changed["name"] == ["Harbor", "Hafen"]


def test_only_its_lead_and_admins_change_it(client, ada, olga, otto, uma, eve):
    project = make_project("Harbor", code="HRB", lead_id=olga.id)
    where = f"/projects/{project.id}"

    for person in (otto, uma, eve):
        page = client.as_(person).get(where)
        assert page.status_code == 200
        assert "Archive this project?" not in page.text
        for path in WRITING:
            assert client.post(where + path, data=NEW).status_code == 403
    assert client.as_(uma).get("/projects/new").status_code == 403
    assert "New project" not in client.get("/projects/").text
    assert client.post("/projects/new", data=NEW).status_code == 403
    assert project.name == "Harbor"
    assert "Archive this project?" in client.as_(olga).get(where).text
    assert client.as_(ada).post(f"{where}/edit", data=NEW).status_code == 303


def test_a_project_without_a_lead_is_every_operators(client, otto):
    project = make_project("Harbor")

    answer = client.as_(otto).post(f"/projects/{project.id}/edit", data=NEW)

    assert answer.status_code == 303


def test_what_is_not_there_is_not_found(client, ada):
    client.as_(ada)

    assert client.get(STRANGE).status_code == 404
    for path in WRITING:
        assert client.post(STRANGE + path, data=NEW).status_code == 404


def test_an_archived_project_is_read_and_not_changed_until_it_is_back(client, ada):
    project = make_project("Harbor", code="HRB")
    where = f"/projects/{project.id}"
    client.as_(ada)

    gone = client.post(f"{where}/archive")
    kinds = [latest_audit().detail["verb"]]
    page = client.get(where)
    refused = client.post(f"{where}/edit", data=NEW | {"name": "Typed before"})
    twice = client.post(f"{where}/archive")
    offered = projects_offered(ada)
    back = client.post(f"{where}/restore")
    kinds.append(latest_audit().detail["verb"])
    again = client.post(f"{where}/restore")

    assert [gone.location, back.location] == [where, where]
    assert kinds == ["archive", "restore"]
    assert "This project was archived" in page.text
    assert "New task" not in page.text
    assert [each.status_code for each in (refused, twice, again)] == [409, 409, 409]
    assert "Harbor is archived. Restore it first." in refused.text
    assert "Typed before" in refused.text
    assert offered == []
    assert not project.is_archived
    assert [tuple(row) for row in projects_offered(ada)] == [
        (project.id, "HRB", "Harbor")
    ]


def test_the_list_finds_projects_by_name_code_and_archive(client, uma):
    make_project("Harbor", code="HRB", lead_id=uma.id)
    make_project("Parallax", code="PRX")
    make_project("Past", code="OLD", archived_at=now())
    client.as_(uma)

    def shown(query):
        page = client.get(f"/projects/?{query}").text
        names = ("HRB Harbor", "PRX Parallax", "OLD Past")
        return {name[:3] for name in names if f">{name}</a>" in page}

    assert shown("") == {"HRB", "PRX"}
    assert shown("q=arbo") == {"HRB"}
    assert shown("q=prx") == {"PRX"}
    assert shown("archived=1") == {"OLD"}
    assert shown("archived=1&q=harbor") == set()
    assert "No projects match" in client.get("/projects/?q=nothing").text
    assert shown("limit=1") == {"PRX"}
    assert "/board" in client.get("/projects/?q=hrb").text
    assert client.get("/projects/?after=nonsense").status_code == 422


def test_without_projects_the_list_says_what_one_is(client, olga, uma):
    hint = "No projects yet"

    assert hint in client.as_(uma).get("/projects/").text
    assert client.as_(olga).get("/projects/").text.count("/projects/new") == 2


def test_the_list_says_what_is_to_be_done(client, uma):
    project = make_project("Harbor", most_in_progress=1)
    make_task(project, status=TaskStatus.IN_PROGRESS, due_on=yesterday())
    make_task(project, status=TaskStatus.IN_PROGRESS, due_on=now().date())
    make_task(project, status=TaskStatus.REVIEW)
    make_task(project, status=TaskStatus.DONE, due_on=yesterday())
    make_task(project, archived_at=now(), due_on=yesterday())
    make_task(make_project("Other"), due_on=None)

    page = client.as_(uma).get("/projects/?q=harbor").text

    assert 'data-label="Open tasks" class="end num named">3<' in page
    assert "2 of 1" in page
    assert "more than agreed" in page
    assert "1 overdue" in page


def test_the_overview_counts_each_column_and_links_to_its_tasks(client, uma):
    project = make_project("Harbor", description="Ships\nmove", most_in_review=2)
    for status in (TaskStatus.REVIEW, TaskStatus.REVIEW, TaskStatus.DONE):
        make_task(project, status=status, due_on=yesterday())
    make_task(project, status=TaskStatus.TO_DO, archived_at=now())

    page = client.as_(uma).get(f"/projects/{project.id}").text

    for status in TaskStatus:
        link = f"/tasks/?project_id={project.id}&amp;status={status.value}"
        assert f'href="{link}">{status.label}</a>' in page
    assert page.count('<span class="num">0</span>') == 3
    assert '2 <span class="muted">of 2</span>' in page
    assert "more than agreed" not in page
    assert "2 overdue" in page
    assert "Ships\nmove" in page


def test_its_history_says_who_changed_what(client, olga):
    client.as_(olga).post("/projects/new", data=NEW)
    project = db.session.scalar(select(Project))

    page = client.get(f"/projects/{project.id}?tab=history").text

    assert "Olga" in page
    assert "HRB" in page


def test_chats_are_offered_to_those_who_chat(client, eve, uma):
    project = make_project()
    where = f"/projects/{project.id}"

    assert f"{where}/chats" in client.as_(uma).get(where).text
    assert f"{where}/chats" not in client.as_(eve).get(where).text


@pytest.mark.parametrize("size", [1, 20])
def test_the_pages_cost_the_same_however_much_there_is(client, ada, statements, size):
    for _ in range(size):
        project = make_project(lead_id=ada.id)
        make_task(project)
        make_task(project, status=TaskStatus.REVIEW)
    client.as_(ada)
    costs = {
        "/projects/": 3,  # session, projects with their total, their tasks
        f"/projects/{project.id}": 3,  # session, project, its tasks
        f"/projects/{project.id}?tab=history": 3,
        f"/projects/{project.id}/edit": 3,  # session, project, people
        "/projects/new": 2,
    }

    for url, cost in costs.items():
        statements.clear()
        client.get(url)
        assert len(statements) == cost, url
