"""Tables and charts as lines of text for a font of one width. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.rehearse.inline_looks import text_object
from app.rehearse.names import Names
from app.slack.text_table import width

BAR = 24
"""Columns of the longest bar."""


def table_lines(block: Mapping[str, Any], names: Names) -> list[str]:
    """Return a `table` or `data_table` block with its columns under each other; figures stand to the right."""
    rows = [[_cell(cell, names) for cell in row] for row in block["rows"]]
    settings = block.get("column_settings", ())
    columns = max(map(len, rows), default=0)
    right = [_to_the_right(at, settings, block["rows"]) for at in range(columns)]
    lines = _aligned(rows, right)
    return [str(block["caption"]), *lines] if block.get("caption") else lines


def chart_lines(block: Mapping[str, Any]) -> list[str]:
    """Return a `data_visualization` block: its title and kind, then a bar for every value."""
    chart = block["chart"]
    lines = [f"{block['title']} ({chart['type']} chart)"]
    if chart["type"] == "pie":
        return [*lines, *_bars([(one["label"], one["value"]) for one in chart["segments"]])]
    axes = chart["axis_config"]
    if named := " by ".join(axes[name] for name in ("y_label", "x_label") if axes.get(name)):
        lines.append(named)
    for series in chart["series"]:
        values = {point["label"]: point["value"] for point in series["data"]}
        lines += [str(series["name"]), *_bars([(one, values[one]) for one in axes["categories"]])]
    return lines


def _cell(cell: Mapping[str, Any], names: Names) -> str:
    if cell["type"] == "rich_text":
        text = text_object(cell, names)
    elif cell["type"] == "action_cell":
        text = f"[{cell['element']['text']['text']}]"
    else:
        text = str(cell.get("text", cell.get("value", "")))
    return text.replace("\n", " ").strip()


def _to_the_right(at: int, settings: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Mapping[str, Any]]]) -> bool:
    if at < len(settings) and "align" in settings[at]:
        return bool(settings[at]["align"] == "right")
    below = [row[at] for row in rows[1:] if at < len(row)]
    return bool(below) and all(cell["type"] == "raw_number" for cell in below)


def _aligned(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    widths = [max((width(row[at]) for row in rows if at < len(row)), default=0) for at in range(len(right))]
    lines = [" │ ".join(_padded(cell, widths[at], right[at]) for at, cell in enumerate(row)).rstrip() for row in rows]
    return [*lines[:1], "─┼─".join("─" * wide for wide in widths), *lines[1:]]


def _padded(cell: str, wide: int, right: bool) -> str:
    space = " " * (wide - width(cell))
    return space + cell if right else cell + space


def _bars(values: Sequence[tuple[str, float]]) -> list[str]:
    longest = max((width(label) for label, _ in values), default=0)
    most = max((abs(value) for _, value in values), default=0) or 1
    return [
        f"  {_padded(label, longest, False)} {'█' * round(BAR * abs(value) / most)} {_figure(value)}"
        for label, value in values
    ]


def _figure(value: float) -> str:
    return f"{value:,.10g}"
