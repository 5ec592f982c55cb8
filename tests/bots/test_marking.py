import time

import pytest

from dashboard.bots.comparing import Changes
from dashboard.bots.schemas import LONGEST
from dashboard.workflows.diff import MOST_LINES, compared, opcodes


def changes(before, after):
    return Changes.of(compared(before, after))


def pieces(line):
    return [text for text, changed in line.parts if changed]


def test_the_words_that_changed_are_marked_on_both_sides():
    found = changes("wait = 20  # seconds", "wait = 30  # seconds, at most").lines

    removed, added = found[1:]
    assert (removed.kind, pieces(removed)) == ("del", ["20"])
    assert (added.kind, pieces(added)) == ("add", ["30", ", at most"])
    assert removed.marks == [(7, 9)]
    assert "".join(text for text, _ in added.parts) == added.text


def test_another_line_altogether_is_marked_as_a_line_alone():
    found = changes("import time", "def run(inputs, files): return {}").lines

    assert [line.marks for line in found] == [[], [], []]


def test_lines_are_compared_in_pairs_and_a_spare_one_with_none():
    found = changes("a = 1\nb = 2\nc = 3", "a = 9\nb = 8").lines

    assert [pieces(line) for line in found[1:]] == [["1"], ["2"], [], ["9"], ["8"]]


def test_a_long_changed_stretch_is_marked_as_one():
    words = " ".join(f"w{n}" for n in range(100))
    found = changes(f"keep {'k' * 900} {words}", f"keep {'k' * 900} x {words}!").lines

    assert len(found[1].marks) == len(found[2].marks) == 1


def test_a_change_is_found_wherever_it_stands_in_a_long_text():
    before = [f"line {n}" for n in range(20_000)]
    after = [*before[:19_000], "another", *before[19_001:]]

    found = changes("\n".join(before), "\n".join(after))

    assert [line.old for line in found.lines if line.kind == "del"] == [19_001]
    assert found.left_out == 0


def test_what_a_long_diff_leaves_out_is_counted():
    before = "\n".join(f"a{n}" for n in range(MOST_LINES + 7))
    after = "\n".join(f"b{n}" for n in range(MOST_LINES + 5))

    found = changes(before, after)

    assert found.left_out == 12
    assert len(found.lines) == 2 * MOST_LINES + 1


def test_unchanged_lines_far_from_a_change_are_folded():
    before = [f"line {n}" for n in range(100)]
    after = ["first", *before[1:-1], "last"]

    found = changes("\n".join(before), "\n".join(after)).lines

    hunks = [line.text for line in found if line.kind == "hunk"]
    assert hunks == ["from line 1", "from line 97"]
    assert len(found) == 2 + 2 * (2 + 3)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["a", "", "b", ""] * 900, ["c", "", "d", ""] * 900),
        ([f"a{n}\n" for n in range(30_000)], [f"b{n}\n" for n in range(30_000)]),
        (["x"] * 100_000, ["x", "y"] * 50_000),
        (["a b " * 60_000], ["a c " * 60_000]),
        (["a " * 19 + str(n) for n in range(2000)], ["b a " * 9] * 2000),
    ],
    ids=["every second", "nothing alike", "all alike", "one line", "words"],
)
def test_the_worst_texts_are_compared_in_a_moment(before, after):
    old, new = "\n".join(before)[:LONGEST], "\n".join(after)[:LONGEST]
    began = time.process_time()

    changes(old, new)

    assert time.process_time() - began < 5


@pytest.mark.parametrize("seed", range(40))
def test_the_codes_lead_from_one_text_to_the_other(seed):
    old = [str(n * n * (seed + 3) % 11) for n in range(seed)]
    new = [line for n, line in enumerate(old) if (n * seed) % 5] + ["x", "3"][
        : seed % 3
    ]

    codes = opcodes(old, new)

    made = [
        line
        for tag, a, b, c, d in codes
        for line in (old[a:b] if tag == "equal" else new[c:d])
    ]
    assert made == new
    assert [code[1:3] for code in codes] == list(
        zip(
            [0, *(code[2] for code in codes)], [code[2] for code in codes], strict=False
        )
    )
