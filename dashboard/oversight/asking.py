"""The three questions of the page: asked in the address, answered below the form."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sqlalchemy import Row
from werkzeug.datastructures import MultiDict

from dashboard.councils.models import Council
from dashboard.errors import Invalid
from dashboard.forms import SchemaForm
from dashboard.oversight import questions
from dashboard.oversight.forms import ActionForm, ReviewForm, RouteForm, named
from dashboard.oversight.questions import Answer, Responsible

FORMS: dict[str, type[SchemaForm]] = {
    "action": ActionForm,
    "review": ReviewForm,
    "route": RouteForm,
}


@dataclass
class Asked:
    """The forms as filled in, and what was answered to the one that was sent."""

    forms: dict[str, Any]
    sent: str
    answer: Answer | Responsible | None = None
    status: HTTPStatus = HTTPStatus.OK

    def offer(self, types: Sequence[Row[Any]], agents: Sequence[Row[Any]]) -> "Asked":
        action, route = self.forms["action"], self.forms["route"]
        action.type_id.choices = named(types, "Choose a type")
        action.agent_id.choices = named(agents, "No agent: a person alone")
        route.type_id.choices = named(types, "Choose a type")
        return self


def asked_of(council: Council, args: MultiDict[str, str]) -> Asked:
    """What the address asks; nothing, where it names no question."""
    sent = args.get("ask", "")
    forms = {
        kind: form(formdata=args if kind == sent else None)
        for kind, form in FORMS.items()
    }
    asked = Asked(forms, sent)
    if sent in forms:
        form = forms[sent]
        try:
            form.check()
            asked.answer = answered(council, sent, form.value)
        except Invalid as error:
            form.hang(error.errors)
            asked.status = error.status
    return asked


def answered(council: Council, kind: str, question: Any) -> Answer | Responsible:
    if kind == "action":
        return questions.may_be_asked(council, question)
    if kind == "review":
        return questions.is_review_required(council, question)
    return questions.who_decides(questions.type_with_council(question.type_id))
