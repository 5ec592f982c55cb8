import re

import pytest
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.users.models import User, UserSession
from tests.auth.browsing import is_in, sign_in
from tests.factories import PASSWORD, latest_audit, make_council, make_user


def filled(**over):
    fields = {
        "name": "Nina",
        "email": "Nina@Example.org",
        "username": "nina",
        "role": "user",
    }
    return fields | over


def shown_once(page):
    return re.search(r'id="shown-once"[^>]*>([^<]+)<', page.text).group(1)


def nina():
    return db.session.scalar(select(User).filter_by(username="nina"))


def test_an_admin_adds_a_person_who_signs_in_with_what_is_shown(app, client, ada):
    page = client.as_(ada).post("/users/new", data=filled())

    password = shown_once(page)
    assert page.status_code == 201
    assert nina().email == "nina@example.org"
    assert sign_in(app.test_client(), nina(), password=password).location == "/"


def test_the_generated_password_is_shown_that_one_time(client, ada):
    password = shown_once(client.as_(ada).post("/users/new", data=filled()))

    for url in ("/users/", f"/users/{nina().id}", f"/users/{nina().id}?tab=history"):
        assert password not in client.get(url).text
    entries = db.session.scalars(select(AuditEntry)).all()
    assert not any(password in f"{entry.detail}{entry.changes}" for entry in entries)


def test_a_typed_password_is_not_shown_again(client, ada):
    typed = "a blue lamp on tuesday"

    response = client.as_(ada).post("/users/new", data=filled(password=typed))

    assert response.location == f"/users/{nina().id}"
    assert typed not in client.get(response.location).text
    assert nina().has_password(typed)


@pytest.mark.parametrize(
    ("over", "field", "sentence"),
    [
        ({"name": ""}, "name", "Fill this in."),
        ({"email": "nowhere"}, "email", ""),
        ({"username": "nina@home"}, "username", ""),
        ({"role": "root"}, "role", ""),
        ({"password": "short"}, "password", "Use at least 12 characters."),
        ({"password": "nina is at home"}, "password", "Leave your name"),
    ],
)
def test_a_mistake_is_shown_beside_its_field(client, ada, over, field, sentence):
    response = client.as_(ada).post("/users/new", data=filled(**over))

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert sentence in response.text
    assert field == "name" or 'value="Nina"' in response.text
    assert nina() is None


@pytest.mark.parametrize("field", ["email", "username"])
def test_a_name_that_is_taken_is_said_beside_the_field(client, ada, olga, field):
    taken = filled(**{field: getattr(olga, field)})

    response = client.as_(ada).post("/users/new", data=taken)

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert f"Somebody else has this {field}." in response.text


@pytest.mark.parametrize(
    "extra", [{"is_active": ""}, {"password_hash": "x"}, {"id": "1"}, {"is_admin": "1"}]
)
def test_what_the_form_does_not_ask_is_not_set(client, ada, extra):
    client.as_(ada).post("/users/new", data=filled(**extra))

    assert (nina().is_active, nina().role) == (True, Role.USER)
    assert nina().password_hash.startswith("scrypt:")


def test_an_edit_starts_with_what_is_stored_and_keeps_the_rest(client, ada, olga):
    page = client.as_(ada).get(f"/users/{olga.id}/edit").text
    fields = {"name": "Olga O.", "email": olga.email, "role": olga.role}

    response = client.post(f"/users/{olga.id}/edit", data=fields)

    assert f'value="{olga.email}"' in page
    assert response.location == f"/users/{olga.id}"
    assert (olga.name, olga.is_active) == ("Olga O.", True)
    assert olga.has_password(PASSWORD)


def test_an_edit_does_not_bring_somebody_back(client, ada):
    gone = make_user("Gus", is_active=False)
    fields = {"name": "Gustav", "email": gone.email, "role": gone.role}

    client.as_(ada).post(f"/users/{gone.id}/edit", data=fields)

    assert (gone.name, gone.is_active) == ("Gustav", False)


def test_another_name_leaves_somebody_signed_in(app, client, ada, olga):
    theirs = app.test_client().as_(olga)
    fields = {"name": "Olga O.", "email": olga.email, "role": olga.role}

    client.as_(ada).post(f"/users/{olga.id}/edit", data=fields)

    assert is_in(theirs)


def test_deactivating_closes_every_door_and_activating_opens_them(
    app, client, ada, olga
):
    theirs = app.test_client().as_(olga).with_key(olga)

    client.as_(ada).post(f"/users/{olga.id}/deactivate")
    closed = (is_in(theirs), theirs.get("/api/v1/me").status_code)
    failed = sign_in(app.test_client(), olga).status_code
    client.post(f"/users/{olga.id}/activate")

    assert closed == (False, 401)
    assert failed == 422
    assert not is_in(theirs)  # the old session stays over
    assert theirs.get("/api/v1/me").status_code == 200
    assert sign_in(app.test_client(), olga).location == "/"


def test_a_reset_gives_a_new_password_once_and_ends_sessions(app, client, ada, olga):
    theirs = app.test_client().as_(olga)

    page = client.as_(ada).post(f"/users/{olga.id}/password")

    assert olga.has_password(shown_once(page))
    assert not is_in(theirs)
    assert shown_once(page) not in str(latest_audit().changes)
    assert latest_audit().detail == {"sessions_ended": 1}


@pytest.mark.parametrize("what", ["deactivate", "edit"])
def test_the_last_active_admin_stays(client, ada, what):
    make_user("Old admin", role=Role.ADMIN, is_active=False)
    fields = {"name": ada.name, "email": ada.email, "role": "user"}

    response = client.as_(ada).post(f"/users/{ada.id}/{what}", data=fields)

    assert response.status_code == 409
    assert "is the last active admin" in response.text
    assert (ada.role, ada.is_active) == (Role.ADMIN, True)
    assert latest_audit().result == "refused"


def test_one_of_two_admins_may_go(client, ada):
    second = make_user("Second", role=Role.ADMIN)

    client.as_(ada).post(f"/users/{second.id}/deactivate")

    assert not second.is_active


@pytest.mark.parametrize("tab", ["overview", "sessions", "keys", "history", "nonsense"])
def test_a_page_costs_four_statements_or_fewer(client, ada, olga, statements, tab):
    for number in range(20):
        make_council(olga, name=f"Council of {number}")
        db.session.add(UserSession(user=olga))
    client.as_(ada)
    statements.clear()

    page = client.get(f"/users/{olga.id}?tab={tab}")

    assert page.status_code == 200
    assert len(statements) <= 4, "\n".join(statements)


def test_the_page_says_where_somebody_sits_and_what_they_may_do(client, ada, olga):
    make_council(olga, name="Payments council")

    page = client.as_(ada).get(f"/users/{olga.id}").text

    assert "Payments council" in page
    assert "Vote where seated" in page


def test_the_list_costs_two_statements_however_long(client, ada, statements):
    for number in range(30):
        make_user(f"Person {number}")
    client.as_(ada)
    statements.clear()

    page = client.get("/users/")

    assert len(statements) == 2  # session and user, rows with total
    assert "Next" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=olg", {"Olga"}),
        ("role=viewer", {"Eve"}),
        ("is_active=false", {"Gus"}),
        ("q=lg&is_active=true", {"Olga"}),
        ("q=%25", set()),
        ("role=&is_active=&q=", {"Ada", "Olga", "Eve", "Gus"}),
    ],
)
def test_the_list_is_narrowed_by_its_address(client, ada, olga, eve, query, found):
    make_user("Gus", is_active=False)

    page = client.as_(ada).get(f"/users/?{query}").text

    assert set(re.findall(r'<a href="/users/[^"]+">(\w+)</a>', page)) == found


@pytest.mark.parametrize("query", ["role=root", "after=x", "is_active=maybe", "q=%00"])
def test_a_damaged_address_is_refused_and_not_a_crash(client, ada, query):
    assert client.as_(ada).get(f"/users/?{query}").status_code == 422


def test_an_auditor_reads_people_and_changes_nobody(client, eve, olga):
    client.as_(eve)

    assert olga.name in client.get("/users/").text
    page = client.get(f"/users/{olga.id}").text
    for what in ("edit", "password", "deactivate", "activate"):
        assert f"/{what}" not in page
        assert client.post(f"/users/{olga.id}/{what}").status_code == 403
    assert client.get("/users/new").status_code == 403


def test_others_do_not_see_people_at_all(client, olga, ada):
    client.as_(olga)

    assert client.get("/users/").status_code == 403
    assert client.get(f"/users/{ada.id}").status_code == 403


@pytest.mark.parametrize("what", ["", "/edit", "/password", "/keys/new"])
def test_nobody_there_is_404(client, ada, what):
    nobody = "019a0000-0000-7000-8000-000000000000"

    assert client.as_(ada).get(f"/users/{nobody}{what}").status_code == 404


def test_a_save_costs_a_constant_number_of_statements(client, ada, olga, statements):
    for number in range(10):
        make_user(f"Admin {number}", role=Role.ADMIN)
    client.as_(ada)
    fields = {"name": "Olga O.", "email": olga.email, "role": olga.role}
    statements.clear()

    client.post(f"/users/{olga.id}/edit", data=fields)

    assert len(statements) == 9, "\n".join(statements)  # 7, the admins, the email
