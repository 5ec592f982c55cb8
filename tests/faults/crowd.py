"""Programs that use the API while something breaks, and what they were promised."""

import json
import os
import threading
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from dashboard.extensions import begin_writing, db
from dashboard.users.models import ApiKey

TIMEOUT = 15
GONE = 0
"""The status of a call that got no answer at all."""


@dataclass
class Caller:
    """One program with a key."""

    url: str
    token: str

    def call(self, method, path, body=None, **headers):
        """Status and answer; GONE when the server was not there to answer."""
        content = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        if content is not None:
            sent["Content-Type"] = "application/json"
        request = Request(f"{self.url}/api/v1{path}", content, sent, method=method)
        try:
            with urlopen(request, timeout=TIMEOUT) as answer:
                text = answer.read()
                return answer.status, json.loads(text or b"null")
        except HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()
        except (OSError, ValueError, HTTPException):
            return GONE, None


@dataclass
class Promises:
    """What was acknowledged, on disk before anything else happens: the oracle."""

    file: object
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, *words):
        line = json.dumps(words)
        with self.lock, self.file.open("a") as out:
            out.write(f"{line}\n")
            out.flush()
            os.fsync(out.fileno())

    def all(self):
        if not self.file.exists():
            return []
        return [json.loads(line) for line in self.file.read_text().splitlines()]


class Crowd:
    """Threads that each do their errand again and again, until they are sent home."""

    def __init__(self, errands):
        self._over = threading.Event()
        self.problems = []
        self._threads = [
            threading.Thread(target=self._keep_on, args=(errand,)) for errand in errands
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _keep_on(self, errand):
        number = 0
        while not self._over.is_set():
            try:
                errand(number)
            except Exception as error:  # the trial shall see it, not this thread alone
                self.problems.append(error)
                return
            number += 1
            self._over.wait(0.002)


def caller_for(url, user):
    """A program acting for this person; call it inside `at_work`."""
    begin_writing()
    _, token = ApiKey.issue(user)
    db.session.commit()
    return Caller(url, token)
