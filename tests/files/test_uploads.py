from base64 import b64encode
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from dashboard.errors import Invalid
from dashboard.files.models import LARGEST
from dashboard.files.uploads import FileIn, decode, read_uploads


def sent(name, content=b"x"):
    return FileStorage(BytesIO(content), filename=name)


def refusal(*files):
    with pytest.raises(Invalid) as refused:
        read_uploads(files)
    return refused.value.errors["files"]


def test_what_was_sent_comes_back_by_name():
    files = [sent("a.csv", b"1;2"), sent("Bericht März.pdf", b"%PDF")]

    assert read_uploads(files) == {"a.csv": b"1;2", "Bericht März.pdf": b"%PDF"}


def test_a_file_field_left_empty_is_no_file():
    assert read_uploads([sent("", b"")]) == {}


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/b",
        "a\\b",
        "..",
        ".hidden",
        "a\r\nb",
        "a\0b",
        'say "hi".txt',
        "trailing ",
        "right\u202eleft.txt",
        "half\ud800",
        "x" * 121,
        "ü" * 61,
    ],
)
def test_a_name_that_is_more_than_a_name_is_refused(name):
    refused = refusal(sent(name))

    assert "no plain file name" in refused
    assert refused.isprintable()


def test_two_files_that_one_folder_cannot_hold_are_refused():
    assert "Two files are called “A.TXT”" in refusal(sent("a.txt"), sent("A.TXT"))


def test_an_empty_file_is_named():
    assert refusal(sent("a.txt"), sent("b.txt", b"")) == "“b.txt” is empty."


def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not():
    largest = b"x" * LARGEST

    assert read_uploads([sent("a.bin", largest)]) == {"a.bin": largest}
    assert refusal(sent("a.bin", largest + b"x")) == (
        "“a.bin” has 10,485,761 bytes; 10,485,760 (10 MiB) is the most."
    )


def test_the_eleventh_file_is_one_too_many():
    files = [sent(f"{n}.txt") for n in range(11)]

    assert len(read_uploads(files[:10])) == 10
    assert "11 files; 10 at a time" in refusal(*files)


def test_base64_is_decoded_and_each_problem_points_at_its_file():
    def given(name, content):
        return FileIn(name=name, content_base64=content)

    good = b64encode(b"1;2").decode()

    assert decode([given("a.csv", good)]) == {"a.csv": b"1;2"}
    with pytest.raises(Invalid) as refused:
        decode([given("a.csv", good), given("b.csv", "%%%"), given("../c", good)])
    assert refused.value.errors == {
        "files.1.content_base64": "This is not base64.",
        "files.2": "“../c” is no plain file name. Rename the file.",
    }
