"""Runs as JSON: list, get, log, files, cancel."""

import pytest

from dashboard.permissions import Permission
from tests.factories import make_bot, make_run
from tests.runs.stage import approved, begun, finished, logged

URL = "/api/v1/runs"


def test_the_list_is_filtered_and_paged(api, uma):
    bot = make_bot(uma, name="Ledger check")
    runs = [finished(make_run(bot)) for _ in range(3)]
    make_run(bot)
    api.with_key(uma)

    first = api.get(URL, query_string={"status": "completed", "limit": 2}).json
    rest = api.get(URL, query_string={"status": "completed", "after": first["next"]})

    ids = [row["id"] for row in (*first["items"], *rest.json["items"])]
    assert ids == [str(run.id) for run in reversed(runs)]
    assert first["items"][0]["bot_name"] == "Ledger check"
    assert (first["total"], rest.json["next"]) == (3, None)


def test_a_run_is_shown_with_its_steps_and_results(api, uma):
    run = make_run(make_bot(uma, name="Ledger check"), inputs={"month": "May"})
    finished(run, {"n": 1}, {"a.csv": b"a,b"})

    answer = api.with_key(uma).get(f"{URL}/{run.id}").json

    assert (answer["status"], answer["inputs"]) == ("completed", {"month": "May"})
    assert answer["output"] == {"n": 1}
    step = answer["steps"][0]
    assert (step["bot_name"], step["version_number"]) == ("Ledger check", 1)
    assert (step["files"][0]["name"], step["files"][0]["size"]) == ("a.csv", 3)


def test_the_log_is_read_by_line_number(api, uma):
    run = begun(make_run(make_bot(uma)))
    logged(run.steps[0], ["one", "two"])
    api.with_key(uma)

    answer = api.get(f"{URL}/{run.id}/log", query_string={"step": 1, "after": 1})

    assert answer.json == {
        "lines": ["two"],
        "after": 2,
        "more": False,
        "ended": False,
        "first_error_line": None,
    }


@pytest.mark.parametrize("query", ["after=-1", "after=x", "step=0", "who=me"])
def test_a_log_is_not_asked_for_nonsense(api, uma, query):
    run = make_run(make_bot(uma))

    answer = api.with_key(uma).get(f"{URL}/{run.id}/log?{query}")

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_a_file_is_downloaded(api, uma):
    run = finished(make_run(make_bot(uma)), files={"a.csv": b"a,b"})

    assert api.with_key(uma).get(f"{URL}/{run.id}/files/1/a.csv").data == b"a,b"


def test_a_run_is_stopped(api, uma):
    run = approved(uma, make_bot(uma))

    answer = api.with_key(uma).post(f"{URL}/{run.id}/cancel")

    assert (answer.status_code, answer.json["status"]) == (202, "cancelled")
    assert api.post(f"{URL}/{run.id}/cancel").status_code == 409


@pytest.mark.parametrize("path", ["", "/log", "/files/1/a.csv"])
def test_a_stranger_cannot_see_that_a_run_exists(api, uma, mallory, path):
    run = finished(make_run(make_bot(uma)), files={"a.csv": b"a"})

    assert api.with_key(mallory).get(f"{URL}/{run.id}{path}").status_code == 404


def test_a_stranger_gets_404_and_a_viewer_403_for_a_stop(app, uma, mallory, eve):
    run = make_run(make_bot(uma))

    for user, status in ((mallory, 404), (eve, 403)):
        program = app.test_client().with_key(user)
        assert program.post(f"{URL}/{run.id}/cancel").status_code == status


def test_a_key_without_the_scope_stops_nothing(api, uma):
    run = make_run(make_bot(uma))
    api.with_key(uma, scopes=[Permission.RUN_READ])

    assert api.get(f"{URL}/{run.id}").status_code == 200
    assert api.post(f"{URL}/{run.id}/cancel").status_code == 403


@pytest.mark.parametrize("size", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(api, uma, statements, size):
    for _ in range(size):
        finished(make_run(make_bot(uma)))
    api.with_key(uma).get(URL)  # the key's first use leaves a stamp
    statements.clear()

    api.get(URL)

    assert len(statements) == 2  # key and owner, rows with total
