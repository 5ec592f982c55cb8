"""News of incidents have no place in the tables as they were before."""

import flask_migrate
import sqlalchemy as sa

from dashboard.extensions import db
from dashboard.hooks.models import Hook
from dashboard.inbox.models import Notice
from dashboard.permissions import Role
from tests.factories import make_bot, make_user
from tests.hooks.stage import make_hook
from tests.inbox.stage import asked
from tests.inbox.test_notices import tell
from tests.incidents.stage import quarantined

BEFORE = "c1d7a90f52be"


def keys():
    return set(
        db.session.scalars(sa.select(sa.column("key")).select_from(sa.table("notices")))
    )


def test_down_it_leaves_the_news_of_workflows_and_up_it_lets_both_be(
    app, real_database
):
    uma = make_user("Uma", role=Role.USER)
    tell(uma, asked(uma, make_user("Olga")).workflow, key="kept")
    incident = quarantined(make_bot(uma))
    hook_id = make_hook(uma).id
    assert keys() == {"kept", f"quarantine:{incident.id}"}
    db.session.remove()

    flask_migrate.downgrade(revision=BEFORE)
    below = keys()
    db.session.remove()
    flask_migrate.upgrade()

    assert below == keys() == {"kept"}
    kept = db.session.scalar(sa.select(Notice))
    assert (kept.incident_id, kept.kind) == (None, "opened")
    hook = db.session.get_one(Hook, hook_id)
    assert (hook.refusals, hook.refusal) == (0, "")
