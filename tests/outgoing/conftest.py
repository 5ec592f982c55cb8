"""A listener on this machine, names that lead to it, and one that speaks TLS."""

import socket

import pytest

from tests.listeners import certificate, listening


@pytest.fixture
def listener():
    with listening() as listener:
        yield listener


@pytest.fixture
def resolver(monkeypatch):
    """Names lead where the test says: one list of addresses for each question."""
    asked = []

    def install(**answers):
        known = {name.replace("_", "."): list(each) for name, each in answers.items()}

        def look_up(host, port, **kwargs):
            asked.append(host)
            found = known[host][min(asked.count(host), len(known[host])) - 1]
            kinds = [socket.AF_INET6 if ":" in ip else socket.AF_INET for ip in found]
            return [
                (kind, socket.SOCK_STREAM, 6, "", (ip, port))
                for kind, ip in zip(kinds, found, strict=True)
            ]

        real = socket.getaddrinfo
        monkeypatch.setattr(
            "dashboard.outgoing.socket.getaddrinfo",
            lambda host, *rest, **kwargs: (
                look_up(host, *rest, **kwargs)
                if host in known
                else real(host, *rest, **kwargs)
            ),
        )
        return asked

    return install


@pytest.fixture
def secure(tmp_path, monkeypatch):
    """A TLS listener for hooks.example, whose certificate this process trusts."""
    files = certificate(tmp_path, "hooks.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    with listening(tls=files) as listener:
        yield listener
