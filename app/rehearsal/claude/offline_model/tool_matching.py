"""Which offered tool a clause is about: by the words of its name, description and properties."""

from collections.abc import Iterable

from app.rehearsal.claude.offline_model.conversation import OfferedTool
from app.rehearsal.claude.offline_model.entities import entities_of
from app.rehearsal.claude.offline_model.tool_roles import about
from app.rehearsal.claude.offline_model.words import stems, telling_stems

ENOUGH = 4.0
"""A word of the name counts 3, one of the description 1: one of the name and one more, or four of the description."""


def matching_tool(clause: str, tools: Iterable[OfferedTool]) -> OfferedTool | None:
    """Return the tool that fits best, the first of equals, or None when none fits well enough."""
    rated = [(rating(clause, tool), tool) for tool in tools]
    top = max((score for score, _ in rated), default=0.0)
    return next((tool for score, tool in rated if score == top and score >= ENOUGH), None)


def rating(clause: str, tool: OfferedTool) -> float:
    """Return how well a tool fits a clause."""
    said = set(telling_stems(clause)) | (set(stems(clause)) & about(tool))
    entities = entities_of(clause)
    properties = {word for name in tool.properties for word in stems(name)}
    given = [
        bool(entities.urls) and "url" in properties,
        bool(entities.files) and "file" in properties,
        bool(entities.channels) and "channel" in properties,
    ]
    described = set(telling_stems(tool.description)) - about(tool)
    return 3.0 * len(said & about(tool)) + len(said & described) + 2.0 * sum(given)
