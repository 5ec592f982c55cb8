"""Makes static/icons.svg: of the library's icons those that the program draws.

A name counts as drawn where it stands in quotes in the program or in what a template
computes. That takes some too many, and never one too few.
"""

import re
from pathlib import Path
from zipfile import ZipFile

import lucide

ROOT = Path(__file__).parents[1]
SPRITE = ROOT / "static" / "icons.svg"
COMPUTED = re.compile(r"{[{%].*?[%}]}", re.DOTALL)
QUOTED = re.compile(r"""["']([a-z0-9-]+)["']""")


def sprite():
    """The file as it has to be; the notice at its top is kept as it is."""
    notice, _, _ = SPRITE.read_text().partition("<svg")
    symbols = [symbol(name, drawn) for name, drawn in sorted(named().items())]
    open_ = '<svg xmlns="http://www.w3.org/2000/svg">'
    return notice + "\n".join([open_, *symbols, "</svg>", ""])


def named():
    """The library's drawing of each icon that is named somewhere."""
    with ZipFile(Path(lucide.__file__).with_name("lucide.zip")) as library:
        known = {file.removesuffix(".svg") for file in library.namelist()}
        return {name: library.read(f"{name}.svg").decode() for name in words() & known}


def words():
    pages = (path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    computed = [part for page in pages for part in COMPUTED.findall(page)]
    demo = ROOT / "dashboard" / "demo"  # stories, and no pages
    program = [
        path.read_text()
        for path in (ROOT / "dashboard").rglob("*.py")
        if not path.is_relative_to(demo)
    ]
    return {word for text in computed + program for word in QUOTED.findall(text)}


def symbol(name, drawn):
    """One icon, without what the style sheet says of all of them."""
    inside = drawn[drawn.index(">", drawn.index("<svg")) + 1 : drawn.rindex("<")]
    lean = re.sub(r"\s+(?=<|$)", "", inside).replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{lean}</symbol>'


if __name__ == "__main__":
    SPRITE.write_text(sprite())
