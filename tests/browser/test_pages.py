"""Every page, in both themes: no barrier that axe can find, no word on the console."""

import re

from tests.browser.axe import COLOURS, SHARED, TAGS, barriers, barriers_in_both_themes

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


SMALL = [*COLOURS, "target-size", "scrollable-region-focusable"]
WIDE = {"width": 1360, "height": 860}
PHONE = {"width": 390, "height": 844}
LOOKS = {
    "wide in light": (WIDE, "light", TAGS),
    "phone in dark": (PHONE, "dark", SMALL),
}
"""Size, colours, and the rules asked: all in the one, in the other what depends on
colours and sizes.
"""
FIRST = """
async (address) => {
  const request = new XMLHttpRequest();
  request.open("GET", address);
  request.responseType = "document";
  await new Promise((done) => { request.onloadend = done; request.send(); });
  return request.response.querySelector(".table .lead a")?.getAttribute("href");
}
"""
"""A list is read without drawing it; it is drawn when its own turn comes."""
HREFS = "links => links.map((each) => each.getAttribute('href'))"


def test_nobody_meets_a_barrier_and_nothing_is_cut_off(visit, program):
    page = visit(program.person("admin"))
    addresses, looks = [*LISTS, *FORMS], list(LOOKS)
    for address in (*BESIDE, *LISTS):
        if first := page.evaluate(FIRST, address):
            addresses += new(addresses, first)
    for address in addresses:
        page.goto(address)
        for look in looks:
            inspect(page, address, look)
        looks.reverse()  # the next one opens in what this one was last seen in
        for link in page.eval_on_selector_all(ONWARD, HREFS):
            addresses += new(addresses, link)
    assert set(AFAR) <= set(map(kind, addresses))


def inspect(page, address, look):
    """No barrier, and nothing wider than the window."""
    size, colours, rules = LOOKS[look]
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=colours)
    beside = [] if address == LISTS[0] else [SHARED]
    assert barriers(page, rules, beside) == [], f"{address}, {look}"
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size["width"], f"{address} is {wide} pixels wide: {cut_off(page)}"


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
