"""What an offered tool is good for, told by its name, description and schema alone."""

from collections.abc import Iterable

from app.rehearsal.claude.offline_model.conversation import OfferedTool
from app.rehearsal.claude.offline_model.schemas import kind_of, opened
from app.rehearsal.claude.offline_model.words import stems


def about(tool: OfferedTool) -> set[str]:
    """Return the stems of the tool's name."""
    return set(stems(tool.name))


def file_reader(tools: Iterable[OfferedTool]) -> tuple[OfferedTool, str] | None:
    """Return the tool that reads one file and the property that takes its id, or None."""
    for tool in tools:
        if not about(tool) & {"read", "open", "get", "fetch", "view", "load"}:
            continue
        for name in tool.required:
            if "file" in stems(name) and kind_of(opened(tool.properties.get(name, {}), tool.schema)) == "string":
                return tool, name
    return None


def table_querier(tools: Iterable[OfferedTool]) -> tuple[OfferedTool, str] | None:
    """Return the tool that runs SQL and the property that takes the statement, or None."""
    for tool in tools:
        for name, schema in tool.properties.items():
            told = f"{name} {schema.get('description', '')}".lower()
            if kind_of(opened(schema, tool.schema)) == "string" and ("sql" in told or name == "statement"):
                return tool, name
    return None


def thread_reader(tools: Iterable[OfferedTool]) -> OfferedTool | None:
    """Return the tool that reads the conversation and needs no argument, or None."""
    return next(
        (tool for tool in tools if "thread" in about(tool) and "read" in about(tool) and not tool.required), None
    )


def channel_reader(tools: Iterable[OfferedTool]) -> tuple[OfferedTool, str] | None:
    """Return the tool that reads what was said in a channel and the property that names the channel, or None."""
    for tool in tools:
        if "channel" not in about(tool) or not about(tool) & {"read", "history", "get", "fetch"}:
            continue
        for name in tool.properties:
            if "channel" in stems(name):
                return tool, name
    return None


def page_reader(tools: Iterable[OfferedTool]) -> tuple[OfferedTool, str] | None:
    """Return the tool that reads one page of the web and the property that takes its address, or None."""
    for tool in tools:
        if not about(tool) & {"page", "url", "web", "website"} or not about(tool) & {"read", "fetch", "get", "open"}:
            continue
        for name in tool.required:
            if set(stems(name)) & {"url", "uri", "address", "link"}:
                return tool, name
    return None


def chart_drawer(tools: Iterable[OfferedTool]) -> OfferedTool | None:
    """Return the tool that draws charts, or None."""
    return next((tool for tool in tools if about(tool) & {"chart", "plot", "graph", "diagram"}), None)


def people_asker(tools: Iterable[OfferedTool]) -> tuple[OfferedTool, str] | None:
    """Return the tool that asks people and the property that takes the question, or None."""
    for tool in tools:
        if "ask" not in about(tool):
            continue
        for name in tool.required:
            if set(stems(name)) & {"question", "text", "message", "prompt"}:
                return tool, name
    return None


def plan_maker(tools: Iterable[OfferedTool]) -> OfferedTool | None:
    """Return the tool that lays out a plan, or None."""
    return next((tool for tool in tools if "plan" in about(tool)), None)
