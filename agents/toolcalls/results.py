"""What a call gave: how it is stored, and how the model reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.labels import Labels
from tools.contract import Made, Plan, Question, Source, ToolResult, Trust

MAX_CHARS = 60_000
"""The most of one result that the model reads, about 15,000 tokens at 4 characters each; tools cut earlier."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that a call made, as it is kept: the Content of its bytes, and what people are told of it."""

    content_id: str
    name: str
    media_type: str
    alt: str
    chart: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended.

    Attributes:
        failed: the text is a reason, not a result.
        links: addresses of the page that was read; the policy admits them later in the Run.
        made: files for people. Not stored with the outcome: the engine keeps each as Content of its own, and `kept`
            says where.
        readers: who may see it beside those of the Run, where it was read elsewhere. Not stored: its labels are.
        plan, question, withdraws: what the call brings about when it settles. Not stored with the outcome.
    """

    text: str
    failed: bool = False
    sources: tuple[Source, ...] = ()
    trust: Trust = Trust.TRUSTED
    links: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()
    kept: tuple[KeptFile, ...] = ()
    plan: Plan | None = None
    question: Question | None = None
    withdraws: str = ""
    readers: frozenset[str] = frozenset()

    def labels(self, of_run: Labels) -> Labels:
        """Return the labels of the result: those of the Run, and what was read."""
        return of_run.join(Labels(self.readers, self.trust, frozenset(self.sources)))

    def as_bytes(self) -> bytes:
        """Return the form in which it is stored."""
        return json.dumps(
            {
                "text": self.text,
                "failed": self.failed,
                "sources": [[one.kind, one.id, one.digest, one.title, one.url] for one in self.sources],
                "trust": self.trust.value,
                "links": list(self.links),
                "made": [[one.content_id, one.name, one.media_type, one.alt, one.chart] for one in self.kept],
            },
            ensure_ascii=False,
        ).encode()


@dataclass(frozen=True, slots=True)
class InDoubt:
    """What a call comes to whose effect may have happened, and whose worker lives: it is taken up again after `wait`
    seconds, looked for first where its proof can be found, never simply run once more."""

    wait: float = 0.0


def of_result(result: ToolResult) -> Outcome:
    """Return the outcome of a call that gave a result, within MAX_CHARS."""
    text = result.text
    if len(text) > MAX_CHARS:
        text = f"{text[:MAX_CHARS]}\nCut: the result was longer than {MAX_CHARS:,} characters. Ask for less at once."
    return Outcome(
        text,
        False,
        tuple(result.sources),
        result.trust,
        tuple(result.links),
        tuple(result.made),
        plan=result.plan,
        question=result.question,
        withdraws=result.withdraws,
    )


def failure(text: str) -> Outcome:
    """Return the outcome of a call that ended with a reason."""
    return Outcome(text, failed=True)


def from_bytes(kept: bytes) -> Outcome:
    """Return what `as_bytes` stored."""
    found = json.loads(kept)
    return Outcome(
        found["text"],
        found["failed"],
        tuple(Source(*one) for one in found["sources"]),
        Trust(found["trust"]),
        tuple(found.get("links", ())),
        kept=tuple(KeptFile(*one) for one in found.get("made", ())),
    )


def block(use_id: str, outcome: Outcome) -> Mapping[str, Any]:
    """Return the tool_result block that answers a tool use."""
    answered: dict[str, Any] = {"type": "tool_result", "tool_use_id": use_id, "content": outcome.text or "(no output)"}
    if outcome.failed:
        answered["is_error"] = True
    return answered
