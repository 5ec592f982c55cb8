"""A browser's part: what stands in a form of a page, and sending it again."""

from html.parser import HTMLParser

from sqlalchemy import func, select

from dashboard.audit import AuditEntry, Result
from dashboard.extensions import db
from tests.factories import ECHO


class Forms(HTMLParser):
    """Every form of a page: its action, and its fields as they stand there."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.area = self.choice = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.found.append((given.get("action"), given.get("method"), {}))
        elif not self.found:
            return
        fields = self.found[-1][2]
        if tag == "input" and given.get("name") and is_sent(given):
            fields[given["name"]] = given.get("value", "")
        elif tag == "textarea":
            self.area = given["name"]
            fields[self.area] = ""
        elif tag == "select":
            self.choice = given["name"]
        elif tag == "option" and ("selected" in given or self.choice not in fields):
            fields[self.choice] = given.get("value", "")

    def handle_data(self, text):
        if self.area:
            self.found[-1][2][self.area] += text

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None


def is_sent(given):
    kind = given.get("type", "text")
    if kind in {"checkbox", "radio"}:
        return "checked" in given
    return kind not in {"submit", "button", "file"}


def form_on(client, page, action=None):
    """The fields of the form on a page that goes to this address, key included."""
    html = client.get(page)
    assert html.status_code == 200, (page, html.status)
    [fields] = [
        fields
        for goes_to, method, fields in Forms(html.text).found
        if method == "post" and "once" in fields and goes_to in {action, action or ""}
    ]
    return fields


def kinds(values):
    """Every kind of form: its page, where it goes if elsewhere, and what is typed."""
    bot, type_ = f"/bots/{values['bot_id']}", f"/workflow-types/{values['type_id']}"
    draft, hook = f"/workflows/{values['workflow_id']}", f"/hooks/{values['hook_id']}"
    freeze, user = f"/freezes/{values['freeze_id']}", f"/users/{values['user_id']}"
    person = {"name": "Nina", "email": "nina@example.org", "username": "nina"}
    return {
        "bot": ("/bots/new", None, {"name": "Second"}),
        "facts": (f"{bot}/edit", None, {"description": "Changed"}),
        "version": (
            f"{bot}/versions/new",
            None,
            {"code": ECHO + "\n# changed", "message": "Changed"},
        ),
        "run": (f"{bot}/run", None, {"inputs": '{"file": "auth.log"}'}),
        "hook": (f"{bot}/hooks/new", None, {"name": "Second"}),
        "secret": (hook, f"{hook}/secret", {}),
        "off": (hook, f"{hook}/off", {}),
        "agent": ("/agents/new", None, {"name": "Second"}),
        "workflow": (
            f"/workflows/new?type_id={values['type_id']}",
            None,
            {"title": "Second"},
        ),
        "draft": (f"{draft}/edit", None, {"title": "Changed"}),
        "opening": (draft, f"{draft}/round", {}),
        "key": ("/keys/new", None, {"name": "Second", "scopes": "bot.read"}),
        "person": ("/users/new", None, person),
        "role": (f"{user}/edit", None, {"name": "Olga the Second"}),
        "lift": (freeze, f"{freeze}/lift", {"reason": "All is well"}),
        "type": (type_, f"{type_}/archive", {}),
        "freeze": ("/freezes/new", None, {"scope": "all", "reason": "Odd sums"}),
    }


KINDS = tuple(
    kinds(
        dict.fromkeys(
            ("bot_id", "type_id", "workflow_id", "hook_id", "freeze_id", "user_id")
        )
    )
)


def done():
    """How many things were done, by the audit trail."""
    counted = select(func.count()).select_from(AuditEntry)
    return db.session.scalar(counted.where(AuditEntry.result == Result.DONE))
