"""What a receipt tells of an agent's step, and what it finds wrong with one."""

from copy import deepcopy

import pytest

from dashboard.receipts.evidence import wrong_in
from dashboard.receipts.schemas import Receipt
from dashboard.receipts.writing import file_of, receipt_of
from tests.receipts.stage import findings
from tests.thinking.stage import approved, done, make_thinker, people, scales

NOTHING = "sha256:" + "0" * 64


@pytest.fixture
def ended(real_database, model_server):
    uma, ada = people()
    agent = make_thinker(uma, model_server, scales(uma), name="Weigher")
    model_server.calls("scales", {"grams": 300})
    run, _ = done(approved(uma, ada, agent, scales(uma, name="Printer")))
    return run


def test_it_tells_the_agent_its_mind_and_what_it_called(ended):
    receipt = receipt_of(ended.workflow)

    first, second = receipt["runs"][0]["steps"]
    judged = receipt["rounds"][0]["content"]["steps"]
    assert first["agent"]["name"] == "Weigher"
    assert "bot" not in first
    assert first["content"] == judged[0]["content"]
    (called,) = first["called"]
    assert (called["bot"]["name"], called["status"]) == ("Scales", "completed")
    assert called["content"] == judged[0]["pinned"]["tools"][0]["content"]
    assert second["bot"]["name"] == "Printer"
    assert {"agent", "called"} & second.keys() == set()
    assert findings(file_of(ended.workflow)) == []


def test_another_mind_or_another_bot_is_told(ended):
    receipt = receipt_of(ended.workflow)
    other_mind, other_bot, other_agent = (deepcopy(receipt) for _ in range(3))
    other_mind["runs"][0]["steps"][0]["content"] = NOTHING
    other_bot["runs"][0]["steps"][0]["called"][0]["content"] = NOTHING
    other_agent["runs"][0]["steps"][0]["agent"]["id"] = "somebody"

    assert said(receipt) == []
    not_voted = ["the agent Weigher ran, and it is not what was voted."]
    assert said(other_mind) == not_voted
    assert said(other_bot) == ["Scales v1 was called, which was not voted."]
    assert said(other_agent) == not_voted


@pytest.mark.parametrize(
    "shape",
    [
        {"agent": None},
        {"bot": {"id": "b", "name": "B"}},
        {"version": 1},
        {"bot": {"id": "b", "name": "B"}, "version": 1},
    ],
)
def test_a_step_is_a_bots_or_an_agents(ended, shape):
    receipt = receipt_of(ended.workflow)
    receipt["runs"][0]["steps"][0] |= shape

    with pytest.raises(ValueError, match="which bot or which agent"):
        Receipt.model_validate(receipt)


def said(receipt):
    return [why for _, why in wrong_in(Receipt.model_validate(receipt))]


def test_the_page_tells_it_too(app, ended):
    browser = app.test_client().as_(ended.workflow.proposer)

    page = browser.get(f"/workflows/{ended.workflow_id}/receipt").text

    assert "The agent Weigher" in page
    assert "called Scales version 1" in page
