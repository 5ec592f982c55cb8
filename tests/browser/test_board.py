"""The board in a real browser: dragged, by keys, and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in

WAITING, CHECKED = '[data-col="todo"] .kard', '[data-col="review"] .kard'
NOTE = "Write the rollback note for the last deploy"
CHECK = "No promises of delivery days in prompts"


def board(page):
    page.goto("/projects/")
    page.get_by_role("link", name="HLP Help pages").click()
    expect(page.locator("#board")).to_be_visible()


def titles(page, cards):
    return page.locator(f"{cards} .title").all_inner_texts()


def test_a_card_is_dragged_and_stays_and_keys_move_it_back(visit):
    page = visit("priya")
    board(page)
    note = page.locator(WAITING).filter(has_text=NOTE)
    other = page.locator(CHECKED).filter(has_text=CHECK)

    note.drag_to(other, target_position={"x": 60, "y": 4})
    expect(page.locator(CHECKED)).to_have_count(2)
    page.reload()
    assert titles(page, CHECKED) == [NOTE, CHECK]

    page.locator(CHECKED).filter(has_text=NOTE).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(CHECKED)).to_have_count(1)
    expect(page.locator(WAITING).filter(has_text=NOTE)).to_be_focused()
    page.reload()
    assert NOTE in titles(page, WAITING)


@pytest.fixture
def bare_page(browser, program):
    context = browser.new_context(base_url=program.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_every_card_has_a_form_that_needs_no_script(bare_page):
    sign_in(bare_page, "jonas")
    board(bare_page)
    card = bare_page.locator(WAITING).filter(has_text="weekends")

    card.get_by_label("Move").select_option("done")
    card.get_by_role("button", name="Move").click()

    assert "Say who answers at weekends" in titles(bare_page, '[data-col="done"] .kard')
