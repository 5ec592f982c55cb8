"""The table of docs/reliability.md, written by the run that measured it."""

import platform
import subprocess
from datetime import UTC, datetime

from tests.faults.world import ROOT

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
HEAD = (
    "| promise | fault | engine | database | trials | survived | lost | doubled | "
    "well again, p95 |\n|---|---|---|---|---:|---:|---:|---:|---:|"
)


def write_table(done, *, seed, quick):
    """Put the outcome between the marks of the page."""
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    rows = "\n".join(row(trial, survey) for trial, survey in done)
    size = "the short form (`bin/faults --quick`)" if quick else "`bin/faults`"
    said = (
        f"Measured on {datetime.now(UTC):%d %B %Y} at commit `{commit()}` by {size}, "
        f"seed {seed}, {platform.system()} {platform.machine()}."
    )
    PAGE.write_text(f"{before}{BEGIN}\n{said}\n\n{HEAD}\n{rows}\n{END}{after}")


def row(trial, survey):
    seconds = "" if survey.p95 is None else f"{survey.p95:.1f} s"
    cells = [
        trial.promise,
        survey.fault,
        trial.engine,
        trial.server,
        survey.n,
        survey.survived,
        survey.lost,
        survey.dup,
        seconds,
    ]
    return f"| {' | '.join(map(str, cells))} |"


def commit():
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.check_output(asked, cwd=ROOT, text=True).strip()
