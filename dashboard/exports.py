"""Tables as files: CSV and XLSX, in which nothing that people wrote is a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from io import BytesIO, StringIO
from itertools import islice
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

from flask import Response

CAP = 10_000
CAPPED = f"Only the first {CAP:,} rows are here. Narrow the filters to get the rest."
LONGEST_CELL = 32_767
"""Characters; a spreadsheet drops a longer cell altogether."""
BLANKS = r"[^\S;\t\r\n]|[\"'\x00-\x08\x0e-\x1b\u00ad\u200b-\u200f\u2060\ufeff]"
"""No character is in both halves: what can be read in two ways takes for ever."""
SIGNS = "=+\\-@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
"""What begins a formula, also as full-width, small and typographic characters."""
FORMULA = re.compile(rf"(^|[;\t\r\n])(?=(?:{BLANKS})*[{SIGNS}])")
SHIFTED = re.compile(r"^[\t\r\n]")

Value = str | int | float | bool | date | datetime | None
Rows = Iterable[Sequence[Value]]


class Kind(StrEnum):
    """How a table is written."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def mimetype(self) -> str:
        return MIMETYPES[self]


MIMETYPES = {
    Kind.CSV: "text/csv",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def answer(kind: Kind, name: str, header: Sequence[str], rows: Rows) -> Response:
    """A table as a download; past the cap it ends with a sentence that says so."""
    body = csv_lines(header, rows) if kind is Kind.CSV else [workbook(header, rows)]
    response = Response(body, mimetype=kind.mimetype)
    names = named(f"{name}.{kind}")
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def named(name: str) -> dict[str, str]:
    """A file's name for the header: for every browser, and with its own letters."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    own = {} if plain == name else {"filename*": f"UTF-8''{quote(name, safe='')}"}
    return {"filename": plain, **own}


def capped(rows: Rows) -> Iterator[Sequence[Value]]:
    """As many rows as a file takes, and a last line if there were more."""
    every = iter(rows)
    yield from islice(every, CAP)
    if next(every, None) is not None:
        yield [CAPPED]


def csv_lines(header: Sequence[str], rows: Rows) -> Iterator[str]:
    """RFC 4180, every field quoted; the mark in front tells Excel it is UTF-8."""
    buffer = StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    yield "\ufeff"
    writer.writerow(header)
    for row in capped(rows):
        writer.writerow([cell(value) for value in row])
        if buffer.tell() > 1 << 14:
            yield taken(buffer)
    yield taken(buffer)


def taken(buffer: StringIO) -> str:
    """What was written so far; the buffer is empty again."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def cell(value: Value) -> str | int | float:
    """One field of CSV: numbers as they are, times as ISO 8601, text made harmless."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case str():
            return harmless(value)
    return value


def harmless(text: str) -> str:
    """The text with an apostrophe before anything that a spreadsheet would compute.

    Also inside it, where a program that splits at tabs, lines or semicolons (as Excel
    does in half of Europe) would begin another cell.
    """
    guarded = FORMULA.sub(r"\1'", text)
    return f"'{guarded}" if SHIFTED.match(guarded) else guarded


def workbook(header: Sequence[str], rows: Rows) -> bytes:
    """One sheet: header frozen, filters on, text as text, times as times in UTC."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types

    file = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(file, options) as book:
        fill(book, header, capped(rows))
    return file.getvalue()


def fill(book: Any, header: Sequence[str], rows: Rows) -> None:
    sheet = book.add_worksheet("Export")
    bold = book.add_format({"bold": True})
    times = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(header) - 1, 20)
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            write(sheet, last, column, value, times)
    sheet.autofilter(0, 0, last, len(header) - 1)


def write(sheet: Any, row: int, column: int, value: Value, times: Any) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_string(row, column, "yes" if value else "no")
        case datetime():
            plain = value.astimezone(UTC).replace(tzinfo=None)
            sheet.write_datetime(row, column, plain, times)
        case date():
            sheet.write_datetime(row, column, value, times)
        case str():
            sheet.write_string(row, column, value[:LONGEST_CELL])
        case _:
            sheet.write_number(row, column, value)
