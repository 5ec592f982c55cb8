"""What people and bots write is text, on every page it stands on."""

import re

import pytest
from markupsafe import escape

from dashboard.advice.models import Advice
from dashboard.agents.models import Restriction
from dashboard.audit import audited
from dashboard.bots.models import BotVersion, RunPolicy
from dashboard.clock import now
from dashboard.councils.models import BlockedType, Charter
from dashboard.councils.proposing import propose_change
from dashboard.councils.schemas import ChangeIn
from dashboard.files.models import Blob
from dashboard.freezes.models import Freeze, Scope
from dashboard.inbox.models import Notice, NoticeKind
from dashboard.permissions import Permission
from dashboard.runs.models import LogChunk, OutputFile, RunFile, StepStatus
from dashboard.users.models import ApiKey, UserSession
from dashboard.workflow_types.models import TypeKind
from dashboard.workflows.models import WorkflowFile, WorkflowStep
from tests.attacks.stage import listed, routes
from tests.conftest import on_both, on_sqlite
from tests.factories import (
    make_agent,
    make_bot,
    make_council,
    make_round,
    make_run,
    make_type,
    make_user,
    make_vote,
    make_workflow,
    open_vote,
    stored,
    vote,
)
from tests.populated import RECEIPTS, filled_in
from tests.populated_machinery import machinery
from tests.populated_minds import minds

IMAGE = '"><img src=x onerror=alert(1)>'
SCRIPT = "</script><script>alert(1)</script>"
TEMPLATE = "{{7*7}}${7*7}#{7*7}<%= 7*7 %>"
LINK = "javascript:alert(1)"
EVIL = f"{IMAGE}{SCRIPT}{LINK}"
RAW = (b"<img src=x", b"<script>alert", b'href="javascript:', b'src="javascript:')
WORKFLOWS = {"workflow_id", "draft_id", "change_id", "proven_id"}
TABS = re.compile(r'<nav class="tabs".*?</nav>', re.DOTALL)
TAB = re.compile(r'href="[^"?]*\?(tab=\w+)"( aria-current)?')
CURRENT = " aria-current"
"""The page itself, which is read already."""


def evil_world(owner, text):
    """A record of every kind, the text in every field that takes one."""
    short = text[:80]
    agent = make_agent(
        name=short, description=text, role=short, capabilities=[short[:40]]
    )
    agent.owner_id = owner.id
    council = make_council(owner, name=short, description=text, advisers=[agent])
    council.members[0].role = council.advisers[0].role = text[:40]
    code = f"# {text}\ndef run(inputs, files):\n    return {{}}\n"
    config = {"defaults": {short: text}}
    bot = make_bot(
        owner, code, config, name=short, description=text, run_policy=RunPolicy.OWNER
    )
    bot.active.message = text[:200]
    field = {"type": "string", "title": text, "description": text, "default": text}
    schema = {"type": "object", "properties": {"word": field}}
    type_ = make_type(council, bot, name=short, description=text, schema=schema)
    workflow = make_workflow(
        owner,
        type_,
        title=short,
        description=text,
        inputs={"word": text},
        number=90_001,
    )
    workflow.agent_id = agent.id
    version = BotVersion.active_of(bot.id)
    workflow.steps = [
        WorkflowStep(position=1, bot_id=bot.id, bot_version_id=version.id)
    ]
    workflow.files = [WorkflowFile(name=short, blob=Blob.keep(b"x"))]
    voting = make_workflow(
        owner, type_, title=short, routing={"reasons": [text]}, number=90_002
    )
    watcher = make_user(short)
    content = {"auto_run": False, short: text}
    round_ = make_round(voting, owner, watcher, content=content)
    make_vote(round_, owner, reason=text)
    gone = make_vote(round_, watcher, reason=text)
    gone.void(owner, text, now())
    advice = advise(round_, agent, owner, text)
    tell(owner, voting, text[:300])
    proven = decided(type_, owner, text)
    type_.domain = text[:80]
    council.domains = [text]
    council.blocked_types = [BlockedType(type_id=type_.id, reason=text[:200])]
    agent.restrictions = [Restriction(type_id=type_.id, reason=text[:200])]
    change = governed(council, owner, text)
    with audited(owner, Permission.COUNCIL_WRITE, council) as entry:
        council.description = f"{text} again"
        entry.about(council, reason=text)
    key, _ = ApiKey.issue(owner, name=short)
    run = evil_run(bot, owner, text)
    return {
        "agent_id": agent.id,
        "bot_id": bot.id,
        "council_id": council.id,
        "freeze_id": frozen(council, agent, owner, text[:500]).id,
        "key_id": key.id,
        "name": "swagger-ui.css",
        "number": 1,
        "position": 1,
        "run_id": run.id,
        **machinery(bot, run, workflow, owner, text[:40]),
        **minds(agent, bot, workflow, advice, owner, text[:100], text),
        "seq": 1,
        "session_id": stored(UserSession(user=owner, agent=text)).id,
        "step": 1,
        "type_id": type_.id,
        "user_id": watcher.id,
        "workflow_id": voting.id,
        "draft_id": workflow.id,
        "change_id": change.id,
        "proven_id": proven.id,
        **dict.fromkeys(RECEIPTS, {"workflow_id": proven.id}),
        "workflows.void": {"workflow_id": proven.id},
    }


def advise(round_, agent, owner, text):
    given = {"opinion": "reject", "confidence": 80, "reason": text}
    seen = {"revision": round_.revision, "content_hash": round_.content_hash}
    people = {"round_id": round_.id, "agent_id": agent.id, "given_by_id": owner.id}
    return stored(Advice(**given, **seen, **people, given_at=now()))


def tell(person, workflow, text):
    of = {"workflow_id": workflow.id, "kind": NoticeKind.VOIDED, "key": "evil"}
    stored(Notice(user_id=person.id, text=text, at=now(), **of))


def decided(type_, owner, text):
    """Voted down by somebody with words of their own, so that there is a receipt."""
    member = make_user(text[:80])
    council = make_council(member, name=f"{text[:70]} too", description=text)
    kind = make_type(council, *(step.bot for step in type_.steps), name=f"{text[:70]}2")
    workflow = open_vote(owner, kind, title=text[:80], description=text)
    vote(workflow, member, "reject", reason=text)
    return workflow


def governed(council, owner, text):
    """A proposal to change a council, before and after full of the text."""
    body = make_council(owner, name=f"{text[:70]} governs")
    kind = make_type(
        body, name=f"Govern {text[:60]}", kind=TypeKind.GOVERNANCE, auto_run=False
    )
    council.charter = Charter(type_id=kind.id)
    seat = {"user_id": owner.id, "role": f"a{text[:38]}"}
    wanted = {"name": f"a{text[:70]}", "description": f"a{text}", "why": text}
    return propose_change(owner, stored(council), ChangeIn(**wanted, members=[seat]))


def frozen(council, agent, owner, reason):
    """One that holds, so that it stands on every page, and one that was lifted."""
    freeze = {"reason": reason, "frozen_by_id": owner.id}
    lifted = {"lifted_by_id": owner.id, "lifted_at": now(), "lift_reason": reason}
    stored(
        Freeze(scope=Scope.COUNCIL, target="council", council_id=council.id, **freeze)
    )
    return stored(
        Freeze(scope=Scope.AGENT, target="agent", agent_id=agent.id, **freeze, **lifted)
    )


def evil_run(bot, owner, text):
    run = make_run(bot, started_by=owner, inputs={text: text})
    step = run.steps[0]
    run.error = step.message = step.traceback = text
    run.output = step.output = {text: [{text: text}], "rows": [{text: 1}]}
    step.status, step.log_lines, step.attempt = StepStatus.FAILED, 1, 1
    step.files = [OutputFile(name=text[:80], blob=Blob.keep(b"x"))]
    run.files = [RunFile(name=text[:80], blob=Blob.keep(b"x"))]
    line = {"attempt": 1, "first_line": 0, "lines": 1, "text": text}
    stored(LogChunk(execution_id=step.id, **line))
    return stored(run)


@pytest.fixture
def browser(client, ada):
    ada.name = EVIL[:200]
    return client.as_(ada)


def pages(app, browser, world):
    """Every page, and every tab of those that have tabs."""
    for _, rule in routes(app, "GET"):
        if rule.rule.startswith("/api/"):
            continue
        ids = {id_ for name, id_ in world.items() if name in WORKFLOWS}
        for draft in ids if "workflow_id" in rule.arguments else [None]:
            url = filled_in(rule, world | {"workflow_id": draft, "name": "nothing"})
            queries = [""]
            for query in queries:
                with browser.get(f"{url}?{query}") as response:
                    if response.mimetype == "text/html":
                        yield f"{rule.rule}?{query}", response
                        queries += [] if query else tabs_of(response)


def tabs_of(response):
    shown = " ".join(TABS.findall(response.text))
    return [query for query, rest in TAB.findall(shown) if rest != CURRENT]


@pytest.mark.parametrize(
    ("server", "text"),
    on_both([], sqlite=[IMAGE, EVIL], postgresql=[SCRIPT, LINK]),
    indirect=["server"],
)
def test_what_was_written_never_becomes_markup(app, browser, ada, text):
    world = evil_world(ada, text)

    found, seen = [], 0
    for url, response in pages(app, browser, world):
        seen += str(escape(text[:30])) in response.text
        found += [(url, raw) for raw in RAW if raw in response.data]

    assert not found, listed(found)
    assert seen > 5


@on_sqlite
def test_what_looks_like_a_template_is_not_worked_out(app, browser, ada):
    ada.name = "Ada"
    world = evil_world(ada, f"begin{TEMPLATE}end")

    found, seen = [], 0
    for url, response in pages(app, browser, world):
        seen += "{{7*7}}" in response.text
        if "begin49" in response.text or "49#" in response.text:
            found.append(url)

    assert not found, listed(found)
    assert seen > 20


@pytest.mark.parametrize("text", [IMAGE, SCRIPT, LINK])
@pytest.mark.parametrize(
    "url", ["/login?next=", "/nowhere/", "/workflows/?q=", "/bots/?q=", "/users/?q="]
)
def test_what_stands_in_an_address_never_becomes_markup(browser, url, text):
    answer = browser.get(url + text.replace("#", "%23"), follow_redirects=True)

    assert not [raw for raw in RAW if raw in answer.data]


@pytest.mark.parametrize(
    "url", ["/bots/new", "/agents/new", "/councils/new", "/users/new"]
)
def test_what_was_typed_comes_back_as_text(browser, ada, url):
    names = ("name", "description", "code", "config", "message", "email", "role")

    answer = browser.post(url, data=dict.fromkeys(names, EVIL))

    assert answer.status_code == 422
    assert not [raw for raw in RAW if raw in answer.data]


@pytest.mark.parametrize("name", ['a".txt', "a;b=c.txt", "ž.html", "a.svg"])
def test_a_download_is_no_page_of_ours(app, client, ada, name):
    run = make_run(make_bot(ada))
    evil = b"<script>alert(1)</script>"
    run.steps[0].files = [OutputFile(name=name, blob=Blob.keep(evil))]
    stored(run)

    answer = client.as_(ada).get(f"/runs/{run.id}/steps/1/files/{name}")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype in {"application/octet-stream", "text/plain"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_log_of_a_bot_is_data_for_the_page(client, ada):
    run = evil_run(make_bot(make_user("Bea")), ada, EVIL)

    answer = client.as_(ada).get(f"/runs/{run.id}/steps/1/log")

    assert answer.mimetype == "application/json"
    assert answer.json["lines"] == [EVIL]
