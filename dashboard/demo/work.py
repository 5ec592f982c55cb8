"""What can be done: the bots, with the versions they came to have."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from dashboard.bots.actions import create_bot, save_version
from dashboard.bots.models import Bot, RunPolicy
from dashboard.bots.schemas import BotConfig, BotIn, VersionIn
from dashboard.demo.cast import People

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Bots:
    break_ins: Bot
    tickets: Bot
    refunds: Bot
    pages: Bot


@dataclass(frozen=True)
class Upgrade:
    """A later version: how long ago who saved which code, and why."""

    ago: timedelta
    author: str
    bot: str
    code: str
    message: str
    config: dict[str, Any]
    label: str = ""


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
        "known good",
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
    """The bots as they were at first."""
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


def save(people: People, bots: Bots, upgrade: Upgrade) -> None:
    wanted = VersionIn(
        code=code(upgrade.code),
        config=BotConfig.model_validate(upgrade.config),
        message=upgrade.message,
        label=upgrade.label,
    )
    save_version(getattr(people, upgrade.author), getattr(bots, upgrade.bot), wanted)
