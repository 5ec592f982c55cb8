"""What axe finds on a page, by its rules."""

from functools import cache

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
SHARED = ".side"
"""The menu: the same on every page but for what is marked, so one page answers."""
ASKED = "async (asked) => (await axe.run(...asked)).violations"


@cache
def script():
    from axe_playwright_python.sync_playwright import Axe

    return Axe().axe_script


def barriers(page, rules=TAGS, beside=()):
    """Rule, element and what is wrong with it; `beside` are places not looked at."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
    # its preload would fetch styles that the policy keeps from scripts, and of what
    # is in order nothing is told
    options = {"runOnly": rules, "preload": False, "reporter": "no-passes"}
    found = page.evaluate(ASKED, [{"exclude": [[place] for place in beside]}, options])
    return [
        (each["id"], node["target"], node["failureSummary"])
        for each in found
        for node in each["nodes"]
    ]


def barriers_in_both_themes(page):
    """A page that was opened in light; only its colours differ in dark."""
    found = barriers(page)
    page.emulate_media(color_scheme="dark")
    return found + barriers(page, COLOURS)
