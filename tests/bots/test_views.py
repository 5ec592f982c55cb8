from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from dashboard.bots.models import Bot, BotStatus, BotVersion, RunPolicy
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.runs.models import Run, StepStatus, Trigger
from tests.factories import (
    ECHO,
    make_bot,
    make_council,
    make_run,
    make_type,
    make_version,
)

OTHER = "def run(inputs, files):\n    return {'other': True}\n"


def filled(**over):
    fields = {"name": "Echo", "run_policy": "owner", "code": ECHO, "config": ""}
    return fields | {"message": "First version"} | over


def changed(**over):
    return {
        "code": OTHER,
        "config": "",
        "message": "Says other",
        "based_on": "1",
    } | over


def test_a_user_creates_a_bot_and_reads_how_it_runs(client, uma):
    response = client.as_(uma).post("/bots/new", data=filled())

    bot = db.session.scalar(select(Bot))
    assert (response.status_code, response.location) == (303, f"/bots/{bot.id}")
    page = client.get(response.location).text
    assert "saved as version 1" in page
    assert "Uma and admins may run it without a vote" in page
    assert "may take 60 seconds, 30 of them computing, with 256 MB" in page


def test_the_new_form_starts_with_code_that_runs(client, uma):
    page = unescape(client.as_(uma).get("/bots/new").text)

    assert "def run(inputs, files):" in page
    assert '"wall_seconds": 60' in page
    assert 'value="First version"' in page


def test_what_does_not_compile_comes_back_with_its_line(client, uma):
    code = "import os\r\ndef run(:\r\n"

    response = client.as_(uma).post("/bots/new", data=filled(code=code))

    assert response.status_code == 422
    assert "Line 2: invalid syntax." in response.text
    assert "import os" in response.text
    assert db.session.scalar(select(Bot)) is None


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ('{"limits": }', "Line 1: Expecting value."),
        ("[1]", "Write a JSON object"),
        ('{"limits": {"wall_seconds": 0}}', "limits.wall_seconds: Enter 1 or more."),
        ("{" * 90_000, "Line 1: "),
        ("[" * 90_000, "nested too deeply"),
    ],
)
def test_a_config_comes_back_as_typed_with_what_is_wrong(client, uma, config, sentence):
    response = client.as_(uma).post("/bots/new", data=filled(config=config))

    assert response.status_code == 422
    assert sentence in response.text
    assert config in unescape(response.text)


def test_a_taken_name_is_said_beside_the_name(client, uma):
    make_bot(uma, name="Echo")

    response = client.as_(uma).post("/bots/new", data=filled())

    assert response.status_code == 422
    assert "Another bot has this name." in response.text


def test_a_script_gets_the_form_alone_and_then_where_to_go(client, uma):
    client.as_(uma)
    partial = {"X-Partial": "1"}

    refused = client.post("/bots/new", data=filled(name=""), headers=partial)
    saved = client.post("/bots/new", data=filled(), headers=partial)

    assert refused.text.lstrip().startswith('<form id="bot"')
    assert saved.status_code == 204
    assert client.get(saved.headers["X-Location"]).status_code == 200


def test_facts_are_edited(client, uma):
    bot_id = make_bot(uma, name="Old").id
    fields = {"name": "New", "status": "maintenance", "run_policy": "nobody"}

    page = client.as_(uma).get(f"/bots/{bot_id}/edit").text
    response = client.post(f"/bots/{bot_id}/edit", data=fields)
    refused = client.post(f"/bots/{bot_id}/edit", data=fields | {"name": "x"})

    assert 'value="Old"' in page
    assert response.status_code == 303
    assert db.session.get(Bot, bot_id).status is BotStatus.MAINTENANCE
    assert refused.status_code == 422


def test_a_new_version_starts_from_the_active_one(client, uma):
    bot = make_bot(uma)
    make_version(bot, OTHER)
    url = f"/bots/{bot.id}/versions/new"

    fresh = unescape(client.as_(uma).get(url).text)
    older = unescape(client.get(f"{url}?from=1").text)

    assert "'other': True" in fresh
    assert "'echo': inputs" in older
    assert 'value="Back to version 1"' in older
    for page in (fresh, older):
        assert 'name="based_on" type="hidden" value="2"' in page
    assert client.get(f"{url}?from=9").status_code == 404


def test_saving_makes_the_version_the_active_one(client, uma):
    bot_id = make_bot(uma).id

    response = client.as_(uma).post(f"/bots/{bot_id}/versions/new", data=changed())

    assert response.location == f"/bots/{bot_id}?tab=code"
    assert "Version 2 is the active one." in client.get(response.location).text
    assert BotVersion.active_of(bot_id).code == OTHER


def test_who_was_overtaken_keeps_what_they_typed_and_may_save_again(client, uma):
    bot = make_bot(uma)
    make_version(bot, ECHO + "# meanwhile")
    url = f"/bots/{bot.id}/versions/new"

    response = client.as_(uma).post(url, data=changed())

    assert response.status_code == 422
    assert "Version 2 was saved meanwhile." in response.text
    assert "'other': True" in unescape(response.text)
    assert 'name="based_on" type="hidden" value="2"' in response.text
    assert client.post(url, data=changed(based_on="2")).status_code == 303


def test_a_mistake_elsewhere_does_not_hide_that_somebody_was_faster(client, uma):
    bot = make_bot(uma)
    make_version(bot, ECHO + "# meanwhile")
    url = f"/bots/{bot.id}/versions/new"

    response = client.as_(uma).post(url, data=changed(code="run("))

    assert 'name="based_on" type="hidden" value="1"' in response.text


def test_identical_content_is_said_beside_the_code(client, uma):
    bot_id = make_bot(uma).id
    client.as_(uma).post(f"/bots/{bot_id}/versions/new", data=changed())

    response = client.post(f"/bots/{bot_id}/versions/new", data=changed(based_on="2"))

    assert response.status_code == 422
    assert "Nothing differs from version 2." in response.text


def test_code_and_config_are_shown_by_version(client, uma):
    bot = make_bot(uma, config={"defaults": {"a": "<b>"}})
    make_version(bot, OTHER)
    url = f"/bots/{bot.id}?tab=code"

    active = client.as_(uma).get(url).text
    first = client.get(f"{url}&version=1").text

    assert "other" in active
    assert "not the active one" not in active
    assert "This is version 1, not the active one." in first
    assert "echo" in first
    assert "<b>" not in first
    for number in (0, 9, 10**30):
        assert client.get(f"{url}&version={number}").status_code == 404


def test_a_version_that_was_tampered_with_is_called_out(client, ada):
    url = f"/bots/{make_bot(ada).id}?tab=code"
    before = client.as_(ada).get(url).text
    db.session.execute(db.update(BotVersion).values(code=OTHER))

    after = client.get(url).text

    assert "no longer matches its hash" not in before
    assert "no longer matches its hash" in after


def test_versions_name_their_author_and_the_active_one(client, uma):
    bot = make_bot(uma, status=BotStatus.INACTIVE)
    make_version(bot, OTHER)

    page = client.as_(uma).get(f"/bots/{bot.id}?tab=versions").text

    assert page.count("Made for a test") == 2
    assert page.count(">Active<") == 1
    assert "version=1" in page


def test_the_runs_of_a_bot_link_to_their_page(client, uma, ada):
    bot = make_bot(uma)
    mine = make_run(bot)
    mine.steps[0].status = StepStatus.TIMED_OUT
    mine.steps[0].message = "Too slow."
    make_version(bot, OTHER)

    page = client.as_(uma).get(f"/bots/{bot.id}?tab=runs").text

    assert f"/runs/{mine.id}" in page
    assert "Timed out" in page
    assert "Too slow." in page
    assert ">v1<" in page
    assert f"/runs/{mine.id}" in client.get(f"/bots/{bot.id}").text


def test_archiving_asks_first_and_a_type_in_use_forbids_it(client, ada):
    bot = make_bot(ada)
    url = f"/bots/{bot.id}"

    page = client.as_(ada).get(url).text
    gone = client.post(f"{url}/archive")
    archived = client.get(url).text
    back = client.post(f"{url}/restore")

    assert 'data-confirm="Archive this bot?"' in page
    assert (gone.status_code, back.status_code) == (303, 303)
    assert f"{url}/restore" in archived
    assert f"{url}/edit" not in archived
    make_type(make_council(ada), bot, name="Deploy")
    refused = client.post(f"{url}/archive")
    assert refused.status_code == 409
    assert "The workflow type Deploy runs this bot" in unescape(refused.text)


def test_the_list_says_how_often_it_completed(client, uma):
    make_bot(uma, name="Echo", runs_total=3, runs_completed=2, last_run_at=now())
    make_bot(uma, name="Fresh")

    page = client.as_(uma).get("/bots/").text

    assert "67%" in page
    assert "never" in page


def test_the_list_filters_and_keeps_the_filter_in_its_pages(client, ada, uma):
    for n in range(26):
        make_bot(uma, name=f"Echo {n}")
    make_bot(ada, name="Other", status=BotStatus.ARCHIVED)
    client.as_(ada)

    page = unescape(client.get("/bots/?q=echo&status=").text)

    assert "Other" not in page
    assert "q=echo" in page
    assert "after=" in page
    assert "Other" in client.get("/bots/?status=archived").text
    assert "No bots match" in client.get("/bots/?mine=1").text
    assert client.get("/bots/?status=bogus").status_code == 422


def test_an_owner_runs_the_bot_with_inputs_and_files(client, uma):
    bot = make_bot(uma, run_policy=RunPolicy.OWNER, config={"defaults": {"n": 7}})
    url = f"/bots/{bot.id}/run"
    files = [
        FileStorage(BytesIO(b"1;2"), "a.csv"),
        FileStorage(BytesIO(b"x" * (9 << 20)), "big.bin"),
    ]
    boundary, body = encode_multipart({"inputs": '{"n": 8}', "files": files})
    kind = f"multipart/form-data; boundary={boundary}"

    page = unescape(client.as_(uma).get(url).text)
    response = client.post(url, data=body, content_type=kind)

    run = db.session.scalar(select(Run))
    assert '"n": 7' in page
    assert (response.status_code, response.location) == (303, f"/runs/{run.id}")
    assert (run.inputs, run.trigger) == ({"n": 8}, Trigger.PERSON)
    assert [file.name for file in run.files] == ["a.csv", "big.bin"]


@pytest.mark.parametrize(
    ("inputs", "name", "content", "sentence"),
    [
        ("{", "a.txt", b"x", "Line 1: Expecting property name"),
        ("{}", "a.txt", b"", "“a.txt” is empty."),
        ("{}", ".x", b"x", "no plain file name"),
    ],
)
def test_what_is_wrong_with_a_run_stands_beside_the_field(
    client, uma, inputs, name, content, sentence
):
    url = f"/bots/{make_bot(uma, run_policy=RunPolicy.OWNER).id}/run"
    fields = {"inputs": inputs, "files": (BytesIO(content), name)}

    response = client.as_(uma).post(url, data=fields)

    assert response.status_code == 422
    assert sentence in unescape(response.text)
    assert db.session.scalar(select(Run)) is None


def test_the_page_says_why_a_bot_does_not_run_for_somebody(client, ada, uma, olga):
    voted = make_bot(uma)
    owned = make_bot(uma, run_policy=RunPolicy.OWNER)
    broken = make_bot(uma, status=BotStatus.MAINTENANCE)

    def page(person, bot):
        return unescape(client.as_(person).get(f"/bots/{bot.id}/run").text)

    by_vote = page(uma, voted)
    assert "This bot runs only after a council's vote." in by_vote
    assert "/workflows/new" in by_vote
    assert "Only its owner and admins run this bot" in page(olga, owned)
    assert "This bot is being maintained." in page(uma, broken)
    assert "/workflows/new" not in page(uma, broken)
    assert 'name="inputs"' in page(ada, owned)
    assert client.as_(uma).post(f"/bots/{voted.id}/run").status_code == 403


@pytest.mark.parametrize(
    "tab", ["overview", "code", "versions", "runs", "history", "x"]
)
@pytest.mark.parametrize("size", [1, 30])
def test_a_tab_costs_the_same_however_much_it_shows(
    client, ada, uma, statements, tab, size
):
    bot = make_bot(uma)
    for n in range(size):
        make_run(bot)
        make_version(bot, f"{ECHO}# {n}")
    url = f"/bots/{bot.id}?tab={tab}"
    client.as_(ada).get(url)
    statements.clear()

    response = client.get(url)

    assert response.status_code == 200
    # session and bot, rows, total; the overview: version, last runs, pace
    most = 5 if tab in {"overview", "x"} else 4
    assert len(statements) <= most, "\n".join(statements)


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_three_statements(client, ada, uma, statements, size):
    for _ in range(size):
        make_bot(uma)
    client.as_(ada).get("/bots/")
    statements.clear()

    client.get("/bots/")

    assert len(statements) == 3  # session and user, rows with total, their last runs


def test_strangers_get_404_and_viewers_403(app, database, mallory, eve, uma):
    url = f"/bots/{make_bot(uma).id}"
    stranger, viewer = app.test_client().as_(mallory), app.test_client().as_(eve)

    assert viewer.get(url).status_code == 200
    assert stranger.get(url).status_code == 404
    for place in ("edit", "versions/new", "archive", "restore", "run"):
        assert stranger.post(f"{url}/{place}").status_code == 404, place
        assert viewer.post(f"{url}/{place}").status_code == 403, place
    assert viewer.get("/bots/new").status_code == 403


def test_who_votes_reads_the_code_and_may_not_change_it(client, olga, uma):
    url = f"/bots/{make_bot(uma).id}"

    assert client.as_(olga).get(f"{url}?tab=code").status_code == 200
    assert client.get(f"{url}/versions/new").status_code == 403
    assert client.post(f"{url}/versions/new", data=changed()).status_code == 403
