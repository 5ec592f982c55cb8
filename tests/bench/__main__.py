"""`bin/bench`: how fast Quorum is, and whether it stays so when there is more."""

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import engines, lists, peers, report, startup
from tests.bench.fill import filled
from tests.bench.shelves import SHELVES
from tests.bench.site import Site

SIZES, QUICK_SIZES = "5000,500000,5000000", "5000,50000"
PEER_ROWS = 500_000
PARTS = ("start", "runs", "lists", "peers")


@dataclass(frozen=True)
class Effort:
    """How often each thing is done."""

    visits: int
    runs: int
    approvals: int
    starts: int
    seconds: int


LONG, QUICK = Effort(15, 100, 30, 3, 4), Effort(5, 20, 6, 1, 1)


def main():
    asked = arguments()
    busy, last = os.getloadavg()[0], report.last_time(asked.last)
    with ExitStack() as stack:
        place = asked.keep or stack.enter_context(tempfile.TemporaryDirectory())
        folder = Path(place).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)  # bots and PostgreSQL have users of their own
        shelves = {
            server: stack.enter_context(open_shelf(folder / server))
            for server, open_shelf in SHELVES.items()
        }
        words, tables = report.circumstances(command_of(asked), busy), []
        for table in measured(asked, shelves, folder):
            table.measured = words
            table.compare(last)
            print(table.markdown, flush=True)
            tables.append(table)
    if asked.json:
        asked.json.write_text(report.stored(tables))
    if asked.write:
        report.write(tables)


def measured(asked, shelves, folder):
    """One table after the other; the databases are filled when they are wanted."""
    effort = QUICK if asked.quick else LONG
    if "start" in asked.parts:
        small = [fill(shelf, asked.rows[0]) for shelf in shelves.values()]
        sites = [Site(database, folder) for database in small]
        yield startup.measure(sites, folder, effort.starts)
        for site in sites:
            site.close()
    if "runs" in asked.parts:
        facts = {"runs": effort.runs, "approvals": effort.approvals}
        yield engines.measure(shelves, folder, asked.engines, **facts)
    if "lists" in asked.parts:
        for shelf in shelves.values():
            databases = [fill(shelf, rows) for rows in asked.rows]
            yield lists.measure(databases, folder, effort.visits)
    if "peers" in asked.parts:
        rows = min(asked.rows, key=lambda rows: abs(rows - PEER_ROWS))
        site = Site(fill(shelves["postgresql"], rows), folder)
        yield peers.measure(site, folder, seconds=effort.seconds, turns=3)
        site.close()


def command_of(asked):
    """What decided what was measured."""
    said = ["bin/bench", *(["--quick"] if asked.quick else [])]
    said += ["--rows", ",".join(map(str, asked.rows)), "--only", ",".join(asked.parts)]
    return " ".join(said)


def fill(shelf, rows):
    database = filled(shelf, rows)
    told = f"{database.server}: {rows:,} runs in {database.seconds:.0f} s"
    print(told, file=sys.stderr, flush=True)
    return database


def arguments():
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    known = tuple(engine for engine, _ in engines.SETTINGS)
    parser.add_argument("--quick", action="store_true", help="small and seldom")
    parser.add_argument("--rows", type=numbers, help=f"sizes of the lists: {SIZES}")
    parser.add_argument("--engine", action="append", dest="engines", choices=known)
    parser.add_argument("--only", type=parts, dest="parts", help=",".join(PARTS))
    parser.add_argument("--peers", action="store_true", help="Flask-Admin beside ours")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the filled databases")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures")
    parser.add_argument(
        "--last", type=Path, default=report.LAST, help="figures to compare with"
    )
    parser.add_argument(
        "--write", action="store_true", help="put it into docs/performance.*"
    )
    asked = parser.parse_args()
    asked.rows = asked.rows or numbers(QUICK_SIZES if asked.quick else SIZES)
    asked.engines = asked.engines or known
    usual = PARTS if asked.peers else PARTS[:-1]
    asked.parts = asked.parts or usual
    return asked


def parts(text):
    asked = text.split(",")
    if unknown := set(asked) - set(PARTS):
        raise argparse.ArgumentTypeError(f"no part is called {', '.join(unknown)}")
    return asked


def numbers(text):
    return sorted(int(part) for part in text.split(","))


if __name__ == "__main__":
    main()
