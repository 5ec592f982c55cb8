"""Whatever stands in an address, it is no mistake of ours."""

import re
from base64 import urlsafe_b64encode
from functools import cached_property

import pytest

from tests.attacks.stage import listed, routes, secret_world
from tests.conftest import on_both, on_postgresql, on_sqlite
from tests.populated import filled_in

ON_RECORDS = [
    "tab",
    "version",
    "from",
    "seen",
    "download",
    "step",
    "revision",
    "days",
    "ask",
    "type_id",
    "agent_id",
    "weekly_savings",
    "preset",
    "proposer",
    "threshold-num",
    "threshold-den",
    "quorum-num",
    "quorum-den",
    "min_approvals",
    "voting_period",
    "min_open",
    "late_extension-seconds",
]
"""What pages read from an address without a form that says so."""
ASKED = re.compile(r'<form(?![^>]*method="post")[^>]*>.*?</form>', re.DOTALL)
NAMED = re.compile(r'name="([\w-]+)"')
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


def cursor(text):
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


HUGE = "1" + "0" * 30
GIANT = "x" * 60_000
"""Longer than what SQLite looks for in a text."""
VALUES = on_both(
    [HUGE],
    sqlite=[GIANT, "9999-12-31"],
    postgresql=["%00", "%ff%fe", "-1"],
)
CURSORS = on_both(
    [cursor(f"[{HUGE}]")],
    sqlite=[cursor("[" * 3000), cursor("null"), "é"],
    postgresql=[cursor('["\\u0000"]'), cursor('["\\ud800"]'), cursor("[Infinity]")],
)
ODD_NAMES = [
    "%00",
    "%ff%fe",
    "..%2f..%2fetc%2fpasswd",
    "x" * 5000,
    "%0d%0aSet-Cookie:x=1",
]


@pytest.fixture
def door(app, client, ada, olga, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    world = secret_world(ada, olga)
    return client.as_(ada).with_key(ada), world


@pytest.fixture(scope="module")
def known():
    """What the addresses read, once it was looked up: for a page that takes a look."""
    return {}


@pytest.fixture(scope="module")
def deaf():
    """Endpoints that were asked with a query and did not look at it."""
    return set()


@pytest.fixture
def heard(app, monkeypatch):
    """Endpoints that looked at the query they were asked with."""
    found = set()

    class Noting(app.request_class):
        @cached_property
        def args(self):
            found.add(self.endpoint)
            return super().args

    monkeypatch.setattr(app, "request_class", Noting)
    return found


def names_asked(client, rule, url, spec):
    """What is read from its query: the documents of a call say, or a page's forms."""
    if rule.rule.startswith("/api/v1/"):
        calls = spec["paths"].get(ARGUMENT.sub(r"{\1}", rule.rule), {})
        parameters = calls.get("get", {}).get("parameters", [])
        return {each["name"] for each in parameters if each["in"] == "query"}
    with client.get(url) as response:
        if response.mimetype != "text/html":
            return set()
        forms = " ".join(ASKED.findall(response.text))
    return set(NAMED.findall(forms))


@pytest.fixture
def broken(app, door, heard, deaf):
    """broken(queries): which addresses, with which query, were answered as a mistake
    of ours.
    """
    client, world = door

    def ask(queries):
        found = []
        rules = [rule for _, rule in routes(app, "GET") if rule.endpoint not in deaf]
        for rule in rules:
            url = filled_in(rule, world)
            for query in queries(rule, url):
                with client.get(f"{url}?{query}") as response:
                    if response.status_code >= 500:
                        found.append((rule.rule, query[:40], response.status))
                if rule.endpoint not in heard:
                    deaf.add(rule.endpoint)
                    break
        return found

    return ask


@pytest.mark.parametrize(("server", "value"), VALUES, indirect=["server"])
def test_an_odd_value_is_never_a_server_error(broken, door, known, value):
    client, _ = door
    spec = client.get("/api/openapi.json").json

    def queries(rule, url):
        yield "&".join(f"{name}={value[:3000]}" for name in ON_RECORDS)
        yield f"tab=versions&after={value}"
        if rule.rule not in known:
            known[rule.rule] = sorted(names_asked(client, rule, url, spec))
        yield from (f"{name}={value}" for name in known[rule.rule])

    found = broken(queries)

    assert not found, listed(found)


@pytest.mark.parametrize(("server", "after"), CURSORS, indirect=["server"])
def test_an_odd_cursor_is_never_a_server_error(broken, after):
    def queries(rule, url):
        yield f"after={after}"
        if rule.endpoint.endswith(".show"):
            yield f"after={after}&tab=runs"

    found = broken(queries)

    assert not found, listed(found)


def test_who_looks_at_a_query_is_heard(client, ada, olga, heard):
    client.as_(ada).get(f"/workflows/{secret_world(ada, olga)['workflow_id']}")
    client.get("/bots/?q=x")
    client.get("/system/")

    assert heard >= {"workflows.show", "bots.index"}
    assert "system.index" not in heard


@on_sqlite
@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_file_name_in_an_address_is_not_found(app, door, name):
    client, world = door

    found = []
    for _, rule in routes(app, "GET"):
        if "name" in rule.arguments:
            url = filled_in(rule, world | {"name": "oddname"})
            url = url.replace("oddname", name).replace("swagger-ui.css", name)
            with client.get(url) as response:
                if response.status_code != 404:
                    found.append((rule.rule, response.status))

    assert not found, listed(found)


@on_sqlite
@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b'{"name": "\xff"}', b"null", b"[]", b"1", b'"x"', b"{", b""]
)
def test_a_body_that_is_no_object_is_the_senders_mistake(app, door, body):
    client, world = door

    found = []
    for method, rule in routes(app, "POST", "PUT", "PATCH"):
        if rule.rule.startswith("/api/v1/"):
            url = filled_in(rule, world)
            kind = {"content_type": "application/json"}
            answer = client.open(url, method=method, data=body, **kind)
            if answer.status_code >= 500:
                found.append((method, rule.rule, answer.status))

    assert not found, listed(found)


@pytest.mark.parametrize(
    ("server", "odd"),
    on_both(
        ["\0", 10**30],
        sqlite=["x" * 20_000, [], {}, None],
        postgresql=["\ud800", -1, [[["x"]]], 1.5],
    ),
    indirect=["server"],
)
def test_an_odd_value_in_any_field_is_the_senders_mistake(app, door, odd):
    client, world = door
    schemas = client.get("/api/openapi.json").json["components"]["schemas"]
    names = {name for each in schemas.values() for name in each.get("properties", {})}

    found = []
    for method, rule in routes(app, "POST", "PUT", "PATCH"):
        if rule.rule.startswith("/api/v1/"):
            for body in [dict.fromkeys(sorted(names), odd), {"inputs": {"x": odd}}]:
                answer = client.open(filled_in(rule, world), method=method, json=body)
                if answer.status_code >= 500:
                    found.append((method, rule.rule, answer.status))

    assert not found, listed(found)


@pytest.mark.parametrize(
    ("server", "odd"),
    on_both(
        ["\0"], sqlite=["9" * 5000, "{{7*7}}", "[" * 5000], postgresql=["\ud800", "-1"]
    ),
    indirect=["server"],
)
def test_an_odd_value_in_any_form_is_the_senders_mistake(app, door, ada, odd):
    client, world = door
    names = [
        "name",
        "description",
        "code",
        "config",
        "message",
        "role",
        "owner_id",
        "status",
        "title",
        "inputs",
        "files",
        "keep",
        "choice",
        "reason",
        "revision",
        "key",
        "type_id",
        "agent_id",
        "weekly_savings",
        "council_id",
        "input_schema",
        "rule",
        "steps-0-actor",
        "members-0-user_id",
        "members-0-weight",
        "capabilities",
        "scopes",
        "days",
        "email",
        "username",
        "password",
        "current",
        "new",
        "again",
        "next",
        "run_policy",
        "based_on",
        "auto_run",
        "risk",
        "review_actions",
        "savings_threshold",
        "domain",
        "domains",
        "kind",
        "blocked_types-0-type_id",
        "blocked_types-0-reason",
        "restrictions-0-type_id",
        "restrictions-0-reason",
        "user_id",
        "opinion",
        "confidence",
        "scope",
        "why",
        "charter_type_id",
        "editors",
        "meaning",
        "rule-preset",
        "rule-min_approvals",
        "rule-voting_period",
        "rule-voting_period-unit",
        "rule-threshold-num",
        "rule-threshold-den",
        "rule-quorum-num",
        "rule-required_roles-0-role",
        "rule-required_roles-0-number",
        "rule-exclude",
        "rule-shown",
    ]

    found = []
    for _, rule in routes(app, "POST"):
        if not rule.rule.startswith("/api/v1/"):
            form = dict.fromkeys(names, odd.encode("utf-8", "surrogatepass"))
            answer = client.post(filled_in(rule, world), data=form)
            if answer.status_code >= 500:
                found.append((rule.rule, answer.status))
        if rule.endpoint == "auth.logout":
            client.as_(ada)

    assert not found, listed(found)


@on_postgresql
@pytest.mark.parametrize(
    "name", ["User-Agent", "X-Forwarded-For", "Referer", "X-Partial"]
)
@pytest.mark.parametrize("value", ["x" * 5000, "é\x7f", "a\tb"])
def test_an_odd_header_is_never_a_server_error(door, name, value):
    client, _ = door

    answers = [
        client.get("/", headers={name: value}),
        client.post(
            "/login", data={"email": "x", "password": "y"}, headers={name: value}
        ),
        client.post("/keys/new", data={"name": "x"}, headers={name: value}),
    ]

    assert all(answer.status_code < 500 for answer in answers)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x" * 10_000,
        "qrm_",
        "qrm_x_y",
        "qrm_%00_x",
        "a.b.c",
        "é",
        "qrm_" + "0" * 32 + "_x",
    ],
)
def test_an_odd_token_is_nobody(api, database, token):
    answer = api.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401
