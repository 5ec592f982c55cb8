import pytest
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.users.models import ApiKey, User
from tests.factories import PASSWORD, latest_audit, make_user

USERS = "/api/v1/users"
KEYS = "/api/v1/keys"


def given(**over):
    return {"email": "nina@example.org", "username": "nina", "name": "Nina"} | over


def test_an_admin_lists_people(api, ada, olga, eve, statements):
    api.with_key(ada)
    api.get(USERS)  # the key's use is noted once a minute
    statements.clear()

    answer = api.get(USERS)

    assert [row["name"] for row in answer.json["items"]] == ["Eve", "Olga", "Ada"]
    assert len(statements) == 2  # key and owner, rows with total


@pytest.mark.parametrize(
    ("query", "names"),
    [("q=olg", ["Olga"]), ("role=viewer", ["Eve"]), ("is_active=false", ["Otto"])],
)
def test_the_list_is_narrowed(api, ada, olga, eve, query, names):
    make_user("Otto", is_active=False)

    answer = api.with_key(ada).get(f"{USERS}?{query}")

    assert [row["name"] for row in answer.json["items"]] == names


def test_adding_a_person_generates_a_password_shown_once(api, ada):
    answer = api.with_key(ada).post(USERS, json=given())

    user = db.session.scalar(select(User).filter_by(username="nina"))
    assert (answer.status_code, answer.location) == (201, f"{USERS}/{user.id}")
    assert user.has_password(answer.json["password"])
    assert "password" not in api.get(answer.location).json
    assert latest_audit().action == "user.write"


def test_a_chosen_password_is_not_repeated(api, ada):
    wanted = given(password="a blue lamp on tuesday")

    answer = api.with_key(ada).post(USERS, json=wanted)

    assert answer.json["password"] is None


@pytest.mark.parametrize(
    "extra",
    [
        {"is_admin": True},
        {"id": "019a0000-0000-7000-8000-000000000000"},
        {"is_active": False},
        {"password_hash": "x"},
        {"created_at": "2020-01-01"},
    ],
)
def test_what_is_not_offered_cannot_be_set(api, ada, extra):
    answer = api.with_key(ada).post(USERS, json=given(**extra))

    assert answer.status_code == 422
    assert db.session.scalar(select(User).filter_by(username="nina")) is None


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"email": "no address"}, "/email"),
        ({"username": "nina@home"}, "/username"),
        ({"name": ""}, "/name"),
        ({"role": "root"}, "/role"),
        ({"password": "short"}, "/password"),
        ({"name": "N\0"}, "/name"),
    ],
)
def test_each_mistake_is_named(api, ada, over, pointer):
    answer = api.with_key(ada).post(USERS, json=given(**over))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("field", ["email", "username"])
def test_a_clash_is_named(api, ada, olga, field):
    wanted = given(**{field: getattr(olga, field).upper()})

    answer = api.with_key(ada).post(USERS, json=wanted)

    assert answer.status_code == 422
    assert answer.json["errors"] == [
        {"pointer": f"/{field}", "detail": f"Somebody else has this {field}."}
    ]


def test_a_patch_changes_only_what_it_names(api, ada, olga):
    answer = api.with_key(ada).patch(f"{USERS}/{olga.id}", json={"name": "Olga O."})

    assert answer.json["name"] == "Olga O."
    assert answer.json["role"] == "council_operator"
    assert olga.is_active


def test_a_patch_deactivates_and_the_keys_stop(app, api, ada, olga):
    theirs = app.test_client().with_key(olga)
    assert theirs.get("/api/v1/me").status_code == 200

    answer = api.with_key(ada).patch(f"{USERS}/{olga.id}", json={"is_active": False})

    assert answer.json["is_active"] is False
    assert theirs.get("/api/v1/me").status_code == 401


def test_a_patch_by_name_does_not_bring_somebody_back(api, ada):
    gone = make_user("Gus", is_active=False)

    api.with_key(ada).patch(f"{USERS}/{gone.id}", json={"name": "Gustav"})

    assert (gone.name, gone.is_active) == ("Gustav", False)


def test_the_last_admin_stays(api, ada):
    api.with_key(ada)

    for change in ({"is_active": False}, {"role": "user"}):
        answer = api.patch(f"{USERS}/{ada.id}", json=change)
        assert answer.status_code == 409
        assert "last active admin" in answer.json["detail"]

    assert (ada.is_active, ada.role) == (True, Role.ADMIN)


def test_only_an_admin_changes_people_and_an_auditor_reads_them(app, ada, olga, eve):
    auditor = app.test_client().with_key(eve)
    member = app.test_client().with_key(olga)

    assert auditor.get(f"{USERS}/{ada.id}").json["email"] == ada.email
    assert auditor.patch(f"{USERS}/{ada.id}", json={"name": "X"}).status_code == 403
    assert auditor.post(USERS, json=given()).status_code == 403
    assert member.get(USERS).status_code == 403
    assert member.get(f"{USERS}/{ada.id}").status_code == 403


def test_a_person_who_does_not_exist_is_404(api, ada):
    url = f"{USERS}/019a0000-0000-7000-8000-000000000000"

    assert api.with_key(ada).get(url).status_code == 404


def test_me_says_who_and_what_for(api, uma):
    answer = api.with_key(uma, scopes=["profile.read", "bot.read"]).get("/api/v1/me")

    assert answer.json["username"] == uma.username
    assert answer.json["scopes"] == ["bot.read", "profile.read"]
    assert "workflow.write" in answer.json["permissions"]


def test_a_key_is_shown_once_and_works(app, api, olga):
    wanted = {"name": "CI", "scopes": ["profile.read", "bot.read"], "days": 7}

    made = api.with_key(olga).post(KEYS, json=wanted)
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made.json['secret']}"

    assert made.status_code == 201
    assert program.get("/api/v1/me").json["email"] == olga.email
    assert program.get("/api/v1/workflows").status_code in {403, 404}
    assert made.json["secret"] not in api.get(KEYS).text
    assert made.json["last4"] == made.json["secret"][-4:]


def test_a_key_cannot_make_a_stronger_one(api, olga):
    api.with_key(olga, scopes=["key.write", "bot.read"])

    weaker = api.post(KEYS, json={"name": "CI", "scopes": ["bot.read"]})
    stronger = api.post(KEYS, json={"name": "CI", "scopes": ["workflow.vote"]})

    assert weaker.status_code == 201
    assert stronger.status_code == 422
    assert stronger.json["errors"][0]["pointer"] == "/scopes"


@pytest.mark.parametrize(
    "scope", ["user.write", "workflow.decide", "run.write", "nonsense"]
)
def test_a_key_grants_no_more_than_its_owners_role(api, olga, scope):
    answer = api.with_key(olga).post(KEYS, json={"name": "CI", "scopes": [scope]})

    assert answer.status_code == 422
    assert len(db.session.scalars(select(ApiKey)).all()) == 1


def test_one_lists_ones_own_keys_only(api, ada, olga):
    ApiKey.issue(olga, "Olga's")

    answer = api.with_key(ada, name="Ada's").get(KEYS)

    assert [row["name"] for row in answer.json["items"]] == ["Ada's"]


def test_a_revoked_key_is_dead_at_once(app, api, olga):
    key, secret = ApiKey.issue(olga, "CI")
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    assert program.get("/api/v1/me").status_code == 200

    answer = api.with_key(olga).delete(f"{KEYS}/{key.id}")

    assert answer.status_code == 204
    assert program.get("/api/v1/me").status_code == 401
    assert api.delete(f"{KEYS}/{key.id}").status_code == 409
    assert PASSWORD not in answer.text


def test_nobody_revokes_the_key_of_another(app, olga, mallory, eve):
    key, _ = ApiKey.issue(olga, "CI")
    url = f"{KEYS}/{key.id}"

    assert app.test_client().with_key(mallory).delete(url).status_code == 404
    assert app.test_client().with_key(eve).delete(url).status_code == 403
    assert key.revoked_at is None
