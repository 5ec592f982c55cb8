"""Found, change and archive councils."""

from sqlalchemy import select

from dashboard.agents.models import Agent
from dashboard.audit import audited
from dashboard.councils.charter import bind, refuse_if_voted
from dashboard.councils.models import Council
from dashboard.councils.schemas import CharterIn, CouncilIn
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User
from dashboard.workflows import jobs


def create_council(actor: Actor, wanted: CouncilIn) -> Council:
    with audited(actor, Permission.COUNCIL_WRITE) as entry:
        council = Council()
        fill(council, wanted)
        db.session.add(council)
        entry.about(council)
    return council


def update_council(actor: Actor, council: Council, wanted: CouncilIn) -> Council:
    """Open rounds keep the rule and the people they were opened with."""
    with audited(actor, Permission.COUNCIL_WRITE, council):
        refuse_if_voted(council)
        fill(council, wanted)
    jobs.advance_council(council.id)  # who left is no longer waited for
    return council


def archive_council(actor: Actor, council: Council) -> None:
    with audited(actor, Permission.COUNCIL_WRITE, council) as entry:
        refuse_if_voted(council)
        council.archive()
        entry.about(council, verb="archive")


def restore_council(actor: Actor, council: Council) -> None:
    with audited(actor, Permission.COUNCIL_WRITE, council) as entry:
        council.restore()
        entry.about(council, verb="restore")


def set_charter(actor: Actor, council: Council, wanted: CharterIn) -> Council:
    """Put every further change of this council under a vote; only a vote ends it."""
    with audited(actor, Permission.COUNCIL_WRITE, council) as entry:
        refuse_if_voted(council)
        bind(council, wanted.charter_type_id)
        entry.about(council, verb="charter")
    return council


def check(council: Council, wanted: CouncilIn) -> None:
    """What takes a look at the rest of the world."""
    check_name(council, wanted.name)
    check_people(wanted)
    check_agents(wanted)


def fill(council: Council, wanted: CouncilIn) -> None:
    check(council, wanted)
    council.name = wanted.name
    council.description = wanted.description
    council.rule = wanted.rule.model_dump(mode="json")
    council.seat(wanted.members)
    council.hear(wanted.advisers)


def check_name(council: Council, name: str) -> None:
    taken = select(Council.id).where(Council.name == name, Council.id != council.id)
    if db.session.scalar(taken):
        raise Invalid({"name": "Another council has this name."})


def check_people(wanted: CouncilIn) -> None:
    """Say which seat is wrong, where a foreign key would only say that one is."""
    ids = [member.user_id for member in wanted.members]
    seated = db.session.scalars(select(User).where(User.id.in_(ids)))
    people = {user.id: user for user in seated}
    for seat, member in enumerate(wanted.members):
        person = people.get(member.user_id)
        if person is None:
            raise Invalid({f"members.{seat}.user_id": "There is no such person."})
        if member.weight and not person.may_vote:
            raise Invalid(
                {
                    f"members.{seat}.weight": (
                        f"{person.name} is no active council operator or admin, and "
                        "cannot vote. Use weight 0 to let them watch."
                    )
                }
            )


def check_agents(wanted: CouncilIn) -> None:
    ids = [adviser.agent_id for adviser in wanted.advisers]
    if not ids:
        return
    known = set(db.session.scalars(select(Agent.id).where(Agent.id.in_(ids))))
    for seat, adviser in enumerate(wanted.advisers):
        if adviser.agent_id not in known:
            raise Invalid({f"advisers.{seat}.agent_id": "There is no such agent."})
