"""A prompt from its first line to production and back: written, tried, voted on."""

import re

import pytest

from dashboard.ai_models.models import AIModel
from dashboard.extensions import begin_writing, db
from dashboard.permissions import VOTERS
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from tests.browser.test_story import approve, badge, call, reads
from tests.model_calls.scripted import model_server_running, says

OLD = "You greet ${who} and offer help."
NEW = "You greet ${who} in three words."
ANSWERS = {
    "offer help": "Good day, Ada! How may I be of any help to you?",
    "three words": "Good morning, Ada!",
}


def answer_to(body):
    """Each version has an answer of its own, said word by word."""
    told = body["messages"][0]["content"]
    text = next(answer for part, answer in ANSWERS.items() if part in told)
    return says(text, pause=0.1)


@pytest.fixture
def model(program):
    """A model on this machine, by the name people see."""
    with model_server_running() as server:
        server.by = answer_to
        with program.app.app_context():
            begin_writing()
            fields = {"base_url": server.url, "model_id": "tiny"}
            made = AIModel(name=f"Tiny {server.server_port}", price_in=10**6, **fields)
            db.session.add(made)
            db.session.commit()
        yield made.name


@pytest.fixture
def cast(program):
    """Who writes the prompt, two members who may vote, and their council."""
    with program.app.app_context():
        type_ = db.session.scalars(
            db.select(WorkflowType).filter_by(name="Break-in report")
        ).one()
        seats = [m.user for m in type_.council.members if m.weight]
        voters = [user for user in seats if user.is_active and user.role in VOTERS]
        writer = db.session.scalars(
            db.select(User).filter_by(role="council_operator", is_active=True)
        ).first()
        names = [user.username for user in voters if user.id != writer.id]
        return writer.username, names[:2], str(type_.council_id)


def write(page, name):
    page.goto("/prompts/new")
    page.locator("[name=name]").fill(name)
    page.get_by_label("Text").fill(OLD)
    page.locator("[name=variables-0-example]").fill("Ada")
    page.locator("[name=variables-0-name]").fill("who")
    page.get_by_role("button", name="Save prompt").click()
    page.wait_for_url(re.compile("/prompts/[0-9a-f-]{36}$"))
    return page.url


def move(page, url, label, version, button):
    page.goto(f"{url}/labels/move?label={label}&version={version}")
    page.get_by_label("Reason").fill("It answers sooner")
    page.get_by_role("button", name=button).click()


def protect(program, url, council_id, name):
    """What an admin does once, for all later promotions."""
    key = program.key_of(program.person("admin"))
    wanted = {"name": name, "kind": "governance", "council_id": council_id}
    type_ = call(program, key, "/workflow-types", wanted | {"promotes_prompts": True})
    body = {"type_id": type_["id"], "reason": "Customers read it"}
    where = f"/prompts/{url.rsplit('/', 1)[1]}/labels/production"
    call(program, key, f"{where}/protect", body)
    return lambda: call(program, key, where)


def test_a_prompt_is_tried_beside_the_old_one_promoted_by_vote_and_rolled_back(
    visit, program, model, cast
):
    writer, voters, council_id = cast
    page = visit(writer)
    url = write(page, f"greeter {model}")
    reads(page.locator(".prompt mark"), "${who}")
    move(page, url, "production", 1, "Make the label")
    reads(page.locator("body"), "production points at version 1 now.")
    served = protect(program, url, council_id, f"prompt.promote {model}")

    page.goto(f"{url}/versions/new")
    page.get_by_label("Text").fill(NEW)
    page.get_by_label("What changed").fill("Three words are enough")
    page.get_by_role("button", name="Save version 2").click()
    reads(page.locator(".note.warn"), "Production is v1, the latest is v2.")

    page.goto(f"{url}/try/?version=2&other=1")
    page.locator("#value-who").fill("Grace")
    reads(page.locator("#filled"), "You greet Grace in three words.")
    page.locator("#model_id").select_option(label=model)
    page.get_by_label("What a person says").fill("Hello")
    page.get_by_role("button", name="Run it").click()
    page.wait_for_url(re.compile("run="))
    reads(page.locator(".sides > .card").nth(0), "Good morning, Ada!")
    reads(page.locator(".sides > .card").nth(1), "How may I be of any help to you?")
    reads(page.locator(".sides > .card").nth(1), "10 tokens in, 5 out")
    assert page.locator("#value-who").input_value() == "Grace"

    page.goto(url)
    page.get_by_role("link", name="Promote to production").click()
    reads(page.locator("#move"), "production is protected")
    page.get_by_label("Reason").fill("It answers sooner")
    page.get_by_role("button", name="Propose the move").click()
    page.wait_for_url(re.compile("/workflows/[0-9a-f-]{36}$"))
    reads(page.locator("body"), "What those who follow production")
    assert served()["number"] == 1
    for voter in voters:
        approve(visit(voter), page.url)
    reads(badge(page), "Completed")
    assert served()["content"] == NEW

    page.goto(f"{url}/labels/")
    page.get_by_label("Why it goes back").fill("Too short for some")
    page.get_by_role("button", name="Propose to roll back to v1").click()
    page.wait_for_url(re.compile("/workflows/[0-9a-f-]{36}$"))
    for voter in voters:
        approve(visit(voter), page.url)
    reads(badge(page), "Completed")
    assert served()["content"] == OLD
    page.goto(f"{url}?tab=moves")
    reads(page.locator("tbody tr").first, "rolled back")


def test_a_label_that_nobody_guards_rolls_back_in_one_click_without_a_script(
    visit, model, cast
):
    page = visit(cast[0], java_script_enabled=False)
    url = write(page, f"plain {model}")
    page.goto(f"{url}/versions/new")
    page.get_by_label("Text").fill(NEW)
    page.get_by_label("What changed").fill("Three words are enough")
    page.get_by_role("button", name="Save version 2").click()
    move(page, url, "staging", 1, "Make the label")
    move(page, url, "staging", 2, "Move the label")
    reads(page.locator("#label-staging"), "v2")

    page.get_by_label("Why it goes back").fill("Too short for some")
    page.get_by_role("button", name="Roll back to v1").click()

    reads(page.locator("body"), "staging points at version 1 again.")
    page.goto(f"{url}/try/?version=2")
    page.locator("#value-who").fill("Grace")
    page.get_by_role("button", name="Fill in").click()
    reads(page.locator("#filled"), "You greet Grace in three words.")
    assert page.locator("#value-who").input_value() == "Grace"
