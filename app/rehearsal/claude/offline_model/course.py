"""The course of a plan: when it is laid out, which lines are behind, and when it has to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.rehearsal.claude.offline_model.attempts import Wanted
from app.rehearsal.claude.offline_model.conversation import Conversation, OfferedTool
from app.rehearsal.claude.offline_model.plan import Line, plan_arguments, titles_of
from app.rehearsal.claude.offline_model.tool_roles import plan_maker


@dataclass(slots=True)
class Standing:
    """The plan as it was laid out last. `begun`: its lines with calls, and whether one of these succeeded."""

    titles: list[str] = field(default_factory=list)
    begun: dict[str, bool] = field(default_factory=dict)
    laid: bool = False
    refused: bool = False

    def number(self, title: str) -> int | None:
        """The number of a line, from 1; None where the plan has no such line."""
        return self.titles.index(title) + 1 if title in self.titles else None


def standing(talk: Conversation) -> Standing:
    """Return the plan that earlier replies laid out since the last answer, and what became of its lines."""
    tool, found = plan_maker(talk.tools), Standing()
    if tool is None:
        return found
    for turn in dict.fromkeys(call.turn for call in talk.calls_now):
        calls = [call for call in talk.calls_now if call.turn == turn]
        for call in calls:
            if call.name == tool.name:
                found.laid, found.refused = True, call.is_error
                found.titles = found.titles if call.is_error else titles_of(tool, call.input)
        for call in calls:
            if call.line is not None and 0 < call.line <= len(found.titles):
                title = found.titles[call.line - 1]
                went_well = not call.is_error and not call.not_done
                found.begun[title] = found.begun.get(title, False) or went_well
    return found


def laid_out(talk: Conversation, plan: Standing, wanted: Sequence[Wanted], title: str) -> Mapping[str, Any] | None:
    """Return arguments for a new plan where one is needed now: for two calls or more, or for another course."""
    tool = plan_maker(talk.tools)
    now = list(dict.fromkeys(call.line for one in wanted for call in one.calls))
    ahead = [line for line in dict.fromkeys(line for one in wanted for line in one.ahead) if line not in now]
    if tool is None or plan.refused or (not plan.laid and len(now) + len(ahead) < 2):
        return None
    behind = [line for line in plan.titles if line in plan.begun and line not in now and line not in ahead]
    if plan.laid and not _changes(talk, plan, behind, [*now, *ahead]):
        return None
    lines = [Line(line, plan.begun[line]) for line in behind]
    first, begins = len(lines) + 1, len(lines) + len(now)
    lines += [Line(line) for line in now]
    before = tuple(range(first, begins + 1))
    for line in ahead:
        lines.append(Line(line, waits_for=before))
        before = (len(lines),)
    return plan_arguments(tool, title, lines)


def _changes(talk: Conversation, plan: Standing, behind: Sequence[str], coming: Sequence[str]) -> bool:
    """Whether a line is new, or one is needless that had not begun. Without numbers on calls no one knows what has."""
    if any(line not in plan.titles for line in coming):
        return True
    numbered = any(tool.line_property for tool in talk.tools)
    return numbered and any(line not in behind and line not in coming for line in plan.titles)


def lines_of(tool: OfferedTool, arguments: Mapping[str, Any]) -> Standing:
    """Return the plan that arguments lay out, as the calls beside it are to name its lines."""
    return Standing(titles_of(tool, arguments), laid=True)
