"""Every row of the table of transitions: what an approval buys, and its end."""

from datetime import timedelta

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.freezes.actions import freeze
from dashboard.freezes.schemas import FreezeIn
from dashboard.runs.claim import claim
from dashboard.runs.ending import begin
from dashboard.runs.engine import execute
from dashboard.runs.reconcile import reconcile
from dashboard.runs.steps import prepare
from dashboard.workflows import actions
from dashboard.workflows.models import Status
from dashboard.workflows.voting import Refusal
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    open_vote,
    rule_of,
    stored,
)
from tests.workflows.faces import approved, bought, state
from tests.workflows.test_rounds import age


def test_an_approval_buys_one_run(face, uma, ada, olga, by_hand):
    workflow = approved(uma, by_hand, ada, olga)

    assert face.accepts(face.run(uma, workflow))
    spent = "This approval has bought its run already."
    assert face.refuses(face.run(uma, workflow), Refusal.WRONG_STATE, spent)
    execute(bought(workflow).id)
    assert state(workflow)[0] is Status.COMPLETED


def test_a_run_that_breaks_fails_its_workflow(face, uma, ada, olga, council):
    broken = make_bot(uma, "def run(inputs, files):\n    raise ValueError('no')\n")
    type_ = make_type(council, broken, auto_run=False)
    workflow = approved(uma, type_, ada, olga)

    assert face.accepts(face.run(uma, workflow))
    execute(bought(workflow).id)
    assert state(workflow)[0] is Status.FAILED
    assert face.refuses(face.run(uma, workflow), Refusal.WRONG_STATE)


def test_what_was_not_approved_is_not_run(face, uma, type_):
    assert face.refuses(face.run(uma, open_vote(uma, type_)), Refusal.WRONG_STATE)


def test_somebody_else_has_to_start_it_where_the_rule_says_so(
    face, uma, ada, olga, otto, bot
):
    council = make_council(ada, olga, otto, rule=rule_of(runner_must_differ=True))
    workflow = approved(uma, make_type(council, bot, auto_run=False), ada, olga)

    sentence = "The rule wants somebody else than the proposer to start it."
    assert face.refuses(face.run(uma, workflow), Refusal.NOT_AUTHORIZED, sentence)
    assert face.accepts(face.run(ada, workflow))


def test_during_the_wait_nothing_starts(face, uma, ada, olga, otto, bot):
    council = make_council(ada, olga, otto, rule=rule_of(timelock=3600))
    workflow = approved(uma, make_type(council, bot, auto_run=False), ada, olga)

    assert face.refuses(face.run(uma, workflow), Refusal.TOO_EARLY)


def test_a_paused_bot_does_not_spend_the_approval(face, uma, ada, olga, by_hand, bot):
    workflow = approved(uma, by_hand, ada, olga)
    bot.status = "maintenance"
    stored(bot)

    sentence = "The bot Sweeper is maintenance, not active."
    assert face.refuses(face.run(uma, workflow), Refusal.NOT_AUTHORIZED, sentence)
    assert state(workflow)[0] is Status.APPROVED


def test_what_runs_is_stopped_by_a_guardian_alone(face, uma, ada, olga, by_hand):
    workflow = approved(uma, by_hand, ada, olga)
    face.run(uma, workflow)
    run = begun(workflow)

    assert face.stop(uma, run).status_code == 403
    assert face.accepts(face.stop(ada, run))
    reconcile()
    assert state(workflow) == (Status.CANCELLED, "emergency_stop")


def begun(workflow):
    """Its run, in the hands of a worker that was lost since."""
    run = bought(workflow)
    claimed = claim(run.id, "gone:1")
    begin(claimed)
    run.lease_until = now() - timedelta(minutes=1)
    return stored(run)


def test_a_run_whose_worker_is_lost_and_must_not_be_repeated_fails(
    uma, ada, olga, council
):
    careful = make_bot(uma, config={"retry": "never"})
    workflow = approved(uma, make_type(council, careful, auto_run=False), ada, olga)
    actions.start_run(uma, workflow)
    run = bought(workflow)
    claimed = claim(run.id, "gone:1")
    begin(claimed)
    prepare(claimed)
    db.session.refresh(run)
    run.lease_until = now() - timedelta(minutes=1)
    stored(run)

    reconcile()

    assert state(workflow) == (Status.FAILED, "lost")


def test_frozen_work_does_not_start(face, uma, ada, olga, by_hand):
    workflow = approved(uma, by_hand, ada, olga)
    freeze(ada, FreezeIn(scope="all", reason="Something is wrong."))

    assert face.refuses(face.run(uma, workflow), Refusal.FROZEN)
    assert state(workflow)[0] is Status.APPROVED


def test_an_approval_that_ran_out_while_the_run_was_claimed_buys_nothing(
    uma, ada, olga, by_hand
):
    workflow = approved(uma, by_hand, ada, olga)
    actions.start_run(uma, workflow)
    taken = claim(bought(workflow).id, "late:1")
    age(workflow, expires_at=now() - timedelta(minutes=1))

    assert not begin(taken)

    assert state(workflow) == (Status.EXPIRED, "run_window_passed")
    assert bought(workflow).status.value == "cancelled"
