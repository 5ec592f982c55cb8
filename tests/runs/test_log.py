"""A step's log: read by line, drawn in parts, searched for its first error."""

import pytest

from dashboard.extensions import db
from dashboard.runs.claim import claim
from dashboard.runs.logs import LogWriter
from dashboard.runs.models import RunStatus
from tests.factories import make_bot, make_run, make_user
from tests.runs.stage import again, begun, finished, logged


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


def test_the_whole_log_is_a_text_file(client, uma):
    run = finished(make_run(make_bot(uma)), lines=["one", "two"])

    answer = client.as_(uma).get(f"/runs/{run.id}/steps/1/log?download=1")

    assert answer.text == "one\ntwo\n"
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def long_log(uma, size=1_000, **over):
    run = make_run(make_bot(uma))
    return finished(run, lines=[f"said {n}" for n in range(1, size + 1)], **over)


def test_whoever_is_behind_is_told_to_ask_again_at_once(client, uma):
    run = begun(make_run(make_bot(uma)))
    logged(run.steps[0], [f"line {n}" for n in range(700)])
    url = f"/runs/{run.id}/steps/1/log"

    first = client.as_(uma).get(url).json
    rest = client.get(f"{url}?after=500").json

    assert (first["more"], rest["more"]) == (True, False)


def test_the_log_of_a_step_that_never_ran_ends_with_its_run(client, uma):
    run = make_run(make_bot(uma), status=RunStatus.CANCELLED)

    answer = client.as_(uma).get(f"/runs/{run.id}/steps/1/log").json

    assert answer["ended"]


def test_the_tab_draws_the_end_and_follows_from_there(client, uma):
    run = long_log(uma)

    page = client.as_(uma).get(f"/runs/{run.id}?tab=log").text

    assert 'id="L801"' in page
    assert 'id="L1000"' in page
    assert 'id="L800"' not in page
    assert 'data-after="1000"' in page
    assert f'data-follow="/runs/{run.id}/steps/1/log"' in page
    assert "line=701" in page  # the part before this one


def test_a_line_is_drawn_with_what_stands_around_it_and_not_followed(client, uma):
    run = long_log(uma)

    page = client.as_(uma).get(f"/runs/{run.id}?tab=log&step=1&line=300").text

    assert '<span class="line marked" id="L300">' in page
    assert 'id="L201"' in page
    assert 'id="L400"' in page
    assert 'id="L401"' not in page
    assert "data-follow=" not in page
    assert "Earlier lines" in page
    assert "Later lines" in page
    assert "To the end" in page


@pytest.mark.parametrize("line", [1, 999_999])
def test_a_line_beyond_either_end_shows_that_end(client, uma, line):
    run = long_log(uma, size=300)

    page = client.as_(uma).get(f"/runs/{run.id}?tab=log&line={line}").text

    assert ('id="L1"' in page) == (line == 1)
    assert ('id="L300"' in page) == (line != 1)


def test_a_line_is_no_word(client, uma):
    run = long_log(uma, size=3)

    assert client.as_(uma).get(f"/runs/{run.id}?tab=log&line=x").status_code == 422


def test_what_a_bot_prints_is_text(client, uma):
    run = finished(make_run(make_bot(uma)), lines=["<b>bold</b>"])

    page = client.as_(uma).get(f"/runs/{run.id}?tab=log").text

    assert "&lt;b&gt;bold&lt;/b&gt;" in page


def test_the_first_error_is_linked_from_both_tabs(client, uma):
    run = long_log(uma, first_error_line=42)
    link = f"/runs/{run.id}?tab=log&amp;step=1&amp;line=42#L42"
    client.as_(uma)

    assert link in client.get(f"/runs/{run.id}").text
    assert "line=42#L42" in client.get(f"/runs/{run.id}?tab=log").text


@pytest.fixture
def writer(real_database):
    run = make_run(make_bot(make_user("Uma")))
    taken = claim(run.id, "a worker")
    return run, taken, LogWriter(taken, run.steps[0].id, 0)


def first_error(run):
    again(run)
    db.session.refresh(run.steps[0])
    return run.steps[0].first_error_line


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last):",
        "ERROR: no such table",
        "2026-11-22 fatal: gone",
        "an unhandled Exception",
    ],
)
def test_the_first_line_that_looks_like_an_error_is_noted(writer, line):
    run, _, log = writer
    log.write(f"fine\n3 errors so far\nterrorist\n{line}\npanic\n".encode())
    log.close()

    assert first_error(run) == 4


def test_a_log_without_an_error_has_none(writer):
    run, _, log = writer
    log.write(b"fine\n0 errors\n")
    log.close()

    assert first_error(run) is None


def test_an_error_stays_the_first_when_the_step_is_tried_again(writer):
    run, taken, log = writer
    log.write(b"fine\nerror one\n")
    log.close()

    other = LogWriter(taken, run.steps[0].id, 2)
    other.write(b"error two\n")
    other.close()

    assert first_error(run) == 2
