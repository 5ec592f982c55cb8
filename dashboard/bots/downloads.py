"""A bot's document as a file to keep."""

from flask import Response

from dashboard.bots.exchange import Kind, written
from dashboard.bots.models import Bot
from dashboard.errors import RuleBroken
from dashboard.exports import named

MOST_EXPORTED = 32 << 20
"""Characters; they are in memory at once."""


def download(bot: Bot, kind: Kind) -> Response:
    response = Response(whole(bot, kind), mimetype=kind.mimetype)
    names = named(f"{file_name(bot)}.{kind}")
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def whole(bot: Bot, kind: Kind) -> str:
    parts, size = [], 0
    for part in written(bot, kind):
        parts.append(part)
        size += len(part)
        if size > MOST_EXPORTED:
            raise RuleBroken(
                f"The versions of this bot are longer than {MOST_EXPORTED >> 20} MiB "
                "together. Read them one by one through the API."
            )
    return "".join(parts)


def file_name(bot: Bot) -> str:
    """Its name, as far as a file may be called that."""
    plain = "".join(c if c.isalnum() else "-" for c in bot.name.lower())
    return "-".join(filter(None, plain.split("-"))) or "bot"
