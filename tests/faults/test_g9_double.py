"""G9: what is sent twice, or ten times at once, happens once."""

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

from dashboard.extensions import db
from dashboard.users.models import UserSession
from tests.factories import make_user
from tests.faults.crowd import caller_for
from tests.faults.survey import Survey
from tests.faults.work import at_work, breaks_in_chain
from tests.faults.world import free_port

ENGINES = ("web",)
AT_ONCE = 10
CODE = "def run(inputs):\n    return {}\n"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
SEE_OTHER = 303


def doubled(world, times):
    """A call with its key, and a form as a browser holds it, each sent ten times."""
    survey, port = Survey("sent-ten-times"), free_port()
    with at_work(world):
        ada = make_user("Ada")
        caller = caller_for(f"http://127.0.0.1:{port}", ada)
        cookie = signed_in(world, ada)
    web = world.web(port)
    for number in range(times):
        answers = at_once(lambda n=number: call(caller, f"Called {n}"))
        count(world, survey, f"Called {number}", answers)
        form = filled_in(port, cookie, f"Filled in {number}")
        answers = at_once(lambda form=form: submit(port, *form))
        count(world, survey, f"Filled in {number}", answers)
    web.end()
    survey.dup += len(breaks_in_chain(world))
    return survey


def signed_in(world, user):
    """The cookie of a browser in which this person has signed in."""
    session = UserSession(user=user)
    db.session.add(session)
    db.session.commit()
    client = world.app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = str(session.id)
    name = world.app.config["SESSION_COOKIE_NAME"]
    return f"{name}={client.get_cookie(name).value}"


def call(caller, name):
    body = {"name": name, "code": CODE, "message": "First version"}
    headers = {"Idempotency-Key": f"key of {name}"}
    status, answer = caller.call("POST", "/bots", body, **headers)
    while status == 409:  # the first one is still being answered
        status, answer = caller.call("POST", "/bots", body, **headers)
    return status, answer["id"] if status == 201 else answer


def filled_in(port, cookie, name):
    """The form as it was drawn for this browser, and the cookie that came with it."""
    page, cookie = ask(port, "GET", "/bots/new", cookie)[1:]
    hidden = {}
    for field in HIDDEN.findall(page):
        named = dict(re.findall(r'(\w+)="([^"]*)"', field))
        hidden[named["name"]] = named.get("value", "")
    typed = {"name": name, "code": CODE, "message": "First", "run_policy": "nobody"}
    return urlencode(hidden | typed), cookie


def submit(port, form, cookie):
    status, _, location = ask(port, "POST", "/bots/new", cookie, form)
    return status, location


def ask(port, method, path, cookie, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body, {"Cookie": cookie, **kind})
    with connection.getresponse() as answer:
        text = answer.read().decode()
        fresh = answer.headers.get("Set-Cookie", cookie).partition(";")[0]
        location = answer.headers.get("Location", "")
    connection.close()
    return answer.status, text, location or fresh


def at_once(errand):
    start = Barrier(AT_ONCE)

    def together(_):
        start.wait()
        return errand()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(together, range(AT_ONCE)))


def count(world, survey, name, answers):
    """One bot, and every one of the ten was led to it."""
    made = world.one("SELECT count(*) FROM bots WHERE name = :name", name=name)
    led = {where for status, where in answers if status in {201, SEE_OTHER}}
    survey.n += 1
    survey.dup += max(0, made - 1)
    survey.lost += made == 0 or len(led) != 1
    survey.lost += any(status not in {201, SEE_OTHER} for status, _ in answers)
    survey.survived += made == 1 and len(led) == 1


TRIALS = {"sent-ten-times": lambda world, long: doubled(world, 50 if long else 2)}


def test_ten_times_at_once_is_once(make_world):
    survey = TRIALS["sent-ten-times"](make_world("web"), False)

    assert survey.held, survey


def test_without_the_key_it_would_not_be_once(make_mutant):
    survey = doubled(make_mutant("web", mutant="no_key"), 1)

    assert not survey.held, survey
