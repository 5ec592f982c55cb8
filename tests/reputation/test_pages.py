"""The reputation of an agent and the leaderboard, in the browser."""

from datetime import timedelta

import pytest

from dashboard.agents.models import AgentStatus
from dashboard.clock import now
from dashboard.reputation.models import Reason
from dashboard.runs.models import RunStatus
from tests.factories import latest_audit, make_agent, make_workflow
from tests.reputation.stage import corrected, ends, has_record, ledger, work_of

NOBODY = "019a0000-0000-7000-8000-000000000000"
LONG_AGO = timedelta(days=8)


def url_of(agent):
    return f"/agents/{agent.id}/reputation"


def test_the_tab_tells_why_each_score_is_what_it_is(client, ada, eve):
    agent = make_agent()
    run = ends(work_of(agent, ada, weekly_savings=340))
    ends(work_of(agent, ada), RunStatus.FAILED)

    page = client.as_(eve).get(url_of(agent)).text

    assert "Its work was completed" in page
    assert "Its work failed" in page
    assert "+3,178" in page  # 3,000 and 1 and 177 for $17,680
    assert f"#{run.workflow.number} Close the books" in page
    assert "saves $17,680 a year" in page
    assert "1 of 2 actions succeeded" in page
    assert "n=2, few data" in page
    assert "Beginner" in page
    assert "formula v1" in page


def test_the_points_of_the_line_lead_to_their_rows(client, ada, eve):
    agent = make_agent()
    for _ in range(30):
        has_record(agent, 1)
    client.as_(eve)

    page = client.get(url_of(agent)).text
    link = page.partition("<title>Row 2,")[0].rpartition('href="')[2].partition('"')[0]
    there, _, anchor = link.replace("&amp;", "&").partition("#")

    assert page.count('class="point"') == 30
    assert anchor == "row-2"
    assert 'id="row-2"' not in page
    assert 'id="row-2"' in client.get(there).text


def test_an_agent_without_a_row_has_no_score(client, eve):
    page = client.as_(eve).get(url_of(make_agent())).text

    assert "No score yet" in page
    assert "None yet" in page


def test_work_one_may_not_see_is_not_named(client, ada, mallory):
    agent = make_agent()
    ends(work_of(agent, ada, weekly_savings=340))

    page = client.as_(mallory).get(url_of(agent)).text

    assert "In work that you may not see" in page
    assert "Close the books" not in page


def test_a_stranger_agent_is_not_there(client, ada):
    client.as_(ada)

    assert client.get(f"/agents/{NOBODY}/reputation").status_code == 404
    assert client.get(f"/agents/{NOBODY}/calibration").status_code == 404
    assert client.post(f"/agents/{NOBODY}/reputation").status_code == 404


def test_an_admin_corrects_a_score_and_says_why(client, ada):
    agent = make_agent()

    answer = client.as_(ada).post(
        url_of(agent), data={"points": "250", "reason": "Taught the others"}
    )

    row = ledger(agent)[0]
    page = client.get(answer.location).text
    assert (row.reason, row.score_after, row.actor) == (Reason.MANUAL, 250, ada)
    assert "Adjusted by hand: Taught the others" in page
    assert "by Ada" in page
    assert latest_audit().detail["reason"] == "Taught the others"


@pytest.mark.parametrize(
    ("points", "reason", "said"),
    [
        ("250", "", "Fill this in"),
        ("0", "Because", "Add or take at least one point"),
        ("10001", "Because", "Enter 10000 or less"),
        ("much", "Because", "Enter a whole number"),
    ],
)
def test_a_correction_needs_points_and_a_reason(client, ada, points, reason, said):
    agent = make_agent()

    answer = client.as_(ada).post(
        url_of(agent), data={"points": points, "reason": reason}
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{points}"' in answer.text
    assert ledger(agent) == []


def test_nobody_else_corrects_a_score(client, olga, uma, eve):
    agent = make_agent(owner_id=olga.id)

    for person in (olga, uma, eve):
        client.as_(person)
        assert "Correct it by hand" not in client.get(url_of(agent)).text
        answer = client.post(url_of(agent), data={"points": "9", "reason": "Mine"})
        assert answer.status_code == 403
    assert ledger(agent) == []


def test_the_board_ranks_by_score_and_few_data_apart(client, eve):
    has_record(make_agent("Solid"), 200, 150)
    has_record(make_agent("Steady"), 20, 19)
    has_record(make_agent("Newcomer"), 3)
    make_agent("Without work")

    page = client.as_(eve).get("/agents/leaderboard").text

    order = [page.index(f">{name}</a>") for name in ("Steady", "Solid", "Newcomer")]
    assert order == sorted(order)
    assert order[1] < page.index("Few data: not ranked") < order[2]
    assert "n=3, few data" in page
    assert "95 %" in page
    assert "Without work" not in page


def test_the_board_says_who_moved_within_a_week(client, api, eve):
    agent = has_record(make_agent("Solid"), 20, 20, at=now() - LONG_AGO)
    before = agent.reputation
    has_record(agent, 5, 0)
    has_record(make_agent("Still"), 20, 20, at=now() - LONG_AGO)

    page = client.as_(eve).get("/agents/leaderboard").text
    rows = api.with_key(eve).get("/api/v1/agents/leaderboard").json["items"]

    lost = before - agent.reputation
    assert f"▼ {lost:,}" in page
    assert {row["name"]: row["change_7d"] for row in rows} == {
        "Solid": -lost,
        "Still": 0,
    }


def test_the_board_is_of_active_agents_unless_all_are_wanted(client, eve):
    has_record(make_agent("Gone", status=AgentStatus.RETIRED), 20)
    has_record(make_agent("Here"), 20)
    client.as_(eve)

    active = client.get("/agents/leaderboard").text
    everybody = client.get("/agents/leaderboard?who=all").text

    assert ("Gone" in active, "Here" in active) == (False, True)
    assert "Gone" in everybody


def test_an_empty_board_says_what_fills_it(client, eve):
    client.as_(eve)

    assert "Nobody has a score yet" in client.get("/agents/leaderboard").text
    assert "No agent matches" in client.get("/agents/leaderboard?q=x").text


@pytest.mark.parametrize("number", [1, 12])
def test_the_pages_cost_the_same_however_much_there_is(client, ada, statements, number):
    for _ in range(number):
        agent = make_agent()
        for _ in range(number):
            has_record(agent, 4)
    ends(work_of(agent, ada))
    client.as_(ada)

    statements.clear()
    client.get(url_of(agent))
    assert len(statements) == 4  # session, agent, line, ledger

    statements.clear()
    client.get("/agents/leaderboard")
    assert len(statements) == 2  # session, board with total


def test_home_shows_the_three_that_gained_and_lost_most(client, api, eve):
    for points in (100, 200, 300, 400):
        for sign in (1, -1):
            agent = has_record(make_agent(f"{sign * points:+}"), 1, at=now() - LONG_AGO)
            corrected(agent, sign * points)
    has_record(make_agent("Still"), 1, at=now() - LONG_AGO)

    moving = api.with_key(eve).get("/api/v1/home").json["moving"]
    make_workflow(eve)
    page = client.as_(eve).get("/").text

    names = ["+400", "+300", "+200", "-200", "-300", "-400"]
    assert [each["name"] for each in moving] == names
    assert [each["change"] for each in moving] == [400, 300, 200, -200, -300, -400]
    assert "▼ 400" in page
    assert "Still" not in page.partition("Agents moving")[2].partition("</section>")[0]
