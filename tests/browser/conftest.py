"""The whole program, started as bin/start does, and a browser in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from config import Config
from dashboard import create_app
from dashboard.extensions import begin_writing, db
from dashboard.users.models import ApiKey, User
from tests.demo.shelf import KEYS, from_shelf
from tests.factories import HASH, PASSWORD

ROOT = Path(__file__).parent.parent.parent
CHROMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
READY_WITHIN = 60


def chrome():
    named = os.environ.get("QUORUM_CHROME", "")
    return next(filter(None, map(shutil.which, filter(None, (named, *CHROMES)))), None)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    executable = chrome()
    if executable is None:
        pytest.skip("NO BROWSER STORY WAS TOLD: install chromium or set QUORUM_CHROME")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            headless=True,
            args=list(FLAGS),
            env=os.environ | {"HOME": str(tmp_path_factory.mktemp("home"))},
        )
        yield browser
        browser.close()


class Program:
    """Web and worker of one instance, with the demo's people and one password."""

    def __init__(self, folder, shared):
        self.port = free_port()
        self.shared = shared
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "INSTANCE_PATH": str(folder / "instance"),
            "BASE_URL": self.url,
            "LEASE_SECONDS": "5",
            "OUTBOUND_ALLOW": "127.0.0.0/8",
            "FLASK_SKIP_DOTENV": "1",
            **KEYS,
        }
        self.processes = []

    def start(self):
        from_shelf(self.shared, Path(self.env["INSTANCE_PATH"]))
        self.app = create_app(Config.from_env(self.env))
        with self.app.app_context():
            for user in db.session.scalars(db.select(User)):
                user.password_hash = HASH
            db.session.commit()
            db.engine.dispose()
        bind = f"127.0.0.1:{self.port}"
        self.run("gunicorn", "wsgi:app", "--bind", bind, "--threads", "8", *QUIET)
        self.run("flask", "worker")
        self.wait()

    def run(self, *command):
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stderr=subprocess.DEVNULL
        )
        self.processes.append(process)

    def wait(self):
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            try:
                if urlopen(f"{self.url}/healthz", timeout=2).status == 200:
                    return
            except OSError:  # not listening yet, or still starting
                time.sleep(0.1)
        raise RuntimeError("The program did not start.")

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(15)

    def key_of(self, username, name=""):
        """A new API key of somebody, while the worker writes to the same file."""
        with self.app.app_context():
            owner = db.session.scalars(
                db.select(User).filter_by(username=username)
            ).one()
            begin_writing()
            _, token = ApiKey.issue(owner, name=name)
            db.session.commit()
            return token

    def person(self, role, at=0):
        """The username of the nth demo person with a role."""
        with self.app.app_context():
            wanted = db.select(User.username).filter_by(role=role).order_by(User.id)
            return db.session.scalars(wanted).all()[at]


QUIET = ("--no-control-socket", "--log-level", "warning", "--workers", "1")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def program(browser, shared, tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("program"), shared)
    try:
        program.start()
        yield program
    finally:
        program.stop()


@pytest.fixture
def visit(browser, program):
    """visit(username, **options): a page of a browser signed in as somebody.

    The test fails if any page says something on the console, as the policy would.
    """
    contexts, problems = [], []

    def open_as(username=None, **options):
        options = {"viewport": {"width": 1360, "height": 860}} | options
        context = browser.new_context(
            base_url=program.url, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and note(said.text))
        page.on("pageerror", lambda error: note(str(error)))
        if username:
            sign_in(page, username)
        return page

    def note(text):
        if "status of 4" not in text:  # a refusal that a story asks for
            problems.append(text)

    yield open_as
    for context in contexts:
        context.close()
    assert problems == []


def sign_in(page, username):
    page.goto("/login")
    page.get_by_label("Email or username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
