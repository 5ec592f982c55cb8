"""Files coming in: from a form, or as base64 in JSON."""

import binascii
from base64 import b64decode
from collections.abc import Iterable, Sequence
from io import SEEK_END

from werkzeug.datastructures import FileStorage

from dashboard.errors import Errors, Invalid
from dashboard.files.models import LARGEST
from dashboard.schemas import Schema, Text

MOST_FILES = 10
LONGEST_NAME = 120
Uploads = dict[str, bytes]
"""Plain file name to content."""


class FileIn(Schema):
    """A file inside a JSON body."""

    name: Text
    content_base64: Text


def read_uploads(request_files: Iterable[FileStorage], field: str = "files") -> Uploads:
    """What a form's file field sent; browsers send one nameless part for none."""
    given = [each for each in request_files if each.filename]
    check_count(len(given), field)
    uploads: Uploads = {}
    for each in given:
        name = each.filename or ""
        if problem := problem_of(name, size_of(each), uploads):
            raise Invalid({field: problem})
        uploads[name] = each.stream.read()
    return uploads


def decode(files: Sequence[FileIn], field: str = "files") -> Uploads:
    """What a JSON body sent; every problem points at its file."""
    check_count(len(files), field)
    uploads: Uploads = {}
    problems: Errors = {}
    for place, each in enumerate(files):
        try:
            content = b64decode(each.content_base64, validate=True)
        except (binascii.Error, ValueError):
            problems[f"{field}.{place}.content_base64"] = "This is not base64."
            continue
        if problem := problem_of(each.name, len(content), uploads):
            problems[f"{field}.{place}"] = problem
        uploads[each.name] = content
    if problems:
        raise Invalid(problems)
    return uploads


def size_of(upload: FileStorage) -> int:
    """Bytes, without reading them: the parser has put the file on disk already."""
    size = upload.stream.seek(0, SEEK_END)
    upload.stream.seek(0)
    return size


def check_count(count: int, field: str) -> None:
    if count > MOST_FILES:
        raise Invalid(
            {field: f"These are {count} files; {MOST_FILES} at a time is the most."}
        )


def problem_of(name: str, size: int, known: Uploads) -> str | None:
    """What is wrong with this file, in a sentence that names it."""
    shown = name if name.isprintable() else ascii(name)[1:-1]
    if not is_plain(name):
        return f"“{shown[:LONGEST_NAME]}” is no plain file name. Rename the file."
    if name.casefold() in {each.casefold() for each in known}:
        return f"Two files are called “{shown}”. Rename one of them."
    if size == 0:
        return f"“{shown}” is empty."
    if size > LARGEST:
        return f"“{shown}” has {size:,} bytes; {LARGEST:,} (10 MiB) is the most."
    return None


def is_plain(name: str) -> bool:
    """A name, and no path: safe as a file in a bot's folder, whatever the system.

    The length is in bytes, which is what file systems count.
    """
    return (
        0 < len(name.encode(errors="replace")) <= LONGEST_NAME
        and name.isprintable()
        and name == name.strip()
        and not name.startswith(".")
        and not any(mark in name for mark in '/\\:*?"<>|')
    )
