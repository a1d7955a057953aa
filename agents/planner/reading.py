"""What a reply means for its Run: calls, an answer, more to come, or an end. Knows all stop reasons. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.models.provider import Reply

MOST_CONTINUATIONS = 3
"""How often a reply cut by its length limit is continued before its Run ends with what there is."""

GO_ON = "Your reply was cut at its length limit. Continue exactly where it stopped, without repeating anything."
NOT_RUN = (
    "Not run: your reply was cut at its length limit before this call was complete. Make it again if it is needed."
)


@dataclass(frozen=True, slots=True)
class Use:
    """One tool use that the model proposed."""

    id: str
    tool: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class Calls:
    """The model wants tools used."""

    uses: Sequence[Use]


@dataclass(frozen=True, slots=True)
class Answer:
    """The model is done. `cut`: the text ends at a length limit that was not overcome."""

    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Continue:
    """The same Turn's thought goes on in a next Turn. `cut_uses` are answered with NOT_RUN; `say` is added to them."""

    say: str
    cut_uses: Sequence[Use] = ()


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The Run cannot go on. `cause` is for operators, `sentence` for people."""

    cause: str
    sentence: str


Meaning = Calls | Answer | Continue | GiveUp


def read(reply: Reply, before: Sequence[str], continuations: int) -> Meaning:
    """Return what a whole reply means.

    In: the texts of the cut replies right before it, in order, and how many there were.
    """
    text = "".join([*before, text_of(reply.content)])
    uses = uses_of(reply.content)
    match reply.stop_reason:
        case "tool_use" if uses:
            return Calls(uses)
        case "end_turn" | "stop_sequence":
            if text.strip():
                return Answer(text.strip())
            return GiveUp("empty_reply", "I finished without finding anything to say. Please ask again in other words.")
        case "max_tokens":
            # a reply without any block cannot be sent back to be continued
            if continuations < MOST_CONTINUATIONS and reply.content:
                return Continue(GO_ON, uses)
            if text.strip():
                return Answer(text.strip(), cut=True)
            return GiveUp("max_tokens", "My answer grew too long to finish. Please ask for less at once.")
        case "pause_turn":
            return Continue("", ())
        case "refusal":
            return GiveUp(
                f"refusal:{reply.refusal or 'unnamed'}",
                "The model declined to work on this. Please ask in other words, or ask a person.",
            )
        case "model_context_window_exceeded":
            return GiveUp(
                "context_exceeded",
                "This request grew larger than the model can hold. Please start a new thread with a narrower question.",
            )
        case other:
            return GiveUp(
                f"stop_reason:{other}",
                "The model ended in a way that I do not know. Please ask again, or tell an admin.",
            )


def text_of(content: Sequence[Mapping[str, Any]]) -> str:
    """Return the text blocks of a reply, joined."""
    return "".join(block.get("text", "") for block in content if block.get("type") == "text")


def uses_of(content: Sequence[Mapping[str, Any]]) -> list[Use]:
    """Return the tool uses of a reply, in order."""
    return [
        Use(str(block["id"]), str(block["name"]), block.get("input"))
        for block in content
        if block.get("type") == "tool_use"
    ]


def orphans(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of tool uses in the last assistant message that nothing answers (failure mode 40)."""
    if not messages or messages[-1].get("role") != "assistant":
        return []
    content = messages[-1].get("content")
    return [use.id for use in uses_of(content)] if isinstance(content, list) else []
