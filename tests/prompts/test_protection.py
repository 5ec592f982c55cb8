"""Protected labels: only an approved proposal moves, removes or releases them."""

import pytest
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.prompts.models import MoveKind, Prompt, PromptLabel, PromptVersion
from dashboard.runs.models import RunStatus
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Status
from tests.factories import latest_audit, make_bot, make_council, make_type
from tests.prompts.stage import (
    REASON,
    approved,
    make_label,
    make_prompt,
    moves_of,
    newest_workflow,
    points_at,
    promoting_type,
    protected,
    version,
)

MOVE = {"label": "production", "version": "2", "reason": "It saves time"}


def labels(prompt, *path):
    return "/".join([f"/prompts/{prompt.id}/labels", *path])


def protect(client, prompt, type_, **over):
    data = {"type_id": type_.id, "reason": "Customers read it"}
    return client.post(labels(prompt, "production", "protect"), data=data | over)


def label_of(prompt):
    return db.session.scalar(select(PromptLabel).filter_by(prompt_id=prompt.id))


def test_an_admin_puts_a_label_under_a_vote(client, ada, uma, olga):
    prompt, type_ = make_prompt(uma, "One", "Two"), promoting_type(olga, name="Promote")
    make_label(prompt)
    client.as_(ada)

    page = client.get(labels(prompt, "production", "protect")).text
    answer = protect(client, prompt, type_)
    twice = protect(client, prompt, type_)

    assert "Promote (decided by" in page
    assert (answer.status_code, twice.status_code) == (303, 409)
    assert label_of(prompt).type_id == type_.id
    assert moves_of(prompt)[-1].kind is MoveKind.PROTECTED
    assert "Protected" in client.get(labels(prompt, "")).text


@pytest.mark.parametrize(
    "over", ["for something else", "archived", "of an archived council", "of work"]
)
def test_only_a_type_that_can_decide_protects(client, ada, uma, olga, over):
    prompt, type_ = make_prompt(uma), promoting_type(olga)
    make_label(prompt)
    if over == "of an archived council":
        type_.council.archive()
    elif over == "archived":
        type_.archive()
    elif over == "of work":
        type_ = make_type(make_council(olga), make_bot(uma), promotes_prompts=True)
    else:
        type_.promotes_prompts = False
    db.session.commit()

    answer = protect(client.as_(ada), prompt, type_)

    assert answer.status_code == 422
    assert "Choose a type that promotes prompts." in answer.text
    assert not label_of(prompt).is_protected


def test_its_owner_alone_protects_nothing(client, uma, olga):
    prompt, type_ = make_prompt(uma), promoting_type(olga)
    make_label(prompt)

    assert protect(client.as_(uma), prompt, type_).status_code == 403
    assert not label_of(prompt).is_protected


def test_without_such_a_type_the_page_says_what_is_missing(client, ada, uma):
    prompt = make_prompt(uma)
    make_label(prompt)

    page = client.as_(ada).get(labels(prompt, "production", "protect")).text

    assert "No council promotes prompts yet" in page


def test_a_move_is_proposed_read_word_by_word_approved_and_made(client, uma, olga):
    prompt = protected(uma, olga)

    form = client.as_(uma).get(labels(prompt, "move?label=production&version=2")).text
    answer = client.post(labels(prompt, "move"), data=MOVE)
    workflow = newest_workflow()
    before = points_at(prompt)
    page = client.as_(olga).get(answer.location).text
    run = approved(workflow, olga)

    assert "Propose the move" in form
    assert answer.location == f"/workflows/{workflow.id}"
    assert (workflow.title, before) == (f"Move production of {prompt} to v2", 1)
    assert workflow.description == "It saves time"
    assert "<mark>kind</mark>" in page
    assert "<mark>brief</mark>" in page
    assert "Label of a prompt" in page
    assert run.status is RunStatus.COMPLETED
    assert points_at(prompt) == 2
    last = moves_of(prompt)[-1]
    told = (last.kind, last.reason, last.actor_id, last.workflow_id)
    assert told == (MoveKind.MOVED, "It saves time", None, workflow.id)
    assert f"#{workflow.number}" in client.get(f"/prompts/{prompt.id}?tab=moves").text
    assert latest_audit().actor_name == "Quorum"


def test_it_rolls_back_by_one_click_a_reason_and_a_vote(client, uma, olga):
    prompt = protected(uma, olga)
    client.as_(uma).post(labels(prompt, "move"), data=MOVE)
    approved(newest_workflow(), olga)

    page = client.get(labels(prompt, "")).text
    client.post(
        labels(prompt, "production", "roll-back"), data={"reason": "It is rude"}
    )
    workflow = newest_workflow()
    run = approved(workflow, olga)

    assert "Propose to roll back to v1" in page
    assert workflow.title == f"Roll production of {prompt} back to v1"
    assert run.status is RunStatus.COMPLETED
    assert points_at(prompt) == 1
    assert moves_of(prompt)[-1].kind is MoveKind.ROLLED_BACK


@pytest.mark.parametrize(
    ("deed", "kind"), [("remove", MoveKind.REMOVED), ("release", MoveKind.RELEASED)]
)
def test_it_is_removed_or_released_by_a_vote_only(client, uma, olga, deed, kind):
    prompt = protected(uma, olga)

    client.as_(uma).post(labels(prompt, "production", deed), data={"reason": REASON})
    untouched = label_of(prompt).is_protected
    approved(newest_workflow(), olga)

    assert untouched
    assert moves_of(prompt)[-1].kind is kind
    left = label_of(prompt)
    assert left is None if deed == "remove" else not left.is_protected


def test_what_is_rejected_moves_nothing(client, uma, olga):
    from tests.factories import vote

    prompt = protected(uma, olga)
    client.as_(uma).post(labels(prompt, "move"), data=MOVE)

    vote(newest_workflow(), olga, "reject")

    assert newest_workflow().status is Status.REJECTED
    assert points_at(prompt) == 1


def test_whoever_may_propose_may_ask_and_a_reader_may_not(client, uma, olga, otto, eve):
    prompt = protected(uma, olga)

    asked = client.as_(otto).post(labels(prompt, "move"), data=MOVE)
    refused = client.as_(eve).post(labels(prompt, "move"), data=MOVE)

    assert (asked.status_code, refused.status_code) == (303, 403)
    assert newest_workflow().proposer_id == otto.id
    assert points_at(prompt) == 1
    assert (
        f"#{newest_workflow().number}" in client.as_(otto).get(labels(prompt, "")).text
    )


def test_no_admin_goes_around_the_vote(client, api, ada, uma, olga):
    prompt = protected(uma, olga)
    type_id = label_of(prompt).type_id
    client.as_(ada)
    api.with_key(ada)
    base = f"/api/v1/prompts/{prompt.id}/labels/production"

    answers = [
        api.put(base, json={"version": 2, "reason": REASON}),
        api.post(f"{base}/roll-back", json={"reason": REASON}),
        api.post(f"{base}/remove", json={"reason": REASON}),
        api.post(f"{base}/protect", json={"type_id": type_id, "reason": REASON}),
    ]
    client.post(labels(prompt, "move"), data=MOVE)

    assert [(a.status_code, a.json["code"]) for a in answers] == [
        (409, "protected")
    ] * 4
    assert points_at(prompt) == 1
    assert label_of(prompt).type_id == type_id


def test_the_type_that_protects_stays_as_it_is(client, ada, uma, olga):
    prompt = protected(uma, olga)
    type_ = label_of(prompt).type
    base = f"/api/v1/workflow-types/{type_.id}"
    client.with_key(ada)

    weaker = client.patch(base, json={"promotes_prompts": False})
    archived = client.as_(ada).post(f"/workflow-types/{type_.id}/archive")

    assert (weaker.status_code, archived.status_code) == (409, 409)
    assert f"production of {prompt}" in weaker.json["detail"]
    assert type_.promotes_prompts


def move_elsewhere(prompt):
    label_of(prompt).version_id = version(prompt, 3).id


def change_text(prompt):
    text = db.update(PromptVersion).where(PromptVersion.number == 2)
    db.session.execute(text.values(content="Be mean."))


def stop_promoting(prompt):
    label_of(prompt).type.promotes_prompts = False


def other_council(prompt):
    label_of(prompt).type.council = make_council()


def release(prompt):
    label_of(prompt).type_id = None


def archive(prompt):
    db.session.get(Prompt, prompt.id).archived_at = prompt.created_at


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [
        (move_elsewhere, "does not point where it did"),
        (change_text, "version 2 is not what was judged"),
        (stop_promoting, "promotes no prompts any more"),
        (other_council, "another council decides on it by now"),
        (release, "do not decide on it any more"),
        (archive, "the prompt is archived"),
    ],
)
def test_what_is_other_by_then_does_not_move(client, uma, olga, meanwhile, sentence):
    prompt = protected(
        uma, olga, texts=("Be kind to all.", "Be brief to all.", "Be both to all.")
    )
    client.as_(uma).post(labels(prompt, "move"), data=MOVE)
    workflow = newest_workflow()
    meanwhile(prompt)
    db.session.commit()
    stood = points_at(prompt)

    run = approved(workflow, olga)

    assert run.status is RunStatus.BLOCKED
    assert sentence in run.error
    assert points_at(prompt) == stood


def test_a_proposal_that_nobody_could_decide_is_not_left_behind(client, uma, olga):
    prompt = protected(uma, olga)
    label_of(prompt).type.council.archive()
    db.session.commit()

    answer = client.as_(uma).post(labels(prompt, "move"), data=MOVE)

    assert answer.status_code in {409, 422}
    assert "It saves time" in answer.text
    assert newest_workflow() is None


def test_a_type_of_work_promotes_no_prompts(client, ada, olga, uma):
    body = {
        "name": "Work",
        "council_id": str(make_council(olga).id),
        "promotes_prompts": True,
        "steps": [str(make_bot(uma).id)],
    }

    answer = client.with_key(ada).post("/api/v1/workflow-types", json=body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/promotes_prompts"


def test_an_admin_lets_a_type_of_governance_promote_prompts(client, ada, olga):
    data = {
        "name": "prompt.promote",
        "kind": "governance",
        "council_id": str(make_council(olga).id),
        "risk": "medium",
        "promotes_prompts": "y",
    }

    answer = client.as_(ada).post("/workflow-types/new?kind=governance", data=data)

    assert answer.status_code == 303
    assert db.session.scalar(select(WorkflowType.promotes_prompts))
    assert "Labels of prompts can be protected" in client.get(answer.location).text
