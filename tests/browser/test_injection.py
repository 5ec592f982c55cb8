"""What people and bots write, in a real browser: no dialog, no word on the console."""

import json
from base64 import b64encode
from urllib.request import Request, urlopen

import pytest

from dashboard.extensions import db
from dashboard.users.models import User

IMAGE = '"><img src=x onerror=alert(1)>'
EVIL = f"{IMAGE}</script><script>alert(1)</script>{{{{7*7}}}}javascript:alert(1)"
CODE = f"""
def run(inputs, files):
    print({EVIL!r})
    with open("evil.html", "w") as page:
        page.write({EVIL!r})
    return {{"said": {EVIL!r}, "rows": [{{{EVIL!r}: {EVIL!r}}}]}}
"""
TABS = "links => links.map((each) => each.getAttribute('href'))"
"""Where the tabs of a page lead, one of them to the page itself."""
LISTS = (
    "/",
    "/workflows/",
    "/councils/",
    "/agents/",
    "/workflow-types/",
    "/bots/",
    "/runs/",
    "/keys/",
    "/audit/",
    f"/bots/?q={IMAGE}",
    f"/audit/?q={IMAGE}",
)


@pytest.fixture
def admin(program):
    """An admin's name and a way to call the API as them."""
    username = program.person("admin")
    with program.app.app_context():
        owner = db.session.scalars(db.select(User).filter_by(username=username)).one()
        user_id = str(owner.id)
    secret = program.key_of(username, EVIL[:100])

    def call(path, body):
        request = Request(
            f"{program.url}/api/v1{path}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        )
        return json.load(urlopen(request, timeout=10))

    return username, user_id, call


def evil_records(user_id, call):
    """The addresses of a record of each kind that is full of it."""
    facts = {"name": EVIL[:80], "description": EVIL}
    bot = call(
        "/bots", facts | {"code": CODE, "message": EVIL[:200], "run_policy": "owner"}
    )
    council = call(
        "/councils", facts | {"members": [{"user_id": user_id, "role": EVIL[:40]}]}
    )
    agent = call("/agents", facts | {"role": EVIL[:80], "capabilities": [EVIL[:30]]})
    asked = {"word": {"type": "string", "title": EVIL, "description": EVIL}}
    type_ = call(
        "/workflow-types",
        facts
        | {
            "council_id": council["id"],
            "steps": [bot["id"]],
            "input_schema": {"type": "object", "properties": asked},
        },
    )
    file = {"name": "evil.html", "content_base64": b64encode(EVIL.encode()).decode()}
    proposal = {"title": EVIL[:120], "description": EVIL, "files": [file]}
    workflow = call(
        "/workflows",
        proposal
        | {"type_id": type_["id"], "agent_id": agent["id"], "inputs": {"word": EVIL}},
    )
    run = call(f"/bots/{bot['id']}/runs", {"inputs": {EVIL: EVIL}, "files": [file]})
    return [
        f"/bots/{bot['id']}",
        f"/bots/{bot['id']}/edit",
        f"/bots/{bot['id']}/versions/new",
        f"/bots/{bot['id']}/run",
        f"/councils/{council['id']}",
        f"/councils/{council['id']}/edit",
        f"/agents/{agent['id']}",
        f"/workflow-types/{type_['id']}",
        f"/workflow-types/{type_['id']}/edit",
        f"/workflows/new?type_id={type_['id']}",
        f"/workflows/{workflow['id']}",
        f"/workflows/{workflow['id']}/edit",
        f"/runs/{run['id']}",
    ]


def test_what_was_written_stays_text_in_a_browser(visit, program, admin):
    username, user_id, call = admin
    records = evil_records(user_id, call)
    page = visit(username)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(records[-1])
    page.get_by_text("Completed").first.wait_for(timeout=20_000)

    addresses = [*LISTS, *records]
    for address in addresses:
        page.goto(address)
        made = page.locator("img[src=x], a[href^='javascript:'], img[onerror]")
        assert made.count() == 0, address
        assert "}}49" not in page.content(), address
        if address in records:
            tabs = page.eval_on_selector_all(".tabs a[href]", TABS)
            addresses += [tab for tab in tabs if tab not in addresses]
    assert len(addresses) > len([*LISTS, *records]) + 9, "no tabs were found"

    page.goto(records[0])
    assert page.get_by_text("alert(1)").count() > 0, "nothing evil was shown at all"
    assert dialogs == []
