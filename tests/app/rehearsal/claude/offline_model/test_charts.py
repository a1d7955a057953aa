"""Charts of whatever a question to a table found, filled by the chart tool's own schema."""

import anthropic

from tests.app.rehearsal.claude.offline_model.thread_tools import TOOLS, Thread
from tests.app.rehearsal.claude.offline_model.whole_tools import WHOLE, WholeThread

FILES = {"sales.csv": "region,sales\nNorth,90\nSouth,120\n"}


def test_a_line_chart_of_totals(claude: anthropic.Anthropic) -> None:
    # when totals are to be drawn
    course = WholeThread(FILES).work(claude, "total sales per region as a line chart", tools=WHOLE)

    # then the rows of the query are what is drawn
    assert course.names()[-1] == ["draw_chart"]
    drawn = {name: value for name, value in course.turns[-1][0]["input"].items() if name != "step"}
    assert drawn == {
        "kind": "line",
        "title": "sales by region",
        "labels": ["South", "North"],
        "series": [{"name": "sales", "values": [120, 90]}],
        "x_title": "region",
        "y_title": "sales",
    }
    assert "South: 120" in course.answer
    assert "Chart: sales by region." in course.answer


def test_the_plan_names_the_figures_and_the_chart_apart(claude: anthropic.Anthropic) -> None:
    # when figures are wanted as a chart
    course = WholeThread(FILES).work(claude, "total sales per region as a bar chart", tools=WHOLE)

    # then both are lines of the plan
    steps = [step["title"] for step in course.turns[0][0]["input"]["steps"]]
    assert steps == ["Read sales.csv", "Total sales per region", "Draw the chart"]


def test_a_chart_that_fails_does_not_take_the_answer_with_it(claude: anthropic.Anthropic) -> None:
    # given a chart tool that does not work
    thread = WholeThread(FILES, answers={"draw_chart": lambda given: ("No room on this machine.", True)})

    # when a chart is wanted
    course = thread.work(claude, "total sales per region, and chart it", tools=WHOLE)

    # then the figures are told, and why there is no chart
    assert "South: 120" in course.answer
    assert "No room on this machine." in course.answer


def test_without_a_chart_tool_it_says_so(claude: anthropic.Anthropic) -> None:
    # when no tool draws
    course = Thread(FILES).work(claude, "total sales per region as a chart", tools=TOOLS)

    # then the figures are told, and that there is no chart
    assert "South: 120" in course.answer
    assert "I have no tool that draws charts." in course.answer
