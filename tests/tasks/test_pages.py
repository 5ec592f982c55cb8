"""The board, the list, a task and its form."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.tasks import board
from dashboard.tasks.models import Priority, Task, TaskStatus
from tests.factories import make_bot, make_council, make_type, make_user, make_workflow
from tests.projects.stage import make_project
from tests.tasks.stage import make_task

STRANGER = "019a0000-0000-7000-8000-000000000000"


@pytest.fixture
def project():
    return make_project("Harbor", code="HRB", most_in_progress=1)


def url_of(project):
    return f"/projects/{project.id}/board"


def section(page, status):
    """What the board shows in one column."""
    return page.split(f'data-col="{status}"')[1].split("</section>")[0]


def test_a_card_says_what_matters(client, uma, project):
    late = now().date() - timedelta(days=2)
    make_task(
        project,
        "Stow the ropes",
        number=341,
        priority=Priority.URGENT,
        due_on=late,
        assignee_id=uma.id,
        status=TaskStatus.IN_PROGRESS,
    )

    shown = section(client.as_(uma).get(url_of(project)).text, "in_progress")

    for word in ("Stow the ropes", "T-341", "Urgent", "Overdue 2 days", "Uma"):
        assert word in shown
    assert "Overdue" not in section(client.get(url_of(project)).text, "todo")


def test_what_is_done_is_never_late(client, uma, project):
    late = now().date() - timedelta(days=2)
    make_task(project, due_on=late, status=TaskStatus.DONE, done_at=now())

    assert "Overdue" not in client.as_(uma).get(url_of(project)).text


def test_a_column_above_its_limit_says_so_and_takes_more(client, uma, project):
    for _ in range(2):
        make_task(project, status=TaskStatus.IN_PROGRESS)
    waiting = make_task(project, status=TaskStatus.TO_DO)

    assert "2 of 1" in section(client.as_(uma).get(url_of(project)).text, "in_progress")
    moved = client.post(f"/tasks/{waiting.id}/move", data={"status": "in_progress"})
    assert moved.location == url_of(project)
    assert "3 of 1" in section(client.get(url_of(project)).text, "in_progress")


def test_a_move_in_place_answers_the_board_with_its_filter(client, uma, project):
    mine = make_task(project, "Mine", assignee_id=uma.id)
    make_task(project, "Other")
    url = f"/tasks/{mine.id}/move?assignee=me"

    answer = client.as_(uma).post(
        url, data={"status": "review", "before_id": ""}, headers={"X-Partial": "1"}
    )

    assert answer.status_code == 200
    assert "Mine" in section(answer.text, "review")
    assert "Other" not in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 422),
        ({"status": "somewhere"}, 422),
        ({"status": "todo", "before_id": "x"}, 422),
        ({"status": "todo", "before_id": STRANGER}, 409),
    ],
)
def test_a_move_that_cannot_be_leaves_the_board(client, uma, project, asked, status):
    task = make_task(project)
    url = f"/tasks/{task.id}/move"

    answer = client.as_(uma).post(url, data=asked, headers={"X-Partial": "1"})

    assert answer.status_code == status
    assert answer.headers["X-Toast"]
    assert db.session.get(Task, task.id).status is TaskStatus.BACKLOG


def test_the_board_is_filtered_by_person_text_and_number(client, uma, olga, project):
    make_task(project, "Mine of ropes", assignee_id=uma.id)
    make_task(project, "Free", number=77)
    make_task(project, "Hers of ropes", assignee_id=olga.id)
    client.as_(uma)

    def found(query):
        page = client.get(f"{url_of(project)}?{query}").text
        return [word for word in ("Mine", "Free", "Hers") if f'"false">{word}' in page]

    assert found("") == ["Mine", "Free", "Hers"]
    assert found("assignee=me") == ["Mine"]
    assert found("assignee=nobody") == ["Free"]
    assert found(f"assignee={olga.id}") == ["Hers"]
    assert found("q=ROPES") == ["Mine", "Hers"]
    assert found("q=t-77") == ["Free"]
    assert client.get(f"{url_of(project)}?assignee=whoever").status_code == 422


def test_done_shows_the_newest_and_leads_to_the_rest(client, uma, project, monkeypatch):
    monkeypatch.setattr(board, "MOST_DONE", 2)
    for n in range(4):
        make_task(
            project,
            f"Done {n}",
            status=TaskStatus.DONE,
            done_at=now() - timedelta(days=n),
            position=1000 - n,
        )

    shown = section(client.as_(uma).get(url_of(project)).text, "done")

    assert shown.index("Done 0") < shown.index("Done 1")
    assert "Done 2" not in shown
    assert "All 4 in the list" in shown


def test_a_filtered_column_that_is_cut_leads_to_the_rest(
    client, uma, project, monkeypatch
):
    monkeypatch.setattr(board, "MOST_SHOWN", 2)
    for n in range(3):
        make_task(project, f"Rope {n}", status=TaskStatus.TO_DO)
    make_task(project, "Sail", status=TaskStatus.TO_DO)

    many = section(client.as_(uma).get(url_of(project) + "?q=Rope").text, "todo")
    one = section(client.get(url_of(project) + "?q=Sail").text, "todo")

    assert "All that match in the list" in many
    assert "in the list" not in one


def test_a_task_is_moved_from_its_page(client, uma, eve, project):
    task = make_task(project)
    form = f'action="/tasks/{task.id}/move"'

    assert form in client.as_(uma).get(f"/tasks/{task.id}").text
    assert form not in client.as_(eve).get(f"/tasks/{task.id}").text
    task.archived_at = now()
    assert form not in client.as_(uma).get(f"/tasks/{task.id}").text


def test_a_workflow_is_named_only_to_whoever_sees_it(client, ada, olga, otto, project):
    type_ = make_type(make_council(olga), make_bot(otto))
    hidden = make_workflow(otto, type_, title="Secret plan")
    task = make_task(project, workflow_id=hidden.id)
    stranger = make_user("Stranger", role="user")

    page = client.as_(otto).get(f"/tasks/{task.id}").text
    assert f"#{hidden.number} Secret plan" in page
    assert f"#{hidden.number}" in client.get(url_of(project)).text

    other = client.as_(stranger).get(f"/tasks/{task.id}").text
    assert "Secret plan" not in other
    assert "none that you see" in other
    assert f"#{hidden.number}" not in client.get(url_of(project)).text
    assert str(hidden.number) not in client.get(f"/tasks/{task.id}/edit").text
    blank = {"title": "Other words", "workflow_number": ""}
    edited = client.post(f"/tasks/{task.id}/edit", data=blank)
    kept = db.session.get(Task, task.id)
    assert edited.status_code == 303
    assert (kept.title, kept.workflow_id) == ("Other words", hidden.id)

    for guess in (hidden.number, hidden.number + 50):
        typed = blank | {"workflow_number": f"#{guess}"}
        refused = client.post(f"/tasks/{task.id}/edit", data=typed)
        assert refused.status_code == 422
        assert f"You see no workflow #{guess}." in refused.text

    client.as_(otto).post(f"/tasks/{task.id}/edit", data=blank)
    assert db.session.get(Task, task.id).workflow_id is None


def test_a_task_is_written_changed_archived_and_restored(client, uma, project):
    client.as_(uma)
    new = f"/projects/{project.id}/tasks/new"
    page = client.get(f"{new}?status=review").text
    assert '<option selected value="review">' in page
    assert '<option selected value="normal">' in page

    client.post(
        new,
        data={
            "title": "Stow the ropes",
            "status": "review",
            "priority": "high",
            "due_on": "2030-01-02",
            "assignee_id": uma.id,
        },
    )
    task = db.session.scalar(select(Task))
    where = f"/tasks/{task.id}"
    assert (task.number, task.created_by_id) == (1, uma.id)
    assert "Stow the ropes" in client.get(where).text
    edit = client.get(f"{where}/edit").text
    assert 'value="2030-01-02"' in edit

    assert client.post(f"{where}/archive").location == where
    assert "Stow the ropes" not in client.get(url_of(project)).text
    assert "Stow the ropes" in client.get("/tasks/?archived=1").text
    client.post(f"{where}/restore")
    assert "Stow the ropes" in client.get(url_of(project)).text
    assert "archived" in client.get(f"{where}?tab=history").text


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"title": ""}, "Fill this in."),
        ({"title": "x" * 161}, "Use at most 160 characters."),
        ({"title": "a\0b"}, "cannot be stored"),
        ({"due_on": "tomorrow"}, "valid date"),
        ({"assignee_id": STRANGER}, "There is no such active person."),
        ({"prompt_id": STRANGER}, "There is no such prompt in use."),
        ({"workflow_number": "#999"}, "You see no workflow #999."),
        ({"workflow_number": "many"}, "Enter a whole number."),
        ({"priority": "later"}, "Choose"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client, uma, project, over, sentence
):
    url = f"/projects/{project.id}/tasks/new"
    typed = {"title": "Ropes", "description": "All of them"}

    answer = client.as_(uma).post(url, data=typed | over)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "All of them" in answer.text
    assert db.session.scalar(select(Task)) is None


def test_the_list_narrows(client, uma, project):
    other = make_project("Mole", code="MOL")
    late = now().date() - timedelta(days=1)
    make_task(project, "Late", due_on=late, status=TaskStatus.REVIEW)
    make_task(other, "Urgent", priority=Priority.URGENT, assignee_id=uma.id)
    client.as_(uma)

    def found(query):
        page = client.get(f"/tasks/?{query}").text
        return [word for word in ("Late", "Urgent") if f'">{word}</a>' in page]

    assert found("") == ["Late", "Urgent"]
    assert found(f"project_id={other.id}") == ["Urgent"]
    assert found("status=review") == found("overdue=1") == ["Late"]
    assert found("priority=urgent") == found("assignee=me") == ["Urgent"]
    assert "No tasks match" in client.get("/tasks/?q=nothing").text


def test_a_viewer_reads_and_is_offered_no_move(client, eve, project):
    task = make_task(project)

    page = client.as_(eve).get(url_of(project)).text

    assert task.title in page
    assert 'class="move"' not in page
    assert client.post(f"/tasks/{task.id}/move").status_code == 403
    assert client.get(f"/tasks/{task.id}/edit").status_code == 403
    assert client.get(f"/projects/{project.id}/tasks/new").status_code == 403


def test_what_is_not_there_is_not_found(client, uma):
    client.as_(uma)

    for path in ("", "/edit"):
        assert client.get(f"/tasks/{STRANGER}{path}").status_code == 404
    for path in ("/move", "/archive", "/restore"):
        assert client.post(f"/tasks/{STRANGER}{path}").status_code == 404
    assert client.get(f"/projects/{STRANGER}/board").status_code == 404


@pytest.mark.parametrize("size", [1, 30])
def test_the_pages_cost_the_same_however_much_there_is(
    client, uma, statements, project, size
):
    for n in range(size):
        task = make_task(project, assignee_id=uma.id, status=[*TaskStatus][n % 5])
    client.as_(uma)
    costs = {
        url_of(project): 4,  # session, project, how many, cards
        "/tasks/": 3,  # session, rows with total, projects of the filter
        f"/tasks/{task.id}": 4,  # session, task, its workflow, one's chats
        f"/tasks/{task.id}?tab=history": 3,
    }

    for url, cost in costs.items():
        statements.clear()
        assert client.get(url).status_code == 200
        assert len(statements) == cost, "\n".join(statements)
