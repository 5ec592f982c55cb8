"""The list of runs at length: each filter reads what it shows, and sorts nothing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.runs import leads
from dashboard.runs.models import Execution, Run, RunInput, RunStatus, Trigger
from tests.factories import make_bot, make_user

MANY = 6_000
FILTERS = {
    "nothing": "",
    "status": "status=failed",
    "trigger": "trigger=api",
    "actor": "actor=Bea",
    "to be looked at": "unacknowledged=1",
    "input": "input=month%3DMay",
    "days": "since=2020-01-01&until=2030-01-01",
    "bot": "bot_id={bot}",
    "version": "bot_id={bot}&version=1",
    "name of a bot": "q=Busy",
    "bot and status": "bot_id={bot}&status=completed",
    "bot and input": "bot_id={bot}&input=month%3DMay",
}
SLOW = ("TEMP B-TREE", "Sort", "Seq Scan on runs")
WHOLE = {"nothing", "days"}
"""They may walk the list itself, newest first, until the page is full."""


@pytest.fixture
def busy(uma):
    """A bot that did every second of a few thousand runs."""
    busy, idle = make_bot(uma, name="Busy"), make_bot(uma, name="Idle")
    bea = make_user("Bea")
    runs = [
        {
            "id": uuid7(),
            "bot_id": (busy if number % 2 else idle).id,
            "trigger": Trigger.API if number % 2 else Trigger.PERSON,
            "status": RunStatus.COMPLETED if number % 3 else RunStatus.FAILED,
            "is_unacknowledged": not number % 3,
            "started_by_id": (bea if number % 2 else uma).id,
            "queued_at": now() - timedelta(minutes=MANY - number),
        }
        for number in range(MANY)
    ]
    versions = {bot.id: BotVersion.active_of(bot.id).id for bot in (busy, idle)}
    db.session.execute(sa.insert(Run), runs)
    db.session.execute(
        sa.insert(Execution),
        [
            {
                "run_id": run["id"],
                "position": 1,
                "bot_id": run["bot_id"],
                "bot_version_id": versions[run["bot_id"]],
            }
            for run in runs
        ],
    )
    months = {busy.id: "May", idle.id: "June"}
    given = [(run["id"], months[run["bot_id"]]) for run in runs]
    db.session.execute(
        sa.insert(RunInput),
        [{"run_id": id_, "name": "month", "value": month} for id_, month in given],
    )
    db.session.execute(sa.text("ANALYZE"))
    return busy


@pytest.fixture
def namesakes(busy):
    """Both bots are found by the same word."""
    db.session.scalars(sa.select(Bot).where(Bot.name == "Idle")).one().name = "Busier"
    busy.name = "Busier still"
    db.session.commit()


@pytest.fixture
def sent(database):
    """Statement and parameters of what asks for runs in their order."""
    found = []

    @sa.event.listens_for(database, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("SELECT runs.id") and "ORDER BY" in statement:
            found.append((statement, parameters))

    yield found
    sa.event.remove(database, "before_cursor_execute", note)


def plan_of(database, statement, parameters):
    """PostgreSQL would rather sort some rows than walk an index: only if it must."""
    if database.dialect.name == "postgresql":
        database.exec_driver_sql("SET LOCAL enable_sort = off")
    words = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}
    said = f"{words[database.dialect.name]} {statement}"
    rows = database.exec_driver_sql(said, parameters).all()
    steps = without_total([(depth_of(rows, row), row[-1]) for row in rows])
    return [line for _, line in without_last_sort(steps)]


def depth_of(rows, row):
    """How deep a step lies: SQLite names its parent, PostgreSQL indents."""
    if len(row) == 1:
        return len(row[0]) - len(row[0].lstrip())
    above = next((each for each in rows if each[0] == row[1]), None)
    return 1 + depth_of(rows, above) if above else 0


def without_total(steps):
    """The capped total, counted beside the page, may read what it counts."""
    kept, inside = [], None
    for depth, line in steps:
        if inside is not None and depth > inside:
            continue
        begins = line.lstrip().startswith(("SCALAR SUBQUERY", "InitPlan"))
        inside = depth if begins else None
        if not begins:
            kept.append((depth, line))
    return kept


def without_last_sort(steps):
    """SQLite sorts again what it shows, once a part of the statement has chosen it."""
    if not any(line.startswith(("MATERIALIZE", "CO-ROUTINE")) for _, line in steps):
        return steps
    return [step for step in steps if step != (0, "USE TEMP B-TREE FOR ORDER BY")]


def test_a_filtered_list_reads_by_an_index_that_has_its_order(
    client, ada, busy, database, sent
):
    client.as_(ada)

    found = []
    for name, query in FILTERS.items():
        sent.clear()
        page = client.get(f"/runs/?{query.format(bot=busy.id)}")
        chart = client.get(f"/runs/chart?{query.format(bot=busy.id)}")
        assert (page.status_code, chart.status_code) == (200, 200), name
        assert "No run matches" not in page.text, name
        assert len(sent) == 2, name  # the page and the chart
        for statement, parameters in sent:
            plan = plan_of(database, statement, parameters)
            if any(is_slow(line, name) for line in plan):
                found.append("\n".join([name, statement, *plan]))

    assert not found, "\n\n".join(found)


def is_slow(line, name):
    """Whether a step of a plan sorts, or reads all there is."""
    walks = line.startswith("SCAN runs") and name not in WHOLE
    return walks or any(sign in line for sign in SLOW)


def test_a_page_after_a_cursor_starts_where_the_cursor_is(
    client, ada, busy, database, sent
):
    first = client.as_(ada).with_key(ada).get(f"/api/v1/runs?bot_id={busy.id}").json
    sent.clear()

    client.get(f"/api/v1/runs?bot_id={busy.id}&after={first['next']}")

    statement, parameters = sent[0]
    plan = "\n".join(plan_of(database, statement, parameters))
    assert "run_id<?" in plan or "run_id < " in plan, plan


def test_a_name_of_several_bots_reads_of_each_what_it_shows(
    client, ada, namesakes, database, sent
):
    page = client.as_(ada).get("/runs/?q=busier")

    statement, parameters = sent[0]
    plan = plan_of(database, statement, parameters)
    read = {"sqlite": "INDEX ix_runs_bot (", "postgresql": "Scan Backward using"}
    in_order = [line for line in plan if read[database.dialect.name] in line]
    assert "Busier still" in page.text
    assert len(in_order) == 2, plan  # one for each, and neither reads on


def test_a_text_that_means_much_does_not_lead_the_search(
    client, ada, namesakes, database, sent, monkeypatch
):
    monkeypatch.setattr(leads, "FEW", 1)

    page = client.as_(ada).get("/runs/?q=busier&trigger=api")

    statement, parameters = sent[0]
    plan = plan_of(database, statement, parameters)
    assert "Busier still" in page.text
    assert not any("ix_runs_bot " in line or is_slow(line, "") for line in plan), plan
