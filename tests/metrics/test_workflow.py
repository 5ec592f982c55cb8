"""The card of times on a workflow's page."""

from datetime import timedelta

import pytest
from flask import render_template

from dashboard.metrics.recording import record_run
from dashboard.metrics.reports import metric_of
from tests.factories import make_council, make_round, make_workflow
from tests.metrics.rounds import measured, ran


@pytest.fixture
def council(olga, otto):
    return make_council(olga, otto)


def card_of(round_):
    return render_template("metrics/_workflow.html", metric=metric_of(round_.id))


def test_a_decided_round_shows_its_times(council, ada, olga, otto):
    votes = [(olga, "approve", 2)]
    extended = timedelta(minutes=30)
    round_ = measured(council, ada, votes, voters=[olga, otto], extended=extended)
    record_run(ran(round_))

    card = card_of(round_)

    assert "<dd>2 h</dd>" in card
    assert "<dd>10 h</dd>" in card
    assert "1 of 2" in card
    assert "<dd>30 min</dd>" in card
    assert "<dd>30.0 s</dd>" in card
    assert "<dd>5.0 s</dd>" in card


def test_a_round_that_nobody_answered_says_so(council, ada, olga):
    card = card_of(measured(council, ada, [], "lapsed", voters=[olga]))

    assert "nobody voted" in card
    assert "0 of 1" in card
    assert "Run time" not in card


def test_what_needed_no_vote_says_so(council, ada):
    card = card_of(measured(council, ada, [], took=timedelta(0)))

    assert "None was needed" in card
    assert "Turnout" not in card


def test_an_open_round_shows_no_card(council, ada, olga):
    round_ = make_round(make_workflow(ada), olga)

    assert card_of(round_).strip() == ""


def test_it_costs_one_statement(council, ada, olga, statements):
    round_ = measured(council, ada, [(olga, "approve", 2)])
    statements.clear()

    assert metric_of(round_.id) is not None

    assert len(statements) == 1
