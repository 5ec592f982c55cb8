"""A database that is silent for a moment costs no run, and repeats no bot."""

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from dashboard.extensions import db
from dashboard.runs.fence import lease
from dashboard.silence import is_silence

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
PAUSES = (0.2, 0.8)
"""Seconds between two tries: by chance, so that workers do not all come at once."""


def patiently(
    work: Callable[[], Answer], in_vain: Callable[[], bool] = lambda: False
) -> Answer:
    """Try for as long as a lease lasts: after that the run is somebody else's.

    The answer to a commit may be what was lost, so `work` must bear to be done twice.
    """
    until = time.monotonic() + lease().total_seconds()
    while True:
        try:
            return work()
        except SQLAlchemyError as error:
            if not is_silence(error) or in_vain() or time.monotonic() > until:
                raise
            log.warning("The database is silent (%s); trying again.", error)
        db.session.rollback()
        time.sleep(random.uniform(*PAUSES))  # noqa: S311  # no secret
