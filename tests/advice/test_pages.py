"""Advice as it is read: beside the votes, and on the page of an agent."""

from datetime import timedelta

import pytest
from flask import render_template

from dashboard.advice.models import Opinion
from dashboard.advice.reports import advice_of, beside_votes
from dashboard.advice.wording import against, sureness
from dashboard.clock import now
from dashboard.workflows.models.rounds import Outcome
from tests.advice.stage import make_advice, voting
from tests.factories import make_agent, stored


@pytest.fixture
def agent(olga):
    return make_agent("Triage", owner_id=olga.id)


@pytest.fixture
def round_(uma, olga, agent):
    return voting(uma, olga, advisers=[agent])


def panel(app, actor, round_):
    """What the page of a workflow includes."""
    with app.test_request_context():
        return render_template(
            "advice/_panel.html",
            workflow=round_.workflow,
            **beside_votes(round_.workflow, round_, actor),
        )


def test_the_panel_shows_who_said_what_how_surely_and_why(app, olga, round_, agent):
    make_advice(round_, olga, agent, confidence=72, reason="Two <b>doubles</b>")

    shown = panel(app, olga, round_)

    assert "Advice of agents" in shown
    assert "Triage" in shown
    assert "Approve" in shown
    assert "sure, 72 %" in shown
    assert '<rect class="y" width="72%"' in shown
    assert "Two &lt;b&gt;doubles&lt;/b&gt;" in shown
    assert "passed on by Olga" in shown
    assert "Agents advise; they are never counted." in shown


def test_what_was_superseded_is_folded_away(app, olga, round_, agent):
    make_advice(round_, olga, agent, "reject", reason="At first", superseded_at=now())
    make_advice(round_, olga, agent, reason="On reflection")

    live, _, folded = panel(app, olga, round_).partition("<details")

    assert "On reflection" in live
    assert "At first" not in live
    assert "1 earlier opinion" in folded
    assert "At first" in folded


def test_the_link_is_for_those_who_may_pass_on_advice(app, olga, otto, ada, round_):
    link = f"/workflows/{round_.workflow_id}/advice"

    assert link in panel(app, olga, round_)
    assert link in panel(app, ada, round_)
    assert panel(app, otto, round_).strip() == ""


@pytest.mark.parametrize("size", [1, 12])
def test_the_advice_on_a_round_costs_one_statement(olga, round_, statements, size):
    for _ in range(size):
        make_advice(round_, olga)
    round_id = round_.id
    statements.clear()

    found = advice_of(round_id)

    assert len(found) == size
    assert len(statements) == 1


def test_a_workflow_without_a_round_has_no_advice(database, statements):
    assert advice_of(None) == []
    assert statements == []


def test_an_agents_page_says_what_it_advised_and_what_was_decided(
    client, olga, uma, round_, agent
):
    other = voting(uma, olga, advisers=[agent], title="Pay twice")
    other.outcome = Outcome.REJECTED
    round_.outcome = Outcome.APPROVED
    make_advice(stored(round_), olga, agent, reason="All is well")
    make_advice(stored(other), olga, agent, "approve", given_at=now() - timedelta(1))

    page = client.as_(olga).get(f"/agents/{agent.id}/advice").text

    assert "Councils agreed with 1 of 2 they decided" in page
    assert "Pay twice" in page
    assert "All is well" in page
    assert page.count("Agreed</span>") == 1
    assert page.count("Disagreed</span>") == 1
    assert 'aria-current="page">Advice</a>' in page


def test_only_what_one_may_see_of_the_work_is_listed(client, olga, mallory, round_):
    agent = round_.workflow.council.advisers[0].agent
    make_advice(round_, olga, agent, reason="All is well")

    page = client.as_(mallory).get(f"/agents/{agent.id}/advice")

    assert page.status_code == 200
    assert "No advice yet" in page.text
    assert "All is well" not in page.text


@pytest.mark.parametrize("size", [1, 9])
def test_an_agents_page_costs_the_same_however_much_it_said(
    client, olga, uma, agent, statements, size
):
    for _ in range(size):
        make_advice(voting(uma, olga, advisers=[agent]), olga, agent)
    where = f"/agents/{agent.id}/advice"
    client.as_(olga)
    statements.clear()

    client.get(where)

    assert len(statements) == 4  # session, agent, rows with total, agreement


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (100, "very sure"),
        (90, "very sure"),
        (89, "sure"),
        (50, "rather sure"),
        (25, "unsure"),
        (24, "a guess"),
        (0, "a guess"),
    ],
)
def test_confidence_has_words(confidence, words):
    assert sureness(confidence) == words


@pytest.mark.parametrize(
    ("opinion", "outcome", "said"),
    [
        (Opinion.APPROVE, Outcome.APPROVED, "Agreed"),
        (Opinion.REJECT, Outcome.REJECTED, "Agreed"),
        (Opinion.APPROVE, Outcome.REJECTED, "Disagreed"),
        (Opinion.REJECT, Outcome.APPROVED, "Disagreed"),
        (Opinion.ABSTAIN, Outcome.APPROVED, "Abstained"),
        (Opinion.APPROVE, Outcome.LAPSED, "Not decided"),
        (Opinion.APPROVE, Outcome.SUPERSEDED, "Not decided"),
        (Opinion.APPROVE, None, "Not decided yet"),
    ],
)
def test_an_opinion_is_held_against_the_decision(opinion, outcome, said):
    assert against(opinion, outcome)[0] == said
