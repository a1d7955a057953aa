"""Draw a chart from numbers. Effect: read. Reaches nothing but the Run: what it makes, the engine posts."""

import base64
import binascii
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, field_validator

from tools.contract import (
    Arguments,
    BadArguments,
    Effect,
    Made,
    Reach,
    Tool,
    ToolContext,
    ToolFailed,
    ToolResult,
    Trust,
)
from tools.guards.charts import Chart, Series, as_csv, in_words, native
from tools.guards.parsing import Deadline, Given, Words, given

MOST_POINTS = 2_000
"""Points of one series: a picture of 1 080 dots cannot show more, and a query sums them up first."""
MOST_SERIES = 12
MOST_SLICES = 30
"""Slices of a pie: beyond, no two can be told apart."""

Figure = StrictInt | Annotated[float, Field(strict=True, allow_inf_nan=False)]


class SeriesWanted(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=60)
    values: list[Figure | None] = Field(
        min_length=1, max_length=MOST_POINTS, description="One number for each label; null is a gap."
    )

    @field_validator("values", mode="before")
    @classmethod
    def few(cls, values: Any) -> Any:
        """Refuse before the work of looking at each."""
        return _few(values)


class ChartWanted(Arguments):
    kind: Literal["line", "bar", "pie", "area"] = Field(
        description="line or area: a course over time. bar: a comparison. pie: parts of one whole."
    )
    title: str = Field(min_length=1, max_length=120, description="What the chart shows; up to 50 characters are best.")
    labels: list[Annotated[str, Field(max_length=80)]] = Field(
        min_length=1, max_length=MOST_POINTS, description="Labels along the x axis, or of a pie's slices, in order."
    )
    series: list[SeriesWanted] = Field(
        min_length=1, max_length=MOST_SERIES, description="What is drawn: each a name and its values. A pie has one."
    )
    x_title: str = Field(default="", max_length=60, description="What the labels are.")
    y_title: str = Field(default="", max_length=60, description="What the values are, with their unit.")

    @field_validator("labels", mode="before")
    @classmethod
    def few(cls, labels: Any) -> Any:
        """Refuse before the work of looking at each."""
        return _few(labels)


class Drawn(Given):
    """A picture, and the letters that no font had."""

    png: str = Field(max_length=1_000_000)
    missing: Words = Field(max_length=40)


def draw_chart(wanted: ChartWanted, context: ToolContext) -> ToolResult:
    """Return the chart and its data as files: a native chart where it fits Slack's limits, else a picture.

    Raises:
        BadArguments: labels and values do not match, or they make no such chart.
        ToolFailed: the picture cannot be drawn on this machine.
        Unavailable: every child process is busy.
    """
    chart = _checked(wanted)
    words, name = in_words(chart), _file_name(chart.title)
    block = native(chart)
    data = Made(f"{name}.csv", "text/csv", as_csv(chart), words, block)
    if block is not None:
        said = f"The chart will be in the answer, and its data as {data.name}. It shows: {words}"
        return ToolResult(text=said, trust=Trust.UNTRUSTED, made=(data,))
    arguments = wanted.model_dump()
    drawn = given(
        Drawn, "tools.guards.chart_picture:draw", arguments, [], "The chart", Deadline.within(context.seconds)
    )
    picture = Made(f"{name}.png", "image/png", _png(drawn.png), words)
    said = f"The chart will be posted as {picture.name}, and its data as {data.name}. It shows: {words}"
    if drawn.missing:
        said += (
            f"\nNote: no font of this machine has the letters {drawn.missing}; the picture shows boxes for them. The "
            "data file has them. Say so, or draw it again with labels in other letters."
        )
    return ToolResult(text=said, trust=Trust.UNTRUSTED, made=(picture, data))


def _few(values: Any) -> Any:
    if isinstance(values, list) and len(values) > MOST_POINTS:
        raise ValueError(
            f"a chart shows at most {MOST_POINTS:,} points, and these are {len(values):,}. Sum them up or pick some "
            "first, by query_tables for example"
        )
    return values


def _checked(wanted: ChartWanted) -> Chart:
    """Return the chart. Raises BadArguments with what does not match."""
    names = [one.name for one in wanted.series]
    if len(set(names)) < len(names):
        raise BadArguments("Two series have one name. Give each its own.")
    for one in wanted.series:
        if len(one.values) != len(wanted.labels):
            raise BadArguments(
                f"There are {len(wanted.labels):,} labels, but {one.name} has {len(one.values):,} values. Give one "
                "value for each label; null is a gap."
            )
        if all(value is None for value in one.values):
            raise BadArguments(f"{one.name} has no value at all.")
    if wanted.kind == "pie":
        _check_pie(wanted)
    return Chart(
        kind=wanted.kind,
        title=wanted.title,
        labels=wanted.labels,
        series=[Series(one.name, one.values) for one in wanted.series],
        x_title=wanted.x_title,
        y_title=wanted.y_title,
    )


def _check_pie(wanted: ChartWanted) -> None:
    values = [value for one in wanted.series for value in one.values if value is not None]
    if len(wanted.series) > 1 or len(values) < len(wanted.labels):
        raise BadArguments("A pie has one series, without gaps. For several series use bar.")
    if min(values) < 0 or sum(values) <= 0:
        raise BadArguments("A pie shows parts of a whole: no value may be negative, and one must be above 0. Use bar.")
    if len(values) > MOST_SLICES:
        raise BadArguments(f"A pie of {len(values):,} slices cannot be read. Use bar, or sum up the small ones.")


def _png(encoded: str) -> bytes:
    try:
        picture = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        picture = b""
    if not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ToolFailed("The chart could not be drawn: what draws it failed.")
    return picture


def _file_name(title: str) -> str:
    """Return a file's name made of a title, without its ending."""
    return re.sub(r"[^\w-]+", "-", title).strip("-_")[:60] or "chart"


TOOL = Tool(
    name="draw_chart",
    effect=Effect.READ,
    reach=Reach.RUN,
    description=(
        "Draw a line, bar, pie or area chart from numbers that you have from tool results; it is posted with the "
        "answer, together with its data as CSV. Use it when a chart is asked for, or shows a comparison or a course "
        "better than words. Up to 6 series and 20 labels of 20 characters make a chart that people can hover over; "
        "more becomes a picture. Do not use it for tables, nor with numbers that no tool gave you."
    ),
    arguments=ChartWanted,
    call=draw_chart,
    seconds=40.0,
)
