"""What one Turn sends: the transcript so far, and the next user message made of results, Inputs and continuations."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agents.approvals.asking import waits_for
from agents.journal import content, inputs, people, toolcalls, turns
from agents.journal.inputs import Input
from agents.journal.transaction import Transaction
from agents.planner import opening
from agents.planner.reading import GO_ON, NOT_RUN, orphans, text_of
from agents.runs.life import Run
from agents.toolcalls import results
from agents.toolcalls.life import OPEN, ToolCall
from agents.toolcalls.life import State as CallState
from agents.toolcalls.results import Outcome
from tools.contract import Attachment

STILL_WAITING = "Still waiting for an answer from people; you will be told. Go on with what does not depend on it."


@dataclass(frozen=True, slots=True)
class Frozen:
    """The Run's prompt and tools as they were stored when it began (E24)."""

    system: Sequence[Mapping[str, Any]]
    tools: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Transcript:
    """Every message so far, kept in memory as long as the fence holds.

    Attributes:
        cut_texts: the texts of the replies right before, oldest first, that their length limit cut.
        paused: the last reply asked to be sent back unchanged.
        previous_id: the provider's id of the last reply.
    """

    messages: list[dict[str, Any]] = field(default_factory=list)
    cut_texts: tuple[str, ...] = ()
    paused: bool = False
    previous_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A Turn about to be made: what it sends, and what its commit will consume."""

    run: Run
    turn: turns.Turn
    frozen: Frozen
    transcript: Transcript
    message: dict[str, Any] | None
    answered: Sequence[ToolCall]

    def messages(self) -> list[dict[str, Any]]:
        """Return what goes on the wire."""
        return [*self.transcript.messages, self.message] if self.message else list(self.transcript.messages)


@dataclass(frozen=True, slots=True)
class NextMessage:
    """What one Turn sends.

    Attributes:
        message: the user message; None: there is nothing to say.
        answered: the calls whose results it carries.
        input_ids: the Inputs it carries.
        names_files: some of these name files that were not looked up yet.
    """

    message: dict[str, Any] | None
    answered: Sequence[ToolCall]
    input_ids: Sequence[str]
    names_files: bool


def load(tx: Transaction, run_id: str) -> Transcript:
    """Read a Run's transcript from the journal."""
    messages = [{"role": role, "content": json.loads(body)} for role, body in turns.transcript(tx, run_id)]
    stops, previous_id, _ = turns.trailing(tx, run_id)
    cut = 0
    while cut < len(stops) and stops[cut] == "max_tokens":
        cut += 1
    replies = [message for message in messages if message["role"] == "assistant"]
    texts = tuple(text_of(message["content"]) for message in replies[len(replies) - cut :])
    return Transcript(messages, texts, bool(stops) and stops[0] == "pause_turn", previous_id)


def grown(
    asking: Asking, reply_content: Sequence[Mapping[str, Any]], stop_reason: str | None, reply_id: str
) -> Transcript:
    """Return the transcript with what a Turn sent and what came back."""
    messages = [*asking.messages(), {"role": "assistant", "content": list(reply_content)}]
    cut = (*asking.transcript.cut_texts, text_of(reply_content)) if stop_reason == "max_tokens" else ()
    return Transcript(messages, cut, stop_reason == "pause_turn", reply_id)


def next_message(
    tx: Transaction, run: Run, transcript: Transcript, before_first: Sequence[Mapping[str, Any]]
) -> NextMessage:
    """Return what the next Turn sends.

    Every tool use of the last reply is answered, results first: what has no ToolCall was cut short and is said not to
    have run. `before_first` stands before the first Input of the Run.
    """
    answered = [
        call
        for call in (toolcalls.untold(tx, run.id) if run.turns else ())
        if call.status not in OPEN or call.status in {CallState.WAITING, CallState.ASKED}
    ]
    by_use = {call.use_id: call for call in answered}
    blocks: list[Mapping[str, Any]] = []
    for use_id in orphans(transcript.messages):
        blocks.append(_answer(tx, run, use_id, by_use.get(use_id)))
    unread = list(inputs.unread(tx, run.id))
    if not transcript.messages:
        blocks.extend(before_first)
    kept = [json.loads(content.body_of(tx, one.content_id)) for one in unread]
    blocks.extend(opening.inputs([_said(tx, one, words) for one, words in zip(unread, kept, strict=True)]))
    if transcript.cut_texts:
        blocks.append({"type": "text", "text": GO_ON})
    message = {"role": "user", "content": blocks} if blocks else None
    return NextMessage(message, answered, [one.id for one in unread], any(words.get("named") for words in kept))


def _answer(tx: Transaction, run: Run, use_id: str, call: ToolCall | None) -> Mapping[str, Any]:
    if call is None:
        return results.block(use_id, results.failure(NOT_RUN))
    if call.status is CallState.WAITING:
        return results.block(use_id, Outcome(STILL_WAITING))
    if call.status is CallState.ASKED:
        return results.block(use_id, Outcome(waits_for(tx, run, call)))
    if call.result_content_id is None:
        return results.block(use_id, results.failure(f"{call.status.value}: {call.reason}"))
    return results.block(use_id, results.from_bytes(content.body_of(tx, call.result_content_id)))


def _said(tx: Transaction, one: Input, kept: Mapping[str, Any]) -> opening.Said:
    known = people.known(tx, one.workspace_id, one.author) if one.author else None
    author = known.person.name if known else one.author
    files = [replace(file, posted_by=author) for file in files_of(kept)]
    about = kept.get("about")
    quoted = (people.name_of(tx, one.workspace_id, about["author"]), about["text"]) if about else None
    return opening.Said(author, kept["text"], files, one.kind, quoted)


def files_of(kept: Mapping[str, Any]) -> list[Attachment]:
    """Return the files that an Input's content names."""
    return [Attachment(**file) for file in kept.get("files", ())]


def digest(asking_messages: Sequence[Mapping[str, Any]], frozen: Frozen, model: str) -> str:
    """Return the sha256 of everything that a Turn sends."""
    sent = json.dumps([model, frozen.system, frozen.tools, asking_messages], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(sent.encode()).hexdigest()
