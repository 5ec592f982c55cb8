"""The web application in this process, signed in, and what one of its answers cost."""

import gzip
import time
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from werkzeug.test import EnvironBuilder, run_wsgi_app

from dashboard.extensions import db
from dashboard.users.models import UserSession
from tests.bench.instance import app_on


@dataclass(frozen=True)
class Visit:
    """One answer: how long it took, and how much it was."""

    ms: float
    cpu_ms: float
    statements: int
    rows: int
    kib: float
    gzipped_kib: float


class Site:
    """An app on one filled database, seen by an admin with a browser's cookie."""

    def __init__(self, database, folder):
        self.database = database
        self.app = app_on(database.url, folder)
        self.sent = []
        with self.app.app_context():
            self.engine = db.engine
            signed_in = UserSession(user_id=UUID(database.user))
            db.session.add(signed_in)
            db.session.commit()
            sa.event.listen(self.engine, "before_cursor_execute", self.note)
        self.cookie = self.sign_in(signed_in)

    def sign_in(self, signed_in):
        """The cookie after a first page, which puts its token into it."""
        client = self.app.test_client()
        name = self.app.config["SESSION_COOKIE_NAME"]
        with client.session_transaction() as cookie:
            cookie["_user_id"] = str(signed_in.id)
        client.get("/runs/")
        return f"{name}={client.get_cookie(name).value}"

    def note(self, connection, cursor, statement, parameters, context, executemany):
        if statement.split()[0] in {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"}:
            self.sent.append(statement)

    def visit(self, path):
        """Ask for a page, by the door that a server knocks at."""
        environ = EnvironBuilder(path, headers={"Cookie": self.cookie}).get_environ()
        self.sent.clear()
        busy, began = time.process_time(), time.perf_counter()
        body, status, _ = run_wsgi_app(self.app, environ, buffered=True)
        took, used = time.perf_counter() - began, time.process_time() - busy
        if not status.startswith("200"):
            raise RuntimeError(f"{path} answered {status}.")
        html = b"".join(body)
        zipped = len(gzip.compress(html, 6)) / 1024
        rows = html.count(b"<tr") - html.count(b"<thead")
        return Visit(
            took * 1e3, used * 1e3, len(self.sent), rows, len(html) / 1024, zipped
        )

    def close(self):
        self.engine.dispose()
