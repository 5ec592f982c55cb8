"""The static files, under addresses that change with their content."""

from functools import cache
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "static"


def address_at(root: str, name: str) -> str:
    """Where a file is; as its address changes with it, caches keep it for good."""
    return f"{root}/static/{name}?v={fingerprint(name)}"


@cache
def fingerprint(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]
