"""One Turn of the offline model: what is asked, what each part of it needs, and so what to call or say now."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.rehearsal.claude.offline_model.amendments import amended, amends
from app.rehearsal.claude.offline_model.asking import Answered, answer_to, orders_asking, pursue_asking
from app.rehearsal.claude.offline_model.attempts import Proposed, Wanted
from app.rehearsal.claude.offline_model.channel_work import asks_about_channel, pursue_channel
from app.rehearsal.claude.offline_model.chart_words import asks_for_chart
from app.rehearsal.claude.offline_model.clauses import clauses_of
from app.rehearsal.claude.offline_model.conversation import Conversation, read_conversation
from app.rehearsal.claude.offline_model.course import Standing, laid_out, lines_of, standing
from app.rehearsal.claude.offline_model.exact_names import without_quoted
from app.rehearsal.claude.offline_model.lines import doing, of_clause
from app.rehearsal.claude.offline_model.other_work import begins_with_tool, cannot, pursue_tool, tool_for
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said
from app.rehearsal.claude.offline_model.page_work import names_page, pursue_page
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
    if talk.asked and all(map(amends, talk.asked)):
        # an answer was given meanwhile; what changes is worked through again
        talk.asked = [*talk.answered, *talk.asked]
    clauses = amended([clauses_of([request]) for request in talk.asked])
    chat = small_talk(talk, clauses)
    if chat is not None:
        return Thought("Nothing needs a tool here.", [{"type": "text", "text": chat}])
    alone = all(map(orders_reading, clauses))
    clauses, outcomes = _outcomes(clauses, talk, alone=alone)
    wanted = [one for one in outcomes if isinstance(one, Wanted)]
    calls = _distinct([call for one in wanted for call in one.calls])
    if not calls:
        text = "\n\n".join(_once(one.text for one in outcomes if isinstance(one, Said)))
        if rest_of and text != rest_of and text.startswith(rest_of):
            text = text[len(rest_of) :]
        return Thought("Everything asked is answered or said.", [{"type": "text", "text": text}])
    return _moved(talk, clauses, wanted, calls)


def _outcomes(clauses: Sequence[str], talk: Conversation, *, alone: bool) -> tuple[list[str], list[Outcome]]:
    """What each clause needs. While people are asked what a clause wants asked, all others wait for the answer."""
    asking = {clause: answer_to(clause, talk) for clause in clauses if orders_asking(clause, talk)}
    open_ = [one for one in asking.values() if isinstance(one, Wanted)]
    others = [clause for clause in clauses if clause not in asking]
    if open_:
        return list(clauses), [Wanted(open_[0].calls, tuple(map(of_clause, others)))]
    answered = "".join(f" ({one.text})" for one in asking.values() if isinstance(one, Answered))
    told = [clause if clause in asking else f"{clause}{answered}" for clause in clauses]
    return told, [pursue(clause, talk, alone=alone) for clause in told]


def _moved(talk: Conversation, clauses: Sequence[str], wanted: Sequence[Wanted], calls: Sequence[Proposed]) -> Thought:
    """The calls of this Turn, each with its line of the plan; the plan before them where it begins or changes."""
    plan, maker = standing(talk), plan_maker(talk.tools)
    asked = [clause for clause in clauses if not orders_reading(clause)] or clauses
    title = "; ".join(dict.fromkeys(map(of_clause, asked)))
    laid = laid_out(talk, plan, wanted, title)
    blocks: list[Mapping[str, Any]] = [{"type": "text", "text": doing(list(dict.fromkeys(one.line for one in calls)))}]
    if laid is not None and maker is not None:
        blocks.append({"type": "tool_use", "name": maker.name, "input": laid})
        plan = lines_of(maker, laid)
    if talk.one_call_a_turn:
        calls = [] if laid is not None else calls[:1]
    blocks += [{"type": "tool_use", "name": one.name, "input": _numbered(one, talk, plan)} for one in calls]
    names = ", ".join(dict.fromkeys(str(block["name"]) for block in blocks[1:]))
    return Thought(f"Asked: {'; '.join(clauses)}. Next: {names}.", blocks)


def _numbered(call: Proposed, talk: Conversation, plan: Standing) -> dict[str, Any]:
    """A call's arguments with the number of its line, where the plan has it and the tool's schema takes it."""
    tool = next(one for one in talk.tools if one.name == call.name)
    number = plan.number(call.line)
    return {**call.arguments, **({tool.line_property: number} if number and tool.line_property else {})}


def pursue(clause: str, talk: Conversation, *, alone: bool) -> Outcome:
    """Return what one clause needs next; `alone` says that nothing else was asked."""
    if orders_reading(clause) and can_read(talk):
        return pursue_reading(talk, alone=alone)
    if orders_asking(clause, talk):
        return pursue_asking(clause, talk)
    if asks_about_channel(clause, talk):
        return pursue_channel(clause, talk)
    if names_page(clause, talk):
        return pursue_page(clause, talk)
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
    if (asks_for_data(words) or asks_for_chart(words)) and can_read(talk):
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


def _distinct(calls: Sequence[Proposed]) -> list[Proposed]:
    found: list[Proposed] = []
    for call in calls:
        if all((call.name, call.arguments) != (one.name, one.arguments) for one in found):
            found.append(call)
    return found
