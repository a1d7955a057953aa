"""The request as a conversation: who asked what, what stands around it, which tools there are, what they answered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.rehearsal.claude.offline_model.amendments import amends
from app.rehearsal.claude.offline_model.edits import noted, unmarked
from app.rehearsal.claude.prompt import blocks_of

SAYS = re.compile(
    r"^(?:[^\n:]{1,80}\b(?:says|asks|writes|wrote|said)\b[^\n:]{0,60}:[ \t]*\n|"
    r"[\w.@<>|'()-]+(?: [\w.@<>|'()-]+){0,3} says:)"
)
"""The line that begins one input: `Ann says:`."""
CONTEXT = re.compile(
    r"^(?:thread so far\b|(?:#+ *)?(?:the )?"
    r"(?:thread|context|earlier|before|background|memory|files?|today|now|channel)\b"
    r"[^\n]*:[ \t]*(?:\n|$)|#)",
    re.I,
)
"""The first line of a block that quotes what is known, and asks nothing."""
REPLACES = re.compile(r"^(?:actually|instead|no,|rather|correction|sorry,|i meant|forget that)\b", re.I)
"""How a follow-up begins that takes the place of what was asked before."""
LINE = re.compile(r"^(?:plan_)?(?:step|line)(?:_number)?$", re.I)
"""Names of the property that says to which line of the plan a call belongs."""
MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>|@tagwork\b", re.I)
NEVER_RAN = re.compile(r"^\W*not run\b", re.I)
"""How a result begins when the call was cut before it was complete: it may be made again."""
NOT_DONE = re.compile(r"^\W*(?:denied|not allowed|refused|expired|unknown|stopped|superseded|forbidden)\b", re.I)
"""How a result begins when the call was not, or perhaps not, carried out: said plainly, never tried again."""


@dataclass(frozen=True, slots=True)
class OfferedTool:
    """A tool as it came over the wire.

    `line_property` takes the number of the plan's line that a call belongs to. It is no part of `schema` here: it says
    nothing about what the tool does. Empty where the tool has none.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    line_property: str = ""

    @property
    def spoken_name(self) -> str:
        """Its name as an answer writes it; without digits, since an answer holds no number that no result contains."""
        return f"`{self.name}`" if not re.search(r"\d", self.name) else " ".join(re.findall(r"[^\W\d_]+", self.name))

    @property
    def properties(self) -> Mapping[str, Mapping[str, Any]]:
        """The properties of its input."""
        return self.schema.get("properties") or {}

    @property
    def required(self) -> Sequence[str]:
        """The names of the properties that it needs."""
        return self.schema.get("required") or ()


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call that was made, with its result as text.

    `turn` counts the replies that made calls; `line` is the number of the plan's line that it was made for, or None.
    """

    name: str
    input: Mapping[str, Any]
    result: str
    is_error: bool
    turn: int = 0
    line: int | None = None

    @property
    def not_done(self) -> bool:
        """Whether the call was denied, or nobody knows whether it took effect."""
        return bool(NOT_DONE.match(self.result))


@dataclass(slots=True)
class Conversation:
    """What the model sees. `asked`: inputs that no answer followed yet; `context`: all text people wrote.

    `answered`, `said`: the inputs that the last answer was for, and its text. `attributed`: inputs name their author.
    `written`: all inputs, by the words that name their author.
    """

    tools: list[OfferedTool]
    asked: list[str] = field(default_factory=list)
    context: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    calls_before: int = 0
    answered: list[str] = field(default_factory=list)
    said: str = ""
    attributed: bool = False
    one_call_a_turn: bool = False
    written: dict[str, list[str]] = field(default_factory=dict)

    @property
    def calls_now(self) -> Sequence[Call]:
        """The calls made since the last answer."""
        return self.calls[self.calls_before :]

    def made(self, name: str, arguments: Mapping[str, Any]) -> Call | None:
        """Return the newest call of that tool with exactly these arguments, or None."""
        for call in reversed(self.calls):
            if call.name == name and call.input == arguments and not NEVER_RAN.match(call.result):
                return call
        return None


def read_conversation(body: Mapping[str, Any]) -> Conversation:
    """Return the conversation of a request that passed every rule."""
    choice = body.get("tool_choice") or {}
    offered = () if choice.get("type") == "none" else (body.get("tools") or ())
    talk = Conversation(
        [_offered(tool) for tool in offered], one_call_a_turn=bool(choice.get("disable_parallel_tool_use"))
    )
    open_calls: dict[str, Call] = {}
    turn = 0
    for message in body["messages"]:
        blocks = blocks_of(message["content"])
        if message["role"] == "assistant":
            calls = {block["id"]: _open(block, turn, talk) for block in blocks if block["type"] == "tool_use"}
            turn += bool(calls)
            if not calls:
                _close(talk, "".join(str(block["text"]) for block in blocks if block["type"] == "text"))
            open_calls |= calls
        elif message["role"] == "user":
            _read_user(talk, blocks, open_calls)
    return talk


def _offered(tool: Mapping[str, Any]) -> OfferedTool:
    schema: Mapping[str, Any] = tool["input_schema"]
    properties: Mapping[str, Any] = schema.get("properties") or {}
    line = next((name for name in properties if LINE.match(name) and name not in (schema.get("required") or ())), "")
    kept = {name: described for name, described in properties.items() if name != line}
    return OfferedTool(tool["name"], tool.get("description") or "", {**schema, "properties": kept}, line)


def _open(block: Mapping[str, Any], turn: int, talk: Conversation) -> Call:
    """A call whose result has not come yet."""
    tool = next((one for one in talk.tools if one.name == block["name"]), None)
    given = dict(block["input"])
    line = given.pop(tool.line_property, None) if tool is not None and tool.line_property else None
    return Call(block["name"], given, "", is_error=False, turn=turn, line=line)


def _close(talk: Conversation, said: str) -> None:
    """Note an answer. Said again without a new input, it is the rest of an answer that was cut."""
    if talk.asked:
        talk.answered, talk.said = talk.asked, ""
    talk.said += said
    talk.asked = []
    talk.calls_before = len(talk.calls)


def _read_user(talk: Conversation, blocks: Sequence[Mapping[str, Any]], calls: Mapping[str, Call]) -> None:
    for block in blocks:
        if block["type"] == "tool_result" and block["tool_use_id"] in calls:
            call = calls[block["tool_use_id"]]
            talk.calls.append(replace(call, result=_result_text(block), is_error=bool(block.get("is_error"))))
    texts = [MENTION.sub("", str(block["text"])).strip() for block in blocks if block["type"] == "text"]
    talk.attributed = talk.attributed or any(SAYS.match(text) and not CONTEXT.match(text) for text in texts)
    for text in texts:
        if CONTEXT.match(text) or (talk.attributed and not SAYS.match(text)):
            talk.context.append(text)
            continue
        said = SAYS.sub("", text, count=1) if talk.attributed else text
        talk.context.append(said)
        own = "\n".join(line for line in said.splitlines() if not line.lstrip().startswith((">", "&gt;")))
        directive, author = unmarked(own), text.partition(":")[0]
        note = noted(directive, author, talk.asked, talk.written)
        if note is not None:
            talk.asked[:] = note
            continue
        if REPLACES.match(directive) and not amends(directive):
            talk.asked.clear()
        if directive:
            talk.asked.append(directive)
            talk.written.setdefault(author, []).append(directive)


def _result_text(block: Mapping[str, Any]) -> str:
    content = block.get("content") or ""
    return "\n".join(str(inner["text"]) for inner in blocks_of(content) if inner.get("type") == "text").strip()
