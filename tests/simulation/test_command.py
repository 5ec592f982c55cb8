"""`flask simulate`, with no database to be had."""

import json

import pytest

from config import Config
from dashboard import create_app
from tests.simulation.stories import FILE, file_with, known, story, vote

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def simulate(tmp_path):
    app = create_app(
        Config(
            secret_key="s" * 32,
            audit_key="a" * 32,
            data_keys=("d" * 32,),
            database_url=NOWHERE,
            instance=tmp_path,
            testing=True,
        )
    )
    runner = app.test_cli_runner()
    return lambda file, **more: runner.invoke(args=["simulate", str(file)], **more)


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_it_prints_a_line_for_each_scenario(simulate):
    result = simulate(FILE)

    assert result.exit_code == 0, result.output
    assert [line["id"] for line in lines(result)] == [each.id for each in known()]
    assert all(line["ok"] for line in lines(result))
    assert set(lines(result)[0]) == {"id", "ok", "outcome", "events", "differences"}


def test_it_plays_a_thousand(simulate, tmp_path):
    told = json.loads(FILE.read_text())["scenarios"]
    many = [told[n % len(told)] | {"id": f"story {n}"} for n in range(1000)]

    result = simulate(file_with(tmp_path, *many))

    assert (result.exit_code, len(lines(result))) == (0, 1000)


def test_it_fails_where_one_ends_otherwise_and_plays_the_rest(simulate, tmp_path):
    wrong = story(vote(1, "a"), expected={"state": "approved"})

    result = simulate(file_with(tmp_path, wrong, story(id="another")))

    assert result.exit_code == 1
    assert [line["ok"] for line in lines(result)] == [False, True]
    assert lines(result)[0]["differences"] == [
        'expected.state: expected "approved", found "open".'
    ]


def test_a_malformed_file_is_refused_before_anything_is_played(simulate, tmp_path):
    file = file_with(tmp_path, story(), story(id="late", final_at=-1))

    result = simulate(file)

    assert (result.exit_code, result.stdout) == (2, "")
    assert f'{file}: Scenario "late", at final_at: Enter 0 or more.' in result.stderr
    assert "Traceback" not in result.output


def test_a_file_that_is_no_text_is_refused(simulate, tmp_path):
    file = tmp_path / "picture.json"
    file.write_bytes(b"\xff\xd8\xff")

    result = simulate(file)

    assert result.exit_code == 2
    assert str(file) in result.stderr


def test_it_reads_what_is_piped_in(simulate):
    result = simulate("-", input=json.dumps(story()))

    assert [line["id"] for line in lines(result)] == ["story"]


def test_a_file_that_is_not_there(simulate, tmp_path):
    assert simulate(tmp_path / "nowhere.json").exit_code == 2
