"""Lists read a few rows at a time, and followed to their end."""

from urllib.parse import urlencode
from uuid import UUID

from dashboard import sifting
from dashboard.runs import listing


def read_little(monkeypatch, walk, counted):
    """Where each run is looked at, a page reads so many and counts so many."""
    monkeypatch.setattr(sifting, "NEAR", walk)
    monkeypatch.setattr(sifting, "WALK", walk)
    for module in (sifting, listing):
        monkeypatch.setattr(module, "COUNTED", counted)
    monkeypatch.setattr(listing, "whole", listing.whole.__wrapped__)


def pages_of(api, user, query, limit=2):
    """The ids on every page, by the cursors."""
    client, after, pages = api.with_key(user), {}, []
    while after is not None:
        asked = urlencode({"limit": limit, **after})
        page = client.get(f"/api/v1/runs?{query}&{asked}").json
        pages.append([UUID(run["id"]) for run in page["items"]])
        after = {"after": page["next"]} if page["next"] else None
    return pages
