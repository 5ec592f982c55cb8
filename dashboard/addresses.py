"""Addresses that people or bots chose: how they may be written, where they may lead."""

import re
import string
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address

PORTS = {"http": 80, "https": 443}
CLOSED_PORTS = {0, 21, 22, 23, 25, 53, 110, 143, 465, 587, 993, 995, 6379, 11211}
"""Of services that are no web servers and might take what we send for orders."""
LONGEST_URL = 2000
LONGEST_NAME = 253
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
PLAIN = frozenset(string.ascii_letters + string.digits + string.punctuation) - {"\\"}
UNICAST = ip_network("2000::/3")
HIDING = [
    ip_network(each)
    for each in (
        "2002::/16",  # 6to4 and Teredo: an IPv4 address of any kind may hide in them
        "2001::/32",
        "192.88.99.0/24",
        "192.0.0.0/24",  # where some clouds keep what a machine should know
        "168.63.129.16/32",
        "3fff::/20",
    )
]
"""Networks that pass for public ones and are not, beside those Python knows."""


class Refused(Exception):
    """Nothing was sent; the text may be shown to whoever chose the address."""


@dataclass(frozen=True)
class Target:
    """Where a URL points, as it is written."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        return f"{bracketed(self.host)}:{self.port}"

    @property
    def names(self) -> set[str]:
        """How a list may call it: the usual port need not be said."""
        usual = self.port == PORTS[self.scheme]
        return {self.place} | ({self.host, bracketed(self.host)} if usual else set())

    def refuse_foreign(self, hosts: Collection[str]) -> None:
        if not self.names & {host.lower() for host in hosts}:
            raise Refused(f"{self.place} is not among the hosts that may be asked.")

    def refuse_inside(self, found: Collection[Address], allow: Collection[str]) -> None:
        """Every address it leads to must be a public one, or one that is allowed."""
        if self.place in {each.lower() for each in allow}:
            return
        others = [address for address in found if not lies_in(address, allow)]
        if others and self.scheme != "https":
            raise Refused(
                "The address must begin with https://. Plain http goes to what "
                "OUTBOUND_ALLOW names, and nowhere else."
            )
        if not all(map(is_public, others)):
            raise Refused(
                f"{self.host} lies inside a network, where nothing is sent unless "
                "OUTBOUND_ALLOW names it."
            )


def target_of(url: str) -> Target:
    """The parts of a URL, if it is written in the one plain way."""
    if len(url) > LONGEST_URL or not set(url) <= PLAIN:
        raise Refused("The address may hold plain letters, digits and signs only.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("The address could not be read.") from error
    if parts.scheme not in PORTS:
        raise Refused("The address must begin with https://.")
    if "@" in parts.netloc:
        raise Refused("The address may not hold a name or password before an @.")
    if port is None:
        port = PORTS[parts.scheme]
    if port in CLOSED_PORTS:
        raise Refused(f"Port {port} is not one that web servers answer at.")
    query = f"?{parts.query}" if parts.query else ""
    return Target(parts.scheme, host_of(parts), port, (parts.path or "/") + query)


def host_of(parts: SplitResult) -> str:
    """A name, or an address in its one usual spelling.

    A resolver would read 2130706433, 0x7f000001, 0177.0.0.1 and 127.1 as 127.0.0.1.
    """
    host = (parts.hostname or "").lower()
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        labels = host.split(".")
    if labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
        raise Refused("Write an address with four plain numbers, or use a name.")
    if len(host) > LONGEST_NAME or not all(map(LABEL.fullmatch, labels)):
        raise Refused("The address names no host.")
    return host


def lies_in(address: Address, allow: Collection[str]) -> bool:
    for each in allow:
        try:
            network = ip_network(each, strict=False)
        except ValueError:
            continue  # a name and a port, which are compared as they are written
        if address in network:
            return True
    return False


def is_public(address: Address) -> bool:
    """An address of the open internet, in which no other one hides."""
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return False
    hiding = any(address in network for network in HIDING)
    return address.is_global and not (
        hiding or address.is_multicast or address.is_reserved
    )


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
