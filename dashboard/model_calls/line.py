"""The line to a provider: a checked address, one deadline, and not too many bytes.

It is loaded by workers alone, with the library that speaks over it.
"""

import logging
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any

import httpcore2
import httpx2

from dashboard.addresses import Refused, Target, target_of
from dashboard.model_calls.claim import Place
from dashboard.model_calls.faults import Fault
from dashboard.model_calls.models import Problem
from dashboard.outgoing import Unreachable, checked, connected, left, told

logging.getLogger("httpx2").setLevel(logging.WARNING)  # a line for each request

CONNECT_SECONDS = 5.0
SLICE_SECONDS = 0.2
"""How long it waits for a word before it looks whether somebody wants to stop."""
CHUNK = 16 << 10
MOST_BYTES = 8 << 20
"""Of an answer with all that is around its words."""
SENT = {
    *("host", "content-type", "content-length", "accept", "user-agent"),
    *("connection", "accept-encoding"),
}
"""Headers that leave the house: nothing of this machine or its environment."""


@dataclass
class Watch:
    """Looks at the clock, and asks whether to go on, while a call is under way."""

    seconds: float
    go_on: Callable[[], None]
    """Raises HungUp when nobody wants the answer any more."""
    was_sent: bool = False
    was_answered: bool = False
    received: int = 0

    def __post_init__(self) -> None:
        self.until = monotonic() + self.seconds

    def look(self) -> None:
        self.go_on()
        if monotonic() >= self.until:
            raise self.timed_out()

    def count(self, size: int) -> None:
        self.received += size
        if self.received > MOST_BYTES:
            raise Fault(Problem.TOO_LARGE, "It sent more than an answer may hold.")

    def timed_out(self) -> Fault:
        spent = f"{self.seconds:g} seconds"
        return Fault(Problem.TIMED_OUT, f"It was not done after {spent}.")

    def broken(self) -> Fault:
        if self.was_answered:
            return Fault(Problem.CUT_OFF, "It broke off its answer.", passes=True)
        why = "It broke off before it answered."
        return Fault(Problem.UNREACHABLE, why, passes=True)


class Stream(httpcore2.NetworkStream):
    """A socket whose every wait ends soon, at the latest at the deadline."""

    def __init__(self, sock: socket.socket, target: Target, watch: Watch) -> None:
        self.sock = sock
        self.target = target
        self.watch = watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            self.watch.look()
            self.sock.settimeout(SLICE_SECONDS)
            try:
                part = self.sock.recv(max_bytes)
            except TimeoutError:
                continue
            except OSError as error:
                raise self.watch.broken() from error
            self.watch.count(len(part))
            return part

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.watch.was_sent = True
        for start in range(0, len(buffer), CHUNK):
            self.watch.look()
            try:
                self.sock.settimeout(left(self.watch.until))
                self.sock.sendall(buffer[start : start + CHUNK])
            except TimeoutError as error:
                raise self.watch.timed_out() from error
            except OSError as error:  # it may have answered already, and says why
                raise httpcore2.WriteError(str(error)) from error

    def close(self) -> None:
        self.sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "Stream":
        with reaching(self.target, self.watch):
            self.sock.settimeout(left(self.watch.until))
            name = self.target.host
            sock = ssl_context.wrap_socket(self.sock, server_hostname=name)
        return Stream(sock, self.target, self.watch)


class Backend(httpcore2.NetworkBackend):
    """Connects to the one place it was made for, whatever it is asked."""

    def __init__(self, place: Place, watch: Watch) -> None:
        self.target = aimed_at(place)
        self.place = place
        self.watch = watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:
        self.watch.look()
        with reaching(self.target, self.watch):
            soon = min(self.watch.until, monotonic() + CONNECT_SECONDS)
            found = checked(self.target, None, self.place.allow, soon)
            sock = connected(self.target, found, soon)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Stream(sock, self.target, self.watch)


class Transport(httpx2.HTTPTransport):
    """One connection, and none of the library's own ways out.

    The key joins the request here, at its very end: nothing above ever holds it.
    """

    def __init__(self, place: Place, watch: Watch) -> None:
        self.place = place
        self._pool = httpcore2.ConnectionPool(
            ssl_context=certificates(),
            max_connections=1,
            network_backend=Backend(place, watch),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = [(n, v) for n, v in request.headers.items() if n.lower() in SENT]
        if self.place.key:
            headers.append(("Authorization", f"Bearer {self.place.key}"))
        response = super().handle_request(
            httpx2.Request(
                request.method, request.url, headers=headers, stream=request.stream
            )
        )
        packed = response.headers.get("content-encoding", "identity")
        if packed.lower() != "identity":  # a little of it may unpack to very much
            response.close()
            why = "It sent a packed answer, which was not asked for."
            raise Fault(Problem.BAD_ANSWER, why)
        return response


def aimed_at(place: Place) -> Target:
    try:
        return target_of(place.base_url)
    except Refused as error:
        raise Fault(Problem.UNREACHABLE, str(error)) from error


@contextmanager
def reaching(target: Target, watch: Watch) -> Iterator[None]:
    """What keeps us from reaching it, as the fault it is."""
    try:
        with told(target):
            yield
    except Refused as error:
        raise Fault(Problem.UNREACHABLE, str(error)) from error
    except Unreachable as error:
        if monotonic() >= watch.until:
            raise watch.timed_out() from error
        raise Fault(Problem.UNREACHABLE, str(error), passes=True) from error


@cache
def certificates() -> ssl.SSLContext:
    """Those the system trusts; reading them takes a while."""
    return ssl.create_default_context()
