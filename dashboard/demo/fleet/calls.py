"""Programs elsewhere: those that are told of what happens, and one that calls."""

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from werkzeug.datastructures import Headers

from dashboard.audit import Origin, origin
from dashboard.clock import now
from dashboard.demo.fleet.deeds import make
from dashboard.demo.fleet.mail import Mail, is_of, nth
from dashboard.demo.stage import Stage
from dashboard.hooks.actions import create_hook, switch_hook
from dashboard.hooks.receiving import receive
from dashboard.hooks.schemas import HookIn
from dashboard.hooks.signing import letter_of
from dashboard.runs.engine import execute
from dashboard.webhooks.actions import create_endpoint, send_test, switch
from dashboard.webhooks.letters import GONE, Outcome
from dashboard.webhooks.models import Event
from dashboard.webhooks.schemas import EndpointIn
from dashboard.webhooks.signing import headers_for

CHAT, BOOKS = "https://chat.example.org/quorum", "https://books.example.org/hooks"
ABROAD = Origin(via="hook", address="203.0.113.20", agent="Forecast/3.1")
STRANGE, OVER = (Outcome(status, f"It answered {status}.") for status in (400, GONE))
EXPECTED = ((4, 58, 7), (20, 31, 5))
"""Hours after the hook was made: tickets an hour, and people."""


def team_chat(stage: Stage, moment: datetime) -> None:
    """It knows no tests, but all the rest. Nothing leaves the demo in the end."""
    mara, story = stage.people.mara, stage.story
    events = [Event.WORKFLOW_DECIDED, Event.INCIDENT_OPENED]

    def begin() -> None:
        wanted = EndpointIn(name="Team chat", url=CHAT, events=events)
        endpoint, _ = create_endpoint(mara, wanted)
        Mail(story, endpoint.id, is_of(Event.TEST, STRANGE)).carry()
        send_test(mara, endpoint)
        until = story.today - timedelta(minutes=25)
        story.at(until, lambda: switch(mara, endpoint, on=False))

    story.at(moment, begin)


def bookkeeping(stage: Stage, moment: datetime) -> None:
    """Told of decisions until the address was given up."""
    events = [Event.WORKFLOW_DECIDED]

    def begin() -> None:
        wanted = EndpointIn(name="Bookkeeping", url=BOOKS, events=events)
        endpoint, _ = create_endpoint(stage.people.mara, wanted)
        Mail(stage.story, endpoint.id, nth(3, OVER)).carry()

    stage.story.at(moment, begin)


def forecasts(stage: Stage, moment: datetime) -> None:
    """A forecast calls twice; the old one may call no more."""
    jonas, story = stage.people.jonas, stage.story

    def begin() -> None:
        said = "Whether enough people will be there, for whoever plans ahead."
        bot = make(jonas, "Staffing forecast", said, "staffing_check")
        old, _ = create_hook(jonas, bot, HookIn(name="Forecast of the old desk"))
        switch_hook(jonas, old, is_on=False)
        hook, secret = create_hook(jonas, bot, HookIn(name="Forecast"))
        for hours, tickets, people in EXPECTED:
            body = {"tickets_per_hour": tickets, "minutes_each": 6, "people": people}
            act = partial(call, hook.id, secret, body)
            story.at(moment + timedelta(hours=hours), act)

    story.at(moment, begin)


def call(hook_id: Any, secret: str, inputs: dict[str, Any]) -> None:
    """As another program does: signed, over the network."""
    body = json.dumps(inputs).encode()
    signed = headers_for(secret, f"msg_{uuid4().hex}", int(now().timestamp()), body)
    token = origin.set(ABROAD)
    try:
        receipt = receive(hook_id, letter_of(Headers(signed), body))
    finally:
        origin.reset(token)
    if receipt.run_id:
        execute(receipt.run_id)
