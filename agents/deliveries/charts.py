"""Which charts a message can show by itself, in the form of Slack's data_visualization block. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

TITLE, LABEL, AXIS = 50, 20, 50
"""Characters of a title, of a label or a series' name, and of an axis' name."""

PARTS, POINTS = 12, 20
"""Series or segments of one chart, and points of one series. docs.slack.dev, blocks/data-visualization-block."""

OVER_CATEGORIES = frozenset({"line", "area", "bar"})


def refusal(chart: Mapping[str, Any]) -> str:
    """Return why Slack would refuse the chart, in a few words for operators; "" where it takes it."""
    return next(_wrong(chart), "")


def _wrong(block: Mapping[str, Any]) -> Iterator[str]:
    if block.get("type") != "data_visualization":
        yield "not a data_visualization block"
    if not _is_text(block.get("title"), TITLE):
        yield f"the title has to have 1 to {TITLE} characters"
    chart = block.get("chart")
    kind = chart.get("type") if isinstance(chart, Mapping) else None
    if not isinstance(chart, Mapping):
        yield "there is no chart in it"
    elif kind == "pie":
        yield from _wrong_points(chart.get("segments"), PARTS, least=0.0)
    elif kind in OVER_CATEGORIES:
        yield from _wrong_series(chart)
    else:
        yield f"no kind of chart: {kind}"


def _wrong_series(chart: Mapping[str, Any]) -> Iterator[str]:
    axes, series = chart.get("axis_config"), chart.get("series")
    categories = axes.get("categories") if isinstance(axes, Mapping) else None
    if not isinstance(axes, Mapping) or not isinstance(categories, list) or not 0 < len(categories) <= POINTS:
        yield f"it needs 1 to {POINTS} categories"
        return
    if not all(_is_text(category, LABEL) for category in categories) or len(set(categories)) < len(categories):
        yield f"categories need names of their own, of 1 to {LABEL} characters"
    if not all(_is_text(axes[name], AXIS) for name in ("x_label", "y_label") if name in axes):
        yield f"an axis' name has to have 1 to {AXIS} characters"
    if not isinstance(series, list) or not 0 < len(series) <= PARTS:
        yield f"it needs 1 to {PARTS} series"
        return
    names = [one.get("name") for one in series]
    if not all(_is_text(name, LABEL) for name in names) or len(set(names)) < len(names):
        yield f"series need names of their own, of 1 to {LABEL} characters"
    for one in series:
        yield from _wrong_points(one.get("data"), POINTS)
        if sorted(point["label"] for point in one["data"]) != sorted(categories):
            yield "every series needs one point for every category"


def _wrong_points(points: Any, most: int, least: float | None = None) -> Iterator[str]:
    if not isinstance(points, list) or not 0 < len(points) <= most:
        yield f"it needs 1 to {most} points"
        return
    for point in points:
        value = point.get("value")
        if not _is_text(point.get("label"), LABEL):
            yield f"labels have 1 to {LABEL} characters"
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            yield "values are numbers"
        elif least is not None and value <= least:
            yield "shares of a pie are more than 0"


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most
