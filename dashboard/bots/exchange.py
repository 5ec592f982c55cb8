"""A bot as a document: what an export holds, and what an import takes."""

import json
from collections.abc import Iterator
from enum import StrEnum
from textwrap import indent
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    model_validator,
)
from sqlalchemy import select

from dashboard.bots.documents import as_yaml, read_document
from dashboard.bots.models import Bot, BotVersion, version_hash
from dashboard.bots.schemas import (
    BotConfig,
    BotFacts,
    Code,
    JsonObject,
    Label,
)
from dashboard.extensions import db
from dashboard.schemas import Out, Schema, Text, sentences

NAME = "quorum-bot"
MOST_BYTES = 2 << 20
MOST_VERSIONS = 500


class Kind(StrEnum):
    """How the document is written."""

    JSON = "json"
    YAML = "yaml"

    @property
    def mimetype(self) -> str:
        return f"application/{self.value}"


def runs_with(config: dict[str, Any]) -> dict[str, Any]:
    """The config as it was saved, so that its hash holds; and a valid one."""
    try:
        BotConfig.model_validate(config)
    except ValidationError as error:
        path, message = next(iter(sentences(error).items()))
        raise ValueError(f"{path}: {message}") from error
    return config


class VersionDocument(Schema):
    """One version with its content; without a hash nothing is compared."""

    number: int = Field(ge=1)
    message: Text = Field(min_length=2, max_length=200)
    label: Label = ""
    content_hash: Text = Field("", max_length=71)
    config: Annotated[JsonObject, AfterValidator(runs_with)]
    code: Code

    @property
    def true_hash(self) -> str:
        return version_hash(self.code, self.config)

    @model_validator(mode="after")
    def holds_what_it_says(self) -> Self:
        if self.content_hash not in {"", self.true_hash}:
            raise ValueError(
                "This content does not have the hash that stands beside it: it was "
                "changed after the export. Take the hash out if that was intended."
            )
        return self


class BotDocument(Schema):
    """A bot with every version, the last one active. No people, runs or approvals."""

    format: Literal["quorum-bot"]
    format_version: Literal[1]
    bot: BotFacts
    versions: list[VersionDocument] = Field(min_length=1, max_length=MOST_VERSIONS)

    @model_validator(mode="after")
    def counts_its_versions(self) -> Self:
        numbers = [each.number for each in self.versions]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("Number the versions 1, 2, 3 and so on, in this order.")
        return self


def a_document(value: object) -> object:
    """Text is JSON or YAML; a program may send the object itself."""
    if not isinstance(value, str):
        return value
    if len(value.encode(errors="replace")) > MOST_BYTES:
        raise ValueError(f"At most {MOST_BYTES >> 20} MiB are taken.")
    found = read_document(value)
    if not isinstance(found, dict):
        raise ValueError("This is no exported bot: it has to begin with its format.")
    return found


class ImportIn(Schema):
    """An exported bot, and the name it gets here if its own is not wanted."""

    document: Annotated[BotDocument, BeforeValidator(a_document)]
    name: Text = Field("", max_length=80)

    @property
    def wanted_name(self) -> str:
        return self.name or self.document.bot.name


class ExportQuery(Schema):
    format: Kind = Kind.JSON


class CheckedVersion(Out):
    number: int
    message: str
    label: str
    content_hash: str
    """As the document says; empty if there is nothing to compare the content with."""
    true_hash: str


class PreviewOut(Out):
    """What an import would make."""

    name: str
    is_taken: bool
    free_name: str
    description: str
    versions: list[CheckedVersion]


def written(bot: Bot, kind: Kind) -> Iterator[str]:
    """The document, piece by piece."""
    facts = BotFacts.model_construct(
        name=bot.name,
        description=bot.description,
        status=bot.status,
        run_policy=bot.run_policy,
    ).model_dump(mode="json")
    head = {"format": NAME, "format_version": 1, "bot": facts}
    versions = map(as_document, stored_versions(bot))
    if kind is Kind.YAML:
        yield as_yaml(head) + "versions:\n"
        yield from (as_yaml([version]) for version in versions)
        return
    yield json.dumps(head, indent=2, ensure_ascii=False)[:-2] + ',\n  "versions": ['
    for count, version in enumerate(versions):
        text = json.dumps(version, indent=2, ensure_ascii=False)
        yield f"{',' if count else ''}\n{indent(text, '    ')}"
    yield "\n  ]\n}\n"


def stored_versions(bot: Bot) -> Iterator[BotVersion]:
    wanted = (
        select(BotVersion)
        .where(BotVersion.bot_id == bot.id)
        .order_by(BotVersion.number)
        .execution_options(yield_per=20)
    )
    yield from db.session.scalars(wanted)


def as_document(version: BotVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "message": version.message,
        "label": version.label,
        "content_hash": version.content_hash,
        "config": version.config,
        "code": version.code,
    }
