"""Runs as pages: who sees what, live news, and how much it costs."""

import re

import pytest
from flask import render_template

from dashboard.extensions import db
from dashboard.runs.models import RunStatus
from dashboard.runs.reports import run_of
from tests.factories import make_bot, make_council, make_run
from tests.runs.stage import approved, begun, finished, logged


def test_the_list_says_what_ran_and_how_it_went(client, uma):
    finished(make_run(make_bot(uma, name="Ledger check")))
    failed = make_run(make_bot(uma, name="Importer"), status=RunStatus.FAILED)
    failed.error = "The bot raised ValueError.\nsecond line"
    db.session.commit()

    page = client.as_(uma).get("/runs/").text

    assert page.index("Importer") < page.index("Ledger check")
    assert "Completed" in page
    assert "The bot raised ValueError." in page
    assert "second line" not in page
    assert "Bot v1" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Alpha", "Beta", "Close the books"}),
        ("status=completed", {"Alpha"}),
        ("trigger=workflow", {"Close the books"}),
        ("q=beta", {"Beta"}),
        ("q=books", {"Close the books"}),
        ("q=100%25", set()),
    ],
)
def test_the_list_is_filtered_by_its_address(client, uma, query, found):
    finished(make_run(make_bot(uma, name="Alpha")))
    beta = make_bot(uma, name="Beta")
    make_run(beta)
    approved(uma, make_bot(uma, name="Gamma"))

    page = client.as_(uma).get(f"/runs/?{query}").text

    assert names_in(page) == found


def test_the_list_is_filtered_by_bot_also_inside_workflows(client, uma):
    gamma = make_bot(uma, name="Gamma")
    approved(uma, gamma)
    make_run(make_bot(uma, name="Delta"))

    page = client.as_(uma).get(f"/runs/?bot_id={gamma.id}").text

    assert names_in(page) == {"Close the books"}


@pytest.mark.parametrize("query", ["status=done", "bot_id=7", "trigger=x", "after=x"])
def test_a_filter_that_makes_no_sense_is_refused(client, uma, query):
    assert client.as_(uma).get(f"/runs/?{query}").status_code == 422


def test_an_empty_list_says_what_would_stand_there(client, uma):
    assert "Nothing has run yet" in client.as_(uma).get("/runs/").text


def test_a_finished_run_shows_its_result_its_files_and_its_log(client, uma):
    output = {"rows": [{"address": "10.0.0.1", "failed": 286}], "total": 286}
    run = make_run(make_bot(uma, name="Ledger check"))
    finished(run, output, {"top 10.csv": b"a,b"}, ["read 2000 lines", "<b>done</b>"])

    page = client.as_(uma).get(f"/runs/{run.id}").text

    assert "<td>10.0.0.1</td><td>286</td>" in page
    assert "&#34;total&#34;: 286" in page
    assert "steps/1/files/top%2010.csv" in page
    assert "3 Bytes" in page
    assert "read 2000 lines\n&lt;b&gt;done&lt;/b&gt;\n</pre>" in page
    assert "data-follow" not in page
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


def test_a_running_run_polls_and_follows_its_log(client, uma):
    run = begun(make_run(make_bot(uma)))
    logged(run.steps[0], ["one", "two"])

    page = client.as_(uma).get(f"/runs/{run.id}").text

    assert f"/runs/{run.id}/live?seen=running.0.1.go" in page
    assert f'data-follow="/runs/{run.id}/steps/1/log"' in page
    assert 'data-after="2"' in page
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


def test_the_log_goes_on_where_the_reader_was(client, uma):
    run = begun(make_run(make_bot(uma)))
    step = run.steps[0]
    logged(step, [f"line {n}" for n in range(400)])
    logged(step, [f"line {n}" for n in range(400, 700)], first_line=400)
    url = f"/runs/{run.id}/steps/1/log"
    client.as_(uma)

    first = client.get(url).json
    rest = client.get(url, query_string={"after": first["after"]}).json
    none = client.get(url, query_string={"after": rest["after"]}).json

    assert (len(first["lines"]), first["after"]) == (500, 500)
    assert rest["lines"] == [f"line {n}" for n in range(500, 700)]
    assert (none["lines"], none["after"], none["ended"]) == ([], 700, False)
    finished(run, log_lines=700)
    assert client.get(url, query_string={"after": 700}).json["ended"]


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
    assert 'data-after="0" data-follow=' in page


def test_the_whole_log_is_a_text_file(client, uma):
    run = finished(make_run(make_bot(uma)), lines=["one", "two"])

    answer = client.as_(uma).get(f"/runs/{run.id}/steps/1/log?download=1")

    assert answer.text == "one\ntwo\n"
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


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
    "?tab=input",
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


@pytest.mark.parametrize("size", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(client, uma, statements, size):
    for _ in range(size):
        finished(make_run(make_bot(uma)))
    client.as_(uma)
    statements.clear()

    client.get("/runs/")

    assert len(statements) == 4  # session, rows, total, bots of the filter


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize("tab", ["", "?tab=input", "?tab=history"])
def test_a_run_costs_the_same_however_long_it_is(client, uma, statements, size, tab):
    run = begun(make_run(*[make_bot(uma) for _ in range(size)]))
    logged(run.steps[0], ["a line"] * size)
    client.as_(uma)
    statements.clear()

    client.get(f"/runs/{run.id}{tab}")

    assert len(statements) == {"": 4, "?tab=input": 2, "?tab=history": 3}[tab]


def test_a_poll_without_news_costs_two_statements(client, uma, statements):
    url = f"/runs/{begun(make_run(make_bot(uma))).id}"
    client.as_(uma)
    statements.clear()

    client.get(f"{url}/live?seen=running.0.1.go")
    assert len(statements) == 2  # session, state

    statements.clear()
    client.get(f"{url}/steps/1/log?after=0")
    assert len(statements) == 3  # session, step, lines


def names_in(page):
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return set(re.findall(r'<a href="/runs/[^"]+">([^<]+)</a>', rows))


def news_url(page):
    return re.search(r'data-poll="([^"]+)"', page)[1].replace("&amp;", "&")
