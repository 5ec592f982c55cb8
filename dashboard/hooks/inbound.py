"""Where other programs call: no session and no key, a signature instead."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.errors import HOOKS, refuse
from dashboard.extensions import csrf
from dashboard.hooks.receiving import Receipt, Unsigned, receive
from dashboard.hooks.signing import letter_of
from dashboard.repeats import REPLAYED
from dashboard.requests import takes_files

MOST_BYTES = 256 << 10
REFUSED = "This call was not accepted."

bp = Blueprint("hooks_in", __name__, url_prefix=HOOKS.rstrip("/"))
csrf.exempt(bp)  # no browser calls it: a signature says who does
bp.register_error_handler(Unsigned, lambda _: refuse(HTTPStatus.UNAUTHORIZED, REFUSED))


@bp.post("/<uuid:hook_id>")
@takes_files(MOST_BYTES)
def call(hook_id: UUID) -> ResponseReturnValue:
    """Start the hook's bot with the body as its inputs, once for each message."""
    letter = letter_of(request.headers, request.get_data(cache=False))
    return answer(receive(hook_id, letter))


def answer(receipt: Receipt) -> Response:
    response = jsonify(run=receipt.run_id)
    if receipt.is_new:
        response.status_code = HTTPStatus.ACCEPTED
    else:
        response.headers[REPLAYED] = "true"
    return response
