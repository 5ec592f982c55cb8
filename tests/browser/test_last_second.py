"""A vote to its last seconds: a veto lifted, a leaver, a flip, an extension."""

import json
import time
from datetime import UTC, datetime
from urllib.request import Request, urlopen

import pytest

from tests.browser.test_story import badge, reads

PERIOD, EXTENSION, LATE = 30, 15, 4
RULE = {
    "preset": "simple_majority",
    "voting_period": PERIOD,
    "early_decision": "off",
    "late_extension": {"seconds": EXTENSION, "trigger": "flip"},
}


@pytest.fixture
def ask(program):
    """ask(method, path, body): the API, as the admin."""
    token = program.key_of("mara", "Last second")

    def call(method, path, body=None):
        headers = {"Authorization": f"Bearer {token}"}
        headers["Content-Type"] = "application/json"
        sent = json.dumps(body).encode() if body is not None else None
        url = f"{program.url}/api/v1{path}"
        with urlopen(Request(url, sent, headers, method=method)) as answer:
            return json.load(answer)

    return call


@pytest.fixture
def vote(ask, program):
    """An open vote of four people; one of them may veto."""
    people = {user["username"]: user["id"] for user in ask("GET", "/users")["items"]}
    voters = ("mara", "tomas", "priya", "jonas")
    members = [
        {"user_id": people[name], "can_veto": name == "priya"} for name in voters
    ]
    council = ask(
        "POST", "/councils", {"name": "Last second", "rule": RULE, "members": members}
    )
    bot = ask("GET", "/bots")["items"][0]
    type_ = ask(
        "POST",
        "/workflow-types",
        {
            "name": "To the last second",
            "council_id": council["id"],
            "steps": [bot["id"]],
            "auto_run": False,
        },
    )
    token = program.key_of("lena", "Proposes")
    body = {"type_id": type_["id"], "title": "To the last second", "open": True}
    request = Request(
        f"{program.url}/api/v1/workflows",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urlopen(request) as answer:
        return council, members, people, json.load(answer)["id"]


def cast(page, choice, reason):
    page.locator("#vote").get_by_text(choice, exact=True).first.click()
    page.get_by_label("Reason").fill(reason)
    page.locator("#vote-form button.primary").click()
    reads(page.locator("#vote .ballots"), reason)  # it stands there, so it is counted


def just_before(moment):
    """Late, but with time for a slow machine to carry the vote there."""
    left = (moment - datetime.now(UTC)).total_seconds()
    time.sleep(max(0.0, left - LATE))


def test_a_vote_goes_to_its_last_seconds_and_ends_as_the_rule_says(visit, ask, vote):
    council, members, people, workflow_id = vote
    names = ("priya", "tomas", "jonas", "mara")
    pages = {name: visit(name) for name in names}
    for page in pages.values():
        page.goto(f"/workflows/{workflow_id}")
    cast(pages["priya"], "Veto", "The list is not checked yet.")
    cast(pages["tomas"], "Approve", "It is needed today.")
    cast(pages["jonas"], "Reject", "Too soon.")
    cast(pages["mara"], "Approve", "I agree with Tomás.")
    reads(pages["tomas"].locator("#vote"), "veto")

    jonas_left = [m for m in members if m["user_id"] != people["jonas"]]
    ask("PATCH", f"/councils/{council['id']}", {"members": jonas_left})
    before = ask("GET", f"/workflows/{workflow_id}")["round"]
    just_before(datetime.fromisoformat(before["closes_at"]))
    cast(pages["priya"], "Approve", "I have checked the list.")

    extended = ask("GET", f"/workflows/{workflow_id}")["round"]
    assert extended["outcome"] is None
    assert extended["closes_at"] > before["closes_at"]
    reads(pages["mara"].locator("#why"), "xtended")
    reads(badge(pages["mara"]), "Approved")  # nobody did anything more

    decided = ask("GET", f"/workflows/{workflow_id}")
    round_ = decided["round"]
    assert (decided["status"], round_["reason"]) == ("approved", "passed")
    assert round_["decided_at"] == round_["closes_at"] == extended["closes_at"]
    assert round_["early"] is False
    counted = [round_["explain"][name] for name in ("A", "R", "N", "E")]
    assert counted == [3, 1, 0, 4]
    jonas = next(b for b in round_["ballots"] if b["user_id"] == people["jonas"])
    assert (jonas["choice"], jonas["gone"]) == ("reject", True)
    reads(pages["tomas"].locator("#vote"), "left")
