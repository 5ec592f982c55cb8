"""The benchmark's smallest form: it fills, measures, writes down and compares."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.audit import AuditEntry
from dashboard.bots.models import Bot
from dashboard.runs.models import Execution, Run, RunInput, RunStatus
from dashboard.workflows.models import Workflow
from tests.bench import lists, report
from tests.bench.fill import filled
from tests.bench.fleet import FEWEST
from tests.bench.table import Table

ROWS = 200


@dataclass
class Given:
    """A shelf with the test's own database on it."""

    folder: Path
    server: str
    url: str

    def fresh(self, name):
        return self.url


@pytest.fixture
def database(real_database, tmp_path):
    url = real_database.url.render_as_string(hide_password=False)
    return filled(Given(tmp_path, real_database.dialect.name, url), ROWS)


def test_a_fleet_is_filled_in_and_its_lists_are_measured(
    database, real_database, tmp_path
):
    def count(model, *conditions):
        rows = sa.select(sa.func.count()).select_from(model).where(*conditions)
        with real_database.connect() as connection:
            return connection.scalar(rows)

    table = lists.measure([database], tmp_path, 1)

    assert count(Run) == count(RunInput) == count(AuditEntry) == ROWS
    assert count(Execution) > ROWS
    assert count(Bot) == FEWEST
    assert count(Run, Run.status == RunStatus.FAILED) > 0
    assert {row["growth"] for row in table.rows} == {1.0}
    assert all(0 < row["SQL"] < 10 and row["200, ms"] > 0 for row in table.rows)


def test_what_is_filled_in_leads_to_what_is_there(database, real_database):
    tables = [model.__table__ for model in (Run, Execution, RunInput, Workflow)]
    keys = [key for table in tables for key in table.foreign_keys]
    with real_database.connect() as connection:
        for key in keys:
            lost = sa.select(key.parent).where(
                key.parent.is_not(None), key.parent.not_in(sa.select(key.column))
            )
            assert not connection.execute(lost).all(), key.parent


def test_figures_are_kept_and_set_against_the_next_ones(tmp_path):
    page, file = tmp_path / "performance.md", tmp_path / "performance.json"
    page.write_text(f"Before\n{report.BEGIN}\nold\n{report.END}\nAfter\n")
    report.write([figures(ms=20.0), Table("Start", (), ())], page, file)

    now = figures(ms=30.0)
    now.compare(report.last_time(file))
    report.write([now], page, file)

    assert now.rows[0]["now / last"] == "1.50"
    assert json.loads(file.read_text())["tables"][0]["rows"] == now.rows
    written = page.read_text()
    assert "| runs | 30 | 1.50 |" in written
    assert "old" not in written
    assert "### Start" in written
    assert written.startswith("Before\n")
    assert written.endswith("\nAfter\n")


def test_what_was_never_measured_before_is_compared_with_nothing(tmp_path):
    table = figures(ms=30.0)

    table.compare(report.last_time(tmp_path / "none.json"))

    assert table.rows[0]["now / last"] == "–"


def figures(ms):
    rows = [{"page": "runs", "ms": ms}]
    return Table("Lists", named=("page",), compared=("ms",), rows=rows)
