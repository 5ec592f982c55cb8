"""What programs elsewhere answer, while the tale is told: nothing leaves the house."""

import json
from collections.abc import Callable
from itertools import count
from uuid import UUID

from dashboard.demo.story import Story
from dashboard.extensions import db
from dashboard.webhooks import jobs
from dashboard.webhooks.letters import Letter, Outcome
from dashboard.webhooks.models import Delivery, Event

Answer = Callable[[Letter], Outcome]
ARRIVED = Outcome(204)


class Mail:
    """A sender for one endpoint, at every turn of the tale."""

    def __init__(self, story: Story, endpoint_id: UUID, answer: Answer) -> None:
        self._story, self._endpoint_id, self._answer = story, endpoint_id, answer

    def carry(self) -> None:
        self._story.after_each(self._send)

    def _send(self) -> None:
        """All that is due; what did not arrive is tried again after its pause."""
        if self._endpoint_id not in jobs.due():
            return
        while letter := jobs.claim(self._endpoint_id):
            if not jobs.settle(letter, self._answer(letter)):
                self._come_again(letter)

    def _come_again(self, letter: Letter) -> None:
        db.session.expire_all()
        delivery = db.session.get_one(Delivery, letter.id)
        if delivery.is_pending:
            self._story.at(delivery.next_at, lambda: None)


def is_of(event: Event, otherwise: Outcome) -> Answer:
    """What answers like this to one kind of event, and takes all others."""

    def answer(letter: Letter) -> Outcome:
        return otherwise if json.loads(letter.body)["type"] == event else ARRIVED

    return answer


def nth(number: int, otherwise: Outcome) -> Answer:
    """What answers like this from a certain message on."""
    numbers = count(1)
    return lambda letter: otherwise if next(numbers) >= number else ARRIVED
