"""What Safety was asked."""

from datetime import datetime
from typing import Any

from dashboard.advice.models import Opinion
from dashboard.demo.case import Case
from dashboard.demo.stage import Stage
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType


def report(
    stage: Stage,
    moment: datetime,
    proposer: User,
    type_: WorkflowType,
    title: str,
    **over: Any,
) -> Case:
    case = Case(stage.story, moment, proposer, type_, title, ["auth.log"], **over)
    return case.opened()


def mail_host(stage: Stage, moment: datetime) -> None:
    who, agents = stage.people, stage.agents
    case = report(
        stage,
        moment,
        who.lena,
        stage.types.break_ins,
        "Break-in report for the mail host",
        inputs={"threshold": 50},
        agent_id=agents.sentinel.id,
    )
    case.advised_by(agents.triage, Opinion.APPROVE, 66, "Nobody wrote about it yet.")
    case.approved_by(who.priya, 1.5).approved_by(who.jonas, 5, "Good to have.")


def foreign_logs(stage: Stage, moment: datetime) -> None:
    who, agents = stage.people, stage.agents
    case = report(
        stage,
        moment,
        who.jonas,
        stage.types.break_ins,
        "Break-in report from a customer's own server",
    )
    case.advised_by(agents.sentinel, Opinion.APPROVE, 83, "The log is well formed.")
    case.approved_by(who.mara, 2)
    case.vetoed_by(who.priya, 3, "We have no contract that lets us read their logs.")


def first_block_list(stage: Stage, moment: datetime) -> None:
    """A veto, lifted before it ended the vote; then a day of waiting."""
    who, agents = stage.people, stage.agents
    case = report(
        stage,
        moment,
        who.lena,
        stage.types.firewall,
        "Block whoever guesses passwords on the mail host",
        inputs={"threshold": 50},
    )
    case.advised_by(agents.sentinel, Opinion.APPROVE, 88, "All four are known for it.")
    case.vetoed_by(who.priya, 0.4, "Our own monitoring may be on this list.")
    case.approved_by(who.jonas, 0.3)
    case.approved_by(who.priya, 0.6, "I checked: our monitoring is not on it.")


def night_sweep(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = report(
        stage,
        moment,
        who.jonas,
        stage.types.sweep,
        "Who is hammering web1 tonight?",
        inputs={"threshold": 10},
    )
    case.approved_by(who.priya, 0.1, "Go.")


def backup_host(stage: Stage, moment: datetime) -> None:
    """Approved while its agent is frozen: it runs when the freeze is lifted."""
    who = stage.people
    case = report(
        stage,
        moment,
        who.lena,
        stage.types.break_ins,
        "Break-in report for the backup host",
        agent_id=stage.agents.sentinel.id,
    )
    case.approved_by(who.jonas, 2).approved_by(who.priya, 3)


def web1_report(stage: Stage, moment: datetime) -> None:
    """Nobody has voted yet; open for two days more."""
    agents = stage.agents
    case = report(
        stage,
        moment,
        stage.people.lena,
        stage.types.break_ins,
        "Break-in report for web1",
        description="Which addresses guess passwords on web1, and how often.",
        inputs={"threshold": 20},
        agent_id=agents.sentinel.id,
    )
    case.advised_by(agents.triage, Opinion.APPROVE, 74, "Three customers were locked.")


def second_block_list(stage: Stage, moment: datetime) -> None:
    """Approved, and waiting out its day."""
    who, agents = stage.people, stage.agents
    case = report(
        stage,
        moment,
        who.lena,
        stage.types.firewall,
        "Block whoever guesses passwords on web1",
        inputs={"threshold": 20},
    )
    case.advised_by(agents.sentinel, Opinion.APPROVE, 95, "84 tries from one address.")
    case.advised_by(agents.triage, Opinion.REJECT, 58, "A customer may share it.")
    case.approved_by(who.priya, 0.5).approved_by(who.jonas, 0.7)
