"""The one way out to addresses that people or bots chose.

A name is resolved once, what it leads to is checked, and exactly that is connected
to. No redirects, no proxies, one deadline for all of it.
"""

import io
import re
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

from dashboard.addresses import PLAIN, PORTS, Address, Refused, Target, target_of

__all__ = ["Answer", "Refused", "Unreachable", "check", "send"]

MOST_ADDRESSES = 4
CHUNK = 16 << 10
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
IN_HEADERS = PLAIN | {*" \t\\"}
OURS = {
    *("host", "content-length", "transfer-encoding", "connection", "upgrade"),
    *("te", "trailer", "expect", "keep-alive", "proxy-authorization"),
}
"""Headers that say where a request goes and where it ends."""
Found = list[Address] | OSError


class Unreachable(Exception):
    """No answer came; the request may have arrived all the same."""


@dataclass(frozen=True)
class Answer:
    """What came back: header names in lower case, and a body that may be cut."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool = True

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


class Wire:
    """A socket for http.client whose every wait ends at the one deadline."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self.sock = sock
        self.until = until

    def sendall(self, content: bytes) -> None:
        for start in range(0, len(content), CHUNK):
            self.sock.settimeout(left(self.until))
            self.sock.sendall(content[start : start + CHUNK])

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(Drops(self))

    def close(self) -> None:
        """Not yet: http.client says this before the answer's body is read."""


class Drops(io.RawIOBase):
    """What comes in, even byte by byte."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.wire.sock.settimeout(left(self.wire.until))
        return self.wire.sock.recv_into(buffer)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    hosts: Collection[str] | None = None,
    allow: Collection[str] = (),
    connect_seconds: float = 5,
    total_seconds: float = 30,
    most_bytes: int = 1 << 20,
) -> Answer:
    """Send one request, and return whatever came back, redirects too.

    `hosts`: the only "name" or "name:port" that may be asked; None for any.
    `allow`: "name:port" and networks that may be reached although they are private,
    and over plain http.
    """
    until = monotonic() + total_seconds
    headers = headers or {}
    refuse_forged(method, headers)
    target = target_of(url)
    with told(target):
        addresses = checked(target, hosts, allow, until)
        soon = min(until, monotonic() + connect_seconds)
        plain = connected(target, addresses, soon)
        with plain, secured(plain, target, until) as sock:
            connection = HTTPConnection(target.host, target.port)
            connection.default_port = PORTS[target.scheme]
            connection.sock = Wire(sock, until)
            sent = {**headers, "Connection": "close"}
            connection.request(method, target.path, body or None, sent)
            return answer_of(connection.getresponse(), most_bytes)


def check(
    url: str,
    *,
    hosts: Collection[str] | None = None,
    allow: Collection[str] = (),
    seconds: float = 3,
) -> None:
    """Look at an address as `send` would, and send nothing."""
    target = target_of(url)
    with told(target):
        checked(target, hosts, allow, monotonic() + seconds)


def refuse_forged(method: str, headers: Mapping[str, str]) -> None:
    if not TOKEN.fullmatch(method) or method.upper() in {"CONNECT", "TRACE"}:
        raise Refused("This is no method that may be sent.")
    for name, value in headers.items():
        if not TOKEN.fullmatch(name) or not set(value) <= IN_HEADERS:
            raise Refused(f"The header {name[:40]!r} holds what no header may.")
        if name.lower() in OURS or name.lower().startswith("proxy-"):
            raise Refused(f"The header {name} is written by Quorum alone.")


def checked(
    target: Target,
    hosts: Collection[str] | None,
    allow: Collection[str],
    until: float,
) -> list[Address]:
    """All that the host leads to, if every bit of it may be reached."""
    if hosts is not None:
        target.refuse_foreign(hosts)
    found = resolved(target, until)
    target.refuse_inside(found, allow)
    return found


def resolved(target: Target, until: float) -> list[Address]:
    """Ask once. A resolver keeps no deadline, so a slow one is left behind."""
    try:
        return [ip_address(target.host)]
    except ValueError:
        answers: SimpleQueue[Found] = SimpleQueue()
    Thread(target=look_up, args=(target, answers), daemon=True).start()
    try:
        found = answers.get(timeout=left(until))
    except Empty as error:
        raise TimeoutError from error
    if isinstance(found, OSError):
        raise Unreachable(f"No address was found for {target.host}.") from found
    return found[:MOST_ADDRESSES]


def look_up(target: Target, answers: SimpleQueue[Found]) -> None:
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        answers.put(error)
        return
    plain = [str(each[4][0]).partition("%")[0] for each in found]
    answers.put([ip_address(each) for each in dict.fromkeys(plain)])


def connected(target: Target, addresses: list[Address], until: float) -> socket.socket:
    """The first of the checked addresses that takes the connection."""
    problem: OSError = TimeoutError()
    for number, address in enumerate(addresses):
        place = (str(address), target.port)
        share = left(until) / (len(addresses) - number)
        try:
            return socket.create_connection(place, share)
        except OSError as error:
            problem = error
    raise problem


def secured(sock: socket.socket, target: Target, until: float) -> socket.socket:
    if target.scheme != "https":
        return sock
    sock.settimeout(left(until))
    context = ssl.create_default_context()
    return context.wrap_socket(sock, server_hostname=target.host)


def answer_of(response: HTTPResponse, most_bytes: int) -> Answer:
    content = response.read(most_bytes + 1)
    whole = len(content) <= most_bytes and not response.length
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        known = headers.get(name.lower())
        headers[name.lower()] = f"{known}, {value}" if known else value
    return Answer(response.status, headers, content[:most_bytes], whole)


@contextmanager
def told(target: Target) -> Iterator[None]:
    """What the network says, in a sentence."""
    try:
        yield
    except TimeoutError as error:
        raise Unreachable(f"{target.place} did not answer in time.") from error
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message.rstrip(".")
        raise Unreachable(f"{target.place} shows a bad certificate: {why}.") from error
    except ssl.SSLError as error:
        raise Unreachable(f"{target.place} speaks no TLS that we do.") from error
    except ConnectionRefusedError as error:
        raise Unreachable(f"{target.place} takes no connections.") from error
    except (OSError, HTTPException) as error:
        raise Unreachable(f"{target.place} broke off or spoke no HTTP.") from error


def left(until: float) -> float:
    """Seconds until the deadline; past it, everything waited for is over."""
    seconds = until - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
