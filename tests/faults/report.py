"""The table of docs/reliability.md, written by the runs that measured it."""

import platform
import subprocess
from datetime import UTC, datetime

from tests.faults.nursery import ROOT

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
HEAD = (
    "| | fault | engine | database | trials | survived | lost | doubled | "
    "well again, p95 | measured |\n|---|---|---|---|---:|---:|---:|---:|---:|---|"
)


def write_table(done, *, seed):
    """Put the outcome between the marks of the page, over what it says of the same."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    known, _, after = rest.partition(END)
    rows = {key_of(cells): cells for cells in map(cells_of, rows_in(known))}
    when = f"{datetime.now(UTC):%d %B %Y}, `{commit()}`"
    for trial, survey in done:
        cells = measured(trial, survey, when)
        rows[key_of(cells)] = cells
    ranked = sorted(rows.values(), key=lambda cells: (int(cells[0][1:]), *cells[1:4]))
    lines = "\n".join(f"| {' | '.join(cells)} |" for cells in ranked)
    said = f"On {platform.system()} {platform.machine()}, with seed {seed}:"
    PAGE.write_text(f"{before}{BEGIN}\n{said}\n\n{HEAD}\n{lines}\n{END}{after}")


def rows_in(text):
    return [line for line in text.splitlines() if line.startswith("| G")]


def cells_of(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def key_of(cells):
    """Fault, engine and database: the last measurement of each counts."""
    return tuple(cells[1:4])


def measured(trial, survey, when):
    counts = [survey.n, survey.survived, survey.lost, survey.dup]
    seconds = "" if survey.p95 is None else f"{survey.p95:.1f} s"
    setting = [trial.promise, survey.fault, trial.engine, trial.server]
    return [*setting, *(f"{each:,}" for each in counts), seconds, when]


def commit():
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.check_output(asked, cwd=ROOT, text=True).strip()
