import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.bots.documents import as_yaml, read_document
from dashboard.bots.schemas import LONGEST

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(TEXT, VALUES, max_size=3))
def test_what_is_written_as_yaml_reads_back_as_it_was(content):
    text = as_yaml(content)

    assert read_document(text) == content


def test_code_is_written_as_a_block_a_person_can_read():
    text = as_yaml({"code": "def run(inputs, files):\n    return {}\n"})

    assert text == "code: |\n  def run(inputs, files):\n      return {}\n"


def test_plain_values_mean_what_they_mean_in_json():
    text = "a: 1\nb: [no, 12:30, 2026-01-01, 0x1f, 017]\nc: {d: true, e: ~, f: 1e5}"

    assert read_document(text) == {
        "a": 1,
        "b": ["no", "12:30", "2026-01-01", "0x1f", "017"],
        "c": {"d": True, "e": None, "f": 1e5},
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: [1,\n", "Line 3: "),
        ("a: 1\na: 2\n", "Line 2: The key “a” stands here twice."),
        ("a: 1\n1: 2\n", "Line 2: Write this key in quotes."),
        ("a: &b 1\nc: *b\n", "Line 1: Anchors and aliases are not taken"),
        ("a: 1\nb: !!python/name:os.system\n", "Line 2: Tags (!…) are not taken"),
        ("a: 1\n---\nb: 2\n", "Line 2: "),
        ("a: " + "[" * 60, "nested too deeply"),
        ('{"a": 1,\n "b": }', "Line 2: Expecting value."),
        ("[" * 90_000, "nested too deeply"),
        (f"a: {'9' * 5000}", "too many digits"),
        ("a: \x07", "Line 1: "),
        ("a: \ud800", "a character that cannot be stored"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, sentence):
    with pytest.raises(ValueError, match="(?s).*") as refused:
        read_document(text)

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "bomb",
    [
        "\n".join(
            f"a{n}: &a{n} [{'*a' + str(n - 1) + ',' if n else ''}]" for n in range(9)
        ),
        "- " * 20_000,
        "[a, " * 20_000,
        "{" * 100_000,
        "? " * 20_000,
        "- 1\n" * 200_000,
    ],
    ids=["aliases", "lists", "flow", "braces", "keys", "parts"],
)
def test_a_bomb_is_refused_in_a_moment(bomb):
    began = time.process_time()

    with pytest.raises(ValueError, match=r"."):
        read_document(bomb)

    assert time.process_time() - began < 20


def test_the_largest_code_is_written_and_read_in_a_moment():
    code = "def run(inputs, files):\n" + "    x = 1\n" * (LONGEST // 10 - 10)

    assert read_document(as_yaml({"code": code})) == {"code": code}
