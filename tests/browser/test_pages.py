"""Every page, in both themes: no barrier that axe can find, no word on the console."""

import pytest

SCHEMES = ("light", "dark")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
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
    "/workflow-types/",
    "/bots/",
    "/runs/",
    "/users/",
    "/keys/",
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
    "/users/new",
    "/keys/new",
    "/profile/password",
    "/nowhere",
)


def barriers(page):
    from axe_playwright_python.sync_playwright import Axe

    # its preload would fetch styles that the policy keeps from scripts
    options = {"runOnly": TAGS, "preload": False}
    found = Axe().run(page, options=options).response["violations"]
    return [
        (each["id"], node["target"], node["failureSummary"])
        for each in found
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nobody_meets_a_barrier(visit, program, scheme):
    page = visit(program.person("admin"), color_scheme=scheme)
    addresses = [*LISTS, *FORMS]
    for address in LISTS:
        page.goto(address)
        first = page.locator(".table .lead a").first
        if first.count():
            addresses.append(first.get_attribute("href"))
    for address in addresses:
        page.goto(address)
        assert barriers(page) == [], address
        for link in page.locator(".tabs a, .page-head a.btn").all():
            addresses += new(addresses, link.get_attribute("href"))


def new(known, address):
    """The address, if it is a page nobody has opened yet."""
    return [address] if address.startswith("/") and address not in known else []


def test_signing_in_meets_no_barrier(visit):
    for scheme in SCHEMES:
        page = visit(color_scheme=scheme)
        page.goto("/login")
        assert barriers(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_about_the_api_is_drawn_and_meets_no_barrier(visit, program, scheme):
    page = visit(program.person("viewer"), color_scheme=scheme)
    page.goto("/api/docs")
    page.locator(".opblock").first.wait_for()

    assert page.locator(".opblock").count() > 40
    assert barriers(page) == []


def test_a_phone_meets_no_barrier_and_nothing_is_cut_off(visit, program):
    page = visit(program.person("admin"), viewport={"width": 390, "height": 844})
    addresses = [*LISTS, *FORMS]
    for address in ("/workflows/?status=completed", "/councils/"):
        page.goto(address)
        page.locator(".table .lead a").first.click()
        page.locator(".tabs").wait_for()
        for tab in page.locator(".tabs a").all():
            addresses += new(addresses, tab.get_attribute("href"))
    for address in addresses:
        page.goto(address)
        assert barriers(page) == [], address
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{address} is {wide} pixels wide"


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
