"""What the proposal form tells before anything is proposed."""

import pytest
from flask import g, render_template

from dashboard.oversight.questions import before
from tests.factories import make_agent, make_bot, make_council, make_type
from tests.oversight.stage import (
    block,
    make_governance_type,
    make_routed_type,
    restrict,
)


@pytest.fixture
def shown(app, ada):
    """The partial, as a proposal form includes it."""

    def text(type_):
        with app.test_request_context():
            g.actor = ada
            return render_template(
                "oversight/_before.html", type=type_, before=before(type_)
            )

    return text


def test_it_says_who_decides_and_from_which_savings(shown, ada, uma):
    council = make_council(ada, name="Release", savings_threshold=500)

    text = shown(make_type(council, make_bot(uma), name="Sweep"))

    assert "Sweep names Release itself." in text
    assert "estimated savings of 500 a week or more" in text
    assert "rejected" not in text


def test_it_warns_of_what_would_be_rejected(shown, ada, uma):
    council = make_council(ada, name="Release")
    type_ = make_type(council, make_bot(uma), name="Sweep")
    block(council, type_, "Not before the audit")
    restrict(make_agent("Scout"), type_, "It swept too much")

    text = shown(type_)

    assert "Release blocks Sweep: Not before the audit." in text
    assert "Scout: It swept too much" in text


def test_a_change_to_a_council_is_said_to_be_voted_on(shown, ada):
    council = make_council(ada, name="Release", review_actions=False)

    text = shown(make_governance_type(council))

    assert "What changes Release is always voted on." in text
    assert "Nothing is voted on" not in text


def test_where_nobody_is_responsible_it_says_whom_to_ask(shown, uma):
    assert "Ask an admin" in shown(make_routed_type(make_bot(uma), domain="safety"))


def test_it_costs_three_statements_at_most(ada, uma, statements):
    make_council(ada, domains=["commerce"])
    type_ = make_routed_type(make_bot(uma), domain="commerce.pricing")
    known = type_.domain, type_.council
    statements.clear()

    before(type_)

    assert known == ("commerce.pricing", None)
    assert len(statements) == 3  # the councils, who is restricted, what is blocked
