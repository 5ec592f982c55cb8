"""A program that calls in vain all day: counted, and told of once a minute."""

from sqlalchemy import select

from dashboard.audit import AuditEntry, Result
from dashboard.extensions import db
from dashboard.hooks.tally import take_count
from tests.hooks.stage import OTHER, call, make_hook, runs, signed


def refusals():
    wanted = select(AuditEntry).where(AuditEntry.result == Result.REFUSED)
    return db.session.scalars(wanted.order_by(AuditEntry.seq)).all()


def later(hook):
    """A minute after the last refusal that was written down."""
    hook.refused_at = hook.refused_at.replace(year=2020)
    db.session.commit()


def test_signed_calls_to_a_bot_that_rests_make_one_entry_a_minute(app, client, uma):
    hook = make_hook(uma)
    hook.bot.run_policy = "nobody"
    db.session.commit()

    answers = [call(client, hook.id, headers=signed(message=f"m{n}")) for n in range(4)]
    first = len(refusals())
    later(hook)
    call(client, hook.id, headers=signed(message="m5"))

    assert {answer.status_code for answer in answers} == {409}
    assert (first, len(refusals())) == (1, 2)
    assert db.session.get(type(hook), hook.id).refusals == 5
    assert runs() == 0


def test_the_answer_is_the_same_whether_or_not_it_is_written_down(client, uma):
    hook = make_hook(uma)
    hook.bot.run_policy = "nobody"
    db.session.commit()

    first, second = (
        call(client, hook.id, headers=signed(message=f"m{n}")).json for n in range(2)
    )

    assert (first["status"], first["detail"]) == (second["status"], second["detail"])


def test_once_it_may_run_again_the_next_call_starts_it(client, uma):
    hook = make_hook(uma)
    hook.bot.quarantined_at = hook.created_at
    db.session.commit()
    assert call(client, hook.id).status_code == 409
    hook.bot.quarantined_at = None
    db.session.commit()

    assert call(client, hook.id).status_code == 202
    assert runs() == 1


def test_unsigned_calls_are_counted_into_the_next_entry(client, uma):
    hook = make_hook(uma)

    for _ in range(3):
        call(client, hook.id, headers=signed(secret=OTHER))
    later(hook)
    call(client, hook.id, headers=signed(secret=OTHER))

    assert [entry.detail["refused"] for entry in refusals()] == [1, 3]
    assert take_count(hook.id) == 0


def test_the_page_and_the_api_tell_of_it(client, api, uma):
    hook = make_hook(uma)
    call(client, hook.id, headers=signed(secret=OTHER))

    page = client.as_(uma).get(f"/hooks/{hook.id}").text
    told = api.with_key(uma).get(f"/api/v1/hooks/{hook.id}").json

    assert "The signature is wrong." in page
    assert "<dt>Refused calls</dt><dd>1</dd>" in page
    assert (told["refusals"], told["refusal"]) == (1, "The signature is wrong.")
    assert told["refused_at"]


def test_a_hook_that_refused_nothing_says_so(client, uma):
    page = client.as_(uma).get(f"/hooks/{make_hook(uma).id}").text

    assert "<dt>Refused calls</dt><dd>None</dd>" in page
    assert "Last refused" not in page
