"""Tables as files: what is written is what is read back, and nothing computes."""

import csv
import re
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from dashboard.exports import CAP, CAPPED, Kind, answer

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    '"=1+1',
    "'=1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(A1)",
    "\ufe661+1",
    "\u22121+1",
    '=HYPERLINK("https://evil.example","Click")',
    "=cmd|' /C calc'!A0",
    "{=1+1}\n=2",
    "x;=1+1;y",
    "x\t=1+1",
    "x\r\n  =1+1",
]
PLAIN = ["", "Ümläut, 漢字 🦓", 'say "hi"', "a,b", "two\nlines", "1=1", "a - b", "'tis"]
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\u2212"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def csv_of(*rows, header=("A", "B")):
    body = answer(Kind.CSV, "table", header, rows).get_data()
    return body, list(csv.reader(StringIO(body.decode("utf-8-sig"), newline="")))


def sheet_of(*rows, header=("A", "B")):
    body = answer(Kind.XLSX, "table", header, rows).get_data()
    with ZipFile(BytesIO(body)) as book:
        return ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314


def texts(sheet):
    return ["".join(cell.itertext()) for cell in sheet.iter(f"{SHEET}is")]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_comes_back_as_it_was(text):
    _, (_, row) = csv_of([text, "end"])

    assert row == [text, "end"]
    assert texts(sheet_of([text, "end"]))[-1] == "end"
    assert text in ["", *texts(sheet_of([text, "end"]))]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_csv_begins_a_formula(text):
    _, (_, row) = csv_of(["before", text])

    for part in re.split(r"[;\t\r\n]", row[1]):
        assert not part.lstrip(" \"'\u00a0\u200b\ufeff").startswith(tuple(SIGNS)) or (
            part.startswith("'")
        )
    assert row[1].replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_nor_where_another_character_separates(text, delimiter):
    body, _ = csv_of(["before", text])

    lines = StringIO(body.decode("utf-8-sig"), newline="")
    for row in csv.reader(lines, delimiter=delimiter):
        for field in row:
            bare = field.strip(' "\u00a0\u200b\ufeff')
            assert not bare.startswith(tuple(SIGNS))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_workbook_holds_text_and_no_formula(text):
    sheet = sheet_of([text, text])

    assert list(sheet.iter(f"{SHEET}f")) == []
    assert list(sheet.iter(f"{SHEET}hyperlink")) == []
    assert {cell.get("t") for cell in sheet.iter(f"{SHEET}c")} == {"inlineStr"}


def test_numbers_stay_numbers():
    _, (_, row) = csv_of([-5, 2.5])
    numbers = [
        cell.findtext(f"{SHEET}v") for cell in sheet_of([-5, 2.5]).iter(f"{SHEET}c")
    ]

    assert row == ["-5", "2.5"]
    assert numbers[-2:] == ["-5", "2.5"]


def test_times_are_times_in_utc():
    noon = datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1)))
    day = date(2026, 3, 1)

    _, (_, row) = csv_of([noon, day])
    cells = [
        cell.findtext(f"{SHEET}v") for cell in sheet_of([noon, day]).iter(f"{SHEET}c")
    ]

    assert row == ["2026-03-01T12:00:00+00:00", "2026-03-01"]
    assert [float(value) for value in cells[-2:]] == [46082.5, 46082]


def test_nothing_and_yes_and_no():
    _, (_, *rows) = csv_of([None, True], ["", False])

    assert rows == [["", "yes"], ["", "no"]]
    assert texts(sheet_of([None, True], [None, False]))[2:] == ["yes", "no"]


def test_csv_is_utf8_with_its_mark_and_every_field_quoted():
    body, _ = csv_of(["é", 1])

    assert body == b'\xef\xbb\xbf"A","B"\r\n"\xc3\xa9","1"\r\n'


def test_the_header_of_a_sheet_stays_in_sight_and_filters():
    sheet = sheet_of(["x", 1])

    assert sheet.find(f".//{SHEET}pane").get("state") == "frozen"
    assert sheet.find(f"{SHEET}autoFilter").get("ref") == "A1:B2"


def test_control_characters_break_no_workbook():
    assert texts(sheet_of(["a\x00b\x0bc", "end"]))[-1] == "end"


def test_a_cell_too_long_for_a_sheet_is_cut_and_not_dropped():
    assert len(texts(sheet_of(["x" * 40_000, "end"]))[2]) == 32_767


@pytest.mark.parametrize(("number", "noted"), [(CAP, False), (CAP + 1, True)])
def test_a_table_that_was_cut_says_so_in_its_last_line(number, noted):
    rows = [[n, "x"] for n in range(number)]

    _, found = csv_of(*rows)

    assert (found[-1] == [CAPPED]) is noted
    assert len(found) == 1 + CAP + noted
    assert (CAPPED in texts(sheet_of(*rows))) is noted


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("votes", "filename=votes.csv"),
        ("Übersicht", "filename=Ubersicht.csv; filename*=UTF-8''%C3%9Cbersicht.csv"),
    ],
)
def test_it_is_a_download_with_a_name(name, said):
    response = answer(Kind.CSV, name, ["A"], [])

    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert said in response.headers["Content-Disposition"]
    assert response.content_type == "text/csv; charset=utf-8"


def test_an_empty_table_has_its_header():
    assert csv_of()[1] == [["A", "B"]]
    assert texts(sheet_of()) == ["A", "B"]


def test_now_is_written_to_the_second():
    _, (_, row) = csv_of([datetime.now(UTC), ""])

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", row[0])
