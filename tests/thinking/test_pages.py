"""What people and programs see of an agent's work, and what that costs."""

import re

import pytest

from dashboard.runs.models import StepStatus
from tests.factories import make_council, open_vote, propose
from tests.runs.stage import begun
from tests.thinking.stage import (
    VERDICT,
    approved,
    called_of,
    make_thinker,
    make_thinking_type,
    scales,
    thought_through,
)


@pytest.fixture
def ended(client, uma, ada):
    """A run whose agent called a bot, was refused another, and answered."""
    bot = scales(uma)
    agent = make_thinker(uma, None, bot, name="Weigher")
    run = approved(uma, ada, agent, answer=VERDICT)
    return thought_through(run, {"scales": bot}, {"wiper": None}, {})


def asked(statements):
    return [each for each in statements if "clock_timestamp" not in each]


def test_the_run_page_tells_each_turn_and_what_was_called(client, uma, ended):
    page = client.as_(uma).get(f"/runs/{ended.id}").text

    assert "Weigher" in page
    assert re.search(r"3 turns\s+· 450 tokens\s+· \$0.0006", page)
    assert [f"Turn {n}" in page for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert "Scales v1" in page
    assert re.search(r"wiper\s+<span class=\"muted\">was not called", page)
    assert f"/runs/{ended.id}/steps/1/calls/1/output" in page
    assert "tab=log&amp;step=1&amp;call=1" in page
    assert "&#34;heavy&#34;: true" in page


def test_the_run_page_costs_the_same_however_many_turns(client, uma, ada, statements):
    def cost(calls):
        bot = scales(uma, name=f"Scales {calls}")
        run = approved(uma, ada, make_thinker(uma, None, bot))
        thought_through(run, *[{"scales": bot}] * calls)
        browser, url = client.as_(uma), f"/runs/{run.id}"
        statements.clear()
        assert browser.get(url).status_code == 200
        return len(asked(statements))

    # session, run, files, what was called, what models said
    assert [cost(1), cost(3)] == [5, 5]


def test_news_comes_with_every_turn_and_costs_two_statements(
    client, uma, ended, statements
):
    browser = client.as_(uma)
    url = f"/runs/{ended.id}/live"
    state = f"{ended.state}.8"  # three turns and a call, each begun and ended

    statements.clear()
    assert browser.get(f"{url}?seen={state}").status_code == 204
    assert len(asked(statements)) == 2
    assert "Turn 3" in browser.get(f"{url}?seen={ended.state}.7").text
    assert browser.get(f"{url}?tab=log&seen={ended.state}").status_code == 204


def test_the_log_and_the_output_of_what_was_called_have_addresses(client, uma, ended):
    browser = client.as_(uma)
    url = f"/runs/{ended.id}/steps/1/calls/1"

    assert browser.get(f"{url}/log").json["lines"] == ["weighing 300"]
    assert browser.get(f"{url}/output").json == {"heavy": True}
    page = browser.get(f"/runs/{ended.id}?tab=log&step=1&call=1").text
    assert "weighing 300" in page
    assert f'data-follow="{url}/log"' in page
    own = browser.get(f"/runs/{ended.id}?tab=log&step=1").text
    assert "Turn 1: answers" in own
    assert "weighing 300" not in own


def test_a_stranger_sees_nothing_of_what_was_called(client, mallory, ended):
    browser = client.as_(mallory)

    for path in ("calls/1/log", "calls/1/output", "calls/1/files/a.txt", "log"):
        assert browser.get(f"/runs/{ended.id}/steps/1/{path}").status_code == 404


def test_a_call_that_was_never_made_is_not_found(client, uma, ended):
    browser = client.as_(uma)

    for path in ("calls/2/log", "calls/9/output"):
        assert browser.get(f"/runs/{ended.id}/steps/1/{path}").status_code == 404
    assert browser.get(f"/runs/{ended.id}?tab=log&step=1&call=9").status_code == 404


def test_a_program_reads_the_step_and_its_calls(api, uma, ended):
    program = api.with_key(uma)

    (step,) = program.get(f"/api/v1/runs/{ended.id}").json["steps"]
    log = program.get(f"/api/v1/runs/{ended.id}/log?step=1&call=1").json

    assert (step["bot_id"], step["agent_name"]) == (None, "Weigher")
    (call,) = step["called"]
    assert (call["call"], call["bot_name"], call["status"]) == (
        1,
        "Scales",
        "completed",
    )
    assert (call["inputs"], call["output"]) == ({"grams": 300}, {"heavy": True})
    assert log["lines"] == ["weighing 300"]


def test_the_list_and_its_export_name_the_agent(client, uma, ended):
    browser = client.as_(uma)

    assert "Weigher" in browser.get("/runs/").text
    assert "Weigher" in browser.get("/runs/export?format=csv").text


def test_the_workflow_page_says_plainly_what_is_judged(client, uma, ada):
    agent = make_thinker(uma, None, scales(uma), name="Weigher")
    type_ = make_thinking_type(make_council(ada), agent, answer=VERDICT, max_cost="0.5")
    workflow = open_vote(uma, type_)

    page = client.as_(ada).get(f"/workflows/{workflow.id}").text

    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "The agent Weigher · prompt" in text
    assert "v1 (production) · model tiny-1 at http://127.0.0.1" in text
    assert "may call Scales v1" in text
    assert "Is the parcel ${parcel} heavy?" in text
    assert "At most 4 turns, 5,000 tokens, 30.0 s, $0.5." in text
    assert "an object of heavy" in text


def test_a_running_step_follows_the_words_as_they_come(client, uma, ada):
    run = begun(approved(uma, ada, make_thinker(uma, None)))

    page = client.as_(uma).get(f"/runs/{run.id}").text

    assert run.steps[0].status is StepStatus.RUNNING
    assert "It begins to think." in page


def test_what_an_agent_called_counts_for_no_list_twice(client, uma, ended):
    page = client.as_(uma).get("/runs/").text

    assert page.count(f'/runs/{ended.id}"') == 1
    assert "and 1 more" not in page
    tries = client.get(f"/runs/{ended.id}?tab=attempts").text
    assert "It is no retry" in tries
    assert len(called_of(ended)) == 1


def test_a_draft_shows_the_same(client, uma, ada):
    agent = make_thinker(uma, None, name="Weigher")
    workflow = propose(uma, make_thinking_type(make_council(ada), agent))

    page = client.as_(uma).get(f"/workflows/{workflow.id}").text

    assert "Weigher" in page
    assert "may call no bot" in page
    assert "It answers in words." in page
