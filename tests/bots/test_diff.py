from html import unescape

import pytest

from dashboard.extensions import db
from tests.factories import ECHO, make_bot, make_version

OTHER = "def run(inputs, files):\n    return {'other': inputs}\n"


@pytest.fixture
def bot(uma):
    """Version 1 echoes, version 2 does something else, version 3 echoes again."""
    bot = make_bot(uma)
    make_version(bot, OTHER, {"limits": {"memory_mb": 64}})
    make_version(bot, ECHO)
    return bot


def test_two_versions_are_compared_with_the_words_that_changed(client, uma, bot):
    page = client.as_(uma).get(f"/bots/{bot.id}/diff?from=1&to=2")

    text = unescape(page.text)
    assert page.status_code == 200
    assert "What changed from version 1 to 2" in text
    assert "return {'<mark>echo</mark>': inputs}" in text
    assert "return {'<mark>other</mark>': inputs}" in text
    assert '"memory_mb": 64' in text
    assert f"/bots/{bot.id}/versions/1/rollback" in text


def test_left_out_are_the_active_version_and_the_one_before(client, uma, bot):
    page = client.as_(uma).get(f"/bots/{bot.id}/diff").text

    assert "What changed from version 2 to 3" in page


def test_equal_versions_and_the_same_one_twice_are_said_to_be(client, uma, bot):
    url = f"/bots/{bot.id}/diff"

    equal = client.as_(uma).get(f"{url}?from=1&to=3").text
    twice = client.get(f"{url}?from=2&to=2").text

    assert "Both versions hold the same code and the same config." in equal
    assert "This is the same version twice." in twice


def test_lines_that_only_end_differently_are_no_silence(client, uma):
    bot = make_bot(uma, ECHO)
    make_version(bot, ECHO.rstrip("\n"))

    page = client.as_(uma).get(f"/bots/{bot.id}/diff").text

    assert "They differ only in how lines end." in page


def test_a_version_that_is_not_there_is_named(client, uma, bot):
    page = client.as_(uma).get(f"/bots/{bot.id}/diff?from=9&to=2")

    assert page.status_code == 404
    assert "This bot has no version 9." in page.text
    assert f"/bots/{bot.id}?tab=versions" in page.text


@pytest.mark.parametrize("asked", ["from=x", "to=0", f"from={2**40}"])
def test_what_is_no_number_of_a_version_is_refused(client, api, uma, bot, asked):
    page = client.as_(uma).get(f"/bots/{bot.id}/diff?{asked}")
    answer = api.with_key(uma).get(f"/api/v1/bots/{bot.id}/diff?{asked}")

    assert (page.status_code, answer.status_code) == (422, 422)


def test_the_versions_tab_offers_two_of_them_without_a_script(client, uma, bot):
    page = client.as_(uma).get(f"/bots/{bot.id}?tab=versions").text

    assert f'action="/bots/{bot.id}/diff"' in page
    assert page.count('type="radio" form="pick" name="from"') == 3
    assert 'name="from" value="2" checked' in page
    assert 'name="to" value="3" checked' in page


def test_a_program_reads_the_lines_and_where_words_changed(api, uma, bot):
    answer = api.with_key(uma).get(f"/api/v1/bots/{bot.id}/diff?from=1&to=2").json

    assert (answer["before"]["number"], answer["after"]["number"]) == (1, 2)
    assert answer["is_same"] is False
    removed = next(line for line in answer["code"]["lines"] if line["kind"] == "del")
    (start, end), *others = removed["marks"]
    assert removed["text"][start:end] == "echo"
    assert not others
    assert answer["code"]["left_out"] == 0
    assert answer["config"]["lines"]


def test_a_program_is_told_which_version_is_not_there(api, uma, bot):
    answer = api.with_key(uma).get(f"/api/v1/bots/{bot.id}/diff?from=1&to=7")

    assert answer.status_code == 404
    assert "no version 7" in answer.json["detail"]


def test_markup_in_changed_code_stays_text(client, uma):
    bot = make_bot(uma, f"{ECHO}# <b>one</b>\n")
    make_version(bot, f"{ECHO}# <b>two</b>\n")

    page = client.as_(uma).get(f"/bots/{bot.id}/diff").text

    assert "<b>" not in page
    assert "&lt;b&gt;<mark>one</mark>" in page


def test_strangers_see_no_diff_and_viewers_do(app, database, mallory, eve, bot):
    stranger, viewer = app.test_client(), app.test_client()
    url, api_url = f"/bots/{bot.id}/diff", f"/api/v1/bots/{bot.id}/diff"

    assert stranger.as_(mallory).get(url).status_code == 404
    assert stranger.with_key(mallory).get(api_url).status_code == 404
    assert viewer.as_(eve).get(url).status_code == 200
    assert viewer.with_key(eve).get(api_url).status_code == 200
    db.session.rollback()


@pytest.mark.parametrize("versions", [2, 30])
def test_a_diff_costs_the_same_however_many_versions(client, uma, statements, versions):
    bot = make_bot(uma)
    for n in range(versions):
        make_version(bot, f"{ECHO}# {n}")
    url = f"/bots/{bot.id}/diff?from=1&to=2"
    client.as_(uma).get(url)
    statements.clear()

    client.get(url)

    assert len(statements) == 3, "\n".join(statements)  # session, bot, both versions
