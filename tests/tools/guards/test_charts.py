"""A chart's other forms say the same as the chart: native within Slack's limits, and in words from its numbers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.guards.charts import ALT, LABEL, PARTS, POINTS, TITLE, Chart, Series, in_words, native, shown

NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9)


@st.composite
def charts(draw: Any) -> Chart:
    labels = draw(st.lists(st.text(max_size=25), min_size=1, max_size=23))
    values = st.lists(st.none() | NUMBERS, min_size=len(labels), max_size=len(labels))
    names = draw(st.lists(st.text(min_size=1, max_size=22), min_size=1, max_size=8, unique=True))
    return Chart(
        kind=draw(st.sampled_from(["line", "bar", "area"])),
        title=draw(st.text(min_size=1, max_size=60)),
        labels=labels,
        series=[Series(name, draw(values)) for name in names],
    )


@given(charts())
def test_a_native_chart_is_within_slacks_limits_and_loses_nothing(chart: Chart) -> None:
    # given any chart, when it has a native form, then within each limit, and with every value at its label
    block = native(chart)
    if block is None:
        return
    inside = block["chart"]
    assert len(block["title"]) <= TITLE
    assert 1 <= len(inside["series"]) <= PARTS
    assert inside["axis_config"]["categories"] == list(chart.labels)
    assert len(set(chart.labels)) == len(chart.labels) <= POINTS
    for one, series in zip(inside["series"], chart.series, strict=True):
        assert len(one["name"]) <= LABEL
        assert [(point["label"], point["value"]) for point in one["data"]] == list(
            zip(chart.labels, series.values, strict=True)
        )


@given(charts())
def test_every_chart_has_words_that_fit(chart: Chart) -> None:
    # given any chart, when it is put in words, then they fit a picture's description and name its kind
    words = in_words(chart)
    assert words.startswith(chart.kind.capitalize())
    assert len(words) <= ALT


def a_chart(kind: str, *values: int | float | None, labels: str = "Jan Feb Mar") -> Chart:
    return Chart(kind=kind, title="Sales", labels=labels.split(), series=[Series("North", values)])


@pytest.mark.parametrize(
    ("chart", "words"),
    [
        (a_chart("line", 100, 90, 120), "North: lowest 90 (Feb), highest 120 (Mar); from 100 to 120, up by 20%."),
        (a_chart("line", 100, None, 50), "North: lowest 50 (Mar), highest 100 (Jan); from 100 to 50, down by 50%."),
        (a_chart("area", 0, 1, 2), "North: lowest 0 (Jan), highest 2 (Mar); from 0 to 2, up."),
        (a_chart("line", 5, 9, 5), "North: lowest 5 (Jan), highest 9 (Feb); from 5 to 5, unchanged."),
        (a_chart("line", 7, 7, 7), "North: 7 throughout."),
        (a_chart("bar", 1_200, 3, 4), "North: lowest 3 (Feb), highest 1,200 (Jan)."),
        (a_chart("pie", 1, 2, 1), "Feb 2 (50%), Jan 1 (25%), Mar 1 (25%)."),
    ],
)
def test_extremes_and_course_are_told(chart: Chart, words: str) -> None:
    # given a chart, when it is put in words, then its extremes and its course are right
    assert in_words(chart).endswith(words)


@pytest.mark.parametrize(
    ("value", "words"), [(1_234_567, "1,234,567"), (0.5, "0.5"), (1234.5, "1,234.5"), (2_500_000.0, "2,500,000")]
)
def test_numbers_are_written_as_people_write_them(value: float, words: str) -> None:
    # given a number, when shown, then with thousands apart and no more digits than it has
    assert shown(value) == words
