"""A long log in a real browser: it is followed, dropped, taken up again, kept whole."""

import json
import time
from urllib.request import Request, urlopen

import pytest

from tests.browser.conftest import sign_in

LINES = 20_000
ERROR = "Traceback (most recent call last): not really"
ERROR_AT = 7_001
CHATTY = f"""
import time

def run(inputs, files):
    for number in range(1, {LINES} + 1):
        print(f"line {{number}} of many", flush=number % 100 == 0)
        if number == {ERROR_AT - 1}:
            print("{ERROR}")
        if number % 500 == 0:
            time.sleep(0.25)
    return {{"printed": {LINES}}}
"""
WATCH = """
() => {
  const log = document.querySelector("pre.log");
  window.seen = [];
  window.most = 0;
  const take = (node) => node.nodeType === 1 && window.seen.push(node.textContent);
  log.querySelectorAll(".line").forEach(take);
  new MutationObserver((changes) => {
    changes.forEach((change) => change.addedNodes.forEach(take));
    window.most = Math.max(window.most, log.querySelectorAll(".line").length);
  }).observe(log, { childList: true });
}
"""


def call(program, key, path, body=None):
    request = Request(  # noqa: S310 - our own program
        f"{program.url}/api/v1{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=20) as answer:  # noqa: S310
        return json.load(answer)


def chatty_run(program):
    """A run of a bot that prints for about ten seconds."""
    key = program.key_of("lena")
    bot = {
        "name": "Chatty",
        "code": CHATTY,
        "message": "First version",
        "run_policy": "owner",
        "config": {"limits": {"log_kb": 8192}},
    }
    made = call(program, key, "/bots", bot)
    return call(program, key, f"/bots/{made['id']}/runs", {})["id"]


@pytest.fixture
def page(browser, program):
    """A page that may say on the console that its connection is gone, and no more."""
    context = browser.new_context(base_url=program.url, reduced_motion="reduce")
    page, said = context.new_page(), []
    page.on("console", lambda each: each.type == "error" and said.append(each.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page, "lena")
    yield page
    context.close()
    assert [each for each in said if "ERR_INTERNET_DISCONNECTED" not in each] == []


def count(page):
    return page.evaluate("window.seen.length")


def wait_for_lines(page, wanted, seconds):
    until = time.monotonic() + seconds
    while (found := count(page)) < wanted:
        assert time.monotonic() < until, f"{found} of {wanted} lines"
        page.wait_for_timeout(100)


def test_a_long_log_is_followed_through_a_dropped_connection_and_kept_whole(
    page, program
):
    run_id = chatty_run(program)
    page.goto(f"/runs/{run_id}?tab=log")
    page.evaluate(WATCH)

    wait_for_lines(page, 3_000, 30)
    page.context.set_offline(True)
    dropped_at = count(page)
    page.wait_for_timeout(2_500)
    missed = count(page) - dropped_at
    page.context.set_offline(False)
    wait_for_lines(page, LINES + 1, 60)

    assert missed <= 500  # one answer may have been under way
    seen = page.evaluate("window.seen.map((text) => text.trimEnd())")
    assert seen == [f"{n}{text}" for n, text in enumerate(printed(), start=1)]
    assert page.evaluate("window.most") <= 2_000
    assert page.locator("pre.log .line").count() == 2_000
    assert downloaded(page) == printed()

    page.get_by_role("link", name="First error").click()
    line = page.locator("pre.log .line.marked")
    assert line.inner_text().startswith(f"{ERROR_AT}Traceback")
    assert line.is_visible()


def printed():
    lines = [f"line {number} of many" for number in range(1, LINES + 1)]
    return [*lines[: ERROR_AT - 1], ERROR, *lines[ERROR_AT - 1 :]]


def downloaded(page):
    with page.expect_download() as download:
        page.get_by_role("link", name="Whole log").click()
    return download.value.path().read_text().splitlines()
