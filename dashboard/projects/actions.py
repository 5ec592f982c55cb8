"""Create, change, archive and restore projects."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select

from dashboard.audit import audited
from dashboard.clock import now
from dashboard.errors import Errors, Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.projects.models import Project
from dashboard.projects.schemas import ProjectIn
from dashboard.users.models import User


def create_project(actor: Actor, wanted: ProjectIn) -> Project:
    with audited(actor, Permission.PROJECT_WRITE) as entry:
        project = Project()
        fill(project, wanted)
        db.session.add(project)
        entry.about(project)
    return project


def update_project(actor: Actor, project: Project, wanted: ProjectIn) -> Project:
    with audited(actor, Permission.PROJECT_WRITE, project):
        project.keep_unarchived()
        fill(project, wanted)
    return project


def archive_project(actor: Actor, project: Project) -> Project:
    with audited(actor, Permission.PROJECT_WRITE, project) as entry:
        if project.is_archived:
            raise RuleBroken(f"{project.name} is archived already.")
        project.archived_at = now()
        entry.about(project, verb="archive")
    return project


def restore_project(actor: Actor, project: Project) -> Project:
    with audited(actor, Permission.PROJECT_WRITE, project) as entry:
        if not project.is_archived:
            raise RuleBroken(f"{project.name} is not archived.")
        project.archived_at = None
        entry.about(project, verb="restore")
    return project


def fill(project: Project, wanted: ProjectIn) -> None:
    check_names(project, wanted)
    check_lead(project, wanted.lead_id)
    project.code = wanted.code
    project.name = wanted.name
    project.description = wanted.description
    project.lead_id = wanted.lead_id
    project.most_in_progress = wanted.most_in_progress
    project.most_in_review = wanted.most_in_review


def check_names(project: Project, wanted: ProjectIn) -> None:
    """Archived projects keep theirs, too."""
    same = sa.or_(Project.code == wanted.code, Project.name == wanted.name)
    others = select(Project).where(same, Project.id != project.id)
    errors: Errors = {}
    for other in db.session.scalars(others):
        kept = ", which is archived" if other.is_archived else ""
        if other.code == wanted.code:
            errors["code"] = f"{other.code} is taken by {other.name}{kept}."
        if other.name == wanted.name:
            errors["name"] = f"{other.code} has this name{kept}."
    if errors:
        raise Invalid(errors)


def check_lead(project: Project, lead_id: UUID | None) -> None:
    """Only somebody new is asked about: a lead who left stays named."""
    if lead_id in {None, project.lead_id}:
        return
    active = select(User.id).where(User.id == lead_id, User.is_active)
    if db.session.scalar(active) is None:
        raise Invalid({"lead_id": "There is no such active person."})
