"""How a try is asked for: all of it in the address, so that it can be sent on."""

from collections.abc import Iterable
from typing import Any

from wtforms import Form, FormField, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice

from dashboard.councils.models import Membership
from dashboard.forms import SchemaForm
from dashboard.simulation.tried import HOUR, Tried
from dashboard.workflows.rules import (
    PRESETS,
    Base,
    Counts,
    EarlyDecision,
    Stored,
    Trigger,
)
from dashboard.workflows.voting import Choice

AS_IT_IS = SelectChoice("", "As the rule has it")
BASES = {
    Base.CAST: "Of the votes cast",
    Base.PRESENT: "Of those who vote, abstentions included",
    Base.ELIGIBLE: "Of the whole council",
}
COUNTS = {
    Counts.ALL: "Everybody who votes",
    Counts.APPROVE_ABSTAIN: "Those who approve or abstain",
}
EARLY = {
    EarlyDecision.OFF: "Never",
    EarlyDecision.CERTAIN: "Once nothing can change it",
    EarlyDecision.SUFFICIENT: "Once enough have approved",
}
TRIGGERS = {
    Trigger.QUORUM: "When the quorum comes late",
    Trigger.FLIP: "When the result turns, too",
}
STRICT = {"true": "More than this share", "false": "This share is enough"}
CHOICES = {
    Choice.APPROVE: "Approves",
    Choice.REJECT: "Rejects",
    Choice.ABSTAIN: "Abstains",
    Choice.VETO: "Vetoes",
}


def one_of(label: str, options: dict[Any, str]) -> SelectField:
    named = [SelectChoice(str(value), text) for value, text in options.items()]
    return SelectField(label, choices=[AS_IT_IS, *named], validate_choice=False)


class ThresholdForm(Form):
    num = IntegerField("Approvals")
    den = IntegerField("Out of")
    strict = one_of("Needed is", STRICT)
    base = one_of("Measured", BASES)


class QuorumForm(Form):
    num = IntegerField("Taking part")
    den = IntegerField("Out of")
    counts = one_of("Counted are", COUNTS)


class LateForm(Form):
    seconds = StringField("Extended by, in hours")
    trigger = one_of("Extended", TRIGGERS)


class TryForm(SchemaForm):
    schema = Tried
    preset = SelectField("Rule", validate_choice=False)
    proposer = SelectField("Proposed by", validate_choice=False)
    threshold = FormField(ThresholdForm, "Threshold")
    quorum = FormField(QuorumForm, "Quorum")
    min_approvals = IntegerField("People who must approve, at least")
    early_decision = one_of("Decided early", EARLY)
    voting_period = StringField("Time to vote, in hours")
    min_open = StringField("Open at least, in hours")
    late_extension = FormField(LateForm, "Late extension")

    class Meta:
        csrf = False  # it is only read

    def offer(self, members: Iterable[Membership]) -> None:
        presets = [SelectChoice(each.key, each.name) for each in PRESETS.values()]
        self.preset.choices = [SelectChoice("", "The council's own rule"), *presets]
        people = [SelectChoice(str(each.user_id), each.user.name) for each in members]
        self.proposer.choices = [SelectChoice("", "Somebody else"), *people]

    def show(self, rule: Stored) -> None:
        """Behind each empty field stands what it is without it."""
        threshold, quorum = rule["threshold"] or {}, rule["quorum"]
        late = rule["late_extension"]
        hint(self.threshold.form.num, threshold.get("num", "None"))
        hint(self.threshold.form.den, threshold.get("den", "None"))
        hint(self.quorum.form.num, quorum["num"])
        hint(self.quorum.form.den, quorum["den"])
        hint(self.min_approvals, rule["min_approvals"])
        hint(self.voting_period, in_hours(rule["voting_period"]))
        hint(self.min_open, in_hours(rule["min_open"]))
        hint(self.late_extension.form.seconds, in_hours(late["seconds"]))


class VoteForm(Form):
    """One member's line; in the address it has to be short."""

    c = SelectField("Vote", validate_choice=False)
    h = StringField("Hours after the opening")

    def offer(self, member: Membership) -> None:
        named = [SelectChoice(c.value, text) for c, text in CHOICES.items()]
        allowed = named if member.can_veto else named[:-1]
        self.c.choices = [SelectChoice("", "Does not vote"), *allowed]


def hint(field: Any, value: object) -> None:
    field.render_kw = {"placeholder": str(value), "inputmode": "decimal"}


def in_hours(seconds: int) -> str:
    whole = seconds % HOUR == 0
    return str(seconds // HOUR) if whole else f"{seconds / HOUR:g}"
