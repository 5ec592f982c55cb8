from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from dashboard.users.passwords import (
    HASHING,
    NOBODY,
    common,
    generated,
    hashed,
    matches,
    weakness,
)

ABOUT = ("ada.lovelace@example.org", "countess", "Ada Lovelace")


@pytest.mark.parametrize(
    "password",
    [
        "a blue lamp on tuesday",
        "correct horse battery",
        "Xk2#vv9!qLwE",
        "ünïcode is welcome",
        "x" + " y zz" * 25,
    ],
)
def test_a_long_password_nobody_would_guess_is_fine(password):
    assert weakness(password, *ABOUT) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Xk2#vv9!qLw", "at least 12"),
        ("", "at least 12"),
        ("k3 " * 43, "at most 128"),
        ("password1234", "too common"),
        ("PASSWORD1234!", "too common"),
        ("P@ssw0rd2026!!", "too common"),
        ("123456789012", "too common"),
        ("qwertyuiopasdfghjkl", "too common"),
        ("1q2w3e4r5t6y", "too common"),
        ("correcthorsebatterystaple", "too common"),
        ("letmeinletmein", "too common"),
        ("!!!!welcome!!!!", "too common"),
        ("aaaaaaaaaaaaaa", "too common"),
        ("abcabcabcabcabc", "too common"),
        ("my lovelace key 77", "Leave your name"),
        ("COUNTESS of paper", "Leave your name"),
        ("example org 4 me", "Leave your name"),
    ],
)
def test_a_password_somebody_would_guess_is_refused(password, why):
    assert why in weakness(password, *ABOUT)


def test_short_parts_of_a_name_do_not_count():
    assert weakness("canada in the winter rain", "ada@x.yz", "ada", "Ada X") is None


def test_the_common_list_is_long_and_lower_case():
    assert len(common()) >= 3000
    assert all(word == word.lower().strip() for word in common())
    assert sum(len(word) >= 12 for word in common()) >= 1000


def test_generated_passwords_are_strong_and_never_the_same():
    made = {generated() for _ in range(200)}

    assert len(made) == 200
    assert not any(weakness(each) for each in made)


def test_a_password_is_taken_as_typed_and_never_stored():
    kept = hashed("  spaced out words  ")

    assert matches(kept, "  spaced out words  ")
    assert not matches(kept, "spaced out words")
    assert kept.startswith("scrypt:32768:8:1$")
    assert "spaced" not in kept


def test_no_more_than_two_passwords_are_worked_on_at_once():
    with ThreadPoolExecutor() as pool:
        with HASHING, HASHING:
            third = pool.submit(hashed, "a blue lamp on tuesday")
            fourth = pool.submit(matches, NOBODY, "nobody")
            too_soon = wait([third, fourth], timeout=0.3).done

        assert not too_soon
        assert fourth.result()
