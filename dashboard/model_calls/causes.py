"""What the library and the network throw, as faults that people can read."""

import ssl

import httpx2
import openai

from dashboard.model_calls.answers import clean
from dashboard.model_calls.faults import Fault
from dashboard.model_calls.line import Watch
from dashboard.model_calls.models import Problem

LONGEST_SAID = 200
LONGEST_PAUSE = 3600.0
BROKEN = (openai.APIConnectionError, httpx2.HTTPError, ssl.SSLError, OSError)
GARBLED = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading an answer ends in that is none."""
TOLD = (openai.OpenAIError, httpx2.StreamError, httpx2.InvalidURL, *BROKEN, *GARBLED)
BUSY = {408, 409, 425}
NO_SCHEMA = ("json_schema", "response_format", "json_object")


class SchemaUnknown(Fault):
    """It does not know this way of asking for JSON."""


def knows_no_schema(fault: Fault) -> bool:
    return isinstance(fault, SchemaUnknown)


def fault_of(error: Exception, watch: Watch, key: str | None) -> Fault:
    """The class of what went wrong; the key stands in nothing that is said of it."""
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return watch.timed_out()
    if isinstance(error, openai.APIStatusError):
        return refusal(error, said_by(error, key))
    if isinstance(error, BROKEN):
        return watch.broken()
    if isinstance(error, openai.APIError):
        why = f"It broke off with an error: {said_by(error, key)}"
        return Fault(Problem.SERVER_ERROR, why, passes=True)
    return Fault(Problem.BAD_ANSWER, "It sent what is no answer of a model.")


def refusal(error: openai.APIStatusError, said: str) -> Fault:
    status = error.status_code
    if status == 429:
        return too_many(error, said)
    if status in {401, 403}:
        why = f"It does not take the key that this model has here ({status}): {said}"
        return Fault(Problem.UNAUTHORIZED, why)
    if status >= 500 or status in BUSY:
        why = f"It broke down ({status}): {said}"
        return Fault(Problem.SERVER_ERROR, why, passes=True, after=pause_of(error))
    if status < 400:
        why = "It sends us to another address, where we do not go."
        return Fault(Problem.REFUSED, why)
    if status in {400, 422} and any(word in said for word in NO_SCHEMA):
        return SchemaUnknown(Problem.REFUSED, f"It refused ({status}): {said}")
    return Fault(Problem.REFUSED, f"It refused ({status}): {said}")


def too_many(error: openai.APIStatusError, said: str) -> Fault:
    is_spent = error.code == "insufficient_quota"
    why = f"It takes no more calls for now (429): {said}"
    after = pause_of(error)
    return Fault(Problem.RATE_LIMITED, why, passes=not is_spent, after=after)


def pause_of(error: openai.APIStatusError) -> float | None:
    """Seconds; a date, which few send, counts as nothing said."""
    try:
        asked = float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(max(asked, 0.0), LONGEST_PAUSE) if asked == asked else None


def said_by(error: openai.APIError, key: str | None) -> str:
    """The provider's own words, if they are words: short, and without the key."""
    body = error.body
    said = body.get("message") if isinstance(body, dict) else body
    if not isinstance(said, str) or not said.strip():
        return "it says no more."
    text = clean(said.replace(key, "[key]") if key else said)
    short = " ".join(text.split())[:LONGEST_SAID]
    return short if short.endswith((".", "!", "?")) else f"{short}."
