"""Keeps a call while its answer comes: the lease, its text, and who says stop."""

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.model_calls.claim import Turn
from dashboard.model_calls.faults import HungUp, Wish
from dashboard.model_calls.models import CallStatus, ModelCall
from dashboard.runs.fence import lease, let_go, writing
from dashboard.silence import is_silence

log = logging.getLogger(__name__)

KEEP_SECONDS = 0.25
LISTEN_SECONDS = 0.5


class Keeper:
    """Asked before and after every word, and while none comes; it is rarely busy."""

    def __init__(
        self, turn: Turn, text: Callable[[], str], should_stop: Callable[[], bool]
    ) -> None:
        self.turn = turn
        self.text = text
        self.should_stop = should_stop
        self.lease: int = current_app.config["LEASE_SECONDS"]
        self._kept = ""
        self._renewed = self._listened = self._looked = monotonic()

    def go_on(self) -> None:
        """Raises HungUp once the answer is not wanted any more, or not ours."""
        moment = monotonic()
        if moment - self._looked < KEEP_SECONDS:
            return
        self._looked = moment
        if self.should_stop():
            raise HungUp(Wish.LEAVING)
        try:
            self._look(moment)
        except SQLAlchemyError as error:
            if not is_silence(error):
                raise
            log.warning("Call %s: the database did not answer.", self.turn.call_id)
            if moment - self._renewed >= self.lease:
                raise HungUp(Wish.LOST) from error

    def _look(self, moment: float) -> None:
        text = self.text()
        if text != self._kept or moment - self._renewed >= self.lease / 4:
            asked_to_stop = self._keep(text)
            self._kept, self._renewed = text, moment
        elif moment - self._listened >= LISTEN_SECONDS:
            asked_to_stop = self._listen()
        else:
            return
        self._listened = moment
        if asked_to_stop:
            raise HungUp(Wish.CANCELLED)

    def _keep(self, text: str) -> datetime | None:
        """Store what came, if the call is still ours."""
        with writing():
            at = database_now(db.session())
            values = {"text": text, "lease_until": at + lease()}
            if text:
                first = func.coalesce(ModelCall.first_word_at, at)
                values["first_word_at"] = first
            kept = db.session.execute(
                update(ModelCall)
                .where(*self._mine)
                .values(**values)
                .execution_options(synchronize_session=False)
                .returning(ModelCall.cancel_requested_at)
            ).one_or_none()
        if kept is None:
            raise HungUp(Wish.LOST)
        asked: datetime | None = kept[0]
        return asked

    def _listen(self) -> datetime | None:
        asked = select(ModelCall.cancel_requested_at).where(*self._mine)
        found = db.session.execute(asked).one_or_none()
        let_go()
        if found is None:
            raise HungUp(Wish.LOST)
        return found[0]

    @property
    def _mine(self) -> tuple:
        return (
            ModelCall.id == self.turn.call_id,
            ModelCall.token == self.turn.token,
            ModelCall.status == CallStatus.RUNNING,
        )
