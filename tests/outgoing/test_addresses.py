"""The safe way out: where it leads, and where it does not."""

import pytest

from dashboard.outgoing import Refused, check, send
from tests.listeners import listening


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "[::1]", "0.0.0.0", "[::]", "localhost"),  # noqa: S104  # refused
        *("10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254"),
        *("100.100.100.200", "192.0.0.192", "168.63.129.16", "[fd00:ec2::254]"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "203.0.113.1"),
        *("[::ffff:127.0.0.1]", "[::ffff:8.8.8.8]", "[::127.0.0.1]"),
        *("[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]"),
        *("[2001:0:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fec0::1]", "[ff02::1]"),
        *("0x7f000001", "2130706433", "017700000001", "0177.0.0.1", "127.1", "127.0.1"),
        *("0x7f.0.0.1", "127.0.0.0x1", "1.2.3.4.5", "00127.0.0.1"),
        *("user@example.org", "example.org@127.0.0.1", "exa_mple..org", "example.org."),
        *(
            "-a.org",
            "a" * 64 + ".org",
            "ex%61mple.org",
            "１２７.0.0.1",
            "bücher.example",
        ),
        *("127.0.0.1\\@example.org", "a b.org", "a\tb.org", "a\r\nb.org", ""),
    ],
)
def test_no_spelling_of_an_inner_address_gets_through(host):
    with pytest.raises(Refused):
        check(f"https://{host}/")
    with pytest.raises(Refused):
        send("GET", f"https://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher:"),
        *("//example.org", "https:example.org", "https://", "javascript:alert(1)"),
        *("https://example.org:0/", "https://example.org:25/", "https://a.org:6379/"),
        *("https://example.org:99999/", "https://example.org:x/", "https://[::1/"),
        "https://example.org/" + "a" * 2000,
    ],
)
def test_what_is_no_web_address_is_refused(url, resolver):
    resolver(example_org=[["93.184.216.34"]])

    with pytest.raises(Refused):
        send("GET", url)


@pytest.mark.parametrize("public", ["93.184.216.34", "2606:2800:220:1::1"])
def test_an_address_of_the_open_internet_is_fine(public, resolver):
    resolver(example_org=[[public]])
    host = f"[{public}]" if ":" in public else public

    assert why_refused("https://example.org/hook") is None
    assert why_refused("https://example.org:8443/hook") is None
    assert why_refused(f"https://{host}/") is None


def why_refused(url):
    try:
        check(url)
    except Refused as refusal:
        return str(refusal)
    return None


def test_a_name_that_leads_inside_is_refused_and_nothing_is_sent(listener, resolver):
    resolver(localtest_example=[["127.0.0.1"]])
    url = listener.url(host="localtest.example", scheme="https")

    with pytest.raises(Refused, match="inside a network"):
        send("POST", url)

    assert listener.got == []


def test_one_bad_address_among_good_ones_is_enough(resolver):
    resolver(mixed_example=[["93.184.216.34", "10.0.0.1"]])

    with pytest.raises(Refused):
        check("https://mixed.example/")


def test_a_name_is_asked_once_and_the_checked_address_is_what_is_reached(
    listener, resolver
):
    """Another answer a moment later is of no use to anybody."""
    with listening(host="127.0.0.2") as inside:
        asked = resolver(rebind_example=[["127.0.0.1"], ["127.0.0.2"]])
        url = listener.url(host="rebind.example")

        send("POST", url, allow=["127.0.0.1/32"])

        assert asked == ["rebind.example"]
        assert len(listener.got) == 1
        assert listener.got[0].headers["Host"].startswith("rebind.example:")
        assert inside.got == []


@pytest.mark.parametrize(
    "allowed", [["127.0.0.1:{port}"], ["127.0.0.1"], ["10.0.0.0/8", "127.0.0.0/30"]]
)
def test_what_the_operator_allows_may_be_reached_over_plain_http(listener, allowed):
    allow = [each.format(port=listener.server_port) for each in allowed]

    assert send("GET", listener.url(), allow=allow).is_ok


@pytest.mark.parametrize(
    "allowed",
    [[], ["127.0.0.1:1"], ["localhost:{port}"], ["10.0.0.0/8", "nonsense", "::/0"]],
)
def test_what_is_not_allowed_stays_shut(listener, allowed):
    allow = [each.format(port=listener.server_port) for each in allowed]

    with pytest.raises(Refused):
        send("GET", listener.url(), allow=allow)
    assert listener.got == []


def test_a_name_and_port_may_be_allowed(listener, resolver):
    resolver(hooks_internal=[["127.0.0.1"]])
    url = listener.url(host="hooks.internal")

    assert send("GET", url, allow=[f"Hooks.Internal:{listener.server_port}"]).is_ok


@pytest.mark.parametrize(
    ("hosts", "url", "fits"),
    [
        (["api.example.org"], "https://api.example.org/x", True),
        (["API.example.org"], "https://api.example.ORG/x", True),
        (["api.example.org"], "https://api.example.org:443/", True),
        (["api.example.org:8443"], "https://api.example.org:8443/", True),
        (["api.example.org"], "https://api.example.org:8443/", False),
        (["api.example.org:8443"], "https://api.example.org/", False),
        (["example.org"], "https://api.example.org/", False),
        (["api.example.org"], "https://api.example.org.evil.net/", False),
        (["*.example.org"], "https://api.example.org/", False),
        ([], "https://api.example.org/", False),
    ],
)
def test_a_list_of_hosts_is_taken_at_its_word(hosts, url, fits, resolver):
    asked = resolver(api_example_org=[["93.184.216.34"]])

    if fits:
        check(url, hosts=hosts)
    else:
        with pytest.raises(Refused, match="not among the hosts"):
            check(url, hosts=hosts)
        assert asked == []
