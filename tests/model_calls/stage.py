"""Models, questions and calls for the tests, and a worker in the test's own thread."""

from uuid import uuid4

from sqlalchemy import select, update

from dashboard.ai_models.models import AIModel
from dashboard.audit import audited
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.model_calls.asking import Question, ask
from dashboard.model_calls.claim import ready
from dashboard.model_calls.models import CallStatus, ModelCall, Purpose
from dashboard.model_calls.performing import perform
from dashboard.model_calls.recovery import recover
from dashboard.permissions import Permission
from dashboard.sealing import seal
from tests.factories import number, stored

KEY = "sk-canary-5f1e0c7a9b"
NOWHERE = "http://127.0.0.1:9/v1"
SCHEMA = {
    "type": "object",
    "properties": {
        "opinion": {"enum": ["approve", "reject"]},
        "why": {"type": "string"},
    },
    "required": ["opinion", "why"],
    "additionalProperties": False,
}


def make_model(server=None, *, key=KEY, **over):
    """A model at the scripted server: a dollar for a million words in, two for out."""
    fields = {
        "name": f"Model {next(number)}",
        "model_id": "tiny-1",
        "base_url": server.url if server else NOWHERE,
        "price_in": 1_000_000,
        "price_out": 2_000_000,
        "timeout_seconds": 5,
    }
    model = AIModel(id=uuid4(), **fields | over)
    if key:
        model.sealed_key, model.key_last4 = seal(key, model), key[-4:]
    return stored(model)


def question(text="Is it safe?", **over):
    return Question([{"role": "user", "content": text}], **over)


def asked(person, model, asked_for=None, *, purpose=Purpose.TRY, key=None, **over):
    """A call in the queue, through the real door."""
    with audited(person, Permission.MODEL_ASK) as entry:
        key = key or f"test/{next(number)}"
        facts = {"asked_by": person, **over}
        call = ask(model, purpose, asked_for or question(), key=key, **facts)
        entry.about(call)
    return call


def make_call(model, person=None, **over):
    """A call that is over, unless the test says otherwise."""
    at = now()
    fields = {
        "key": f"made/{next(number)}",
        "purpose": Purpose.TRY,
        "status": CallStatus.COMPLETED,
        "request": question().as_stored(),
        "text": "All right.",
        "asked_by_id": person.id if person else None,
        "tokens_in": 10,
        "tokens_out": 5,
        "cost": 20,
        "tries": 1,
        "started_at": at,
        "ended_at": at,
    }
    return stored(ModelCall(ai_model_id=model.id, **fields | over))


def perform_queued(*, patient=False):
    """Have every queued call made now, in this thread; pauses are not waited for."""
    for _ in range(20):
        recover()
        if not patient:
            hurry()
        due = ready(100)
        if not due:
            break
        for call_id in due:
            perform(call_id)
    db.session.expire_all()


def hurry():
    """Let every pause be over."""
    past = now().replace(year=2001)
    waiting = update(ModelCall).where(ModelCall.status == CallStatus.QUEUED)
    db.session.execute(waiting.values(available_at=past))
    db.session.commit()
    db.session.expire_all()


def answered(person, model, asked_for=None, **over):
    """A call that was asked and has ended."""
    call = asked(person, model, asked_for, **over)
    perform_queued()
    return db.session.scalar(select(ModelCall).where(ModelCall.id == call.id))
