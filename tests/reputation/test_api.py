"""Reputation as JSON."""

import pytest

from dashboard.runs.models import RunStatus
from tests.factories import make_agent
from tests.reputation.stage import ends, has_record, ledger, work_of

NOBODY = "019a0000-0000-7000-8000-000000000000"
BOARD = "/api/v1/agents/leaderboard"


def url_of(agent):
    return f"/api/v1/agents/{agent.id}/reputation"


def test_a_score_comes_with_what_it_is_made_of_and_its_ledger(api, ada, eve):
    agent = make_agent()
    ends(work_of(agent, ada, weekly_savings=340))
    run = ends(work_of(agent, ada), RunStatus.FAILED)

    answer = api.with_key(eve).get(url_of(agent)).json

    assert answer["score"] == agent.reputation == 1_679
    assert (answer["level"], answer["has_few_data"]) == ("beginner", True)
    assert (answer["actions"], answer["successes"], answer["savings"]) == (2, 1, 17_680)
    assert answer["success_rate"] == 50
    assert [p["points"] for p in answer["parts"]] == [177, 1_500, 3]
    assert [p["weight"] for p in answer["parts"]] == [0.5, 0.3, 0.2]
    newest = answer["items"][0]
    assert (newest["number"], newest["reason"]) == (2, "failed")
    assert newest["source"] == f"run/{run.id}"
    assert newest["workflow_id"] == str(run.workflow_id)
    assert answer["total"] == 2


def test_an_agent_without_a_row_has_neither_score_nor_level(api, eve):
    answer = api.with_key(eve).get(url_of(make_agent())).json

    assert (answer["score"], answer["level"], answer["items"]) == (None, None, [])


def test_the_ledger_is_paged_newest_first(api, eve):
    agent = make_agent()
    for _ in range(3):
        has_record(agent, 1)
    api.with_key(eve)

    first = api.get(url_of(agent), query_string={"limit": 2}).json
    rest = api.get(url_of(agent), query_string={"after": first["next"]}).json

    assert [row["number"] for row in first["items"]] == [3, 2]
    assert [row["number"] for row in rest["items"]] == [1]
    assert rest["score"] == first["score"]


def test_work_one_may_not_see_has_no_id(api, ada, mallory):
    agent = make_agent()
    ends(work_of(agent, ada))

    row = api.with_key(mallory).get(url_of(agent)).json["items"][0]

    assert row["workflow_id"] is None


def test_a_program_of_an_admin_corrects_a_score(api, ada):
    agent = has_record(make_agent(), 10)
    before = agent.reputation

    answer = api.with_key(ada).post(
        url_of(agent), json={"points": -13, "reason": "Counted twice by hand"}
    )

    assert answer.status_code == 201
    assert answer.headers["Location"] == url_of(agent)
    assert (answer.json["number"], answer.json["change"]) == (2, -13)
    assert (answer.json["actor_name"], agent.reputation) == ("Ada", before - 13)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"points": 1}, "/reason"),
        ({"points": 0, "reason": "Because"}, "/points"),
        ({"points": -10_001, "reason": "Because"}, "/points"),
        ({"points": 1, "reason": "Because", "score": 1}, "/score"),
    ],
)
def test_a_correction_that_is_not_one_is_refused(api, ada, body, pointer):
    agent = make_agent()

    answer = api.with_key(ada).post(url_of(agent), json=body)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json["errors"]] == [pointer]
    assert ledger(agent) == []


def test_who_may_not_and_what_is_not_there(api, ada, olga):
    agent, body = make_agent(owner_id=olga.id), {"points": 1, "reason": "Mine"}

    assert api.with_key(olga).post(url_of(agent), json=body).status_code == 403
    api.with_key(ada)
    for name in ("reputation", "calibration"):
        assert api.get(f"/api/v1/agents/{NOBODY}/{name}").status_code == 404
    nowhere = f"/api/v1/agents/{NOBODY}/reputation"
    assert api.post(nowhere, json=body).status_code == 404


def test_the_board_ranks_only_what_rests_on_enough(api, eve):
    has_record(make_agent("Solid"), 20, 19)
    has_record(make_agent("Twin one"), 10)
    has_record(make_agent("Twin two"), 10)
    has_record(make_agent("Newcomer"), 9)

    rows = api.with_key(eve).get(BOARD).json["items"]

    ranks = {row["name"]: (row["rank"], row["level"]) for row in rows}
    assert ranks == {
        "Twin one": (1, "beginner"),
        "Twin two": (1, "beginner"),
        "Solid": (3, "beginner"),
        "Newcomer": (None, "beginner"),
    }
    assert rows[-1]["name"] == "Newcomer"
    assert rows[2]["success_rate"] == 95


def test_pages_and_searches_keep_the_ranks(api, eve):
    for number in range(1, 6):
        has_record(make_agent(f"Agent {number}"), 10 * number)
    api.with_key(eve)

    first = api.get(BOARD, query_string={"limit": 2}).json
    rest = api.get(BOARD, query_string={"after": first["next"]}).json
    found = api.get(BOARD, query_string={"q": "agent 2"}).json

    assert [row["rank"] for row in first["items"] + rest["items"]] == [1, 2, 3, 4, 5]
    assert [(row["name"], row["rank"]) for row in found["items"]] == [("Agent 2", 4)]
