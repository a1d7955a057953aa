"""A chart in other forms: a native block of Slack's, CSV, and words for those who do not see it. Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Number = int | float

PARTS, POINTS, LABEL, TITLE, AXIS_TITLE = 6, 20, 20, 50, 50
"""Series (or slices), points, characters of a label or name, of the title, of an axis title: docs.slack.dev,
reference/block-kit/blocks/data-visualization-block. Other pages say 12 series; fewer are taken by both."""
ALT = 1_000
"""Characters of a picture's description. docs.slack.dev, methods/files.getUploadURLExternal, alt_txt."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a cell that a spreadsheet runs. owasp.org, CSV Injection."""


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of values, one for each label; None is a gap."""

    name: str
    values: Sequence[Number | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart that was checked: as many values as labels in every series, and for a pie one series without gaps."""

    kind: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    x_title: str = ""
    y_title: str = ""


def native(chart: Chart) -> Mapping[str, Any] | None:
    """Return the chart as a data_visualization block, or None where it does not fit one."""
    parts = len(chart.labels) if chart.kind == "pie" else len(chart.series)
    texts = [*chart.labels, *(one.name for one in chart.series if chart.kind != "pie")]
    values = [value for one in chart.series for value in one.values]
    fits = (
        parts <= PARTS
        and len(chart.labels) <= POINTS
        and len(chart.title) <= TITLE
        and all(text.strip() and len(text) <= LABEL for text in texts)
        and len(set(chart.labels)) == len(chart.labels)
        and None not in values
        and max(len(chart.x_title), len(chart.y_title)) <= AXIS_TITLE
        and (chart.kind != "pie" or all(value is not None and value > 0 for value in values))
    )
    if not fits:
        return None
    inside = _pie(chart) if chart.kind == "pie" else _over_labels(chart)
    return {"type": "data_visualization", "title": chart.title, "chart": {"type": chart.kind, **inside}}


def as_csv(chart: Chart) -> bytes:
    """Return the data as CSV, in UTF-8 with the mark by which spreadsheets know it. No text of it runs as a formula."""
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow([_cell(chart.x_title or "label"), *(_cell(one.name) for one in chart.series)])
    for at, label in enumerate(chart.labels):
        values = (one.values[at] for one in chart.series)
        writer.writerow([_cell(label), *("" if value is None else value for value in values)])
    return kept.getvalue().encode("utf-8-sig")


def in_words(chart: Chart) -> str:
    """Return what the chart shows: what is compared, and of each series its extremes and how it moves."""
    said = f'{chart.kind.capitalize()} chart "{chart.title}": '
    if chart.kind == "pie":
        return (said + _slices(chart))[:ALT]
    span = f"{chart.labels[0]} to {chart.labels[-1]}" if len(chart.labels) > 1 else chart.labels[0]
    count = f"{len(chart.series)} series" if len(chart.series) > 1 else chart.series[0].name
    said += f"{count} over {span} ({len(chart.labels):,} points)."
    for number, one in enumerate(chart.series):
        sentence = f" {one.name}: {_course(chart, one)}."
        if len(said) + len(sentence) > ALT - 40:
            return f"{said} {len(chart.series) - number} more series."[:ALT]
        said += sentence
    return said


def shown(value: Number) -> str:
    """Return a number as people write it."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _course(chart: Chart, one: Series) -> str:
    known = [(value, label) for value, label in zip(one.values, chart.labels, strict=True) if value is not None]
    if not known:
        return "no values"
    (first, _), (last, _) = known[0], known[-1]
    lowest, highest = min(known, key=lambda pair: pair[0]), max(known, key=lambda pair: pair[0])
    if lowest[0] == highest[0]:
        return f"{shown(first)} throughout"
    words = f"lowest {shown(lowest[0])} ({lowest[1]}), highest {shown(highest[0])} ({highest[1]})"
    if chart.kind == "bar" or len(known) < 2:
        return words
    moved = "unchanged" if first == last else "up" if last > first else "down"
    share = f" by {abs(last - first) / abs(first):.0%}" if first and moved != "unchanged" else ""
    return f"{words}; from {shown(first)} to {shown(last)}, {moved}{share}"


def _slices(chart: Chart) -> str:
    pairs = [(value or 0, label) for value, label in zip(chart.series[0].values, chart.labels, strict=True)]
    total = sum(value for value, _ in pairs)
    largest_first = sorted(pairs, key=lambda pair: -pair[0])
    return ", ".join(f"{label} {shown(value)} ({value / total:.0%})" for value, label in largest_first) + "."


def _pie(chart: Chart) -> dict[str, Any]:
    pairs = zip(chart.labels, chart.series[0].values, strict=True)
    return {"segments": [{"label": label, "value": value} for label, value in pairs]}


def _over_labels(chart: Chart) -> dict[str, Any]:
    axes: dict[str, Any] = {"categories": list(chart.labels)}
    axes |= {name: text for name, text in (("x_label", chart.x_title), ("y_label", chart.y_title)) if text}
    series = [
        {
            "name": one.name,
            "data": [{"label": label, "value": value} for label, value in zip(chart.labels, one.values, strict=True)],
        }
        for one in chart.series
    ]
    return {"series": series, "axis_config": axes}


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
