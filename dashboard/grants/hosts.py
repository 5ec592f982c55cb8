"""Which hosts a grant may name: public names, and what the operator opened."""

import re
from collections.abc import Collection
from ipaddress import ip_address

from dashboard.addresses import lies_in

PUBLIC_NAME = re.compile(r"([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
HIGHEST_PORT = 65535


def why_not(host: str, allow: Collection[str]) -> str:
    """Why this host cannot be granted, in a sentence; nothing if it can."""
    name, port = split(host)
    if port is not None and not 1 <= port <= HIGHEST_PORT:
        return f"{host}: a port is a number from 1 to {HIGHEST_PORT}."
    if PUBLIC_NAME.fullmatch(name) or is_opened(host, name, allow):
        return ""
    return (
        f"{host} is no public name. Addresses and names of this network can be granted "
        "only after the operator listed them in OUTBOUND_ALLOW."
    )


def is_opened(host: str, name: str, allow: Collection[str]) -> bool:
    if host in allow:
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return lies_in(address, allow)


def split(host: str) -> tuple[str, int | None]:
    """Name and port; an IPv6 address stands in brackets."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, ""
    return name.strip("[]"), int(port) if port else None
