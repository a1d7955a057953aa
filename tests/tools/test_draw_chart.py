"""draw_chart makes a native chart where one fits, else a picture with words beside it, and always the data."""

import csv
import io
from typing import Any

import pytest

from agents.toolcalls.catalogue import fitted
from tests.given.tool_context import a_context
from tools.contract import BadArguments, Made, ToolResult
from tools.draw_chart import TOOL, ChartWanted

PNG = b"\x89PNG\r\n\x1a\n"


def wanted(**changed: Any) -> dict[str, Any]:
    return {
        "kind": "bar",
        "title": "Sales and targets",
        "labels": ["North", "South"],
        "series": [{"name": "sales", "values": [90, 120.5]}, {"name": "target", "values": [100, 110]}],
        **changed,
    }


def draw(**changed: Any) -> ToolResult:
    return TOOL.call(ChartWanted.model_validate(wanted(**changed)), a_context())


def rows_of(data: Made) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.body.decode("utf-8-sig"))))


def test_a_small_chart_is_native_and_its_data_come_along() -> None:
    # given two series over two labels
    # when they are drawn
    result = draw(x_title="Region", y_title="kEUR")

    # then there is one file, the data, with the chart as a block, and the model knows its name
    (data,) = result.made
    assert (data.name, data.media_type) == ("Sales-and-targets.csv", "text/csv")
    assert rows_of(data) == [["Region", "sales", "target"], ["North", "90", "100"], ["South", "120.5", "110"]]
    assert data.chart == {
        "type": "data_visualization",
        "title": "Sales and targets",
        "chart": {
            "type": "bar",
            "series": [
                {"name": "sales", "data": [{"label": "North", "value": 90}, {"label": "South", "value": 120.5}]},
                {"name": "target", "data": [{"label": "North", "value": 100}, {"label": "South", "value": 110}]},
            ],
            "axis_config": {"categories": ["North", "South"], "x_label": "Region", "y_label": "kEUR"},
        },
    }
    assert data.name in result.text


@pytest.mark.parametrize("kind", ["line", "bar", "area", "pie"])
def test_what_does_not_fit_natively_becomes_a_picture(kind: str) -> None:
    # given more labels than a native chart takes
    labels = [f"day {day}" for day in range(1, 26)]

    # when it is drawn
    result = draw(kind=kind, labels=labels, series=[{"name": "visits", "values": list(range(1, 26))}])

    # then there are a picture, described in words, and its data
    picture, data = result.made
    assert (picture.name, picture.media_type, picture.chart) == ("Sales-and-targets.png", "image/png", None)
    assert picture.body.startswith(PNG)
    assert "day 25" in picture.alt
    assert data.chart is None
    assert len(rows_of(data)) == 26


def test_two_thousand_points_in_twelve_series_with_gaps_are_drawn() -> None:
    # given as much as there may be, with gaps, numbers of every size, and names that a plotting library would read
    series = [
        {"name": name, "values": [None if at % 7 == 0 else at * 10.0**size for at in range(2_000)]}
        for size, name in enumerate(
            ["_hidden", "$x^2$", "\\frac", "a_b", "<b>", "s6", "s7", "s8", "s9", "s10", "s11", "s12"]
        )
    ]

    # when it is drawn, then there is a picture
    result = draw(kind="line", title="$\\alpha", labels=[str(at) for at in range(2_000)], series=series)
    assert result.made[0].body.startswith(PNG)


def test_a_million_points_get_a_sentence_before_anything_is_drawn() -> None:
    # given a million points
    many = wanted(labels=["a"] * 1_000_000, series=[{"name": "s", "values": [1] * 1_000_000}])

    # when the arguments are looked at, then the model is told what to do
    arguments, said = fitted(TOOL, many)
    assert arguments is None
    assert "at most 2,000 points, and these are 1,000,000. Sum them up" in said


@pytest.mark.parametrize("title", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_runs_as_a_formula_and_no_number_is_touched(title: str) -> None:
    # given names and labels that a spreadsheet would run, and negative numbers
    result = draw(labels=[title, "b"], series=[{"name": title, "values": [-1, -2.5]}])

    # when the data are opened, then texts begin with a quote, and numbers are numbers
    assert rows_of(result.made[-1]) == [["label", f"'{title}"], [f"'{title}", "-1"], ["b", "-2.5"]]


def test_letters_that_no_font_has_are_told() -> None:
    # given labels in a script of a few thousand years ago
    result = draw(labels=["𒀀" * 30, "b"])

    # when they are drawn, then the model is told which letters the picture lacks, and the data have them
    assert "no font of this machine has the letters 𒀀" in result.text
    assert rows_of(result.made[-1])[1][0] == "𒀀" * 30


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"labels": ["a"]}, "There are 1 labels, but sales has 2 values"),
        ({"series": [{"name": "s", "values": [1, 2]}, {"name": "s", "values": [1, 2]}]}, "Two series have one name"),
        ({"series": [{"name": "s", "values": [None, None]}]}, "s has no value at all"),
        ({"kind": "pie"}, "A pie has one series"),
        ({"kind": "pie", "series": [{"name": "s", "values": [1, -1]}]}, "no value may be negative"),
        ({"kind": "pie", "series": [{"name": "s", "values": [0, 0]}]}, "one must be above 0"),
        ({"kind": "pie", "series": [{"name": "s", "values": [1, None]}]}, "without gaps"),
        (
            {"kind": "pie", "labels": [str(at) for at in range(31)], "series": [{"name": "s", "values": [1] * 31}]},
            "A pie of 31 slices",
        ),
    ],
)
def test_what_makes_no_chart_is_refused_with_what_would(changed: dict[str, Any], words: str) -> None:
    # given arguments that do not match, when they are drawn, then the model is told what does
    with pytest.raises(BadArguments, match=words):
        draw(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "radar"},
        {"title": ""},
        {"series": []},
        {"series": [{"name": "s", "values": ["3", "4"]}]},
        {"series": [{"name": "s", "values": [True, 4]}]},
        {"series": [{"name": "s", "values": [float("inf"), 4]}]},
        {"series": [{"name": f"s{at}", "values": [1, 2]} for at in range(13)]},
        {"colour": "red"},
    ],
)
def test_arguments_outside_the_schema_are_refused(changed: dict[str, Any]) -> None:
    # given arguments that the schema does not have, when they are looked at, then they do not fit
    assert fitted(TOOL, wanted(**changed))[0] is None
