"""G7: the audit trail is one whole chain after every fault, and tells of tampering."""

from sqlalchemy import text

from tests.faults.nursery import nursery
from tests.faults.survey import Survey
from tests.faults.test_g1_commit import killed
from tests.faults.work import (
    alone,
    at_work,
    bot_of,
    breaks_in_chain,
    journal,
    unfinished,
)
from tests.processes import await_true

ENGINES = ("embedded",)


def written_while_killed(world, kills):
    """Web and worker write to one chain while the web is killed; then we tamper."""
    survey = Survey("audit-under-kill")
    with journal() as kept:
        with at_work(world):
            alone(bot_of(kept, seconds=0), 3 * kills)
        world.worker()
        killed(world, kills)
        await_true(lambda: unfinished(world) == 0, 120)
    survey.n = world.one("SELECT count(*) FROM audit_entries")
    survey.lost = len(breaks_in_chain(world))
    survey.survived = survey.n - survey.lost
    survey.lost += not_noticed(world)
    survey.note = f"n counts entries after {kills} kills; 3 hand-made changes"
    return survey


def not_noticed(world):
    """How many of three hand-made changes `flask audit verify` passes over."""
    middle = world.one("SELECT max(seq) / 2 FROM audit_entries")
    name = world.one("SELECT actor_name FROM audit_entries WHERE seq = :at", at=middle)
    edit = "UPDATE audit_entries SET actor_name = :name WHERE seq = :at"
    change(world, edit, name="Mallory", at=middle)
    missed = says(world, f"entry {middle} was changed")
    change(world, edit, name=name, at=middle)
    missed += not says_ok(world)
    change(world, "DELETE FROM audit_entries WHERE seq = :at", at=middle)
    return missed + says(world, f"entry {middle} is missing")


def change(world, statement, **values):
    with world.oracle.begin() as connection:
        connection.execute(text(statement), values)


def says(world, sentence):
    """1 when it does not say so."""
    code, said = verified(world)
    return int(code == 0 or sentence not in said)


def says_ok(world):
    return verified(world)[0] == 0


def verified(world):
    env = world.env | {"QUORUM_MUTANT": world.mutant}
    return nursery().run("audit", "verify", env=env)


TRIALS = {
    "audit-under-kill": lambda world, long: written_while_killed(
        world, 20 if long else 1
    )
}


def test_the_chain_is_whole_after_kills_and_tells_of_tampering(make_world):
    survey = TRIALS["audit-under-kill"](make_world(), False)

    assert survey.held, survey


def test_a_chain_that_signs_no_content_would_be_noticed(make_mutant):
    survey = TRIALS["audit-under-kill"](make_mutant(mutant="blind_signature"), False)

    assert survey.lost, survey
