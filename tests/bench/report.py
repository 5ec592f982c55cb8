"""The tables of docs/performance.md and their figures, written by who measured them."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime

from tests.bench.table import Table
from tests.redis import ROOT

PAGE = ROOT / "docs" / "performance.md"
LAST = ROOT / "docs" / "performance.json"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def last_time(file=LAST):
    """The tables measured before, by their names."""
    if not file.exists():
        return {}
    return {table["name"]: table for table in json.loads(file.read_text())["tables"]}


def stored(tables):
    """The tables as JSON."""
    facts = {"tables": [table.stored for table in tables]}
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def circumstances(command, busy):
    """When, of what, on what, and how much else went on."""
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y} at commit `{commit()}` by "
        f"`{command}`: {platform.system()} {platform.machine()}, {os.cpu_count()} "
        f"cores, Python {platform.python_version()}; {busy:.1f} other processes wanted "
        "a core when it began."
    )


def write(tables, page=PAGE, file=LAST):
    """Put them between the marks of the page, beside those not measured this time."""
    known = {name: Table(**table) for name, table in last_time(file).items()}
    every = (known | {table.name: table for table in tables}).values()
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    shown = "\n".join(table.markdown for table in every)
    page.write_text(f"{before}{BEGIN}\n{shown}{END}{after}")
    file.write_text(stored(every))


def commit():
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.check_output(asked, cwd=ROOT, text=True).strip()
