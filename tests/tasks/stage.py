"""Tasks on a board."""

from itertools import count

from dashboard.tasks.models import Task
from tests.factories import stored

NUMBERS = count(1000)
"""Far above those that the application gives out."""


def make_task(project, title="Write the rollback note", **over):
    facts = {"number": next(NUMBERS), "title": title, "position": 1024}
    return stored(Task(project_id=project.id, **facts | over))
