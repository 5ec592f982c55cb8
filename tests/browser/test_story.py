"""The main job, as people do it: propose, vote, run, read the result."""

import json
import re
from urllib.request import Request, urlopen

import pytest

from dashboard.extensions import db
from dashboard.permissions import VOTERS
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType

FIRST = ("183.62.140.253", 286)
OTHERS = (("192.0.2.7", 41), ("198.51.100.23", 12), ("203.0.113.5", 3))
SECONDS = 30_000


def sshd_log():
    """Failed passwords of a few addresses, among lines that are something else."""
    lines = []
    for address, failed in (*OTHERS, FIRST):
        for number in range(failed):
            at = f"Dec 10 {number // 60:02}:{number % 60:02}:00 web1 sshd[{number}]:"
            failure = f"Failed password for root from {address} port {4000 + number}"
            lines.append(f"{at} Connection closed by {address} [preauth]")
            lines.append(f"{at} {failure} ssh2")
    return "\n".join(lines).encode()


@pytest.fixture
def cast(program):
    """The break-in report's id, who proposes it, and two members who may vote."""
    with program.app.app_context():
        type_ = db.session.scalars(
            db.select(WorkflowType).filter_by(name="Break-in report")
        ).one()
        seats = [m.user for m in type_.council.members if m.weight]
        voters = [user for user in seats if user.is_active and user.role in VOTERS]
        proposer = db.session.scalars(
            db.select(User).filter_by(role="council_operator", is_active=True)
        ).first()
        names = [user.username for user in voters if user.id != proposer.id]
        return type_.id, proposer.username, names


def propose(page, type_id, title):
    page.goto(f"/workflows/new?type_id={type_id}")
    page.get_by_label("Title").fill(title)
    page.get_by_role("textbox", name="Why").fill("Somebody tries passwords on web1.")
    page.get_by_label("Attach files").set_input_files(
        {"name": "auth.log", "mimeType": "text/plain", "buffer": sshd_log()}
    )
    page.get_by_role("button", name="Save draft and preview").click()
    page.wait_for_url(re.compile("/workflows/[0-9a-f-]{36}$"))
    return page.url


def test_a_mistake_loses_neither_words_nor_files(visit, cast):
    type_id, proposer, _ = cast
    page = visit(proposer)
    page.goto(f"/workflows/new?type_id={type_id}")
    page.get_by_label("Title").fill("With a mistake")
    page.get_by_label("Threshold").fill("-1")
    page.get_by_label("Attach files").set_input_files(
        {"name": "auth.log", "mimeType": "text/plain", "buffer": sshd_log()}
    )

    page.get_by_role("button", name="Save draft and preview").click()
    reads(page.locator("#proposal .error"), "Enter 1 or more.")
    assert page.get_by_label("Title").input_value() == "With a mistake"
    page.get_by_label("Threshold").fill("5")
    page.get_by_role("button", name="Save draft and preview").click()
    page.wait_for_url(re.compile("/workflows/[0-9a-f-]{36}$"))

    reads(page.locator(".files"), "auth.log")


def approve(page, url):
    page.goto(url)
    page.locator("#vote").get_by_text("Approve", exact=True).first.click()
    page.get_by_role("button", name="Cast vote").click()


def badge(page):
    return page.locator("#head .badge").first


def reads(locator, text):
    from playwright.sync_api import expect

    expect(locator).to_contain_text(text, timeout=SECONDS)


def test_a_report_is_proposed_approved_and_run_while_the_page_follows(visit, cast):
    type_id, proposer, (one, two, *_) = cast
    page = visit(proposer)
    url = propose(page, type_id, "Who knocks at web1?")
    reads(page.locator("body"), "What will be judged")
    reads(page.locator("body"), "sha256:")
    page.get_by_role("button", name="Open voting").click()
    page.locator("#confirm [value=yes]").click()
    reads(badge(page), "Voting")

    first = visit(one)
    approve(first, url)
    reads(first.locator("#vote"), "Change vote")
    reads(page.locator("#vote"), "1 of")
    second = visit(two, viewport={"width": 390, "height": 844})
    approve(second, url)

    reads(badge(page), "Completed")  # nobody reloaded this page
    row = page.locator("#run table tbody tr").first
    reads(row, FIRST[0])
    reads(row, str(FIRST[1]))
    reads(page.locator("#run"), "addresses.csv")
    first.reload()
    reads(first.locator("#vote"), "Voting has closed: this was approved and has run.")
    assert badge(first).inner_text() == badge(page).inner_text() == "Completed"


SLOW = """
import time

def run(inputs, files):
    for second in range(4):
        print(f"second {second}", flush=True)
        time.sleep(1)
    return {"slept": 4}
"""


def slow_type(program, council_id):
    """A type whose one bot takes four seconds and says so."""
    key = program.key_of(program.person("admin"))
    known = call(program, key, "/workflow-types?q=Slow+work")["items"]
    if known:
        return known[0]["id"]
    bot = {"name": "Slow work", "code": SLOW, "message": "First version"}
    wanted = {
        "name": "Slow work",
        "council_id": str(council_id),
        "steps": [call(program, key, "/bots", bot)["id"]],
    }
    return call(program, key, "/workflow-types", wanted)["id"]


def test_the_page_follows_from_voting_to_the_result_and_the_log_as_it_is_printed(
    visit, cast, program
):
    _, proposer, voters = cast
    with program.app.app_context():
        type_ = db.session.scalars(
            db.select(WorkflowType).filter_by(name="Break-in report")
        ).one()
    type_id = slow_type(program, type_.council_id)
    key = program.key_of(proposer)
    wanted = {"type_id": type_id, "title": "State by state", "open": True}
    workflow = call(program, key, "/workflows", wanted)
    page = visit(proposer)
    page.goto(f"/workflows/{workflow['id']}")
    reads(badge(page), "Voting")

    for voter in voters[:2]:
        vote(program, program.key_of(voter), workflow["id"])

    reads(badge(page), "Running")
    reads(page.locator("#strip .moment.ok").nth(2), "Approved")
    reads(page.locator("#run pre.log"), "second 1")
    assert "second 3" not in page.locator("#run pre.log").inner_text()
    reads(badge(page), "Completed")
    reads(page.locator("#run pre.log"), "second 3")


def test_the_same_without_a_script(visit, cast):
    type_id, proposer, (one, two, *_) = cast
    page = visit(proposer, java_script_enabled=False)
    url = propose(page, type_id, "Without a script")
    page.get_by_role("button", name="Open voting").click()
    reads(badge(page), "Voting")

    for voter in (one, two):
        ballot = visit(voter, java_script_enabled=False)
        approve(ballot, url)
        reads(ballot.locator("body"), "Your vote was counted.")

    for _ in range(60):
        page.goto(url)
        if badge(page).inner_text() == "Completed":
            break
        page.wait_for_timeout(500)
    assert badge(page).inner_text() == "Completed"
    row = page.locator("#run table tbody tr").first
    reads(row, FIRST[0])
    reads(row, str(FIRST[1]))


def test_a_reject_without_a_reason_keeps_the_choice_and_says_what_to_do(visit, cast):
    type_id, proposer, (one, *_) = cast
    page = visit(proposer)
    url = propose(page, type_id, "To be rejected")
    page.get_by_role("button", name="Open voting").click()
    page.locator("#confirm [value=yes]").click()
    reads(badge(page), "Voting")

    ballot = visit(one)
    ballot.goto(url)
    ballot.locator("#vote").get_by_text("Reject", exact=True).first.click()
    ballot.get_by_role("button", name="Cast vote").click()

    reads(ballot.locator("#vote"), "Write down your reason")
    assert ballot.locator("input[value=reject]").is_checked()


def test_the_same_through_the_api_with_three_keys(program, browser, cast):
    import base64
    import time

    type_id, proposer, (one, two, *_) = cast
    key = program.key_of(proposer)
    file = {
        "name": "auth.log",
        "content_base64": base64.b64encode(sshd_log()).decode(),
    }
    wanted = {"type_id": str(type_id), "title": "By program", "files": [file]}
    workflow = call(program, key, "/workflows", wanted | {"open": True})
    for voter in (one, two):
        vote(program, program.key_of(voter), workflow["id"])

    until = time.monotonic() + 30
    while time.monotonic() < until:
        workflow = call(program, key, f"/workflows/{workflow['id']}")
        if workflow["status"] not in {"approved", "running"}:
            break
        time.sleep(0.2)
    assert workflow["status"] == "completed"
    run = call(program, key, f"/runs/{workflow['run_id']}")
    found = run["output"]["by_address"][0]
    assert (found["address"], found["failed"]) == FIRST


def vote(program, key, workflow_id):
    ballot = {"choice": "approve", "revision": 1}
    return call(program, key, f"/workflows/{workflow_id}/votes", ballot)


def call(program, key, path, body=None):
    request = Request(
        f"{program.url}/api/v1{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)
