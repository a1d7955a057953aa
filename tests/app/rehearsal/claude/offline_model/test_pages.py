"""Web pages: what they say, and their figures beside those of a table, with every number from a tool."""

import re
from typing import Any

import anthropic
import pytest

from tests.app.rehearsal.claude.claude_server import ask
from tests.app.rehearsal.claude.offline_model.thread_tools import Course
from tests.app.rehearsal.claude.offline_model.whole_tools import WHOLE, WholeThread

SALES = "region,month,sales\nNorth,July,90\nNorth,August,95\nSouth,July,120\nSouth,August,110\n"
TARGETS = "https://wiki.example.org/pages/targets"
REVISED = "https://wiki.example.org/pages/targets-revised"
TABLE = (
    f'Page {TARGETS}: "Sales targets" HTML, 120 characters of text.\n'
    "# Sales targets\n\n| Region | Target |\n|---|---|\n| North | 200 |\n| South | 220 |\n"
)
REVISED_TABLE = TABLE.replace(TARGETS, REVISED).replace("200", "180").replace("Sales targets", "Revised targets")
LINES = f"Page {TARGETS}: text, 60 characters of text.\nTargets:\nNorth: 200\nSouth: 220\n"
COMPARE = f"compare last quarter's sales in this CSV with the targets on our wiki page {TARGETS} and chart the gap"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@pytest.mark.parametrize("page", [TABLE, LINES], ids=["a table", "lines"])
def test_a_table_is_compared_with_a_page_and_the_gap_is_charted(claude: anthropic.Anthropic, page: str) -> None:
    # given a table, and a page with a figure for each of its regions
    thread = WholeThread({"sales.csv": SALES}, {TARGETS: page})

    # when both are to be compared
    course = thread.work(claude, COMPARE, tools=WHOLE)

    # then file and page are read together, one query calculates, and the chart follows
    assert course.names() == [["lay_out_plan", "read_file", "fetch_page"], ["query_tables"], ["draw_chart"]]
    assert [step["title"] for step in course.turns[0][0]["input"]["steps"]] == [
        "Read sales.csv",
        "Read the page targets",
        "Compare last quarter's sales with the targets",
        "Draw the chart",
    ]
    drawn = course.turns[2][0]["input"]
    assert (drawn["kind"], drawn["labels"], drawn["series"]) == (
        "bar",
        ["North", "South"],
        [{"name": "gap", "values": [-15, 10]}],
    )
    # and the answer leads with what was found, has a table, and names both sources
    assert course.answer.startswith("**North** missed the target by 15. South reached the target.")
    assert "| North | 185 | 200 | -15 |" in course.answer
    assert "sales.csv" in course.answer.splitlines()[-1]
    assert "page" in course.answer.splitlines()[-1]
    # and every number is one that a tool gave
    assert set(NUMBER.findall(course.answer)) <= set(NUMBER.findall("\n".join(course.results)))


def test_a_colleague_names_another_page_while_the_first_is_read(claude: anthropic.Anthropic) -> None:
    # given a comparison that is under way
    thread = WholeThread({"sales.csv": SALES}, {TARGETS: TABLE, REVISED: REVISED_TABLE})
    course = Course(messages=[{"role": "user", "content": thread.opening(COMPARE)}])
    first: Any = ask(claude, messages=course.messages, tools=WHOLE).to_dict(mode="json")["content"]
    course.messages.append({"role": "assistant", "content": first})
    results = [thread.result_of(block, course) for block in first if block["type"] == "tool_use"]

    # when a colleague says that the targets are others
    said = f"Bob says:\nThe targets were revised on Monday. Please use {REVISED} instead."
    course.messages.append({"role": "user", "content": [*results, {"type": "text", "text": said}]})
    thread.go_on(claude, course, tools=WHOLE)

    # then the plan changes, and what counts are the other page's figures
    assert course.names() == [["lay_out_plan", "fetch_page"], ["query_tables"], ["draw_chart"]]
    assert [(step["title"], step.get("done", False)) for step in course.turns[0][0]["input"]["steps"]] == [
        ("Read sales.csv", True),
        ("Read the page targets", True),
        ("Read the page targets-revised", False),
        ("Compare last quarter's sales with the targets", False),
        ("Draw the chart", False),
    ]
    assert "| North | 185 | 180 | 5 |" in course.answer
    assert "Revised targets" in course.answer


def test_pages_on_a_port_have_their_title_and_several_groups_may_miss(claude: anthropic.Anthropic) -> None:
    # given a page of this machine, and targets that nobody reached
    local = "http://127.0.0.1:4711/pages/targets"
    page = TABLE.replace(TARGETS, local).replace("220", "235")
    thread = WholeThread({"sales.csv": SALES}, {local: page})

    # when both are compared
    course = thread.work(claude, COMPARE.replace(TARGETS, local), tools=WHOLE)

    # then all that missed are named with their gap, and the page by its title
    assert course.answer.startswith("**North** (by 15) and **South** (by 5) missed the target.")
    assert "the page Sales targets" in course.answer


def test_a_group_that_the_page_does_not_know_is_named(claude: anthropic.Anthropic) -> None:
    # given a page that lacks a region
    thread = WholeThread({"sales.csv": SALES + "West,July,7\n"}, {TARGETS: TABLE})

    # when both are compared
    course = thread.work(claude, COMPARE, tools=WHOLE)

    # then nothing is made up for it
    assert "The page has no target for West." in course.answer
    assert "| West |" not in course.answer


def test_what_is_left_out_is_neither_compared_nor_drawn(claude: anthropic.Anthropic) -> None:
    # given a comparison, and a follow-up before anything was done
    thread = WholeThread({"sales.csv": SALES}, {TARGETS: TABLE})
    opening = [*thread.opening(COMPARE), {"type": "text", "text": "Bob says:\nLeave out the North."}]

    # when both are worked through
    course = thread.go_on(claude, Course(messages=[{"role": "user", "content": opening}]), tools=WHOLE)

    # then the plan says so, and the rest is compared and drawn
    titles = [step["title"] for step in course.turns[0][0]["input"]["steps"]]
    assert "Compare last quarter's sales with the targets without North" in titles
    assert "| South | 230 | 220 | 10 |" in course.answer
    assert "| North |" not in course.answer
    assert course.turns[-1][0]["input"]["labels"] == ["South"]


def test_a_page_that_cannot_be_read_is_said(claude: anthropic.Anthropic) -> None:
    # given a page that may not be opened
    thread = WholeThread(
        {"sales.csv": SALES}, answers={"fetch_page": lambda given: ("denied: I may not open that host.", True)}
    )

    # when it is needed
    course = thread.work(claude, COMPARE, tools=WHOLE)

    # then it was tried once, and the answer says why there is none
    assert [name for turn in course.names() for name in turn].count("fetch_page") == 1
    assert "I may not open that host." in course.answer


def test_figures_that_have_nothing_in_common_are_not_compared(claude: anthropic.Anthropic) -> None:
    # given a page about something else
    thread = WholeThread({"sales.csv": SALES}, {TARGETS: TABLE.replace("North", "Mars").replace("South", "Venus")})

    # when both are to be compared
    course = thread.work(claude, COMPARE, tools=WHOLE)

    # then nothing is calculated
    assert course.sql() == []
    assert "found no figures that belong together" in course.answer


def test_a_link_of_slacks_own_is_no_page(claude: anthropic.Anthropic) -> None:
    # given a request that carries the link of a file in Slack
    thread = WholeThread({"sales.csv": SALES})

    # when it is worked through
    course = thread.work(claude, "what are the total sales? https://team.slack.com/files/U1/F1/sales.csv", tools=WHOLE)

    # then no page is fetched for it
    assert "fetch_page" not in [name for turn in course.names() for name in turn]
    assert "415." in course.answer


def test_what_a_page_says_is_told(claude: anthropic.Anthropic) -> None:
    # given a page of text
    thread = WholeThread(
        {}, {TARGETS: f'Page {TARGETS}: "Rules" HTML, 70 characters of text.\nHolidays end on Friday.'}
    )

    # when it is to be summarised
    course = thread.work(claude, f"summarise {TARGETS}", tools=WHOLE)

    # then one call answers it
    assert course.names() == [["fetch_page"]]
    assert course.answer == "Rules says: “Holidays end on Friday.”"
