"""The note on every page: who is told, and what it costs."""

import pytest

from tests.factories import make_agent, make_council
from tests.freezes.stage import lifted, make_freeze

PAGE = "/agents/"


def banner_of(response):
    return response.text.partition('<aside class="brake"')[2].partition("</aside>")[0]


def test_everybody_is_told_what_is_frozen_why_by_whom_and_since_when(
    client, ada, mallory
):
    freeze = make_freeze(ada, reason="Wrong <b>refunds</b>")

    banner = banner_of(client.as_(mallory).get(PAGE))

    assert "Everything is frozen" in banner
    assert "by Ada" in banner
    assert "Wrong &lt;b&gt;refunds&lt;/b&gt;" in banner
    assert "<time data-ago" in banner
    assert f'href="/freezes/{freeze.id}"' in banner


def test_a_frozen_agent_is_told_by_name_and_nothing_once_it_is_lifted(
    client, ada, mallory
):
    freeze = make_freeze(ada, agent=make_agent("Triage"))
    client.as_(mallory)

    before = banner_of(client.get(PAGE))
    lifted(freeze, ada)
    after = banner_of(client.get(PAGE))

    assert "Triage is frozen" in before
    assert after == ""


def test_a_frozen_council_is_told_to_its_members_and_to_who_sees_all(
    app, database, ada, olga, eve, mallory
):
    make_freeze(ada, council=make_council(olga, name="Finance"))

    for user, told in ((olga, True), (ada, True), (eve, True), (mallory, False)):
        page = app.test_client().as_(user).get(PAGE)
        assert ("Finance is frozen" in banner_of(page)) == told


def test_many_freezes_are_summed_up(client, ada):
    for _ in range(5):
        make_freeze(ada, agent=make_agent())

    assert "and 2 more freezes" in banner_of(client.as_(ada).get(PAGE))


def test_a_page_of_an_error_tells_it_too(client, ada):
    make_freeze(ada)

    assert "Everything is frozen" in client.as_(ada).get("/agents/none").text


@pytest.mark.parametrize(("frozen", "cost"), [(False, 2), (True, 3)])
def test_an_ordinary_page_pays_nothing_while_nothing_is_frozen(
    client, ada, statements, frozen, cost
):
    freeze = make_freeze(ada)
    if not frozen:
        lifted(freeze, ada)
    client.as_(ada)
    statements.clear()

    client.get(PAGE)

    assert len(statements) == cost  # session, rows with total, and the banner


def test_a_program_with_a_session_is_not_disturbed(app, database, ada):
    make_freeze(ada)
    program = app.test_client()
    credentials = {"email": ada.email, "password": "correct horse battery"}

    token = program.post("/api/v1/auth/login", json=credentials).json["access_token"]
    answer = program.get("/api/v1/agents", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 200
