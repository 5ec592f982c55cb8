"""Who is there: the people of Northwind Support, their councils and their agents."""

from dataclasses import dataclass
from typing import Any

from dashboard.agents.actions import create_agent
from dashboard.agents.models import Agent, AgentStatus
from dashboard.agents.schemas import AgentIn
from dashboard.councils.actions import create_council
from dashboard.councils.models import Council
from dashboard.councils.schemas import AdviserIn, CouncilIn, MemberIn
from dashboard.permissions import SYSTEM, Role
from dashboard.users.actions import create_user
from dashboard.users.models import User
from dashboard.users.passwords import generated
from dashboard.users.schemas import UserIn

HOUR = 3600
PEOPLE = (
    ("mara", "Mara Lindqvist", Role.ADMIN),
    ("tomas", "Tomás Rivera", Role.COUNCIL_OPERATOR),
    ("priya", "Priya Nair", Role.COUNCIL_OPERATOR),
    ("jonas", "Jonas Weber", Role.COUNCIL_OPERATOR),
    ("lena", "Lena Okafor", Role.USER),
    ("victor", "Victor Haas", Role.VIEWER),
)


@dataclass(frozen=True)
class People:
    """Everybody by username."""

    mara: User
    tomas: User
    priya: User
    jonas: User
    lena: User
    victor: User


@dataclass(frozen=True)
class Agents:
    """Those who advise, and those who only do work."""

    triage: Agent
    ledger: Agent
    scribe: Agent
    sentinel: Agent
    courier: Agent


@dataclass(frozen=True)
class Councils:
    """The three that decide."""

    payments: Council
    content: Council
    safety: Council


@dataclass(frozen=True)
class SignIn:
    """How somebody signs in; the password is stored nowhere else in this form."""

    role: Role
    username: str
    password: str


def hire() -> tuple[People, list[SignIn]]:
    """The people, each with a random password of their own."""
    sign_ins = [SignIn(role, name, generated()) for name, _, role in PEOPLE]
    users = {
        username: create_user(
            SYSTEM,
            UserIn(
                username=username,
                name=name,
                role=role,
                email=f"{username}@northwind.example",
                password=sign_in.password,
            ),
        )
        for (username, name, role), sign_in in zip(PEOPLE, sign_ins, strict=True)
    }
    return People(**users), sign_ins


def switch_on(people: People) -> Agents:
    def agent(name: str, owner: User, role: str, *can: str, **over: Any) -> Agent:
        wanted = AgentIn(
            name=name, owner_id=owner.id, role=role, capabilities=list(can), **over
        )
        return create_agent(people.mara, wanted)

    return Agents(
        triage=agent("Triage", people.lena, "First reader", "sort tickets", "tag"),
        ledger=agent("Ledger", people.tomas, "Bookkeeper", "check amounts", "refunds"),
        scribe=agent("Scribe", people.jonas, "Editor", "proofread", "check links"),
        sentinel=agent("Sentinel", people.priya, "Watch", "read logs", "assess risk"),
        courier=agent(
            "Courier",
            people.lena,
            "Messenger",
            "notify customers",
            status=AgentStatus.PAUSED,
            description="Paused until the new mail account is there.",
        ),
    )


def convene(people: People, agents: Agents) -> Councils:
    """Each has voters besides whoever of them proposes."""
    wanted = (payments(people, agents), content(people, agents), safety(people, agents))
    return Councils(*(create_council(people.mara, each) for each in wanted))


def payments(people: People, agents: Agents, *, with_jonas: bool = True) -> CouncilIn:
    """Two thirds, one of them from finance; opponents do not make up the quorum."""
    members = [
        seat(people.tomas, "finance"),
        seat(people.priya, "finance"),
        seat(people.mara, "chair"),
    ]
    return council(
        name="Payments",
        description="Money that leaves the house.",
        rule={
            "preset": "two_thirds",
            "quorum": {"num": 1, "den": 2, "counts": "approve_abstain"},
            "required_roles": {"finance": 1},
            "late_extension": {"seconds": 6 * HOUR, "trigger": "flip"},
        },
        members=[*members, seat(people.jonas)] if with_jonas else members,
        advisers=[heard(agents.ledger, "bookkeeper"), heard(agents.sentinel)],
    )


def content(people: People, agents: Agents) -> CouncilIn:
    return council(
        name="Content",
        description="What customers read, and what they write to us.",
        rule={"preset": "simple_majority"},
        members=[
            seat(people.jonas, "chair"),
            seat(people.tomas),
            seat(people.priya),
            seat(people.lena, "watcher", weight=0),
        ],
        advisers=[heard(agents.scribe, "editor"), heard(agents.triage)],
    )


def safety(people: People, agents: Agents) -> CouncilIn:
    return council(
        name="Safety",
        description="Logs, addresses and whatever could lock somebody out.",
        rule={"preset": "absolute_majority", "required_roles": {"security": 1}},
        members=[
            seat(people.priya, "security", can_veto=True),
            seat(people.jonas, "security"),
            seat(people.mara, "chair"),
        ],
        advisers=[heard(agents.sentinel, "watch"), heard(agents.triage)],
    )


def council(**wanted: Any) -> CouncilIn:
    return CouncilIn.model_validate(wanted)


def seat(person: User, role: str = "member", **over: Any) -> MemberIn:
    return MemberIn(user_id=person.id, role=role, **over)


def heard(agent: Agent, role: str = "adviser") -> AdviserIn:
    return AdviserIn(agent_id=agent.id, role=role)
