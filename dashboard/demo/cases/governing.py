"""The councils themselves: who sits on them, what binds them, what was stopped."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from dashboard.advice.models import Opinion
from dashboard.councils.actions import set_charter, update_council
from dashboard.councils.models import Council
from dashboard.councils.proposing import propose_change
from dashboard.councils.schemas import ChangeIn, CharterIn
from dashboard.councils.standing import Standing, standing_of
from dashboard.demo import worker
from dashboard.demo.case import Case
from dashboard.demo.cast import payments
from dashboard.demo.stage import Stage
from dashboard.freezes.actions import freeze, lift
from dashboard.freezes.models import Scope
from dashboard.freezes.schemas import FreezeIn
from dashboard.users.models import User

Amendment = Callable[[Standing], Standing]


class Change(Case):
    """A change to a council, as it stands when this is proposed."""

    def __init__(
        self,
        stage: Stage,
        moment: datetime,
        proposer: User,
        council: Council,
        why: str,
        amended: Amendment,
    ) -> None:
        type_ = stage.types.governance
        super().__init__(stage.story, moment, proposer, type_, "")
        self.council, self.why, self.amended = council, why, amended

    def _propose(self) -> None:
        same: dict[str, Any] = standing_of(self.council)["council"]
        wanted = ChangeIn.model_validate({**same, **self.amended(same)})
        wanted = wanted.model_copy(update={"why": self.why})
        self.workflow = propose_change(self.proposer, self.council, wanted)


def jonas_leaves_payments(stage: Stage, moment: datetime) -> None:
    who, council = stage.people, stage.councils.payments
    rest = payments(who, stage.agents, with_jonas=False)
    stage.story.at(moment, lambda: update_council(who.mara, council, rest))


def payments_is_put_under_votes(stage: Stage, moment: datetime) -> None:
    """From here on Safety decides how Payments decides."""
    council, type_ = stage.councils.payments, stage.types.governance
    wanted = CharterIn(charter_type_id=type_.id)
    stage.story.at(moment, lambda: set_charter(stage.people.mara, council, wanted))


def two_approvals(stage: Stage, moment: datetime) -> None:
    """Accepted; the worker makes the change an hour later."""

    def stricter(today: Standing) -> Standing:
        return {"rule": today["rule"] | {"min_approvals": 2}}

    who, agents = stage.people, stage.agents
    why = "Money shall never leave because one person said so."
    council = stage.councils.payments
    case = Change(stage, moment, who.tomas, council, why, stricter).opened()
    case.advised_by(agents.sentinel, Opinion.APPROVE, 91, "Two see more than one.")
    case.approved_by(who.jonas, 3)
    case.approved_by(who.priya, 2, "Long overdue.")


def jonas_comes_back(stage: Stage, moment: datetime) -> None:
    """Open: Mara's or Jonas's vote decides."""
    who, agents = stage.people, stage.agents

    def seated(today: Standing) -> Standing:
        seat = {"user_id": str(who.jonas.id), "role": "member"}
        return {"members": [*today["members"], seat]}

    why = "Three people are few: one on leave, and nothing can be paid."
    council = stage.councils.payments
    case = Change(stage, moment, who.tomas, council, why, seated).opened()
    case.advised_by(agents.sentinel, Opinion.APPROVE, 57, "Four make no tie likelier.")
    case.advised_by(agents.triage, Opinion.ABSTAIN, 40, "I do not know the books.")
    case.approved_by(who.priya, 4)


def sentinel_is_frozen(stage: Stage, moment: datetime) -> None:
    """For a day: what was approved for it meanwhile waits."""
    mara, agent = stage.people.mara, stage.agents.sentinel
    wanted = FreezeIn(
        scope=Scope.AGENT,
        agent_id=agent.id,
        reason="It counted one address twice. Nothing runs for it until that is clear.",
    )

    def stop() -> None:
        pulled = freeze(mara, wanted)
        later = moment + timedelta(days=1)
        stage.story.at(later, lambda: lift(mara, pulled, why))
        stage.story.at(later + worker.BREATH, worker.look)

    why = "The log itself held the line twice. Sentinel counts right."
    stage.story.at(moment, stop)
