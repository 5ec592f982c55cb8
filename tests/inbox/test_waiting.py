"""What waits for whom, and when it waits no longer."""

from datetime import timedelta

import pytest

from dashboard.agents.models import AgentStatus
from dashboard.bots.models import BotStatus, BotVersion
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.freezes.models import Scope
from dashboard.permissions import Role
from dashboard.runs.models import Run, RunStatus, Trigger
from dashboard.workflows.models import Status, WorkflowEditor, WorkflowStep
from tests.factories import (
    make_agent,
    make_bot,
    make_council,
    make_round,
    make_run,
    make_user,
    make_vote,
    make_workflow,
    rule_of,
    stored,
)
from tests.inbox.stage import (
    DAY,
    HOUR,
    approved,
    asked,
    differs,
    ended,
    freeze,
    waiting,
)


def reviewed(bot, status=RunStatus.NEEDS_REVIEW, **over):
    """A run that went wrong, and at which nobody has looked."""
    fields = {"ended_at": now() - HOUR, "is_unacknowledged": True}
    return make_run(bot, status=status, **fields | over)


def test_a_vote_waits_for_those_who_are_asked_and_for_nobody_else(
    api, ada, olga, otto, uma, eve
):
    asked(uma, olga, council=make_council(olga, otto))

    assert waiting(api, olga) == [("vote", "Clean up")]
    assert [waiting(api, user) for user in (otto, uma, ada, eve)] == [[]] * 4


def test_a_vote_that_was_given_waits_no_longer(api, uma, olga):
    make_vote(asked(uma, olga), olga)

    assert waiting(api, olga) == []


def test_a_vote_that_was_voided_is_not_asked_again(api, uma, olga):
    make_vote(asked(uma, olga), olga, voided_at=now())

    assert waiting(api, olga) == []


@pytest.mark.parametrize(
    "over",
    [{"outcome": "rejected"}, {"closes_at": now() - HOUR}, {"revision": 9}],
    ids=["decided", "closed", "of another revision"],
)
def test_a_vote_that_is_over_waits_no_longer(api, uma, olga, over):
    asked(uma, olga, **over)

    assert waiting(api, olga) == []


def test_who_has_gone_or_reads_only_is_not_asked(api, uma, olga, otto):
    round_ = asked(uma, olga, otto)
    next(v for v in round_.voters if v.user_id == olga.id).gone = True
    otto.role = Role.USER
    db.session.commit()

    assert (waiting(api, olga), waiting(api, otto)) == ([], [])


def test_who_left_the_council_is_not_asked(api, uma, olga):
    round_ = asked(uma, olga)
    round_.workflow.council.members = []
    stored(round_)

    assert waiting(api, olga) == []


def why(api, user):
    return [i["why"] for i in api.with_key(user).get("/api/v1/inbox").json["waiting"]]


def test_it_says_whether_a_vote_may_decide(api, uma, ada, olga, otto):
    round_ = asked(uma, ada, olga, otto)

    assert why(api, olga) == ["Your vote is asked."]

    make_vote(round_, ada)

    assert why(api, olga) == ["Your vote may decide it."]


def test_a_vote_taken_back_does_not_make_the_next_one_decide(api, uma, ada, olga, otto):
    round_ = asked(uma, ada, olga, otto)
    make_vote(round_, ada, voided_at=now())
    make_vote(round_, otto, superseded_at=now())

    assert why(api, olga) == ["Your vote is asked."]


def test_it_says_that_the_proposal_changed_since_i_voted(api, uma, ada, olga, otto):
    old = asked(uma, ada, olga, otto, outcome="superseded")
    make_vote(old, olga)
    old.workflow.revision = 2
    make_round(old.workflow, ada, olga, otto)

    assert why(api, olga) == ["It changed since you voted."]
    assert why(api, otto) == ["Your vote is asked."]


def test_my_own_draft_waits_until_it_is_opened(api, uma, olga, mallory):
    draft = make_workflow(uma, title="Half written")

    assert waiting(api, uma) == [("open", "Half written")]
    assert (waiting(api, olga), waiting(api, mallory)) == ([], [])

    make_round(draft, olga)

    assert waiting(api, uma) == []


def test_an_approval_waits_for_its_authors(api, uma, olga, mallory, ada):
    round_ = approved(uma, olga)
    editor = make_user("Nina", role=Role.USER)
    round_.workflow.editors.append(WorkflowEditor(user_id=editor.id))
    stored(round_)

    assert waiting(api, uma) == waiting(api, editor) == [("run", "Rotate")]
    assert [waiting(api, user) for user in (olga, mallory, ada)] == [[]] * 3


@pytest.mark.parametrize(
    "over",
    [
        {"ready_at": now() + timedelta(days=2)},
        {"expires_at": now() - timedelta(seconds=1)},
    ],
    ids=["still waits", "has run out"],
)
def test_an_approval_that_cannot_be_used_now_does_not_wait(api, uma, olga, over):
    approved(uma, olga, **over)

    assert waiting(api, uma) == []


def test_an_approval_without_an_end_waits_too(api, uma, olga):
    approved(uma, olga, expires_at=None)

    assert waiting(api, uma) == [("run", "Rotate")]


def test_an_approval_that_has_bought_its_run_waits_no_longer(api, uma, olga):
    round_ = approved(uma, olga)
    fields = {"workflow_id": round_.workflow_id, "trigger": Trigger.WORKFLOW}
    stored(Run(round_id=round_.id, **fields))

    assert waiting(api, uma) == []


def test_where_the_proposer_may_not_start_it_the_others_are_asked(
    api, uma, olga, ada, mallory
):
    round_ = approved(uma, olga, rule=differs())
    editor = make_user("Nina", role=Role.USER)
    round_.workflow.editors.append(WorkflowEditor(user_id=editor.id))
    stored(round_)

    assert waiting(api, ada) == waiting(api, editor) == [("run", "Rotate")]
    assert [waiting(api, user) for user in (uma, olga, mallory)] == [[]] * 3


def test_a_guardian_who_proposed_it_may_not_start_it_either(api, ada, olga):
    approved(ada, olga, rule=differs())

    assert waiting(api, ada) == []


def test_what_is_frozen_waits_for_nobody_until_it_is_lifted(api, uma, ada, olga):
    approved(uma, olga)
    brake = freeze(ada)

    assert waiting(api, uma) == []

    brake.lift(ada, "Over", now())
    stored(brake)

    assert waiting(api, uma) == [("run", "Rotate")]


def test_a_freeze_elsewhere_stops_nothing_here(api, uma, ada, olga):
    here, there = approved(uma, olga), make_council(olga)
    scope = {"scope": Scope.COUNCIL, "target": f"council:{there.id}"}
    brake = freeze(ada, council_id=there.id, **scope)

    assert waiting(api, uma) == [("run", "Rotate")]

    brake.council_id = here.workflow.council_id
    stored(brake)

    assert waiting(api, uma) == []


def test_a_freeze_of_its_agent_stops_it(api, uma, ada, olga):
    agent = make_agent()
    round_ = approved(uma, olga)
    round_.workflow.agent_id = agent.id
    scope = {"scope": Scope.AGENT, "target": f"agent:{agent.id}"}
    freeze(ada, agent_id=agent.id, **scope)

    assert waiting(api, uma) == []


def test_what_its_agent_or_a_bot_cannot_do_now_does_not_wait(api, uma, olga):
    agent, bot = make_agent(), make_bot(uma)
    workflow = approved(uma, olga).workflow
    version = BotVersion.active_of(bot.id)
    step = WorkflowStep(position=1, bot_id=bot.id, bot_version_id=version.id)
    workflow.agent_id, workflow.steps = agent.id, [step]
    stored(workflow)
    assert waiting(api, uma) == [("run", "Rotate")]

    agent.status = AgentStatus.PAUSED
    stored(agent)
    assert waiting(api, uma) == []

    agent.status, bot.status = AgentStatus.ACTIVE, BotStatus.MAINTENANCE
    stored(bot)
    assert waiting(api, uma) == []


@pytest.mark.parametrize("status", [Status.FAILED, Status.LAPSED])
def test_what_came_to_nothing_waits_for_its_proposer_for_two_weeks(
    api, uma, ada, status
):
    ended(uma, status)
    ended(uma, status, title="Long ago", ago=15 * DAY)

    assert waiting(api, uma) == [("look", "Broke")]
    assert waiting(api, ada) == []


@pytest.mark.parametrize("status", [Status.REJECTED, Status.COMPLETED])
def test_what_was_answered_does_not_wait(api, uma, status):
    ended(uma, status)

    assert waiting(api, uma) == []


def test_what_was_proposed_again_waits_no_longer(api, uma, olga):
    old = ended(uma, Status.LAPSED)
    again = make_workflow(uma, title="Broke", status=Status.OPEN)
    again.type_id = old.type_id
    stored(again)

    assert waiting(api, uma) == []


def test_a_run_that_went_wrong_waits_for_those_who_answer_for_it(
    api, uma, otto, ada, olga, eve
):
    bot = make_bot(uma, name="Mailer")
    reviewed(bot, RunStatus.FAILED, started_by=otto, ended_at=now() - 400 * DAY)

    assert waiting(api, uma) == waiting(api, otto) == [("review", "Mailer")]
    assert [waiting(api, user) for user in (ada, olga, eve)] == [[]] * 3


def test_it_says_what_went_wrong_and_of_an_error_the_first_line(api, uma):
    bot = make_bot(uma)
    reviewed(bot, RunStatus.FAILED, error="It broke.\nline 3")
    reviewed(bot, RunStatus.BLOCKED, error="It is off.")
    reviewed(bot)

    assert sorted(why(api, uma)) == [
        "Its worker was lost: find out whether it did its work.",
        "The run failed: It broke.",
        "The run was blocked: It is off.",
    ]


def test_a_run_waits_no_longer_once_somebody_looked_at_it(api, uma, ada):
    run = reviewed(make_bot(uma))
    assert waiting(api, uma)

    run.acknowledge(ada, "", now())
    stored(run)

    assert [waiting(api, user) for user in (uma, ada)] == [[], []]


def test_a_run_nobody_is_sure_of_waits_for_guardians_too(api, uma, ada, olga, eve):
    reviewed(make_bot(uma, name="Mailer"), ended_at=now() - 15 * DAY)

    assert waiting(api, ada) == waiting(api, uma) == [("review", "Mailer")]
    assert [waiting(api, user) for user in (olga, eve)] == [[]] * 2


def test_of_a_workflow_whose_run_failed_the_run_waits_and_not_both(api, uma):
    workflow = ended(uma, Status.FAILED)
    fields = {"trigger": Trigger.WORKFLOW, "status": RunStatus.FAILED}
    run = stored(
        Run(workflow_id=workflow.id, is_unacknowledged=True, ended_at=now(), **fields)
    )

    assert waiting(api, uma) == [("review", "Broke")]

    run.acknowledge(uma, "", now())
    stored(run)

    assert waiting(api, uma) == []


def test_what_ends_first_stands_first_and_what_has_no_end_last(api, olga, otto):
    ended(olga, Status.FAILED)
    make_workflow(olga, title="Draft")
    asked(otto, olga, title="Later", closes_at=now() + 2 * DAY)
    approved(olga, otto, title="Run out", expires_at=now() + 3 * HOUR)
    asked(otto, olga, title="Soon", closes_at=now() + HOUR)

    titles = [title for _, title in waiting(api, olga)]

    assert titles == ["Soon", "Run out", "Later", "Draft", "Broke"]


def test_nobody_reads_a_word_of_what_is_not_theirs(
    client, uma, olga, ada, mallory, eve
):
    asked(uma, olga, title="Hushed one")
    approved(uma, olga, title="Hushed two")
    make_workflow(uma, title="Hushed three")
    ended(uma, Status.FAILED, title="Hushed four")
    reviewed(make_bot(uma, name="Hushed five"))

    for person in (mallory, eve):
        browser = client.as_(person).with_key(person)
        pages = [
            browser.get(f"/inbox/?tab={t}") for t in ("waiting", "mine", "done", "news")
        ]
        pages += [browser.get("/api/v1/inbox"), browser.get("/api/v1/notices")]
        assert {page.status_code for page in pages} == {200}
        assert not [page for page in pages if "Hushed" in page.text]


def test_a_rule_that_wants_reasons_is_asked_on_the_page(client, uma, olga):
    asked(uma, olga, rule=rule_of(reason_required="always"))

    page = client.as_(olga).get("/inbox/").text

    assert "Vote…" in page
    assert "Approve" not in page
