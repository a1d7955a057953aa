"""One Turn of the offline model: what is asked, what each part of it needs, and so what to call or say now."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.rehearsal.claude.offline_model.attempts import Wanted
from app.rehearsal.claude.offline_model.clauses import clauses_of
from app.rehearsal.claude.offline_model.conversation import Conversation, read_conversation
from app.rehearsal.claude.offline_model.exact_names import without_quoted
from app.rehearsal.claude.offline_model.other_work import begins_with_tool, cannot, pursue_tool, tool_for
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said
from app.rehearsal.claude.offline_model.plan import plan_arguments
from app.rehearsal.claude.offline_model.reading import can_read
from app.rehearsal.claude.offline_model.reading_orders import orders_reading, pursue_reading
from app.rehearsal.claude.offline_model.small_talk import small_talk
from app.rehearsal.claude.offline_model.table_work import pursue_table
from app.rehearsal.claude.offline_model.text_work import ABOUT_THREAD, asks_about_text, pursue_text
from app.rehearsal.claude.offline_model.tool_roles import file_reader, plan_maker, thread_reader
from app.rehearsal.claude.offline_model.understanding import asks_for_data

ASKS = re.compile(
    r"^(?:who|what|when|where|why|how|which|is|are|does|do|did|was|were|has|have|wer|was|wann|wo|warum)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Thought:
    """What the model thought, and the blocks that it says or calls. Calls have no ids yet."""

    thinking: str
    blocks: Sequence[Mapping[str, Any]]


def think(body: Mapping[str, Any]) -> Thought:
    """Return the next move for a request that passed every rule. The same request gives the same move."""
    talk = read_conversation(body)
    rest_of = talk.said if not talk.asked and talk.attributed else ""
    talk.asked = talk.asked or (talk.answered if rest_of else [])
    clauses = clauses_of(talk.asked)
    chat = small_talk(talk, clauses)
    if chat is not None:
        return Thought("Nothing needs a tool here.", [{"type": "text", "text": chat}])
    alone = all(map(orders_reading, clauses))
    outcomes = [pursue(clause, talk, alone=alone) for clause in clauses]
    calls = _distinct([call for one in outcomes if isinstance(one, Wanted) for call in one.calls])
    if not calls:
        text = "\n\n".join(_once(one.text for one in outcomes if isinstance(one, Said)))
        if rest_of and text != rest_of and text.startswith(rest_of):
            text = text[len(rest_of) :]
        return Thought("Everything asked is answered or said.", [{"type": "text", "text": text}])
    plan = _plan(talk, [clause for clause, one in zip(clauses, outcomes, strict=True) if isinstance(one, Wanted)])
    calls = [plan] if plan else calls[:1] if talk.one_call_a_turn else calls
    blocks = [{"type": "tool_use", "name": name, "input": dict(arguments)} for name, arguments in calls]
    names = ", ".join(dict.fromkeys(name for name, _ in calls))
    return Thought(f"Asked: {'; '.join(clauses)}. Next: {names}.", blocks)


def pursue(clause: str, talk: Conversation, *, alone: bool) -> Outcome:
    """Return what one clause needs next; `alone` says that nothing else was asked."""
    if orders_reading(clause) and can_read(talk):
        return pursue_reading(talk, alone=alone)
    words = without_quoted(clause)
    tool = tool_for(clause, talk)
    reader = file_reader(talk.tools)
    of_its_own = (
        tool is not None and tool is not thread_reader(talk.tools) and (reader is None or tool is not reader[0])
    )
    if tool is not None and of_its_own and begins_with_tool(clause, tool):
        return pursue_tool(clause, tool, talk)
    readable = can_read(talk) or bool(thread_reader(talk.tools) and ABOUT_THREAD.search(words))
    if readable and asks_about_text(words) and not (asks_for_data(words) and _asks_for_numbers_only(words)):
        return pursue_text(clause, talk)
    if asks_for_data(words) and can_read(talk):
        return pursue_table(clause, talk)
    if tool is not None and of_its_own:
        return pursue_tool(clause, tool, talk)
    if can_read(talk) and (ASKS.match(clause) or (tool is not None and reader is not None and tool is reader[0])):
        return pursue_text(clause, talk)
    if tool is not None:
        return pursue_tool(clause, tool, talk)
    return cannot(clause, talk)


def _asks_for_numbers_only(clause: str) -> bool:
    """Whether words for texts stand in a clause that asks for numbers: "what is the total in sales.csv"."""
    return not re.search(r"\b(?:summari[sz]\w*|summary|say|says|quote|mentions?)\b", clause, re.I)


def _once(texts: Iterable[str]) -> list[str]:
    """The texts in order, without empty ones and those that another one holds."""
    said = list(dict.fromkeys(text for text in texts if text))
    return [text for text in said if not any(text in other for other in said if other != text)]


def _distinct(calls: Sequence[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    for call in calls:
        if call not in found:
            found.append(call)
    return found


def _plan(talk: Conversation, clauses: Sequence[str]) -> tuple[str, Mapping[str, Any]] | None:
    """The call that lays out the steps: for two clauses or more, before any other call for them."""
    tool = plan_maker(talk.tools)
    if tool is None or len(clauses) < 2 or talk.calls_now:
        return None
    arguments = plan_arguments(tool, clauses)
    return (tool.name, arguments) if arguments is not None else None
