"""A server on this machine that speaks like OpenAI's, and says what a test wants."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USAGE = (10, 5)
OK = "All right."


class ModelServer(ThreadingHTTPServer):
    """Plays one scene for each request, in order; after the last one it says OK.

    `by` chooses the scene from the request instead, for many callers at a time.
    """

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, tls=None):
        super().__init__(("127.0.0.1", 0), Answering)
        self.scenes = []
        self.requests = []
        self.headers = []
        self.by = None
        self.closing = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def scene_for(self, body):
        if self.by:
            return self.by(body)
        return self.scenes.pop(0) if self.scenes else says()

    def says(self, text=OK, **over):
        self.scenes.append(says(text, **over))

    def says_json(self, found, **over):
        self.scenes.append(says(json.dumps(found), **over))

    def calls(self, name, arguments, id="call_1", **over):
        self.scenes.append(calls(name, arguments, id, **over))

    def fails(self, status, headers=None, message="No.", times=1):
        self.scenes += [fails(status, headers, message)] * times

    def hangs(self):
        self.scenes.append(hangs)

    def cuts_off(self, text="It begins well and"):
        self.scenes.append(cuts_off(text))

    def drips(self, every=0.05):
        self.scenes.append(drips(every))

    def babbles(self, content=b"<html>Welcome</html>"):
        self.scenes.append(babbles(content))

    def floods(self, size=10 << 20):
        self.scenes.append(floods(size))

    def drops(self, times=1):
        self.scenes += [drops] * times

    def handle_error(self, request, client_address):
        """A client that hangs up is what some tests are about."""


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # noqa: N802  # as http.server calls it
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length))
        self.server.requests.append(body)
        self.server.headers.append(dict(self.headers))
        self.close_connection = True
        self.server.scene_for(body)(self)

    def begin(self, kind="text/event-stream"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def raw(self, content):
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()

    def event(self, found):
        text = found if isinstance(found, str) else json.dumps(found)
        self.raw(f"data: {text}\n\n".encode())

    def delta(self, finish=None, **delta):
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        self.event(chunk(choices=[choice]))

    def end(self):
        self.raw(b"")

    def log_message(self, *args):
        """Nothing of it on the test's output."""


def chunk(**over):
    kind = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**kind, "choices": [], **over}


@dataclass
class Says:
    """A whole answer, a few letters at a time."""

    text: str = OK
    usage: tuple | None = USAGE
    finish: str = "stop"
    piece: int = 8
    pause: float = 0.0
    delta: dict = field(default_factory=dict)

    def __call__(self, request):
        request.begin()
        for start in range(0, len(self.text), self.piece):
            request.delta(content=self.text[start : start + self.piece])
            if self.pause and request.server.closing.wait(self.pause):
                return
        request.delta(finish=self.finish, **self.delta)
        if self.usage:
            told = {"prompt_tokens": self.usage[0], "completion_tokens": self.usage[1]}
            request.event(chunk(usage=told | {"total_tokens": sum(self.usage)}))
        request.event("[DONE]")
        request.end()


def says(text=OK, **over):
    return Says(text, **over)


def calls(name, arguments, id="call_1", **over):
    """It wants a tool to be called; arguments may be text that is no JSON."""
    given = arguments if isinstance(arguments, str) else json.dumps(arguments)
    tool = {"index": 0, "id": id, "type": "function"}
    tool["function"] = {"name": name, "arguments": given}
    return Says("", finish="tool_calls", delta={"tool_calls": [tool]}, **over)


def fails(status, headers=None, message="No.", **error):
    def scene(request):
        told = {"error": {"message": message, "type": "error", "code": None, **error}}
        body = json.dumps(told).encode()
        request.send_response(status)
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return scene


def hangs(request):
    """Not a word, for as long as the test lasts."""
    request.server.closing.wait(60)


def drops(request):
    """The line is closed before any answer."""


def cuts_off(text="It begins well and"):
    def scene(request):
        request.begin()
        request.delta(content=text) if text else None

    return scene


def drips(every=0.05):
    """Words without end, each long before anybody would call the line dead."""

    def scene(request):
        request.begin()
        while not request.server.closing.wait(every):
            request.delta(content="drip ")

    return scene


def babbles(content=b"<html>Welcome</html>"):
    """Answers 200 with what is no answer of a model."""

    def scene(request):
        request.begin()
        request.raw(content)
        request.end()

    return scene


def floods(size=10 << 20):
    def scene(request):
        request.begin()
        letters = "x" * (64 << 10)
        for _ in range(size // len(letters)):
            request.delta(content=letters)
        request.delta(finish="stop")
        request.end()

    return scene


@contextmanager
def model_server_running():
    server = ModelServer()
    serve: Callable = partial(server.serve_forever, poll_interval=0.02)
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
        time.sleep(0)
