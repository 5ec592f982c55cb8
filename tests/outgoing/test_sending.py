"""The safe way out: what is sent, what comes back, and how long it may take."""

import socket
from time import monotonic, sleep

import pytest

from dashboard.outgoing import Refused, Unreachable, send
from tests.listeners import HERE, listening


def test_a_request_arrives_whole_and_its_answer_comes_back(listener):
    listener.answers = lambda r: r.reply(201, b"made", X_Number="7")

    answer = send(
        "POST",
        listener.url("/a?b=c"),
        headers={"X-Mine": "yes"},
        body=b"hello",
        allow=[HERE],
    )

    [got] = listener.got
    assert (got.method, got.path, got.body) == ("POST", "/a?b=c", b"hello")
    assert got.headers["X-Mine"] == "yes"
    assert got.headers["Host"] == f"127.0.0.1:{listener.server_port}"
    assert (answer.status, answer.body) == (201, b"made")
    assert answer.is_ok
    assert answer.is_whole
    assert answer.headers["x_number"] == "7"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(listener, status):
    with listening() as inside:
        there = inside.url()
        listener.answers = lambda r: r.reply(status, Location=there)

        answer = send("GET", listener.url(), allow=[HERE])

        assert (answer.status, answer.headers["location"]) == (status, there)
        assert inside.got == []


def test_no_proxy_of_the_environment_is_used(listener, monkeypatch):
    with listening() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(""))

        send("GET", listener.url(), allow=[HERE])

        assert proxy.got == []
        assert len(listener.got) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "b\r\nX-C: d"},
        {"X-A": "b\n X-C: d"},
        {"X-A\r\nX-B": "c"},
        {"X-A:": "b"},
        {"X-A": "b\0"},
        {"Host": "elsewhere"},
        {"content-length": "3"},
        {"Transfer-Encoding": "chunked"},
        {"Proxy-Connection": "x"},
    ],
)
def test_no_header_forges_the_request(listener, headers):
    with pytest.raises(Refused):
        send("GET", listener.url(), headers=headers, allow=[HERE])
    assert listener.got == []


@pytest.mark.parametrize("method", ["GET / HTTP/1.1\r\nX: y", "", "G ET", "CONNECT"])
def test_no_method_forges_the_request(listener, method):
    with pytest.raises(Refused):
        send(method, listener.url(), allow=[HERE])
    assert listener.got == []


def drip(part):
    """Answer for ever, a few bytes at a time."""

    def answer(request):
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        if part == "body":
            request.wfile.write(b"Content-Length: 10000\r\n\r\n")
        for _ in range(200):
            request.wfile.write(b"X-A: b\r\n" if part == "headers" else b"a")
            request.wfile.flush()
            sleep(0.05)

    return answer


@pytest.mark.parametrize("part", ["headers", "body"])
def test_an_answer_that_drips_ends_at_the_deadline(listener, part):
    listener.answers = drip(part)
    begun = monotonic()

    with pytest.raises(Unreachable, match="in time"):
        send("GET", listener.url(), allow=[HERE], total_seconds=0.4)

    assert monotonic() - begun < 2


def test_silence_ends_at_the_deadline():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        begun = monotonic()

        with pytest.raises(Unreachable, match="in time"):
            send("POST", url, body=b"x" * 10_000, allow=[HERE], total_seconds=0.3)

        assert monotonic() - begun < 2


def test_a_resolver_that_hangs_is_left_behind(monkeypatch):
    monkeypatch.setattr(
        "dashboard.outgoing.socket.getaddrinfo", lambda *a, **k: sleep(1) or []
    )
    begun = monotonic()

    with pytest.raises(Unreachable, match="in time"):
        send("GET", "https://slow.example/", total_seconds=0.2)

    assert monotonic() - begun < 0.9


def test_an_answer_without_end_is_cut(listener):
    listener.answers = lambda r: r.reply(200, b"x" * (10 << 20))

    answer = send("GET", listener.url(), allow=[HERE])

    assert len(answer.body) == 1 << 20
    assert not answer.is_whole


def test_an_answer_that_breaks_off_is_not_whole(listener):
    def half(request):
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        request.close_connection = True

    listener.answers = half

    answer = send("GET", listener.url(), allow=[HERE])

    assert (answer.body, answer.is_whole) == (b"half", False)


def test_what_speaks_no_http_is_told_apart(listener):
    listener.answers = lambda r: r.wfile.write(b"220 mail.example ESMTP\r\n")

    with pytest.raises(Unreachable, match="spoke no HTTP"):
        send("GET", listener.url(), allow=[HERE])


def test_nobody_there_is_said():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(Unreachable, match="takes no connections"):
        send("GET", f"http://127.0.0.1:{port}/", allow=[HERE])


def test_the_next_address_is_tried_when_one_takes_no_connection(listener, resolver):
    resolver(two_example=[["127.0.0.9", "127.0.0.1"]])

    assert send("GET", listener.url(host="two.example"), allow=[HERE]).is_ok


def test_ipv6_is_reached_where_it_is_allowed():
    with listening(host="::1") as listener:
        url = listener.url(host="[::1]")

        assert send("GET", url, allow=[f"[::1]:{listener.server_port}"]).is_ok
        assert listener.got[0].headers["Host"] == f"[::1]:{listener.server_port}"
        with pytest.raises(Refused):
            send("GET", url, allow=["127.0.0.0/8"])


def test_tls_asks_for_the_name_and_not_for_the_address(secure, resolver):
    resolver(hooks_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])

    def ask(host):
        url = secure.url(host=host, scheme="https")
        return send("POST", url, body=b"x", allow=[HERE])

    assert ask("hooks.example").is_ok
    with pytest.raises(Unreachable, match="certificate"):
        ask("other.example")
    with pytest.raises(Unreachable, match="certificate"):
        ask("127.0.0.1")
    assert len(secure.got) == 1


def test_a_certificate_nobody_vouches_for_is_refused(secure, resolver, monkeypatch):
    resolver(hooks_example=[["127.0.0.1"]])
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(Unreachable, match="bad certificate"):
        send("GET", secure.url(host="hooks.example", scheme="https"), allow=[HERE])
    assert secure.got == []


def test_what_speaks_no_tls_gets_no_word(listener):
    with pytest.raises(Unreachable, match="no TLS"):
        send("GET", listener.url(scheme="https"), allow=[HERE])
    assert listener.got == []


def test_a_drip_over_tls_ends_at_the_deadline(secure, resolver):
    resolver(hooks_example=[["127.0.0.1"]])
    secure.answers = drip("body")
    begun = monotonic()

    url = secure.url(host="hooks.example", scheme="https")
    with pytest.raises(Unreachable, match="in time"):
        send("GET", url, allow=[HERE], total_seconds=0.5)

    assert monotonic() - begun < 2
