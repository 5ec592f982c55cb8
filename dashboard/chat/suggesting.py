"""Which types of work a message may be about: words are counted, no model is asked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WORD = re.compile(r"[a-z0-9]+")
SHORTEST = 3
"""Letters of a word that tells anything."""
MOST = 3
OF_NAME, OF_DOMAIN, OF_TEXT = 3, 2, 1
ENDINGS = ("ing", "ed", "es", "s")
SMALL = set(
    WORD.findall(
        "about all and any are ask been but can could did does for from get had has "
        "have her him his how into its just let like made make may more most much "
        "must not now off one only our out over own please shall she should some "
        "such than that the their them then there these they thing this those too "
        "until very want was way were what when where which who why will with would "
        "you your"
    )
)
"""Words that stand in any sentence."""


@dataclass(frozen=True)
class Suggestion:
    """A type that fits, and by which words."""

    type_id: str
    name: str
    description: str
    score: int
    words: tuple[str, ...]


def stem(word: str) -> str:
    """Reports, reporting and report are one word here."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word.removesuffix(ending)
    return word


def words_in(text: str) -> dict[str, str]:
    """Stem to word, as it is written there."""
    found = WORD.findall(text.lower().replace("_", " "))
    telling = (word for word in found if len(word) >= SHORTEST and word not in SMALL)
    return {stem(word): word for word in telling}


def score_of(said: Mapping[str, str], type_: Any) -> tuple[int, set[str]]:
    """3 for a word of the name, 2 for one of the domain, 1 for one of the rest."""
    asked = type_.input_schema.get("properties", {})
    rest = " ".join([type_.description, *asked])
    parts = ((OF_NAME, type_.name), (OF_DOMAIN, type_.domain), (OF_TEXT, rest))
    score, matched = 0, set[str]()
    for worth, text in parts:
        hit = (said.keys() & words_in(text).keys()) - matched
        score += worth * len(hit)
        matched |= hit
    return score, matched


def suggestions(text: str, types: Iterable[Any]) -> list[Suggestion]:
    """The best three, the best one first; none if no word matches."""
    said = words_in(text)
    scored = [(*score_of(said, type_), type_) for type_ in types]
    ranked = sorted(
        (each for each in scored if each[0]), key=lambda each: (-each[0], each[2].name)
    )
    return [
        Suggestion(
            type_id=str(type_.id),
            name=type_.name,
            description=type_.description,
            score=score,
            words=tuple(sorted(said[each] for each in words)),
        )
        for score, words, type_ in ranked[:MOST]
    ]
