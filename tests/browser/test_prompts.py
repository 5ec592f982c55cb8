"""A prompt from its first line to production and back: written, tried, voted on."""

import re
from urllib.parse import quote

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
def model_server():
    with model_server_running() as server:
        server.by = answer_to
        yield server


@pytest.fixture
def model(program, model_server):
    """A model on this machine, by the name people see."""
    with program.app.app_context():
        begin_writing()
        fields = {"base_url": model_server.url, "model_id": "tiny", "price_in": 10**6}
        made = AIModel(name=f"Tiny {model_server.server_port}", **fields)
        db.session.add(made)
        db.session.commit()
        return made.name


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


def employ(program, url, council_id, model):
    """The type of work whose only step is done by an agent with this prompt."""
    key = program.key_of(program.person("admin"))
    [of_model] = call(program, key, f"/ai-models?q={quote(model)}")["items"]
    thinks = {"ai_model_id": of_model["id"], "prompt_id": url.rsplit("/", 1)[1]}
    agent = call(program, key, "/agents", {"name": f"Greeter {model}", **thinks})
    step = {"agent_id": agent["id"], "task": "Greet ${who}.", "max_turns": 1}
    asked = {"type": "object", "properties": {"who": {"type": "string"}}}
    type_ = {"council_id": council_id, "steps": [step], "input_schema": asked}
    return call(program, key, "/workflow-types", {"name": f"Greet {model}"} | type_)


def have_done(page, voters, type_id, who):
    """The work of this type, from the proposal to its end."""
    page.goto(f"/workflows/new?type_id={type_id}")
    page.get_by_label("Title").fill(f"Greet {who}")
    page.get_by_label("Who", exact=True).fill(who)
    page.get_by_role("button", name="Save draft and preview").click()
    page.wait_for_url(re.compile("/workflows/[0-9a-f-]{36}$"))
    page.get_by_role("button", name="Open voting").click()
    page.locator("#confirm [value=yes]").click()
    reads(badge(page), "Voting")
    for voter in voters:
        approve(voter, page.url)
    reads(badge(page), "Completed")


def test_a_prompt_is_tried_promoted_by_vote_used_by_an_agent_and_rolled_back(
    visit, program, model_server, model, cast
):
    writer, voters, council_id = cast
    page = visit(writer)
    url = write(page, f"greeter {model}")
    reads(page.locator(".prompt mark"), "${who}")
    move(page, url, "production", 1, "Make the label")
    reads(page.locator("body"), "production points at version 1 now.")
    served = protect(program, url, council_id, f"prompt.promote {model}")
    type_ = employ(program, url, council_id, model)

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
    voters = [visit(voter) for voter in voters]
    for voter in voters:
        approve(voter, page.url)
    reads(badge(page), "Completed")
    assert served()["content"] == NEW

    have_done(page, voters, type_["id"], "Grace")
    told = model_server.requests[-1]["messages"]
    assert told[0]["content"].startswith("You greet Grace in three words.")
    assert told[1]["content"].startswith("Greet Grace.")
    reads(page.locator("#run"), "Good morning, Ada!")

    page.goto(f"{url}/labels/")
    page.get_by_label("Why it goes back").fill("Too short for some")
    page.get_by_role("button", name="Propose to roll back to v1").click()
    page.wait_for_url(re.compile("/workflows/[0-9a-f-]{36}$"))
    for voter in voters:
        approve(voter, page.url)
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
