"""A chat that needs no model: from a wish to a draft."""

from datetime import datetime

from dashboard.chat.actions import say, start
from dashboard.chat.models import Mode
from dashboard.chat.schemas import MessageIn
from dashboard.demo.stage import Stage


def lena_looks_for_a_type(stage: Stage, moment: datetime) -> None:
    lena, type_ = stage.people.lena, stage.types.review

    def talk() -> None:
        wish = "What did customers ask us this week, and do the pages answer it?"
        reply = start(lena, MessageIn(mode=Mode.SUGGEST, text=wish))
        confirm = MessageIn(mode=Mode.CONFIRM, text="top: 5", type_id=type_.id)
        say(lena, reply.session, confirm)

    stage.story.at(moment, talk)
