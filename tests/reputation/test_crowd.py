"""Many ends at once, on real transactions: no number twice, none left out."""

from threading import Thread

import pytest

from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.reputation.recompute import check
from dashboard.runs.models import Run
from tests.factories import make_agent, make_user
from tests.reputation.stage import ends, ledger, with_step_of, work_of

RUNS = 6
pytestmark = pytest.mark.usefixtures("real_database")


def test_runs_that_end_together_book_one_after_the_other(app):
    ada = make_user("Ada", role=Role.ADMIN)
    pair = [make_agent("Atlas"), make_agent("Borea")]
    ids = []
    for place in range(RUNS):
        run = work_of(None, ada)
        for agent in pair if place % 2 else pair[::-1]:
            with_step_of(run, agent)
        ids.append(run.id)
    db.session.rollback()
    failed = []

    def work(run_id):
        with app.app_context():
            try:
                ends(db.session.get_one(Run, run_id))
            except Exception as error:  # noqa: BLE001  # told by the assertion below
                failed.append(error)

    threads = [Thread(target=work, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    for agent in pair:
        db.session.refresh(agent)
        numbers = [row.number for row in ledger(agent)]
        assert numbers == list(range(1, RUNS + 1))
        assert agent.reputation == ledger(agent)[-1].score_after
    verdict = check()
    assert (verdict.scores, verdict.agents, verdict.faults) == (2 * RUNS, 2, [])
