"""Projects to work in."""

from itertools import count

from dashboard.projects.models import Project
from tests.factories import stored

CODES = count(1)


def make_project(name=None, **over):
    number = next(CODES)
    named = {"code": f"PR{number}", "name": name or f"Project {number}"}
    return stored(Project(**named | over))
