"""What people are told of what happens to a workflow."""

import pytest

from dashboard.clock import now
from dashboard.extensions import begin_writing, db
from dashboard.inbox import notices
from dashboard.inbox.models import NoticeKind
from dashboard.permissions import Role
from dashboard.runs.models import RunStatus
from dashboard.workflows.models import Status, WorkflowEditor
from tests.factories import make_bot, make_run, make_user, make_vote, stored
from tests.inbox.stage import approved, asked, kinds, told


def seen(telling, *arguments, **options):
    """Tell, as the engine does: inside a transaction that writes."""
    begin_writing()
    telling(*arguments, **options)
    db.session.commit()


@pytest.fixture
def round_(uma, olga, otto, ada):
    """Two of three have voted: Olga for it, Otto against."""
    round_ = asked(uma, olga, otto, ada)
    make_vote(round_, olga)
    make_vote(round_, otto, "reject")
    db.session.refresh(round_)
    return round_


def tell(user, workflow, key="one", text="Something happened."):
    ids = [user.id]
    seen(notices.tell, ids, workflow, NoticeKind.OPENED, key, text, now())


def test_a_key_is_told_once_to_each(round_, uma, olga):
    tell(uma, round_.workflow)
    tell(uma, round_.workflow, text="Again.")
    tell(olga, round_.workflow)
    tell(uma, round_.workflow, key="two")

    assert told(uma) == [("opened", "Something happened.")] * 2
    assert kinds(olga) == ["opened"]


def test_the_inactive_are_told_nothing(round_):
    off = make_user("Nina", is_active=False)

    tell(off, round_.workflow)

    assert told(off) == []


def test_a_long_text_is_cut_where_the_column_ends(round_, uma):
    tell(uma, round_.workflow, text="x" * 400)

    assert told(uma)[0][1] == "x" * 299 + "…"


def test_telling_takes_one_look_and_one_write(round_, statements):
    workflow, voters = round_.workflow, round_.voters
    begin_writing()
    statements.clear()

    notices.told_opened(workflow, round_)

    assert len(voters) == 3
    verbs = [statement.split()[0] for statement in statements]
    assert verbs == ["SELECT", "INSERT"]


def test_an_opening_asks_the_voters_and_tells_the_proposer(round_, uma, olga):
    seen(notices.told_opened, round_.workflow, round_)

    assert told(olga)[0][1].startswith("Your vote is asked, by ")
    assert told(uma)[0][1].startswith("Voting is open until ")


def test_nobody_is_told_of_their_own_deed(round_, uma, olga):
    seen(notices.told_opened, round_.workflow, round_, by=uma.id)

    assert (kinds(uma), kinds(olga)) == ([], ["opened"])


def test_an_extension_is_told_to_the_losing_side_and_to_who_has_not_voted(
    round_, uma, olga, otto, ada
):
    seen(notices.told_extended, round_.workflow, round_)

    assert [kinds(user) for user in (uma, olga, ada)] == [["extended"]] * 3
    assert kinds(otto) == []  # a tie, so it is rejected as it stands


def test_each_extension_is_told(round_, uma):
    seen(notices.told_extended, round_.workflow, round_)
    round_.closes_at += round_.closes_at - round_.opened_at
    stored(round_)
    seen(notices.told_extended, round_.workflow, round_)

    assert kinds(uma) == ["extended"] * 2


def test_a_change_is_told_to_who_voted(round_, uma, olga, otto, ada):
    seen(notices.told_changed, round_.workflow, round_, by=uma.id)

    assert kinds(olga) == kinds(otto) == ["changed"]
    assert kinds(uma) == kinds(ada) == []


def test_a_voided_vote_is_told_to_its_voter_with_the_reason(round_, uma, olga, ada):
    voided = round_.vote_of(olga.id)
    voided.void(ada, "Her account was taken.", now())
    stored(voided)

    seen(notices.told_voided, round_.workflow, round_, voided, by=ada.id)

    assert told(olga)[0][1].endswith("voided your vote: “Her account was taken.”")
    assert told(uma)[0][1].endswith("voided a vote: “Her account was taken.”")
    assert kinds(ada) == []


def test_a_decision_is_told_with_its_numbers_to_authors_and_voters(
    round_, uma, olga, otto, ada
):
    nina = make_user("Nina", role=Role.USER)
    round_.workflow.editors.append(WorkflowEditor(user_id=nina.id))
    verdict = "Rejected: 1 of 2 approved and 2 were needed."
    round_.outcome, round_.explain = "rejected", {"verdict": verdict}
    stored(round_)

    seen(notices.told_decided, round_.workflow, round_, by=otto.id)

    assert told(uma) == told(nina) == told(olga) == [("decided", verdict)]
    assert kinds(otto) == kinds(ada) == []


def test_who_may_start_it_is_told_until_when(uma, olga):
    round_ = approved(uma, olga)
    make_vote(round_, olga)
    db.session.refresh(round_)
    round_.explain = {"verdict": "Approved: it was."}

    stored(round_)
    seen(notices.told_decided, round_.workflow, round_)

    assert told(uma)[0][1].startswith("Approved: it was. Start it before ")
    assert told(olga)[0][1] == "Approved: it was."


def test_what_starts_by_itself_is_asked_of_nobody(uma, olga):
    verdict = "Approved: it was."
    content = {"auto_run": True}
    round_ = approved(uma, olga, content=content, explain={"verdict": verdict})

    seen(notices.told_decided, round_.workflow, round_)

    assert told(uma) == [("decided", verdict)]


def test_an_approval_that_ran_out_is_told_to_its_authors(uma, olga):
    round_ = approved(uma, olga)

    seen(notices.told_expired, round_.workflow, round_)

    assert (kinds(uma), kinds(olga)) == (["expired"], [])


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (RunStatus.COMPLETED, "", "The run completed."),
        (RunStatus.FAILED, "No room.\nmore", "The run failed: No room."),
        (RunStatus.FAILED, "", "The run failed: it gave no reason."),
        (RunStatus.CANCELLED, "", "The run was stopped before its end."),
    ],
)
def test_the_end_of_a_run_is_told_to_the_proposer(uma, olga, status, error, text):
    workflow = approved(uma, olga).workflow
    run = make_run(make_bot(uma))
    run.status, run.error = status, error
    workflow.status = Status.RUNNING
    db.session.commit()

    seen(notices.told_finished, workflow, run)

    assert (told(uma), told(olga)) == ([("finished", text)], [])
