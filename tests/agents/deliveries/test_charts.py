"""A chart that Slack would refuse is known before it is sent, by its reason."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.deliveries.charts import refusal
from app.rehearsal.blocks.check import wrong_blocks

NAMES = st.text(max_size=22)
VALUES = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-5, 5)
POINTS = st.lists(st.builds(lambda label, value: {"label": label, "value": value}, NAMES, VALUES), max_size=22)


def bars(categories: list[str], series: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a bar chart."""
    axes = {"categories": categories}
    return {
        "type": "data_visualization",
        "title": "Gap",
        "chart": {"type": "bar", "series": series, "axis_config": axes},
    }


def a_series(name: str, labels: list[str]) -> dict[str, Any]:
    """Return a series with one point for each label."""
    return {"name": name, "data": [{"label": label, "value": 1} for label in labels]}


def pie(points: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a pie."""
    return {"type": "data_visualization", "title": "Shares", "chart": {"type": "pie", "segments": points}}


PIES = st.builds(pie, POINTS)
BARS = st.lists(NAMES, max_size=22).map(lambda labels: bars(labels, [a_series("s", labels)]))


@given(PIES | BARS)
def test_what_is_not_refused_here_is_taken_by_slack(chart: dict[str, Any]) -> None:
    # given any chart, when it is not refused, then Rehearsal's strict reading of Slack's limits takes it
    if not refusal(chart):
        assert wrong_blocks([chart]) == []


@pytest.mark.parametrize(
    ("chart", "why"),
    [
        (bars(["a", "b"], [a_series("s", ["a", "b"])]), ""),
        (pie([{"label": "a", "value": 1}]), ""),
        (pie([{"label": "a", "value": 0}]), "shares of a pie are more than 0"),
        (pie([{"label": "a", "value": True}]), "values are numbers"),
        (bars(["a"], [a_series("s", ["b"])]), "every series needs one point for every category"),
        (bars(["a", "a"], [a_series("s", ["a", "a"])]), "categories need names of their own, of 1 to 20 characters"),
        (bars(["a"] , [a_series("s", ["a"])] * 2), "series need names of their own, of 1 to 20 characters"),
        (bars(["a"], []), "it needs 1 to 12 series"),
        (bars([], []), "it needs 1 to 20 categories"),
        ({"type": "image"}, "not a data_visualization block"),
        ({"type": "data_visualization", "title": "x" * 51}, "the title has to have 1 to 50 characters"),
        ({"type": "data_visualization", "title": "x"}, "there is no chart in it"),
        ({"type": "data_visualization", "title": "x", "chart": {"type": "radar"}}, "no kind of chart: radar"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(chart: dict[str, Any], why: str) -> None:
    # given a chart, when judged, then the reason is in words
    assert refusal(chart) == why


@pytest.mark.parametrize(
    "change", [lambda one: one["chart"].pop("axis_config"), lambda one: one["chart"].update(series=3)]
)
def test_a_chart_of_another_shape_is_refused(change: Callable[[dict[str, Any]], Any]) -> None:
    # given a chart with a part missing or of another kind, when judged, then it is refused rather than raised over
    chart = bars(["a"], [a_series("s", ["a"])])
    change(chart)
    assert refusal(chart)
