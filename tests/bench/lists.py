"""The list pages at several sizes: does a page cost more when there is more?"""

import time
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median, mode
from urllib.parse import urlencode
from uuid import UUID

from dashboard.lists import write_cursor
from tests.bench.dialects import WORDS
from tests.bench.fleet import YEAR, Fleet
from tests.bench.site import Site
from tests.bench.table import Table, figure, sized

FEWEST, PATIENCE = 3, 30
"""Of a page that takes long so many visits are enough, after so many seconds."""
MEMORY = "sqlite:///:memory:"
DEEP = 0.8
"""How far down the list the page after a cursor lies."""
PERSON = "7"
"""Somebody who is no admin, and sees three of a hundred runs."""
THEIRS = "a person's runs: "
RECENT = 0.8, 0.9
"""Which part of the year the dates ask for."""
SAID = (
    "Medians of {times} requests for each page and size (of 3 or more where they take "
    "long), one after the other so that "
    "all sizes meet the same minutes; through the WSGI application in one process, "
    "signed in as an admin (or as somebody who sees three of a hundred runs), with the "
    "real pages. *growth* is the time at {largest} over the time "
    "at {smallest}, and beside it the same of the fastest request, which others on the "
    "machine disturb least. *CPU* is what the web process used for one request at "
    "{largest}, and *least CPU* for the one that used least; on SQLite the database is "
    "part of that process. *rows* are those that the page shows at each size. *SQL* "
    "counts session and user. The sizes were filled in {seconds}."
)


def pages(database):
    """What is asked for, by its name."""
    fleet = Fleet(WORDS["sqlite"], database.rows, database.ends, None, None)
    bot = id_of(fleet, fleet.bot_id("7"))
    run = id_of(fleet, fleet.run_id(str(int(database.rows * (1 - DEEP)))))
    since, until = (day(database.ends - YEAR + share * YEAR) for share in RECENT)
    runs = {
        "page 1": {},
        "after a cursor, at 80 %": {"after": write_cursor([run])},
        "status": {"status": "failed"},
        "bot": {"bot_id": bot},
        "bot and version": {"bot_id": bot, "version": 3},
        "trigger": {"trigger": "hook"},
        "actor": {"actor": "person7"},
        "input": {"input": "region=region-7"},
        "input and status": {"input": "region=region-7", "status": "completed"},
        "status and trigger": {"status": "failed", "trigger": "hook"},
        "status and a text of no run": {"status": "failed", "q": "nothing"},
        "bot and input": {"bot_id": bot, "input": "region=region-7"},
        "actor and dates": {"actor": "person7", "since": since, "until": until},
        "dates": {"since": since, "until": until},
        "to be looked at": {"unacknowledged": 1},
        "text: a bot's name": {"q": "Collector 7."},
        "text: a workflow's title": {"q": "site 7."},
        "text: a word of all bots": {"q": "collector"},
        "text: a word of all workflows": {"q": "site"},
    }
    found = {f"runs: {name}": address("/runs/", args) for name, args in runs.items()}
    found["runs: chart"] = "/runs/chart"
    for name in ("page 1", "status", "bot", "dates"):
        found[f"{THEIRS}{name}"] = address("/runs/", runs[name])
    found[f"{THEIRS}overview"] = "/"
    found["bots: page 1"] = "/bots/"
    found["bots: text"] = address("/bots/", {"q": "Collector 7."})
    entry = write_cursor([int(database.rows * (1 - DEEP))])
    found["audit: page 1"] = "/audit/"
    found["audit: after a cursor, at 80 %"] = address("/audit/", {"after": entry})
    found["audit: action"] = address("/audit/", {"action": "bot.write"})
    found["audit: refused"] = address("/audit/", {"result": "refused"})
    found["audit: text"] = address("/audit/", {"q": "run 7."})
    return found


def address(path, args):
    return f"{path}?{urlencode(args)}"


def day(ms):
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()


def id_of(fleet, expression):
    """The id that a database makes of this expression."""
    with fleet.words.filling(MEMORY) as nowhere:
        return nowhere.execute(f"SELECT {expression}").fetchone()[0]


def measure(databases, folder, times):
    """One table of all pages on one kind of database, smallest size first."""
    sites = [Site(database, folder) for database in databases]
    theirs = [Site(person_on(database), folder) for database in databases]
    sizes = [sized(site.database.rows) for site in sites]
    asked = [pages(site.database) for site in sites]
    smallest, largest = sizes[0], sizes[-1]
    seconds = ", ".join(f"{database.seconds:.0f} s" for database in databases)
    table = Table(
        f"Lists on {databases[0].server}, {smallest} to {largest} runs",
        named=("page",),
        compared=(f"{largest}, ms",),
        note=SAID.format(
            times=times, smallest=smallest, largest=largest, seconds=seconds
        ),
    )
    for name in asked[0]:
        paths = [each[name] for each in asked]
        visited = theirs if name.startswith(THEIRS) else sites
        visits = visits_to(visited, paths, times)
        table.rows.append({"page": name, **row_of(sizes, visits)})
    for site in (*sites, *theirs):
        site.close()
    return table


def person_on(database):
    """The same database, seen by somebody else."""
    fleet = Fleet(WORDS["sqlite"], database.rows, database.ends, None, None)
    return replace(database, user=str(UUID(id_of(fleet, fleet.user_id(PERSON)))))


def visits_to(sites, paths, times):
    """In turns, after one visit each that nobody counts."""
    visits, began = [[] for _ in sites], time.monotonic()
    for turn in range(times + 1):
        if turn > FEWEST and time.monotonic() - began > PATIENCE:
            break
        for site, path, kept in zip(sites, paths, visits, strict=True):
            visit = site.visit(path)
            if turn:
                kept.append(visit)
    return visits


def row_of(sizes, visits):
    took = [median(visit.ms for visit in each) for each in visits]
    times = dict(zip((f"{size}, ms" for size in sizes), map(figure, took), strict=True))
    largest = visits[-1]
    return {
        **times,
        "growth": figure(took[-1] / took[0]),
        "of the fastest": figure(fastest(visits[-1]) / fastest(visits[0])),
        "CPU, ms": figure(median(visit.cpu_ms for visit in largest)),
        "least CPU": figure(min(visit.cpu_ms for visit in largest)),
        "rows": " · ".join(str(each[0].rows) for each in visits),
        "SQL": mode(visit.statements for each in visits for visit in each),
        "KiB": figure(largest[0].kib),
        "gzipped": figure(largest[0].gzipped_kib),
    }


def fastest(visits):
    return min(visit.ms for visit in visits)
