"""Files going out, from the page of the record they belong to."""

from io import BytesIO
from pathlib import PurePosixPath
from uuid import UUID

from flask import Response, abort, send_file
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.files.models import Blob

TEXTS = {".csv", ".json", ".log", ".md", ".py", ".txt", ".yaml", ".yml"}


def send_blob(blob_id: UUID, name: str) -> Response:
    """A stored file as a download; the caller has checked who may have it.

    Never shown in the browser: what a bot wrote must not act as a page of ours.
    """
    stored = select(Blob.sha256, Blob.content).where(Blob.id == blob_id)
    address, content = db.session.execute(stored).one_or_none() or abort(404)
    response = send_file(
        BytesIO(content),
        mimetype=kind_of(name),
        as_attachment=True,
        download_name=fit_for_header(name),
        etag=address,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def kind_of(name: str) -> str:
    is_text = PurePosixPath(name).suffix.lower() in TEXTS
    return "text/plain" if is_text else "application/octet-stream"


def fit_for_header(name: str) -> str:
    """The name without path, leading dots and control characters."""
    plain = PurePosixPath(name.replace("\\", "/")).name.lstrip(".")
    return "".join(each if each.isprintable() else "_" for each in plain) or "file"
