"""The attempts of a run: its workers, and the runs that tried the same."""

from dashboard.extensions import db
from dashboard.runs.claim import claim
from dashboard.runs.ending import begin
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus
from dashboard.runs.reconcile import reconcile
from tests.factories import make_bot, make_run
from tests.runs.stage import again, lapse
from tests.runs.versions import completed, failed, free_bot


def tab(client, run):
    return client.get(f"/runs/{run.id}?tab=attempts").text


def test_a_run_that_nobody_began_says_so(client, uma):
    page = tab(client.as_(uma), make_run(make_bot(uma)))

    assert "No worker has begun it." in page
    assert "nobody has tried it again" in page


def test_each_worker_is_told_with_how_its_try_ended(client, uma, database):
    run = make_run(make_bot(uma, code="def run(inputs):\n    return {}\n"))
    execute(run.id)
    again(run)
    run.status, run.ended_at = RunStatus.QUEUED, None
    run.steps[0].status = "queued"
    run.step = 0
    db.session.commit()
    execute(run.id)

    page = tab(client.as_(uma), run)

    assert page.count("It ended: completed.") == 2
    assert page.count(f"<code>{again(run).worker}</code>") == 2


def test_a_lost_worker_is_told_of(client, uma):
    run = make_run(make_bot(uma))
    assert begin(claim(run.id, "elsewhere:7"))
    lapse(run)
    reconcile()

    page = tab(client.as_(uma), run)

    assert "elsewhere:7" in page
    assert "Its worker was lost." in page


def test_the_chain_leads_both_ways_and_leaves_out_what_one_may_not_see(
    client, uma, otto
):
    bot = free_bot(uma)
    first = failed(bot)
    second = failed(bot, retry_of_id=first.id, started_by=otto)
    third = completed(bot, retry_of_id=second.id)
    failed(bot)
    ids = [first.id, second.id, third.id]

    for run in (first, second, third):
        page = tab(client.as_(uma), run).partition("Retries")[2]
        linked = [id_ for id_ in ids if f'href="/runs/{id_}"' in page]
        assert linked == [id_ for id_ in ids if id_ != run.id]
        order = [page.index(f"Run {id_.hex[-6:]}<") for id_ in ids]
        assert order == sorted(order)

    page = tab(client.as_(otto), second)
    assert str(first.id) not in page.partition("Retries")[2]


def test_a_retry_names_the_run_it_tries_again(client, uma):
    bot = free_bot(uma)
    first = failed(bot)
    second = completed(bot, retry_of_id=first.id)

    assert f'href="/runs/{first.id}"' in client.as_(uma).get(f"/runs/{second.id}").text
