"""Runs as pages: who sees what, live news, and how much it costs."""

import re

import pytest
from flask import render_template

from dashboard.extensions import db
from dashboard.runs.reports import run_of
from tests.factories import make_bot, make_council, make_run
from tests.runs.stage import approved, begun, finished, logged


def test_a_finished_run_shows_its_result_its_files_and_its_log(client, uma):
    output = {"rows": [{"address": "10.0.0.1", "failed": 286}], "total": 286}
    run = make_run(make_bot(uma, name="Ledger check"))
    finished(run, output, {"top 10.csv": b"a,b"}, ["read 2000 lines", "<b>done</b>"])

    page = client.as_(uma).get(f"/runs/{run.id}").text

    assert "<td>10.0.0.1</td><td>286</td>" in page
    assert "&#34;total&#34;: 286" in page
    assert "steps/1/files/top%2010.csv" in page
    assert "3 Bytes" in page
    assert "2 lines" in page
    assert "data-poll" not in page


def test_a_long_list_in_the_output_is_cut_and_says_so(client, uma):
    output = {"rows": [{"n": f"row {n}"} for n in range(60)]}
    run = finished(make_run(make_bot(uma)), output)

    page = client.as_(uma).get(f"/runs/{run.id}").text

    assert "row 49" in page
    assert "row 50" not in page
    assert "the first 50 of 60" in page


def test_a_failed_step_shows_its_sentence_and_where_it_failed(client, uma):
    run = finished(
        make_run(make_bot(uma)),
        status="timed_out",
        message="The bot was still running after 60 seconds.",
        traceback="File bot.py, line 3",
    )

    page = client.as_(uma).get(f"/runs/{run.id}").text

    assert "The bot was still running after 60 seconds." in page
    assert "Timed out" in page
    assert "File bot.py, line 3" in page


def test_a_run_in_the_base_tier_carries_a_warning(client, uma):
    held = finished(make_run(make_bot(uma)))
    loose = finished(make_run(make_bot(uma)), tier="base")
    client.as_(uma)

    assert "base sandbox" not in client.get(f"/runs/{held.id}").text
    assert "base sandbox" in client.get(f"/runs/{loose.id}").text


def test_a_running_run_polls_and_can_be_stopped(client, uma):
    run = begun(make_run(make_bot(uma)))
    logged(run.steps[0], ["one", "two"])

    page = client.as_(uma).get(f"/runs/{run.id}").text

    assert f"/runs/{run.id}/live?seen=running.0.1.go" in page
    assert "Stop this run" in page


def test_a_poll_is_silent_until_there_is_news(client, uma):
    run = begun(make_run(make_bot(uma)))
    url = news_url(client.as_(uma).get(f"/runs/{run.id}").text)

    assert client.get(url).status_code == 204
    finished(run, {"n": 1})

    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="run-live"')
    assert "data-poll" not in answer.text
    assert "Completed" in answer.text


def test_the_run_of_a_workflow_costs_one_statement_and_fetches_its_log(
    app, uma, statements
):
    run = approved(uma, make_bot(uma), make_bot(uma))
    finished(run, {"n": 1}, {"a.csv": b"a"}, [f"line {n}" for n in range(300)])
    workflow_id = run.workflow_id
    db.session.expire_all()
    statements.clear()

    with app.test_request_context():
        page = render_template("runs/_run.html", run=run_of(workflow_id), brief=True)

    assert len(statements) == 1
    assert "line 299" not in page
    assert 'data-after="100" data-follow=' in page


def test_a_steps_files_and_output_are_downloads(client, uma):
    run = finished(make_run(make_bot(uma)), {"n": 1}, {"a.csv": b"a,b"})
    client.as_(uma)

    file = client.get(f"/runs/{run.id}/steps/1/files/a.csv")
    output = client.get(f"/runs/{run.id}/steps/1/output")

    assert file.data == b"a,b"
    assert output.json == {"n": 1}
    for answer in (file, output):
        assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_the_input_tab_shows_inputs_and_attached_files(client, uma):
    run = approved(
        uma, make_bot(uma), inputs={"month": "May"}, files={"may.csv": b"1,2"}
    )

    page = client.as_(uma).get(f"/runs/{run.id}?tab=input").text

    assert "&#34;month&#34;: &#34;May&#34;" in page
    assert "may.csv" in page


def test_stopping_a_waiting_run_shows_in_its_history(client, uma):
    run = make_run(make_bot(uma))

    answer = client.as_(uma).post(f"/runs/{run.id}/cancel")

    assert answer.location == f"/runs/{run.id}"
    assert "Cancelled" in client.get(f"/runs/{run.id}").text
    assert "Uma" in client.get(f"/runs/{run.id}?tab=history").text


def test_stopping_what_is_over_is_refused(client, uma):
    run = finished(make_run(make_bot(uma)))

    answer = client.as_(uma).post(f"/runs/{run.id}/cancel")

    assert answer.status_code == 409
    assert "This run is over" in answer.text


def test_members_of_the_council_see_a_run_but_do_not_stop_it(client, uma, olga):
    run = approved(uma, make_bot(uma))
    make_council(olga)
    run.workflow.council.members[0].user_id = olga.id
    db.session.commit()
    client.as_(olga)

    assert "Stop this run" not in client.get(f"/runs/{run.id}").text
    assert client.post(f"/runs/{run.id}/cancel").status_code == 403


PAGES = (
    "",
    "?tab=log",
    "?tab=input",
    "?tab=attempts",
    "?tab=history",
    "/live",
    "/steps/1/log",
    "/steps/1/log?download=1",
    "/steps/1/output",
    "/steps/1/files/a.csv",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_cannot_see_that_a_run_exists(client, uma, mallory, page):
    run = finished(make_run(make_bot(uma)), {"n": 1}, {"a.csv": b"a"})

    assert client.as_(mallory).get(f"/runs/{run.id}{page}").status_code == 404
    assert client.as_(uma).get(f"/runs/{run.id}{page}").status_code == 200


def test_a_stranger_stops_nothing_and_lists_nothing(client, uma, mallory):
    run = make_run(make_bot(uma, name="Ledger check"))
    client.as_(mallory)

    assert client.post(f"/runs/{run.id}/cancel").status_code == 404
    assert "Ledger check" not in client.get("/runs/").text


def test_an_auditor_reads_and_changes_nothing(client, uma, eve):
    run = make_run(make_bot(uma))
    client.as_(eve)

    assert client.get(f"/runs/{run.id}").status_code == 200
    assert client.post(f"/runs/{run.id}/cancel").status_code == 403


@pytest.mark.parametrize(
    "page", ["/steps/2/log", "/steps/2/output", "/steps/1/files/b"]
)
def test_what_a_run_does_not_have_is_not_found(client, uma, page):
    run = finished(make_run(make_bot(uma)), files={"a.csv": b"a"})

    assert client.as_(uma).get(f"/runs/{run.id}{page}").status_code == 404


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize(
    ("tab", "cost"),
    [("", 3), ("log", 3), ("input", 2), ("attempts", 4), ("history", 3)],
)
def test_a_run_costs_the_same_however_long_it_is(
    client, uma, statements, size, tab, cost
):
    run = begun(make_run(*[make_bot(uma) for _ in range(size)]))
    logged(run.steps[0], ["a line"] * size)
    client.as_(uma)
    statements.clear()

    client.get(f"/runs/{run.id}?tab={tab}")

    assert len(statements) == cost, "\n".join(statements)


def test_a_poll_without_news_costs_two_statements(client, uma, statements):
    url = f"/runs/{begun(make_run(make_bot(uma))).id}"
    client.as_(uma)
    statements.clear()

    client.get(f"{url}/live?seen=running.0.1.go")
    assert len(statements) == 2  # session, state

    statements.clear()
    client.get(f"{url}/steps/1/log?after=0")
    assert len(statements) == 3  # session, step, lines


def news_url(page):
    return re.search(r'data-poll="([^"]+)"', page)[1].replace("&amp;", "&")
