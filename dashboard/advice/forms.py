"""How advice is passed on."""

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice

from dashboard.advice.models import Opinion
from dashboard.advice.schemas import AdviceIn
from dashboard.forms import SchemaForm

OPINIONS = [
    SelectChoice(Opinion.APPROVE.value, "Approve"),
    SelectChoice(Opinion.REJECT.value, "Reject"),
    SelectChoice(Opinion.ABSTAIN.value, "Abstain"),
]


class AdviceForm(SchemaForm):
    schema = AdviceIn
    agent_id = SelectField("Agent", validate_choice=False)
    opinion = RadioField("What it would do", choices=OPINIONS, validate_choice=False)
    confidence = IntegerField("Confidence in per cent")
    reason = TextAreaField("Why")
    revision = HiddenField()

    def offer(self, agents: Iterable[Any]) -> None:
        self.agent_id.choices = [SelectChoice(str(a.id), a.name) for a in agents]
