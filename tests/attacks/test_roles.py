"""Every role on every route: what permissions promise is what is answered."""

import pytest

from dashboard.agents.models import Agent
from dashboard.ai_models.models import AIModel
from dashboard.auth.views import PUBLIC
from dashboard.bots.models import Bot
from dashboard.chat.models import ChatMessage, ChatSession
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.freezes.models import Freeze
from dashboard.grants.models import Grant, StoredSecret
from dashboard.hooks.models import Hook
from dashboard.incidents.models import Incident
from dashboard.model_calls.models import ModelCall
from dashboard.permissions import GRANTS, SYSTEM, Permission, Role, can
from dashboard.projects.models import Project
from dashboard.prompts.models import Prompt
from dashboard.runs.models import Run
from dashboard.schedules.models import Schedule
from dashboard.tasks.models import Task
from dashboard.users.models import ApiKey, User, UserSession
from dashboard.webhooks.models import Endpoint
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Workflow
from tests.attacks.stage import UNSAFE, body_of, listed, routes, secret_world
from tests.conftest import on_both
from tests.factories import make_user
from tests.populated import filled_in
from tests.test_routes import ASKING

OF_BOTS = {
    "bot_id": Bot,
    "grant_id": Grant,
    "hook_id": Hook,
    "incident_id": Incident,
    "schedule_id": Schedule,
}
MODELS = {
    **OF_BOTS,
    "agent_id": Agent,
    "council_id": Council,
    "freeze_id": Freeze,
    "endpoint_id": Endpoint,
    "key_id": ApiKey,
    "run_id": Run,
    "secret_id": StoredSecret,
    "session_id": UserSession,
    "type_id": WorkflowType,
    "user_id": User,
    "workflow_id": Workflow,
    "model_id": AIModel,
    "prompt_id": Prompt,
    "call_id": ModelCall,
    "chat_id": ChatSession,
    "message_id": ChatMessage,
    "project_id": Project,
    "task_id": Task,
}
P = Permission
KNOWN = {"agent_id", "type_id", "model_id", "prompt_id", "project_id", "task_id"}
PRIVATE = {"chat_id", "message_id"}
SEES = {
    Role.ADMIN: set(MODELS) - PRIVATE,
    Role.COUNCIL_OPERATOR: KNOWN | set(OF_BOTS),
    Role.USER: KNOWN,
    Role.VIEWER: set(MODELS) - PRIVATE - {"session_id"},
    Role.API_USER: KNOWN,
}
"""Of what belongs to others, by the name of the argument in the address."""
ONLY_ADMINS = {
    P.USER_WRITE,
    P.COUNCIL_WRITE,
    P.TYPE_WRITE,
    P.FREEZE_WRITE,
    P.WORKFLOW_VOID,
    P.WEBHOOK_WRITE,
    P.SECRET_WRITE,
    P.SYSTEM_WRITE,
    P.MODEL_WRITE,
    P.REPUTATION_WRITE,
}
ONLY_AUDITORS = {
    P.AUDIT_READ,
    P.USER_READ,
    P.WEBHOOK_READ,
    P.SECRET_READ,
    P.SYSTEM_READ,
}
SAYS_WHY_NOT = {"bots.run"}
"""Pages that open for whoever sees the record, and tell why nothing can be done."""
REFUSED = (403, 404)
MIXED = [Role.COUNCIL_OPERATOR]
"""A role that sees some of what belongs to others, and not all of it."""
REST = [role for role in Role if role not in MIXED]


@pytest.fixture(params=list(Role))
def person(request, database):
    return make_user("Somebody", role=request.param)


@pytest.fixture
def world(ada, olga):
    return secret_world(ada, olga)


@pytest.fixture
def door(app, client, person, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return client.as_(person).with_key(person)


def subjects(rule, world):
    """The records an address names, by argument."""
    return {
        name: db.session.get(MODELS[name], world[name])
        for name in rule.arguments
        if name in MODELS
    }


def is_seen(person, name, record):
    known = MODELS[name].visible_to(person).where(MODELS[name].id == record.id)
    return db.session.scalars(known).unique().one_or_none() is not None


def expected(app, rule, person, world):
    """403, 404, or None for an answer that is not a refusal."""
    permission = app.view_functions[rule.endpoint].permission
    if permission not in GRANTS[person.role]:
        return 403
    named = subjects(rule, world)
    if not all(is_seen(person, name, record) for name, record in named.items()):
        return 404
    if permission.value.endswith(".read"):
        return None
    may = all(can(person, permission, record) for record in named.values())
    return None if may else 403


def permits_role(app, rule, person):
    return app.view_functions[rule.endpoint].permission in GRANTS[person.role]


def test_what_a_role_sees_of_others(person, world):
    seen = {
        name
        for name, model in MODELS.items()
        if is_seen(person, name, db.session.get(model, world[name]))
    }

    assert seen == SEES[person.role]


@pytest.mark.parametrize(
    ("server", "person"), on_both(MIXED, sqlite=REST), indirect=True
)
def test_reading_follows_the_permissions(app, door, person, world):
    found = []
    for _, rule in routes(app, "GET"):
        wanted = expected(app, rule, person, world)
        if rule.endpoint in SAYS_WHY_NOT and permits_role(app, rule, person):
            wanted = None if "bot_id" in SEES[person.role] else 404
        with door.get(filled_in(rule, world)) as response:
            answers = {wanted} if wanted else {200, 204}
            if response.status_code not in answers:
                found.append((rule.rule, response.status, wanted))

    assert not found, listed(found)


@pytest.mark.parametrize(
    ("server", "person"), on_both(MIXED, postgresql=REST), indirect=True
)
def test_writing_follows_the_permissions(app, door, person, world, database):
    found = []
    for method, rule in routes(app, *UNSAFE):
        wanted = expected(app, rule, person, world)
        db.session.commit()
        attempt = database.begin_nested()
        url, body = filled_in(rule, world), body_of(rule)
        with door.open(url, method=method, **body) as response:
            status = response.status_code
            fits = status == wanted if wanted else status not in REFUSED
            if not fits or status >= 500:
                found.append((method, rule.rule, response.status, wanted))
        db.session.rollback()
        attempt.rollback()
        db.session.expire_all()
        if rule.endpoint == "auth.logout":
            door.as_(person)

    assert not found, listed(found)


def test_no_route_asks_for_what_only_the_system_does(app):
    asked = {
        app.view_functions[rule.endpoint].permission
        for _, rule in routes(app, "GET", *UNSAFE)
    }

    assert not asked & {P.WORKFLOW_DECIDE, P.RUN_WRITE}
    assert all(SYSTEM is not each for each in GRANTS)


def test_nothing_unsafe_hides_behind_a_permission_to_read(app):
    found = [
        (method, rule.rule)
        for method, rule in routes(app, *UNSAFE)
        if app.view_functions[rule.endpoint].permission.value.endswith(".read")
        and rule.endpoint not in ASKING
    ]

    assert not found, listed(found)


@pytest.mark.parametrize("permission", sorted(ONLY_ADMINS))
def test_only_an_admin_governs(permission):
    assert {role for role in Role if permission in GRANTS[role]} == {Role.ADMIN}


@pytest.mark.parametrize("permission", sorted(ONLY_AUDITORS))
def test_only_an_admin_and_an_auditor_read_about_people(permission):
    granted = {role for role in Role if permission in GRANTS[role]}

    assert granted == {Role.ADMIN, Role.VIEWER}


def test_only_those_who_may_sit_on_a_council_vote():
    voters = {role for role in Role if P.WORKFLOW_VOTE in GRANTS[role]}

    assert voters == {Role.ADMIN, Role.COUNCIL_OPERATOR}


def test_a_viewer_may_nothing_but_read_and_keep_the_own_door():
    own = {P.SESSION_START, P.SESSION_END, P.PROFILE_WRITE}
    rest = GRANTS[Role.VIEWER] - own

    assert all(permission.value.endswith(".read") for permission in rest)


def test_the_public_endpoints_are_the_ones_agreed_on():
    assert sorted(PUBLIC) == [
        "auth.login",
        "auth_api.login",
        "auth_api.logout",
        "auth_api.refresh",
        "health.live",
        "health.show",
        "home.theme",
        "hooks_in.call",
        "openapi.spec",
        "receipts.key",
        "static",
    ]
