"""Icons: one file of all that are drawn, and references into it."""

import re

import pytest

from dashboard import pieces
from dashboard.assets import fingerprint
from dashboard.pieces import drawings
from tests.icons import SPRITE, named, sprite


def test_the_sprite_has_every_icon_that_is_named_anywhere():
    assert SPRITE.read_text() == sprite(), "Run bin/icons."


def test_it_keeps_the_notice_that_its_licence_asks_for():
    assert "Permission to use, copy, modify" in SPRITE.read_text()


def test_an_icon_is_a_reference_that_changes_with_the_file(app):
    with app.test_request_context():
        drawn = pieces.ico("check")

    place = f"/static/icons.svg?v={fingerprint('icons.svg')}#check"
    assert drawn == f'<svg class="ico" aria-hidden="true"><use href="{place}"/></svg>'


def test_it_is_found_where_the_program_is_mounted(app):
    with app.test_request_context(base_url="http://localhost/quorum"):
        for drawn in (pieces.ico("check"), pieces.status("failed")):
            assert 'href="/quorum/static/icons.svg?' in drawn
    with app.test_request_context():
        assert 'href="/static/icons.svg?' in pieces.status("failed")


def test_an_icon_that_nobody_drew_is_an_error():
    with pytest.raises(LookupError, match="no icon named no-such"):
        pieces.ico("no-such")


def test_every_status_has_an_icon_in_it():
    assert {icon for _, _, icon in pieces.LOOKS.values()} <= drawings()
    assert drawings() == set(named())


def test_a_browser_keeps_it_and_may_not_be_told_to_run_it(client):
    address = re.search(r'href="([^"#]+)#', pieces.ico("check"))[1]

    with client.get(address) as answer:
        assert answer.content_type.startswith("image/svg+xml")
        assert "immutable" in answer.headers["Cache-Control"]
        assert "script-src 'nonce-" in answer.headers["Content-Security-Policy"]
