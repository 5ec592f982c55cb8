"""Two projects with their boards, and a chat about one of the tasks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from dashboard.chat.actions import start
from dashboard.chat.models import Mode
from dashboard.chat.schemas import MessageIn
from dashboard.clock import now
from dashboard.demo.stage import Stage
from dashboard.projects.actions import create_project
from dashboard.projects.models import Project
from dashboard.projects.schemas import ProjectIn
from dashboard.tasks.actions import create_task, move_task
from dashboard.tasks.models import Priority, Task, TaskStatus
from dashboard.tasks.schemas import MoveIn, TaskIn
from dashboard.users.models import User


class Card(NamedTuple):
    title: str
    status: TaskStatus
    who: User | None = None
    due: int | None = None
    """In so many days."""
    priority: Priority = Priority.NORMAL
    text: str = ""


S = TaskStatus


def boards_are_filled(stage: Stage, moment: datetime) -> None:
    people = stage.people
    help_pages = ProjectIn(
        code="HLP",
        name="Help pages",
        description="What customers ask twice belongs on a page.",
        lead_id=people.priya.id,
        most_in_progress=2,
        most_in_review=2,
    )
    refunds = ProjectIn(
        code="RFD",
        name="Refunds without a queue",
        description="Small refunds on the day they are asked for.",
        lead_id=people.tomas.id,
        most_in_progress=3,
    )
    lena, jonas, priya, tomas = people.lena, people.jonas, people.priya, people.tomas
    asked = "Take the five questions of last week's review: which page answers each?"
    pages = [
        Card(
            "Answer the five questions of last week", S.IN_PROGRESS, lena, 2, text=asked
        ),
        Card("Measure the tone of refund replies", S.IN_PROGRESS, jonas, 4),
        Card("Split the page on deliveries", S.IN_PROGRESS, priya, -1, Priority.HIGH),
        Card("No promises of delivery days in prompts", S.REVIEW, tomas, 1),
        Card("Write the rollback note for the last deploy", S.TO_DO, priya, 6),
        Card("Say who answers at weekends", S.TO_DO, None, None, Priority.LOW),
        Card("Page on opening hours", S.DONE, lena),
        Card("Translate the page on returns", S.BACKLOG),
    ]
    money = [
        Card("List refunds that waited for over a day", S.DONE, jonas),
        Card(
            "Agree on the amount that needs one vote",
            S.TO_DO,
            tomas,
            3,
            Priority.URGENT,
        ),
        Card("Tell customers when a refund is on its way", S.BACKLOG, lena),
    ]

    def plan() -> None:
        project = create_project(people.priya, help_pages)
        tasks = fill(project, people.priya, pages)
        fill(create_project(people.tomas, refunds), people.tomas, money)
        wish = "Which type of work finds the questions that our pages do not answer?"
        start(lena, MessageIn(mode=Mode.SUGGEST, text=wish, task_id=tasks[0].id))

    stage.story.at(moment, plan)


def fill(project: Project, author: User, cards: Sequence[Card]) -> list[Task]:
    """Written into the first columns, then moved to where they stand today."""
    return [written(project, author, card) for card in cards]


def written(project: Project, author: User, card: Card) -> Task:
    due = now().date() + timedelta(days=card.due) if card.due is not None else None
    task = create_task(
        author,
        TaskIn(
            project_id=project.id,
            title=card.title,
            description=card.text,
            priority=card.priority,
            assignee_id=card.who.id if card.who else None,
            due_on=due,
        ),
    )
    if card.status is not S.BACKLOG:
        move_task(card.who or author, task, MoveIn(status=card.status))
    return task
