"""Hooks for the tests, and programs that call them: signed by hand, not by our code."""

import base64
import hashlib
import hmac
import json
import time
from itertools import count
from uuid import uuid4

from sqlalchemy import func, select

from dashboard.bots.models import RunPolicy
from dashboard.extensions import db
from dashboard.hooks.models import Hook
from dashboard.runs.models import Run
from dashboard.sealing import seal
from tests.factories import make_bot, stored

KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()
BODY = {"file": "auth.log", "lines": [1, 2]}
number = count(1)


def make_hook(owner, bot=None, secret=SECRET, **over):
    bot = bot or make_bot(owner, run_policy=RunPolicy.OWNER)
    facts = {"bot_id": bot.id, "owner_id": owner.id, "name": f"Hook {next(number)}"}
    hook = Hook(id=uuid4(), **facts | over)
    hook.sealed_secret = seal(secret, hook)
    return stored(hook)


def as_bytes(body):
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def signed(body=BODY, secret=SECRET, message="msg_1", at=None, version="v1"):
    """The headers of the Standard Webhooks specification."""
    at = int(time.time()) if at is None else at
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{message}.{at}.".encode() + as_bytes(body)
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": f"{version},{signature}",
    }


def plainly_signed(body=BODY, secret=SECRET, at=None):
    """The headers of a simple sender."""
    at = int(time.time()) if at is None else at
    content = f"{at}.".encode() + as_bytes(body)
    signature = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    return {
        "X-Quorum-Timestamp": str(at),
        "X-Quorum-Signature": f"sha256={signature}",
    }


def call(client, hook_id, body=BODY, headers=None):
    headers = signed(body) if headers is None else headers
    return client.post(f"/hooks/in/{hook_id}", data=as_bytes(body), headers=headers)


def runs():
    return db.session.scalar(select(func.count()).select_from(Run))
