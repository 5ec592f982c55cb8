"""What is kept of the demo: notices, inboxes, the audit trail and receipts."""

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.audit_log.verify import verify
from dashboard.bots.models import Bot
from dashboard.clock import now
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.inbox.models import Notice, NoticeKind
from dashboard.receipts.checking import check
from dashboard.receipts.signing import private_key, public_jwk
from dashboard.receipts.writing import file_of
from dashboard.users.models import User, account
from dashboard.workflows.models import Round, Workflow
from dashboard.workflows.models.rounds import Outcome

pytestmark = pytest.mark.usefixtures("told")


def test_the_audit_chain_holds():
    verdict = verify()

    assert verdict.broken is None
    assert verdict.entries > 200


def test_the_audit_trail_is_told_in_the_order_of_time():
    moments = db.session.scalars(select(AuditEntry.at).order_by(AuditEntry.seq)).all()

    assert moments == sorted(moments)
    assert (moments[-1] - moments[0]).days >= 60
    assert moments[-1] < now()


def test_the_trail_tells_of_every_vote_when_it_was_cast():
    told = select(AuditEntry.at).where(AuditEntry.action == "workflow.vote")
    at = db.session.scalars(told.order_by(AuditEntry.seq)).all()
    cast = sorted(
        vote.cast_at
        for round_ in db.session.scalars(select(Round))
        for vote in round_.votes
    )

    assert len(at) == len(cast) > 80
    for written, voted in zip(at, cast, strict=True):
        assert 0 <= (written - voted).total_seconds() < 5


def test_every_decision_has_a_receipt_that_verifies(app):
    jwk, sound = public_jwk(private_key(app.config["AUDIT_KEY"])), 0
    for workflow in db.session.scalars(select(Workflow)):
        try:
            raw = file_of(workflow)
        except RuleBroken:  # nobody decided it
            continue
        assert check(raw, jwk) == [], workflow
        sound += 1
    outcomes = (Outcome.APPROVED, Outcome.REJECTED, Outcome.LAPSED)
    decided = select(func.count(func.distinct(Round.workflow_id))).where(
        Round.outcome.in_(outcomes)
    )

    assert sound == db.session.scalar(decided) > 40


def test_no_notice_comes_from_the_future_nor_before_its_workflow():
    notices = db.session.execute(
        select(Notice.at, Workflow.created_at).join(Notice.workflow)
    ).all()

    assert len(notices) > 200
    assert all(created <= at < now() for at, created in notices)


def test_people_were_told_of_everything_there_is_to_tell():
    kinds = set(db.session.scalars(select(Notice.kind).distinct()))

    assert kinds == set(NoticeKind)


def test_who_has_not_voted_was_reminded_at_half_time_and_before_the_close(called):
    round_ = called("Refund batch 44: parcels the courier lost").round
    reminded = select(User.username).join(Notice, Notice.user_id == User.id)
    period = round_.closes_at - round_.opened_at

    for kind, at in (
        (NoticeKind.HALF_TIME, round_.half_reminded_at),
        (NoticeKind.LAST_CALL, round_.last_reminded_at),
    ):
        people = reminded.where(Notice.key == f"{kind}:{round_.id}")
        assert sorted(db.session.scalars(people)) == ["mara", "tomas"]
        assert at < now()
    half = round_.half_reminded_at - round_.opened_at
    assert abs(half - period / 2).total_seconds() < 10


@pytest.mark.parametrize(
    ("username", "title"),
    [
        ("tomas", "Refund batch 44: parcels the courier lost"),
        ("mara", "Break-in report for web1"),
        ("priya", "Publish the returns guide, checked strictly"),
        ("lena", "Quarter-end refunds"),
        ("lena", "Digest of this week&#39;s tickets"),
    ],
)
def test_something_waits_in_the_inbox_of(app, username, title):
    page = app.test_client().as_(account(username)).get("/inbox/")

    assert page.status_code == 200
    assert title in page.text


@pytest.mark.parametrize("number", range(1, 7))
def test_everything_named_to_click_on_is_there(told, number):
    click = told.split(f"  {number}. ")[1].split(f"  {number + 1}. ")[0]
    title = click.split("“")[1].split("”")[0] if "“" in click else ""
    named = [
        *db.session.scalars(select(Workflow.title)),
        *db.session.scalars(select(Bot.name)),
    ]

    assert len([name for name in named if name.startswith(title)]) == 1 or not title
