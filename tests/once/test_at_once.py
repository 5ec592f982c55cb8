"""The same at the same moment: one gets through, the rest are led to it."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from sqlalchemy import func, select

from dashboard.bots.models import Bot, RunPolicy
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.models import Run
from tests.factories import make_bot, make_user
from tests.once.stage import done, form_on, kinds
from tests.populated import populate

CLICKS = 10
FEW = 4
"""For each of the many forms; what is asked of one form alone is clicked more often."""
PAGES = (200, 201)
"""What shows a secret once is no redirect."""


def all_at_once(app, clients, send):
    """What each of these clients is answered."""
    start = Barrier(len(clients))
    db.session.commit()

    def click(client):
        with app.app_context():
            start.wait()
            return send(client)

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(click, clients))


def sent(url, filled, browser):
    return browser.post(url, data=filled)


def test_several_clicks_on_each_form_do_one_thing(app, real_database):
    ada, olga = make_user("Ada"), make_user("Olga", role=Role.COUNCIL_OPERATOR)
    asked = kinds(populate(ada, olga))
    browsers = [app.test_client().as_(ada) for _ in range(FEW)]
    wrong = []

    for kind, (page, action, typed) in asked.items():
        url, filled = action or page, form_on(browsers[0], page, action) | typed
        before = done()
        answers = all_at_once(app, browsers, partial(sent, url, filled))
        led = {answer.location for answer in answers if answer.status_code == 303}
        statuses = sorted(answer.status_code for answer in answers)
        db.session.rollback()
        expected = [[303] * FEW, *([page] + [303] * (FEW - 1) for page in PAGES)]
        if (done() - before, len(led)) != (1, 1) or statuses not in expected:
            wrong.append((kind, done() - before, led, statuses))

    assert not wrong, wrong


def test_ten_calls_with_one_key_start_one_run(app, real_database):
    ada = make_user("Ada")
    bot = make_bot(ada, run_policy=RunPolicy.OWNER)
    url = f"/api/v1/bots/{bot.id}/runs"
    programs = [app.test_client().with_key(ada) for _ in range(CLICKS)]
    key = {"Idempotency-Key": "nightly-1"}

    answers = all_at_once(
        app, programs, lambda each: each.post(url, json={}, headers=key)
    )
    after = programs[0].post(url, json={}, headers=key)

    assert db.session.scalar(select(func.count()).select_from(Run)) == 1
    assert {answer.status_code for answer in answers} <= {202, 409}
    run_ids = {a.json["id"] for a in [*answers, after] if a.status_code == 202}
    assert len(run_ids) == 1
    assert all("Retry-After" in a.headers for a in answers if a.status_code == 409)


def test_ten_forms_with_keys_of_their_own_are_ten_wishes(app, real_database):
    ada = make_user("Ada")
    browsers = [app.test_client().as_(ada) for _ in range(CLICKS)]
    filled = [form_on(each, "/bots/new") for each in browsers]

    def send(browser):
        at = browsers.index(browser)
        return browser.post("/bots/new", data=filled[at] | {"name": f"Bot {at}"})

    answers = all_at_once(app, browsers, send)

    assert {answer.status_code for answer in answers} == {303}
    assert db.session.scalar(select(func.count()).select_from(Bot)) == CLICKS
