"""An agent's step: turns of a model and calls of bots, until it answers or may not."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from dashboard.ai_models.money import dollars
from dashboard.errors import RuleBroken
from dashboard.model_calls import answers, inline
from dashboard.model_calls.asking import Question
from dashboard.model_calls.models import Problem, Purpose
from dashboard.runs.boxed import started_again, tier_in_use
from dashboard.runs.claim import Claim
from dashboard.runs.fence import let_go
from dashboard.runs.logs import LogWriter
from dashboard.runs.patience import patiently
from dashboard.sandbox import Ending, Outcome
from dashboard.thinking.errand import Errand, Message
from dashboard.thinking.meter import Meter, Over
from dashboard.thinking.reports import turns_of
from dashboard.thinking.tools import Stopped, Tools

ENDINGS = {Problem.TIMED_OUT: Ending.TIMED_OUT}
"""What a model's failure means for the step, where it is more than that it failed."""


def think(claim: Claim, errand: Errand, should_stop: Callable[[], bool]) -> Outcome:
    """See one agent's step through; its log and its turns are stored meanwhile."""
    log = LogWriter(claim, errand.execution_id, errand.first_line)
    if errand.attempts > 1:
        log.say(started_again(errand.attempts))

    def asked_to_stop() -> bool:
        log.tick()
        return should_stop()

    tier = tier_in_use()
    try:
        output = Thought(claim, errand, asked_to_stop, log).to_its_end()
        outcome = Outcome(Ending.COMPLETED, "", tier, output=output)
    except Stopped:
        outcome = Outcome(Ending.CANCELLED, "", tier)
    except Over as over:
        log.say(str(over))
        outcome = Outcome(over.ending, str(over), tier)
    patiently(log.close)
    return outcome


@dataclass(frozen=True)
class Turn:
    """What the model said in one turn."""

    text: str
    calls: Sequence[answers.ToolCall] = ()
    wrong: str = ""
    """Why nothing can be made of it; the model may try once more."""

    @property
    def as_message(self) -> Message:
        return {"role": "assistant", "content": self.text}


class Thought:
    """One agent at work on one errand."""

    def __init__(
        self,
        claim: Claim,
        errand: Errand,
        should_stop: Callable[[], bool],
        log: LogWriter,
    ) -> None:
        self.errand = errand
        self.pinned = errand.pinned
        self.should_stop = should_stop
        self.log = log
        self.meter = Meter(errand.pinned.limits)
        self.tools = Tools(claim, errand, self.meter, log, should_stop)
        self.messages: list[Message] = [*errand.opening]
        self.turns_known = patiently(lambda: turns_of(errand.execution_id))
        let_go()

    def to_its_end(self) -> dict[str, Any]:
        """Its answer; a bad one may be put right once, in a turn of its own."""
        most, is_repair = self.pinned.limits.turns, False
        for number in count(1):
            turn = self.turn(number, most)
            if turn.calls:
                self.call(turn)
                continue
            try:
                return self.answer(turn)
            except answers.BadAnswer as error:
                if is_repair:
                    raise Over(bad_twice(error), Ending.BAD_RESULT) from error
                most, is_repair = max(most, number + 1), True
                self.messages += [turn.as_message, repair(error)]
        raise AssertionError("turns are counted")

    def turn(self, number: int, most: int) -> Turn:
        """A turn that was taken before is known under its key: it is paid for once."""
        if self.should_stop():
            raise Stopped
        self.meter.refuse_turn(number, most)
        patiently(self.log.close)  # what is known so far outlives this worker
        try:
            reply = self.ask(number)
        except RuleBroken as error:
            raise Over(str(error)) from error
        self.meter.add(reply.tokens_in + reply.tokens_out, reply.cost)
        return self.heard(number, reply)

    def ask(self, number: int) -> inline.Reply:
        question = Question(
            list(self.messages),
            self.pinned.parameters,
            self.pinned.answer or None,
            self.tools.offered,
        )
        return inline.converse(
            self.pinned.model.id,
            question,
            purpose=Purpose.STEP,
            key=f"run/{self.errand.key}/{number}",
            agent_id=self.pinned.agent.id,
            prompt_version_id=self.pinned.prompt.version_id,
            execution_id=self.errand.execution_id,
            should_stop=self.meter.ends(self.should_stop),
            most_cost=self.meter.cost_left,
        )

    def heard(self, number: int, reply: inline.Reply) -> Turn:
        if self.should_stop():
            raise Stopped
        if reply.problem is None:
            if number > self.turns_known:
                self.log.say(said(number, reply))
            return Turn(reply.text, reply.tool_calls)
        if reply.problem is Problem.BAD_ANSWER:
            self.log.say(f"Turn {number}: {reply.message}")
            return Turn(reply.text, wrong=reply.message)
        self.meter.refuse_late()
        ending = ENDINGS.get(reply.problem, Ending.FAILED)
        raise Over(f"The model {self.pinned.model.name}: {reply.message}", ending)

    def call(self, turn: Turn) -> None:
        """Call what it wants called, one after the other, and hand back what came."""
        self.messages.append(asking(turn))
        for place, wanted in enumerate(turn.calls, start=1):
            self.meter.refuse_late()
            content = self.tools.call(wanted, place)
            self.messages.append(
                {"role": "tool", "tool_call_id": wanted.id, "content": content}
            )

    def answer(self, turn: Turn) -> dict[str, Any]:
        """What it says is the step's output, if it is what was asked for."""
        if turn.wrong:
            raise answers.BadAnswer(turn.wrong)
        if self.pinned.answer:
            return answers.parsed(turn.text, self.pinned.answer)
        if not turn.text.strip():
            raise answers.BadAnswer("It answered with nothing.")
        return {"text": turn.text}


def asking(turn: Turn) -> Message:
    """Its turn as models are shown it again, with what it wanted to have called."""
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
        }
        for call in turn.calls
    ]
    return {**turn.as_message, "tool_calls": calls}


def repair(error: answers.BadAnswer) -> Message:
    again = f"That cannot be used. {error} Answer again, and with nothing else."
    return {"role": "user", "content": again}


def bad_twice(error: answers.BadAnswer) -> str:
    return f"The agent's answer was not what was asked for, twice. {error}"


def said(number: int, reply: inline.Reply) -> str:
    used = f"{reply.tokens_in:,} tokens read, {reply.tokens_out:,} written"
    what = f"calls {', '.join(call.name[:80] for call in reply.tool_calls)}"
    return (
        f"Turn {number}: {what if reply.tool_calls else 'answers'} "
        f"({used}, {dollars(reply.cost)})"
    )
