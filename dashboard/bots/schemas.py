"""What a bot, its versions and its runs are made of, for browser and JSON alike."""

import json
import symtable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from dashboard.bots.documents import read_document
from dashboard.bots.models import BotStatus, RunPolicy
from dashboard.files.uploads import MOST_FILES, FileIn
from dashboard.sandbox import Limits
from dashboard.schemas import Out, PageQuery, Schema, Text, no_nul, partial

LONGEST = 256 << 10
"""Bytes of code, and of a JSON object."""
LARGEST = 2**31 - 1
"""The largest number the column of a version's number holds."""


def runnable(code: str) -> str:
    """Python that compiles and defines `run`; nothing of it is executed here."""
    code = no_nul(code).replace("\r\n", "\n").replace("\r", "\n")
    try:
        check_size(code.encode())
    except UnicodeEncodeError as error:
        raise ValueError("Contains a character that cannot be stored.") from error
    try:
        compile(code, "<bot>", "exec", dont_inherit=True)
        names = symtable.symtable(code, "<bot>", "exec")
    except SyntaxError as error:
        raise ValueError(f"Line {error.lineno or 1}: {error.msg}.") from error
    except (MemoryError, RecursionError) as error:
        raise ValueError("This is nested too deeply to be compiled.") from error
    if not defines_run(names):
        raise ValueError("Define a function run(inputs, files): it is what is called.")
    return code


def defines_run(names: symtable.SymbolTable) -> bool:
    if "run" not in names.get_identifiers():
        return False
    run = names.lookup("run")
    return run.is_assigned() or run.is_imported()


def check_size(text: bytes) -> None:
    if len(text) > LONGEST:
        raise ValueError(f"This is {len(text):,} bytes long; {LONGEST:,} is the most.")


def an_object(value: object) -> object:
    """A form hands on what is no JSON as it was typed: say where it breaks."""
    if isinstance(value, str):
        try:
            json.loads(value)
        except json.JSONDecodeError as error:
            raise ValueError(f"Line {error.lineno}: {error.msg}.") from error
        except RecursionError as error:
            raise ValueError("This is nested too deeply.") from error
    if isinstance(value, str | list | int | float):
        raise ValueError("Write a JSON object: { … }.")
    return value


def a_config(value: object) -> object:
    """The same of a config, which people may write as YAML, too."""
    if isinstance(value, str):
        read_document(value)
        raise ValueError("Write an object in JSON or YAML: limits, defaults, retry.")
    return an_object(value)


def storable(value: dict[str, Any]) -> dict[str, Any]:
    """Refuse what Python's JSON holds and a database does not: NaN, half characters."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except ValueError as error:
        raise ValueError("Contains a value that JSON cannot hold.") from error
    except RecursionError as error:
        raise ValueError("This is nested too deeply.") from error
    check_size(text)
    return value


Code = Annotated[
    str, StringConstraints(strip_whitespace=False), AfterValidator(runnable)
]
JsonObject = Annotated[
    dict[str, Any], BeforeValidator(an_object), AfterValidator(storable)
]


class Retry(StrEnum):
    """What happens to a step whose worker died in the middle of it."""

    SAFE = "safe"
    NEVER = "never"


class BotLimits(Schema):
    """How much of everything one run may use."""

    wall_seconds: int = Field(60, ge=1, le=3600)
    cpu_seconds: int = Field(30, ge=1, le=3600)
    memory_mb: int = Field(256, ge=32, le=4096)
    disk_mb: int = Field(32, ge=1, le=1024)
    log_kb: int = Field(1024, ge=1, le=8192)


class BotConfig(Schema):
    """How a version runs: its limits, its usual inputs, and whether it may repeat."""

    limits: BotLimits = BotLimits()
    defaults: JsonObject = {}
    retry: Retry = Retry.SAFE
    require: list[Literal["fs", "net", "proc"]] = []
    """What the sandbox must stop for this bot, beyond what the policy asks of all."""

    def sandbox_limits(self) -> Limits:
        return Limits(
            wall_seconds=self.limits.wall_seconds,
            cpu_seconds=self.limits.cpu_seconds,
            memory_bytes=self.limits.memory_mb << 20,
            disk_bytes=self.limits.disk_mb << 20,
            log_bytes=self.limits.log_kb << 10,
        )

    def stored(self) -> dict[str, Any]:
        """Every field spelled out, so that equal configs have equal hashes.

        What came later is left out while it is empty: the hash of a config that was
        saved before stays what it was.
        """
        spelled: dict[str, Any] = self.model_dump(mode="json")
        if not self.require:
            del spelled["require"]
        return spelled


Label = Annotated[str, StringConstraints(max_length=40), AfterValidator(no_nul)]


class Content(Schema):
    code: Code
    config: Annotated[BotConfig, BeforeValidator(a_config)] = BotConfig()
    label: Label = ""


class VersionIn(Content):
    message: Text = Field(min_length=2, max_length=200)
    based_on: int | None = Field(None, ge=1)
    """The version its author started from; a newer one in between is refused."""


class RollbackIn(Schema):
    message: Text = Field(min_length=2, max_length=200)
    based_on: int | None = Field(None, ge=1)
    """The active version its author saw; a newer one in between is refused."""


class LabelIn(Schema):
    label: Label
    """What people call this version; empty takes the label away."""


class BotIn(Content):
    name: Text = Field(min_length=2, max_length=80)
    description: Text = Field("", max_length=2000)
    run_policy: RunPolicy = RunPolicy.NOBODY
    message: Text = Field("First version", min_length=2, max_length=200)


class BotFacts(Schema):
    """What may change about a bot without a new version."""

    name: Text = Field(min_length=2, max_length=80)
    description: Text = Field("", max_length=2000)
    status: BotStatus = BotStatus.ACTIVE
    run_policy: RunPolicy = RunPolicy.NOBODY


BotPatch = partial(BotFacts)


class RunInputs(Schema):
    inputs: JsonObject = {}


class BotRunIn(RunInputs):
    files: list[FileIn] = Field([], max_length=MOST_FILES)


class BotQuery(PageQuery):
    q: Text = Field("", max_length=80)
    status: BotStatus | None = None
    mine: bool = False
    failing: bool = False


class DiffQuery(Schema):
    before: int | None = Field(None, alias="from", ge=1, le=LARGEST)
    after: int | None = Field(None, alias="to", ge=1, le=LARGEST)


class VersionRow(Out):
    number: int
    message: str
    label: str
    author_id: UUID
    content_hash: str
    is_active: bool
    created_at: datetime


class VersionOut(VersionRow):
    code: str
    config: dict[str, Any]


class ListedVersion(VersionRow):
    is_approved: bool
    workflow_id: UUID | None
    """The latest workflow a council approved it in, if you may see that."""


class LineOut(Out):
    """A line of a diff: `kind` is hunk, same, add or del."""

    kind: str
    old: int | None
    new: int | None
    text: str
    marks: list[tuple[int, int]]
    """Where changed words begin and end."""


class ChangesOut(Out):
    lines: list[LineOut]
    left_out: int
    """Lines that may differ and were not compared, because there are too many."""


class DiffOut(Out):
    before: VersionRow
    after: VersionRow
    is_same: bool
    code: ChangesOut
    config: ChangesOut


class BotSummary(Out):
    id: UUID
    name: str
    description: str
    status: BotStatus
    run_policy: RunPolicy
    owner_id: UUID
    runs_total: int
    runs_completed: int
    last_run_at: datetime | None
    failures_in_row: int
    quarantined_at: datetime | None
    created_at: datetime


class BotRow(BotSummary):
    version: int


class BotOut(BotSummary):
    active: VersionRow


class StartedRun(Out):
    id: UUID
    bot_id: UUID
    status: str
    queued_at: datetime
