"""What can be done: the bots with their versions, and the workflow types."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dashboard.bots.actions import create_bot, save_version
from dashboard.bots.models import Bot, RunPolicy
from dashboard.bots.schemas import BotConfig, BotIn, VersionIn
from dashboard.demo.cast import Councils, People
from dashboard.demo.questions import LIMIT, STRICT, THRESHOLD, TOP, asked
from dashboard.demo.story import Story
from dashboard.workflow_types.actions import create_type
from dashboard.workflow_types.models import Risk, WorkflowType
from dashboard.workflow_types.schemas import TypeIn

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Bots:
    break_ins: Bot
    tickets: Bot
    refunds: Bot
    pages: Bot


@dataclass(frozen=True)
class Types:
    break_ins: WorkflowType
    sweep: WorkflowType
    refunds: WorkflowType
    quarter: WorkflowType
    tickets: WorkflowType
    pages: WorkflowType
    review: WorkflowType


@dataclass(frozen=True)
class Upgrade:
    """A later version: how long ago who saved which code, and why."""

    ago: timedelta
    author: str
    bot: str
    code: str
    message: str
    config: dict[str, Any]


UPGRADES = (
    Upgrade(
        timedelta(days=12, hours=6),
        "tomas",
        "refunds",
        "refund_batch",
        "Leave what is over the limit to a person",
        {},
    ),
    Upgrade(
        timedelta(days=11, hours=3),
        "lena",
        "break_ins",
        "break_in_report",
        "Count repeated lines and users; leave names alone",
        {"defaults": {"threshold": 5}},
    ),
    Upgrade(
        timedelta(days=10, hours=5),
        "lena",
        "tickets",
        "earlier/ticket_digest_2",
        "Wait for exports that come late; count tickets without a category",
        {"limits": {"wall_seconds": 1}},
    ),
    Upgrade(
        timedelta(days=8, hours=4),
        "lena",
        "tickets",
        "ticket_digest",
        "Read every attached export; find the busy hour",
        {},
    ),
    Upgrade(
        timedelta(days=6, hours=2),
        "lena",
        "break_ins",
        "break_in_report",
        "Fewer false alarms: the threshold is 20 unless asked otherwise",
        {"defaults": {"threshold": 20}},
    ),
    Upgrade(
        timedelta(days=5, hours=7),
        "lena",
        "tickets",
        "ticket_digest",
        "Half the memory is plenty",
        {"limits": {"memory_mb": 128}, "defaults": {"top": 5}},
    ),
)


def code(name: str) -> str:
    return (HERE / "bots" / f"{name}.py").read_text("utf-8")


def sample(name: str) -> bytes:
    return (HERE / "files" / name).read_bytes()


def first_bots(people: People) -> Bots:
    """The bots as they were two weeks ago."""
    free, bound = RunPolicy.OWNER, RunPolicy.NOBODY
    lena, tomas, jonas = people.lena, people.tomas, people.jonas
    logs = "Counts failed passwords in attached sshd logs."
    asks = "Counts attached exports of support tickets."
    pays = "Sorts refunds into those to pay and those to look at."
    reads = "Finds links in attached help pages that lead nowhere."
    return Bots(
        break_ins=create_bot(
            lena,
            first("SSH break-in report", logs, free, "earlier/break_in_report_1"),
        ),
        tickets=create_bot(
            lena, first("Ticket digest", asks, free, "earlier/ticket_digest_1")
        ),
        refunds=create_bot(
            tomas, first("Refund batch", pays, bound, "earlier/refund_batch_1")
        ),
        pages=create_bot(
            jonas, first("Help page check", reads, free, "help_page_check")
        ),
    )


def first(name: str, description: str, policy: RunPolicy, file: str) -> BotIn:
    return BotIn(name=name, description=description, run_policy=policy, code=code(file))


def save(
    story: Story, moment: datetime, people: People, bots: Bots, upgrade: Upgrade
) -> None:
    wanted = VersionIn(
        code=code(upgrade.code),
        config=BotConfig.model_validate(upgrade.config),
        message=upgrade.message,
    )
    with story.at(moment):
        save_version(
            getattr(people, upgrade.author), getattr(bots, upgrade.bot), wanted
        )
    story.tell()


def offer(people: People, councils: Councils, bots: Bots) -> Types:
    """Every type has a council, its bots in order, and what it asks for."""

    def kind(name: str, *steps: Bot, **over: Any) -> WorkflowType:
        ids = [bot.id for bot in steps]
        return create_type(people.mara, TypeIn(name=name, steps=ids, **over))

    return Types(
        **security_types(kind, councils, bots),
        **money_types(kind, councils, bots),
        **content_types(kind, councils, bots),
    )


def security_types(kind: Any, councils: Councils, bots: Bots) -> dict[str, Any]:
    same = {"council_id": councils.safety.id, "input_schema": asked(THRESHOLD)}
    return {
        "break_ins": kind(
            "Break-in report",
            bots.break_ins,
            description="Who guesses passwords on our servers. Attach sshd logs.",
            risk=Risk.LOW,
            **same,
        ),
        "sweep": kind(
            "Emergency sweep",
            bots.break_ins,
            description="The same report at once: one other person is enough.",
            risk=Risk.MEDIUM,
            rule={"preset": "any_one_other", "voting_period": 14_400},
            **same,
        ),
    }


def money_types(kind: Any, councils: Councils, bots: Bots) -> dict[str, Any]:
    same = {"council_id": councils.payments.id, "input_schema": asked(LIMIT, "limit")}
    return {
        "refunds": kind(
            "Refund batch",
            bots.refunds,
            description="Pays a list of refunds up to a limit. Attach it as CSV.",
            risk=Risk.HIGH,
            **same,
        ),
        "quarter": kind(
            "Quarter-end refunds",
            bots.refunds,
            description="Approved ahead; started by hand when the books are closed.",
            risk=Risk.CRITICAL,
            auto_run=False,
            **same,
        ),
    }


def content_types(kind: Any, councils: Councils, bots: Bots) -> dict[str, Any]:
    council = {"council_id": councils.content.id}
    return {
        "tickets": kind(
            "Ticket digest",
            bots.tickets,
            description="What customers wrote about. Attach exports as CSV.",
            risk=Risk.LOW,
            input_schema=asked(TOP),
            **council,
        ),
        "pages": kind(
            "Help centre release",
            bots.pages,
            description="Checks the pages that are about to be published.",
            input_schema=asked(STRICT),
            **council,
        ),
        "review": kind(
            "Weekly support review",
            bots.tickets,
            bots.pages,
            description="What customers asked, then whether the pages answer it.",
            input_schema=asked(TOP | STRICT),
            **council,
        ),
    }
