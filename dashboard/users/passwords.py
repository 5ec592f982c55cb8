"""Passwords: how they are hashed, and which are too easy to guess."""

import re
import secrets
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from werkzeug.security import check_password_hash, generate_password_hash

from dashboard.schemas import no_nul

SHORTEST, LONGEST = 12, 128
METHOD = "scrypt:32768:8:1"
HASHING = BoundedSemaphore(2)
"""A hash takes 32 MiB and a tenth of a second: more at once would starve the pages."""
NOBODY = (  # made once: making it anew would keep every start waiting
    "scrypt:32768:8:1$zLrLyidhJMlBLuA6$94fc4801e0de28fefceee5b7f8466fbe5517c5c6afdd6f6b"
    "58b139fe32d16c9612f9df327adfe64e98921e5e7229083976187349712d16deca5f1ee53a292621"
)
"""Checked for an unknown name, so that it takes as long as a known one."""
COMMON = Path(__file__).with_name("common_passwords.txt")
LOOKALIKES = str.maketrans("@4301$5!7", "aaeoissit")
SHORTEST_CONTEXT = 4

Password = Annotated[
    str,
    StringConstraints(strip_whitespace=False, max_length=LONGEST),
    AfterValidator(no_nul),
]
"""A password as it was typed, spaces at its ends included."""


def hashed(password: str) -> str:
    with HASHING:
        return generate_password_hash(password, METHOD)


def matches(password_hash: str, password: str) -> bool:
    with HASHING:
        return check_password_hash(password_hash, password)


def is_outdated(password_hash: str) -> bool:
    return not password_hash.startswith(f"{METHOD}$")


def generated() -> str:
    """A password nobody has to think of: 120 random bits."""
    return secrets.token_urlsafe(15)


def weakness(password: str, *about: str) -> str | None:
    """Why somebody would guess this password, or None.

    `about` is what is known of its owner: email, username, name.
    """
    plain = password.lower()
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if is_repetition(plain) or not shapes(plain).isdisjoint(common()):
        return "This password is too common. Choose one nobody would think of."
    if any(word in plain for word in words_of(about)):
        return "Leave your name, email and username out of your password."
    return None


def shapes(plain: str) -> set[str]:
    """A password as it is, and without what people add to a common one."""
    known = {plain, core(plain)}
    read = {each.translate(LOOKALIKES) for each in known}
    return known | read | {core(each) for each in read}


def core(text: str) -> str:
    return re.sub(r"^[^a-z]+|[^a-z]+$", "", text)


def is_repetition(plain: str) -> bool:
    """Whether it is a short piece said again and again: aaaa…, abcabc…"""
    return any(
        plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, 7)
    )


def words_of(about: tuple[str, ...]) -> set[str]:
    """The parts of names and addresses long enough to give a password away."""
    parts = {part for text in about for part in re.split(r"[^\w]+", text.lower())}
    return {part for part in parts if len(part) >= SHORTEST_CONTEXT}


@cache
def common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
