"""How the tests sign in by the form, and move a row into the past."""

from sqlalchemy import update

from dashboard.extensions import db
from tests.factories import PASSWORD


def sign_in(client, user, **over):
    fields = {"email": user.email, "password": PASSWORD} | over
    return client.post("/login", data=fields)


def stolen(app, client):
    """Another browser that holds a copy of this one's cookie."""
    thief = app.test_client()
    thief.set_cookie("quorum", client.get_cookie("quorum").value)
    return thief


def is_in(client):
    return client.get("/profile/").status_code == 200


def moved(model, **over):
    """Give every row of a model these values, behind the app's back."""
    db.session.execute(update(model).values(**over))
    db.session.commit()
