"""What an import would make, before it makes it."""

from dataclasses import dataclass

from sqlalchemy import select

from dashboard.bots.exchange import ImportIn, VersionDocument
from dashboard.bots.models import Bot
from dashboard.extensions import db

MOST_TRIES = 50


@dataclass(frozen=True)
class Preview:
    """The bot as it would be; nothing is stored yet."""

    name: str
    is_taken: bool
    free_name: str
    """The name itself, or one like it that no other bot has."""
    description: str
    versions: list[VersionDocument]

    @property
    def unchecked(self) -> int:
        """Versions without a hash to compare their content with."""
        return sum(not version.content_hash for version in self.versions)


def preview_of(wanted: ImportIn) -> Preview:
    name = wanted.wanted_name
    free = free_name(name)
    return Preview(
        name=name,
        is_taken=free != name,
        free_name=free,
        description=wanted.document.bot.description,
        versions=wanted.document.versions,
    )


def free_name(name: str) -> str:
    """This name, or the first with a number behind it that no bot has."""
    others = [f"{name[:76].rstrip()} {n}" for n in range(2, MOST_TRIES)]
    wanted = [name, *others]
    taken = set(db.session.scalars(select(Bot.name).where(Bot.name.in_(wanted))))
    return next((each for each in wanted if each not in taken), "")
