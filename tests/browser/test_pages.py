"""Every page, in both themes: no barrier that axe can find, no word on the console."""

import re

import pytest

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
PLACES = (
    ".tabs a",
    ".page-head a.btn",
    ".card-head a.btn",
    ".row a.btn",
    ".ballots a.link",
)
ONWARD = ", ".join(f"{place}[href]:not([download])" for place in PLACES)
"""What leads to another page; a file is no page, and what is off leads nowhere."""
LISTS = (
    "/",
    "/inbox/",
    "/inbox/?tab=mine",
    "/inbox/?tab=done",
    "/inbox/?tab=news",
    "/workflows/",
    "/workflows/?status=open",
    "/workflows/?status=completed",
    "/councils/",
    "/agents/",
    "/agents/leaderboard",
    "/workflow-types/",
    "/workflow-types/catalogue",
    "/bots/",
    "/runs/",
    "/users/",
    "/keys/",
    "/runs/chart",
    "/schedules/",
    "/incidents/",
    "/webhooks/",
    "/secrets/",
    "/prompts/",
    "/ai-models/",
    "/model-calls/",
    "/chat/",
    "/system/",
    "/freezes/",
    "/audit/",
    "/profile/",
)
FORMS = (
    "/workflows/new",
    "/councils/new",
    "/agents/new",
    "/workflow-types/new",
    "/workflow-types/new?kind=governance",
    "/freezes/new",
    "/bots/new",
    "/bots/import",
    "/schedules/new",
    "/webhooks/new",
    "/secrets/new",
    "/prompts/new",
    "/ai-models/new",
    "/chat/new",
    "/users/new",
    "/keys/new",
    "/profile/password",
    "/nowhere",
)


BESIDE = ("/councils/?q=Payments", "/runs/?status=queued")
"""Where the first of a list is another kind of thing than in the whole list."""

TWICE = ("s/x", "/oversight")
"""Pages that differ by their record: with a charter or not, ended or waiting."""

AFAR = (
    "/workflows/x/advice",
    "/workflows/x/cancellation",
    "/workflows/x/receipt",
    "/workflows/x/votes/x/void",
    "/workflows/x?tab=revisions",
    "/councils/x/changes/new",
    "/councils/x/edit",
    "/councils/x/health",
    "/councils/x/oversight/edit",
    "/councils/x/oversight/propose",
    "/councils/x/try",
    "/councils/x?tab=rule",
    "/agents/x/advice",
    "/freezes/x",
    "/runs/x/cancel",
    "/runs/x/retry",
    "/runs/x?tab=log",
)
"""Pages that only other pages lead to; every x is an id."""


def barriers(page, rules=TAGS):
    from axe_playwright_python.sync_playwright import Axe

    # its preload would fetch styles that the policy keeps from scripts
    options = {"runOnly": rules, "preload": False}
    found = Axe().run(page, options=options).response["violations"]
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


WHOLE = "wide in light"
"""The look in which every rule is asked; the others differ by colours and sizes."""
SMALL = [*COLOURS, "target-size", "scrollable-region-focusable"]
LOOKS = {
    "wide in light": {"color_scheme": "light"},
    "phone in dark": {
        "color_scheme": "dark",
        "viewport": {"width": 390, "height": 844},
    },
}


@pytest.mark.parametrize("look", LOOKS)
def test_nobody_meets_a_barrier_and_nothing_is_cut_off(visit, program, look):
    page = visit(program.person("admin"), **LOOKS[look])
    width = page.viewport_size["width"]
    rules = TAGS if look == WHOLE else SMALL
    addresses = [*LISTS, *FORMS]
    for address in (*BESIDE, *LISTS):
        page.goto(address)
        first = page.locator(".table .lead a").first
        if first.count():
            addresses += new(addresses, first.get_attribute("href"))
    for address in addresses:
        page.goto(address)
        assert barriers(page, rules) == [], address
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} is {wide} pixels wide: {cut_off(page)}"
        for link in page.locator(ONWARD).all():
            addresses += new(addresses, link.get_attribute("href"))
    assert set(AFAR) <= set(map(kind, addresses))


def cut_off(page):
    """What reaches beyond the right edge, the outermost first."""
    return page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((each) => each.getBoundingClientRect().right > innerWidth + 1
              || each.scrollWidth > innerWidth + 1)
            .slice(0, 5).map((each) => each.outerHTML.slice(0, 120))"""
    )


def kind(address):
    """What it is a page of, whichever record that is."""
    return re.sub("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "x", address)


def new(known, address):
    """The address, if its kind of page is not opened yet, or not often enough."""
    seen = [kind(each) for each in known].count(kind(address))
    most = 2 if kind(address).endswith(TWICE) else 1
    is_new = address not in known and seen < most
    return [address] if address.startswith("/") and is_new else []


def test_signing_in_meets_no_barrier(visit):
    page = visit()
    page.goto("/login")
    assert barriers_in_both_themes(page) == []


def test_the_page_about_the_api_is_drawn_and_meets_no_barrier(visit, program):
    page = visit(program.person("viewer"))
    page.goto("/api/docs")
    page.locator(".opblock").first.wait_for()

    assert page.locator(".opblock").count() > 40
    assert barriers_in_both_themes(page) == []


def test_the_theme_is_kept(visit, program):
    page = visit(program.person("viewer"))
    page.get_by_role("button", name="Switch to dark theme").click()
    page.goto("/workflows/")

    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_keys_lead_everywhere(visit, program):
    page = visit(program.person("admin"))
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/workflows/")
    page.keyboard.press("Control+k")
    page.keyboard.type("counc")
    page.keyboard.press("Enter")
    page.wait_for_url("**/councils/")

    assert page.url.endswith("/councils/")
