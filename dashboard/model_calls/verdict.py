"""How a try went: whether the answer is one, what it costs, whether to try again."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboard.model_calls.answers import BadAnswer, called, clean, parsed
from dashboard.model_calls.faults import Fault, Wish
from dashboard.model_calls.models import CallStatus, ModelCall, Problem
from dashboard.model_calls.tokens import estimated, read_by

if TYPE_CHECKING:
    from dashboard.model_calls.client import Heard

STOPPED = "It was stopped before it was done."
WITHHELD = "Its provider withheld the answer, or the rest of it."
ENDLESS = (
    "It reached its limit of words in the middle of its answer. Raise the most it may "
    "write, or ask for less."
)


@dataclass(frozen=True)
class Verdict:
    """All that one try leaves behind."""

    status: CallStatus
    text: str = ""
    tool_calls: dict[str, Any] = field(default_factory=dict)
    fault: Fault | None = None
    wish: Wish | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    is_estimate: bool = False

    @property
    def may_pass(self) -> bool:
        """To try again may help, and nobody has read a word of it yet."""
        return self.fault is not None and self.fault.passes and not self.text

    @property
    def problem(self) -> Problem | None:
        return self.fault.problem if self.fault else None

    @property
    def message(self) -> str:
        if self.fault:
            return clean(self.fault.message)
        return STOPPED if self.wish else ""

    def book(self, call: ModelCall) -> None:
        call.book(self.tokens_in, self.tokens_out, is_estimate=self.is_estimate)


def refused(fault: Fault) -> Verdict:
    """It was not even tried."""
    return Verdict(CallStatus.FAILED, fault=fault)


def verdict_on(
    request: dict[str, Any],
    heard: "Heard",
    *,
    fault: Fault | None = None,
    wish: Wish | None = None,
    is_billed: bool,
) -> Verdict:
    """What is left of a try that was made."""
    tool_calls: dict[str, Any] = {}
    if fault is None and wish is None:
        try:
            tool_calls = checked(request, heard)
        except Fault as found:
            fault = found
    status = CallStatus.CANCELLED if wish else CallStatus.COMPLETED
    tokens_in, tokens_out, is_estimate = tokens_of(request, heard, is_billed)
    return Verdict(
        status=CallStatus.FAILED if fault else status,
        text=heard.text,
        tool_calls=tool_calls,
        fault=fault,
        wish=wish,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        is_estimate=is_estimate,
    )


def checked(request: dict[str, Any], heard: "Heard") -> dict[str, Any]:
    """The calls of tools in a whole answer; what is no such answer is a fault."""
    refuse_unfinished(heard)
    pieces = [(p.id, p.name, p.arguments) for _, p in sorted(heard.pieces.items())]
    try:
        if pieces:
            return {"calls": called(pieces)}
        if request.get("schema") is not None:
            parsed(heard.text, request["schema"])
    except BadAnswer as error:
        raise Fault(Problem.BAD_ANSWER, str(error)) from error
    return {}


def refuse_unfinished(heard: "Heard") -> None:
    if heard.finish is None and not heard.chunks:
        why = "It sent what is no answer of a model."
        raise Fault(Problem.BAD_ANSWER, why, passes=False)
    if heard.finish is None:
        raise Fault(Problem.CUT_OFF, "It broke off its answer.", passes=True)
    if heard.finish == "length":
        raise Fault(Problem.CUT_OFF, ENDLESS)
    if heard.finish == "content_filter" or heard.refusal:
        raise Fault(Problem.REFUSED, WITHHELD)
    if not heard.has_words:
        raise Fault(Problem.BAD_ANSWER, "It answered without a word.")


def tokens_of(
    request: dict[str, Any], heard: "Heard", is_billed: bool
) -> tuple[int, int, bool]:
    """What it read and wrote, and whether that is our own guess."""
    if heard.usage is not None:
        return *heard.usage, False
    if not is_billed:
        return 0, 0, False
    written = heard.text + "".join(p.arguments for p in heard.pieces.values())
    return read_by(request), estimated(written), True
