"""What a bot may reach beyond its sandbox: `import quorum` in its code."""

import base64
import json
import os
import sys
import threading
from typing import Any

__name__ = "quorum"  # so that bots read quorum.NotGranted in their tracebacks
__all__ = ["NotGranted", "Refused", "Response", "Unreachable", "fetch", "secret"]

MOST_BYTES = 1 << 20
CHUNK = 64 << 10
ASK = "Ask for a grant on the bot's page, under Access."


class NotGranted(Exception):
    """No council granted this to the bot."""


class Refused(Exception):
    """The call was not made, or what came back may not be kept."""


class Unreachable(Exception):
    """No answer came; the request may have arrived all the same."""


TROUBLES = {
    "not_granted": NotGranted,
    "refused": Refused,
    "unreachable": Unreachable,
}


class Response:
    """What came back: a status, headers with lower-case names, and bytes."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.body)

    def __repr__(self) -> str:
        return f"<Response {self.status}, {len(self.body)} bytes>"


class Gate:
    """The pipes to the worker, and the secrets it handed over."""

    fds: tuple[int, int] | None = None
    secrets: dict[str, str] = {}
    one_at_a_time = threading.Lock()
    unread = b""


def fetch(
    url: str,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes | str = b"",
) -> Response:
    """Ask the worker to make this call; any status is an answer, redirects too."""
    if Gate.fds is None:
        raise NotGranted(f"This bot has no network. {ASK}")
    content = body.encode() if isinstance(body, str) else bytes(body)
    if len(content) > MOST_BYTES:
        raise Refused("A call may send 1 MiB, and this is more.")
    question = {
        "method": method,
        "url": url,
        "headers": dict(headers or {}),
        "body": base64.b64encode(content).decode(),
    }
    with Gate.one_at_a_time:
        ask_fd, answer_fd = Gate.fds
        _write(ask_fd, json.dumps(question).encode() + b"\n")
        answer = json.loads(_read_line(answer_fd))
    if "trouble" in answer:
        raise TROUBLES[answer["trouble"]](answer["why"])
    found = base64.b64decode(answer["body"])
    return Response(answer["status"], answer["headers"], found)


def secret(name: str) -> str:
    """A secret that was granted to this bot by its name."""
    if name not in Gate.secrets:
        raise NotGranted(f"The secret {name} was not granted to this bot. {ASK}")
    return Gate.secrets[name]


def offer(request: dict[str, Any]) -> None:
    """Let the bot's code import this as `quorum`."""
    control = request["control"]
    if "ask_fd" in control:
        Gate.fds = control["ask_fd"], control["answer_fd"]
    Gate.secrets = request.pop("secrets")
    sys.modules["quorum"] = sys.modules[f"{__package__}.quorum"]


def _write(fd: int, content: bytes) -> None:
    left = memoryview(content)
    try:
        while left:
            left = left[os.write(fd, left) :]
    except BrokenPipeError:
        raise Refused("No more calls are made for this run.") from None


def _read_line(fd: int) -> bytes:
    while b"\n" not in Gate.unread:
        chunk = os.read(fd, CHUNK)
        if not chunk:
            raise Refused("No more calls are made for this run.")
        Gate.unread += chunk
    line, _, Gate.unread = Gate.unread.partition(b"\n")
    return line
