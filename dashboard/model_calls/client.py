"""Speaking to a model: the one place that knows the library for it."""

from dataclasses import dataclass, field
from typing import Any

import httpx2
from openai import OpenAI
from openai.types.chat import ChatCompletionChunk

from dashboard.model_calls.answers import clean
from dashboard.model_calls.causes import TOLD, fault_of, knows_no_schema
from dashboard.model_calls.claim import Place
from dashboard.model_calls.faults import Fault
from dashboard.model_calls.line import Transport, Watch
from dashboard.model_calls.models import Problem

MOST_TEXT = 1 << 20
MOST_CALLS = 64
MOST_TOKENS = 100_000_000
"""More than any model reads or writes: who reports them has miscounted."""
NO_KEY = "none"


@dataclass
class Piece:
    """A call of a tool, as far as it has come."""

    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class Heard:
    """The answer, as far as it has come."""

    raw: str = ""
    refusal: str = ""
    pieces: dict[int, Piece] = field(default_factory=dict)
    finish: str | None = None
    usage: tuple[int, int] | None = None
    chunks: int = 0
    secret: str = field(default="", repr=False)

    @property
    def text(self) -> str:
        """What may be stored and shown; a provider may say the key back to us."""
        return hidden(clean(self.raw or self.refusal), self.secret)

    @property
    def has_words(self) -> bool:
        return bool(self.raw or self.refusal or self.pieces)

    @property
    def size(self) -> int:
        called = sum(len(p.name) + len(p.arguments) for p in self.pieces.values())
        return len(self.raw) + len(self.refusal) + called

    def take(self, chunk: ChatCompletionChunk) -> None:
        """Add what came; a chunk that is none ends in one of the usual errors."""
        self.chunks += 1
        if chunk.usage is not None:
            self.usage = (
                counted(chunk.usage.prompt_tokens),
                counted(chunk.usage.completion_tokens),
            )
        for choice in chunk.choices[:1]:
            self.raw += choice.delta.content or ""
            self.refusal += choice.delta.refusal or ""
            for part in choice.delta.tool_calls or ():
                self._add(part)
            self.finish = choice.finish_reason or self.finish
        if self.size > MOST_TEXT or len(self.pieces) > MOST_CALLS:
            raise Fault(Problem.TOO_LARGE, "It wrote more than an answer may hold.")

    def _add(self, part: Any) -> None:
        piece = self.pieces.setdefault(int(part.index), Piece())
        piece.id = piece.id or part.id or ""
        if part.function is not None:
            piece.name += part.function.name or ""
            piece.arguments += part.function.arguments or ""


def speak(
    place: Place, bodies: list[dict[str, Any]], watch: Watch, heard: Heard
) -> None:
    """Have it answer into `heard`; raises Fault, or HungUp when we do.

    The bodies say the same in other words, for providers that know fewer of them.
    """
    for body in bodies[:-1]:
        try:
            return listen(place, body, watch, heard)
        except Fault as fault:
            if not knows_no_schema(fault):
                raise
    return listen(place, bodies[-1], watch, heard)


def listen(place: Place, body: dict[str, Any], watch: Watch, heard: Heard) -> None:
    """One request, and its answer word by word."""
    transport = Transport(place, watch)
    try:
        with httpx2.Client(
            transport=transport, trust_env=False, follow_redirects=False
        ) as http:
            stream = library(place, http).chat.completions.create(
                model=body["model"],
                messages=body["messages"],
                stream=True,
                extra_body=body,
            )
            watch.was_answered = True
            with stream:
                for chunk in stream:
                    heard.take(chunk)
                    watch.look()
    except TOLD as error:
        raise fault_of(error, watch, place.key) from None


def library(place: Place, http: httpx2.Client) -> OpenAI:
    return OpenAI(
        api_key=NO_KEY,
        base_url=place.base_url,
        http_client=http,
        max_retries=0,
        timeout=place.seconds,
    )


def counted(tokens: object) -> int:
    if not isinstance(tokens, int) or not 0 <= tokens <= MOST_TOKENS:
        raise ValueError(tokens)
    return tokens


def hidden(text: str, secret: str | None) -> str:
    return text.replace(secret, "[key]") if secret else text
