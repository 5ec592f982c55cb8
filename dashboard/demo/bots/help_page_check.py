"""Whether help pages hold together: finds links to places that do not exist."""

import csv
import re
from pathlib import Path
from typing import Any

HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\((?P<page>[\w.-]*)(?:#(?P<place>[\w-]+))?\)")


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    pages = {path.name: path.read_text("utf-8") for path in sorted(files.glob("*.md"))}
    if not pages:
        raise ValueError("Attach at least one help page (.md).")

    places = {name: places_of(text) for name, text in pages.items()}
    broken = []
    for name, text in pages.items():
        found = broken_links(name, text, places)
        print(f"{name}: {len(text.split())} words, {len(found)} broken links")
        broken += found
    write_csv(broken)
    if broken and inputs.get("strict"):
        links = ", ".join(each["link"] for each in broken)
        raise ValueError(f"These links lead nowhere: {links}")
    words = sum(len(text.split()) for text in pages.values())
    return {"pages": len(pages), "words": words, "broken": broken}


def places_of(text: str) -> set[str]:
    """The headings of a page, as they stand after # in a link."""
    return {re.sub(r"[^\w]+", "-", title.lower()) for title in HEADING.findall(text)}


def broken_links(
    name: str, text: str, places: dict[str, set[str]]
) -> list[dict[str, str]]:
    found = []
    for link in LINK.finditer(text):
        page, place = link["page"] or name, link["place"]
        if page not in places or (place and place not in places[page]):
            target = f"{link['page']}#{place}" if place else page
            found.append({"page": name, "link": target})
    return found


def write_csv(broken: list[dict[str, str]]) -> None:
    with Path("output/broken-links.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, ["page", "link"])
        table.writeheader()
        table.writerows(broken)
