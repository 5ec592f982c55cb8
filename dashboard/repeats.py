"""Answer what was sent before as it was answered then."""

import hashlib
import hmac
import json
import logging
from datetime import timedelta
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from apiflask import APIFlask
from flask import Response, current_app, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import FileStorage

from dashboard.audit_log.links import PLACES
from dashboard.clock import now
from dashboard.errors import Invalid, is_api, refuse
from dashboard.extensions import db
from dashboard.once import FIELD, Claim, Repeated, Submission, expect
from dashboard.runs.fence import writing
from dashboard.sealing import Unsealable, seal, unseal
from dashboard.templating import go_to

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
SAFE = {"GET", "HEAD", "OPTIONS"}
LONGEST_KEY = 100
MOST_KEPT = 64 << 10
"""Bytes of an answer that are kept; a longer one is said to be lost."""
PATIENCE = 2.0
"""Seconds the second of two equal forms waits for the answer to the first."""
UNANSWERED = timedelta(minutes=1)
"""After this time nobody is making the answer any more."""
KEPT = timedelta(days=7)

logger = logging.getLogger(__name__)


def init_app(app: APIFlask) -> None:
    app.before_request(meet_form)
    app.after_request(keep_answer)
    app.register_error_handler(Repeated, answer_repeated)


def meet_form() -> ResponseReturnValue | None:
    """A form that was sent before leads to where it led then."""
    if request.method in SAFE or is_api():
        return None
    key = request.form.get(FIELD)
    if not key or not current_user.is_authenticated:
        return None
    actor_id: UUID = current_user.user_id
    digest = fingerprint(key, request.path, filled_in())
    claim = Claim(f"form:{actor_id}:{digest}", actor_id, digest)
    if found(claim):
        return again_form(claim)
    accept(claim)
    return None


def meet_call() -> ResponseReturnValue | None:
    """A call that was made before is answered as it was then."""
    key = request.headers.get(HEADER)
    if key is None or request.method in SAFE:
        return None
    if not (key.isascii() and key.isprintable() and 0 < len(key) <= LONGEST_KEY):
        sentence = f"Send 1 to {LONGEST_KEY} printable ASCII characters."
        raise Invalid({HEADER: sentence})
    body = hashlib.sha256(request.get_data()).hexdigest()
    digest = fingerprint(request.method, request.full_path, body)
    claim = Claim(f"api:{g.actor.id}:{key}", g.actor.id, digest)
    if found(claim) and may_call():
        return again_call(claim)
    accept(claim)
    return None


def accept(claim: Claim) -> None:
    g.claim = claim
    expect(db.session(), claim)


def may_call() -> bool:
    """Whether this key may make the call at all; if not, its view says so."""
    view = current_app.view_functions[request.endpoint or ""]
    permission = getattr(view, "permission", None)
    return permission in g.scopes and permission in g.actor.grants


def answer_repeated(error: Repeated) -> ResponseReturnValue:
    """Both came at once, and the database let the other one through."""
    return again_call(g.claim) if is_api() else again_form(g.claim)


def again_form(claim: Claim) -> ResponseReturnValue:
    first = awaited(claim)
    flash("This was already sent; here it is.", "ok")
    return go_to(first.location or page_of(first))


def page_of(first: Submission) -> str:
    """The page of what was changed, as far as it has one."""
    place = PLACES.get(first.subject_type)
    if place is None:
        return url_for("home.index")
    values: dict[str, Any] = {place.argument: first.subject_id}
    return url_for(place.endpoint, **values)


def again_call(claim: Claim) -> Response:
    first = one(claim)
    if first.fingerprint != claim.fingerprint:
        sentence = "This key came with another call before. Send a new one."
        raise Invalid({HEADER: sentence})
    body = body_of(first)
    if first.status is None and now() - first.created_at < UNANSWERED:
        answer = refuse(HTTPStatus.CONFLICT, "The same call is being carried out.")
        answer.headers["Retry-After"] = "1"
        return answer
    if first.status is None or body is None:
        return refuse(HTTPStatus.CONFLICT, lost(first), code="answer_lost")
    answer = Response(body, first.status, mimetype="application/json")
    if first.location:
        answer.headers["Location"] = first.location
    answer.headers[REPLAYED] = "true"
    return answer


def lost(first: Submission) -> str:
    subject = f"{first.subject_type} {first.subject_id}" if first.subject_id else "it"
    return (
        f"This was carried out, but what was answered is not kept. Look at {subject}."
    )


def body_of(first: Submission) -> str | None:
    if first.sealed_body is None:
        return None
    try:
        return unseal(first.sealed_body, first)
    except Unsealable as error:
        logger.warning("An answer that was kept cannot be read: %s", error)
        return None


def keep_answer(response: Response) -> Response:
    """Note what was answered; if that fails, the change still stands."""
    claim: Claim | None = g.get("claim")
    if claim and claim.is_kept:
        values = kept_of(claim, response)
        try:
            db.session.rollback()  # whatever a page left open
            with writing():
                stored = update(Submission).where(Submission.id == claim.id)
                db.session.execute(stored.values(**values))
        except SQLAlchemyError as error:
            logger.warning("The answer to %s was not kept: %s", claim.id, error)
    return response


def kept_of(claim: Claim, response: Response) -> dict[str, Any]:
    headers = response.headers
    where = headers.get("Location") or headers.get("X-Location") or ""
    answer = {
        "status": response.status_code,
        "location": where if len(where) <= Submission.location.type.length else "",
    }
    whole = is_api() and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    if whole and len(response.get_data()) <= MOST_KEPT:
        text = response.get_data(as_text=True)
        answer["sealed_body"] = seal(text, Submission(id=claim.id))
    return answer


def found(claim: Claim) -> Submission | None:
    return db.session.scalar(select(Submission).where(Submission.key == claim.key))


def one(claim: Claim) -> Submission:
    """The first of the two, as it is stored by now."""
    db.session.rollback()
    wanted = select(Submission).where(Submission.key == claim.key)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def awaited(claim: Claim) -> Submission:
    """The first of the two, once it is answered; or without, after a while."""
    until = monotonic() + PATIENCE
    while (first := one(claim)).status is None and monotonic() < until:
        sleep(0.05)
    return first


def filled_in() -> list[list[str]]:
    """What a person sent, without what names the form itself."""
    fields = [
        [name, value]
        for name, value in request.form.items(multi=True)
        if name not in {FIELD, "csrf_token"}
    ]
    files = [
        [name, file.filename or "", digest_of(file)]
        for name, file in request.files.items(multi=True)
    ]
    return fields + files


def digest_of(file: FileStorage) -> str:
    digest = hashlib.sha256()
    while part := file.stream.read(1 << 20):
        digest.update(part)
    file.stream.seek(0)
    return digest.hexdigest()


def fingerprint(*content: object) -> str:
    """With a key of ours: what was sent may hold a password that could be guessed."""
    key = current_app.config["SECRET_KEY"].encode()
    text = json.dumps(content).encode()
    return hmac.new(key, b"sent once" + text, hashlib.sha256).hexdigest()


def prune_old() -> None:
    """Forget what nobody sends again."""
    with writing():
        db.session.execute(
            delete(Submission).where(Submission.created_at < now() - KEPT)
        )
