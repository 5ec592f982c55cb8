import hashlib
from uuid import uuid4

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.http import parse_options_header

from dashboard.extensions import db
from dashboard.files.downloads import send_blob
from dashboard.files.models import Blob


@pytest.fixture
def blob(database):
    kept = Blob.keep(b"<script>1</script>")
    db.session.commit()
    return kept


def test_a_file_is_downloaded_and_never_shown(app, blob):
    with app.test_request_context():
        response = send_blob(blob.id, "page.html")
        content = b"".join(response.iter_encoded())

    assert content == b"<script>1</script>"
    assert response.mimetype == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_text_is_named_one(app, blob):
    with app.test_request_context():
        assert send_blob(blob.id, "rows.CSV").mimetype == "text/plain"


def test_the_etag_is_the_hash_and_spares_a_second_download(app, blob):
    address = hashlib.sha256(b"<script>1</script>").hexdigest()

    with app.test_request_context():
        assert send_blob(blob.id, "a").get_etag() == (address, False)
    with app.test_request_context(headers={"If-None-Match": f'"{address}"'}):
        assert send_blob(blob.id, "a").status_code == 304


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\x.txt", "x.txt"),
        ("a\r\nSet-Cookie: b", "a__Set-Cookie: b"),
        ('say "hi".txt', 'say "hi".txt'),
        ("Bericht März 🚀.pdf", "Bericht März 🚀.pdf"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_any_name_makes_one_safe_header(app, blob, name, shown):
    with app.test_request_context():
        header = send_blob(blob.id, name).headers["Content-Disposition"]

    kind, options = parse_options_header(header)
    assert (kind, options["filename"]) == ("attachment", shown)
    assert header.isascii()
    assert header.isprintable()


def test_an_unknown_file_is_not_found(app, database):
    with app.test_request_context(), pytest.raises(NotFound):
        send_blob(uuid4(), "a")


def test_the_same_bytes_are_kept_once(blob):
    assert Blob.keep(b"<script>1</script>").id == blob.id
    assert Blob.keep(b"other").id != blob.id
