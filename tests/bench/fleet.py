"""A year of a fleet of bots: its runs, their steps and inputs, and the audit trail."""

import time
from dataclasses import dataclass

from dashboard.audit import AuditEntry
from dashboard.bots.models import Bot, BotVersion
from dashboard.runs.models import Execution, Run, RunInput
from dashboard.users.models import User
from dashboard.workflows.models import Workflow

YEAR = 365 * 86_400_000
PEOPLE, VERSIONS, REGIONS = 100, 5, 20
RUNS_A_BOT, RUNS_A_WORKFLOW = 500, 25
FEWEST = 50
"""Bots and workflows, however few runs: more than a page shows."""
LIVE = 12
"""Runs that wait or are under way now."""
USER, BOT, VERSION, WORKFLOW, RUN, STEP, SECOND, INPUT, ENTRY = (
    f"{kind:03x}" for kind in range(1, 10)
)
SPREAD = {
    "bot": 2654435761,
    "status": 2246822519,
    "trigger": 3266489917,
    "person": 668265263,
    "region": 374761393,
    "workflow": 1597334677,
}
"""Odd factors: each spreads the numbers of rows evenly, and differently."""
CODE = "def run(inputs, files):\n    return {''region'': inputs[''region'']}\n" * 8


def pick(what, most, number="n"):
    return f"(({number} * {SPREAD[what]} % 4294967296) / 1024 % {most})"


def one_of(what, shares, otherwise, number="n"):
    """A word by its share of a thousand."""
    dice, until, cases = pick(what, 1000, number), 0, ""
    for word, share in shares.items():
        until += share
        cases += f" WHEN {dice} < {until} THEN '{word}'"
    return f"CASE{cases} ELSE '{otherwise}' END"


@dataclass(frozen=True)
class Fleet:
    """Every row is made by the database itself, from its number."""

    words: object
    rows: int
    ends: int
    """Milliseconds at which the newest run was queued."""
    council_id: object
    type_id: object

    @property
    def bots(self):
        return max(FEWEST, self.rows // RUNS_A_BOT)

    @property
    def workflows(self):
        return max(FEWEST, self.rows // RUNS_A_WORKFLOW)

    def at(self, number="n", of=None):
        """The moment of row `number` out of so many: spread over the year."""
        return f"({self.ends - YEAR} + ({number}) * {YEAR // (of or self.rows)})"

    def user_id(self, number):
        return self.words.id(USER, (self.ends - YEAR, number))

    def bot_id(self, number):
        return self.words.id(BOT, (self.ends - YEAR, number))

    def version_id(self, bot, version):
        own = f"(({bot}) * {VERSIONS} + {version})"
        return self.words.id(VERSION, (self.ends - YEAR, own))

    def workflow_id(self, number):
        return self.words.id(WORKFLOW, (self.at(number, self.workflows), number))

    def run_id(self, number="n"):
        return self.words.id(RUN, (self.at(number), number))

    @property
    def tables(self):
        """Of each table its model, how many rows, which of them, and their values."""
        yield User, PEOPLE, "", self.people()
        yield Bot, self.bots, "", self.machines()
        yield BotVersion, self.bots * VERSIONS, "", self.versions()
        yield Workflow, self.workflows, "", self.proposals()
        yield Run, self.rows, "", self.runs()
        yield Execution, self.rows, "", self.steps(1)
        yield Execution, self.rows, f"WHERE {IS_VOTED}", self.steps(2)
        yield RunInput, self.rows, "", self.inputs()
        yield AuditEntry, self.rows, "", self.entries()

    def people(self):
        moment = self.words.moment(self.ends - YEAR)
        return {
            "id": self.user_id("n"),
            "email": "'person' || n || '@example.org'",
            "username": "'person' || n",
            "name": "'Person ' || n",
            "password_hash": "''",
            "created_at": moment,
            "updated_at": moment,
        }

    def machines(self):
        return {
            "id": self.bot_id("n"),
            "name": "'Collector ' || n || '.'",
            "description": "'Collects what ' || n || ' needs.'",
            "owner_id": self.user_id(f"1 + n % {PEOPLE}"),
            "status": "CASE WHEN n % 10 = 0 THEN 'inactive' ELSE 'active' END",
            "runs_total": str(RUNS_A_BOT),
            "created_at": self.words.moment(self.ends - YEAR),
        }

    def versions(self):
        bot, version = f"((n - 1) / {VERSIONS} + 1)", f"((n - 1) % {VERSIONS} + 1)"
        return {
            "id": self.version_id(bot, version),
            "bot_id": self.bot_id(bot),
            "number": version,
            "code": f"'{CODE}'",
            "message": "'Better'",
            "author_id": self.user_id("1"),
            "content_hash": "'sha256:' || n",
            "is_active": f"{version} = {VERSIONS}",
            "created_at": self.words.moment(self.ends - YEAR),
        }

    def proposals(self):
        return {
            "id": self.workflow_id("n"),
            "number": "n",
            "title": "'Renew the licence of site ' || n || '.'",
            "type_id": self.words.known(self.type_id),
            "council_id": self.words.known(self.council_id),
            "proposer_id": self.user_id(f"1 + n % {PEOPLE}"),
            "status": "'completed'",
            "created_at": self.words.moment(self.at("n", self.workflows)),
        }

    def runs(self):
        began, live = self.at("n"), f"n > {self.rows - LIVE}"
        workflow = f"1 + {pick('workflow', self.workflows)}"
        ended = self.words.moment(f"{began} + 400 + {pick('status', 60_000)}")
        return {
            "id": self.run_id(),
            "workflow_id": f"CASE WHEN {IS_VOTED} "
            f"THEN {self.workflow_id(workflow)} END",
            "bot_id": f"CASE WHEN NOT {IS_VOTED} THEN {self.bot_id(self.bot())} END",
            "started_by_id": self.user_id(f"1 + {pick('person', PEOPLE)}"),
            "trigger": TRIGGER,
            "status": f"CASE WHEN {live} THEN 'queued' ELSE {STATUS} END",
            "error": f"CASE WHEN {STATUS} = 'failed' THEN 'The site said 503.' "
            "ELSE '' END",
            "inputs": self.words.json(f"'{{\"region\": \"' || {REGION} || '\"}}'"),
            "attempt": "1",
            "step": "1",
            "worker": "'one.example.org/4711'",
            "queued_at": self.words.moment(began),
            "available_at": self.words.moment(began),
            "started_at": f"CASE WHEN NOT ({live}) THEN "
            f"{self.words.moment(f'{began} + 60')} END",
            "ended_at": f"CASE WHEN NOT ({live}) THEN {ended} END",
            "is_unacknowledged": f"{STATUS} = 'failed' AND {pick('region', 2)} = 0 "
            f"AND NOT ({live})",
        }

    def bot(self, position=1):
        return f"1 + ({pick('bot', self.bots)} + {position - 1}) % {self.bots}"

    def steps(self, position):
        bot = self.bot(position)
        version = f"1 + (n - 1) * {VERSIONS} / {self.rows}"
        kind = STEP if position == 1 else SECOND
        return {
            "id": self.words.id(kind, (self.at("n"), "n")),
            "run_id": self.run_id(),
            "position": str(position),
            "bot_id": self.bot_id(bot),
            "bot_version_id": self.version_id(bot, version),
            "status": f"CASE {STATUS} WHEN 'failed' THEN 'failed' "
            "WHEN 'cancelled' THEN 'cancelled' ELSE 'completed' END",
            "tier": "'lockdown'",
            "attempt": "1",
            "log_lines": pick("status", 200),
            "started_at": self.words.moment(f"{self.at('n')} + 60"),
            "ended_at": self.words.moment(
                f"{self.at('n')} + 400 + {pick('status', 60_000)}"
            ),
        }

    def inputs(self):
        return {
            "id": self.words.id(INPUT, (self.at("n"), "n")),
            "run_id": self.run_id(),
            "name": "'region'",
            "value": REGION,
        }

    def entries(self):
        hashed = self.words.hex("n", 64)
        told = '\'{"event": "end", "status": "\' || ' + STATUS + " || '\"}'"
        return {
            "id": self.words.id(ENTRY, (self.at("n"), "n")),
            "seq": "n",
            "at": self.words.moment(self.at("n")),
            "actor_id": self.user_id(f"1 + {pick('person', PEOPLE)}"),
            "actor_name": f"'Person ' || (1 + {pick('person', PEOPLE)})",
            "action": one_of("trigger", ACTIONS, "run.write"),
            "result": f"CASE WHEN {pick('status', 100)} = 0 THEN 'refused' "
            "ELSE 'done' END",
            "subject_type": "'runs'",
            "subject_id": self.run_id(),
            "subject_name": "'run ' || n || '.'",
            "detail": self.words.json(told),
            "changes": self.words.json("'{}'"),
            "via": "'cli'",
            "address": "''",
            "agent": "''",
            "request_id": "''",
            "prev_hash": self.words.hex("n - 1", 64),
            "hash": hashed,
        }


TRIGGER = one_of(
    "trigger", {"workflow": 200, "person": 150, "api": 100, "hook": 50}, "schedule"
)
IS_VOTED = f"({pick('trigger', 1000)} < 200)"
STATUS = one_of(
    "status",
    {"failed": 40, "cancelled": 10, "blocked": 5, "needs_review": 5},
    "completed",
)
REGION = f"('region-' || {pick('region', REGIONS)})"
ACTIONS = {"bot.run": 300, "workflow.vote": 60, "bot.write": 30, "user.write": 10}


def just_now():
    return int(time.time() * 1000) - 60_000
