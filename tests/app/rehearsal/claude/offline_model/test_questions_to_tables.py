"""Sums, averages, counts, rankings, comparisons and filters over whatever columns a table has."""

import anthropic
import pytest

from tests.app.rehearsal.claude.offline_model.thread_tools import READ_FILE, READ_THREAD, Thread

ORDERS = """product,Revenue,status,Unit price
Apple,100,open,3
Pear,50,closed,4
Apple,70,closed,3
Fig,500,open,9
Kiwi,40,open,2
"""
PRODUKTE = "Artikel,Umsatz,Menge\nSchraube,900,30\nMutter,20,10\nNagel,400,5\n"

ASKED: dict[str, tuple[str, str, list[str]]] = {
    "top three by a column": (
        ORDERS,
        "top 3 products by revenue",
        ["Fig: 500\n", "Apple: 170\n", "Pear: 50\n"],
    ),
    "top two in words": (ORDERS, "show the two best products by revenue", ["Fig: 500\n• Apple: 170"]),
    "the lowest": (ORDERS, "which product has the lowest revenue?", ["Kiwi has the lowest Revenue: 40."]),
    "the highest value": (ORDERS, "what is the highest price?", ["Fig has the highest Unit price: 9."]),
    "bottom by a synonym": (ORDERS, "bottom 1 product by sales", ["Kiwi has the lowest Revenue: 40."]),
    "a sum by group": (ORDERS, "total revenue per product", ["Apple: 170", "Kiwi: 40"]),
    "a sum by a synonym": (ORDERS, "total sales per item", ["Apple: 170"]),
    "a sum": (ORDERS, "what is the total revenue?", ["Total Revenue: 760."]),
    "a sum of some rows": (ORDERS, "what is the total revenue of Apple?", ["where product is Apple: 170."]),
    "a sum where": (ORDERS, "sum of revenue where status is closed", ["where status is closed: 120."]),
    "an average": (ORDERS, "average price", ["Average Unit price: 4.2."]),
    "an average by group": (ORDERS, "average unit price per status", ["closed: 3.5"]),
    "a count where": (ORDERS, "how many rows where status is open?", ["where status is open: 3."]),
    "a count by a value": (ORDERS, "how many orders are closed?", ["where status is closed: 2."]),
    "a count of values": (
        ORDERS,
        "how many different products are there?",
        ["Number of different values of product: 4."],
    ),
    "a count by group": (ORDERS, "count rows per status", ["closed: 2", "open: 3"]),
    "a count not": (ORDERS, "how many rows where status is not open?", ["where status is not open: 2."]),
    "a count above": (ORDERS, "how many rows have revenue over 60?", [": 3."]),
    "rows above": (ORDERS, "rows where revenue above 60", ["product Fig, Revenue 500", "product Apple, Revenue 70"]),
    "two columns": (ORDERS, "compare revenue with unit price", ["Apple: Revenue 170, Unit price 6"]),
    "two values": (ORDERS, "compare Apple with Fig", ["Apple: Revenue 170", "Fig: Revenue 500"]),
    "German columns": (PRODUKTE, "top 2 products by revenue", ["Schraube: 900\n• Nagel: 400"]),
    "German words": (PRODUKTE, "Umsatz pro Artikel gesamt", ["Schraube: 900"]),
    "a quantity": (PRODUKTE, "average quantity", ["Average Menge: 15."]),
}


@pytest.mark.parametrize(("table", "request_", "told"), ASKED.values(), ids=ASKED)
def test_a_question_is_answered_from_the_table(
    claude: anthropic.Anthropic, table: str, request_: str, told: list[str]
) -> None:
    # given a table
    thread = Thread({"data.csv": table})

    # when it is asked a question
    course = thread.work(claude, request_)

    # then the answer has the figures and the file
    assert course.names() == [["read_file"], ["query_tables"]]
    assert all(words in course.answer for words in told), course.answer
    assert "Source: data.csv" in course.answer


@pytest.mark.parametrize(
    "request_",
    [
        "average weight per product",
        "total revenue by country",
        "top 3 products by weight",
        "compare weight with height",
        "which product has the highest weight?",
    ],
)
def test_columns_that_are_not_there_are_answered_with_those_that_are(
    claude: anthropic.Anthropic, request_: str
) -> None:
    # when a column is asked for that the table has not
    course = Thread({"data.csv": ORDERS}).work(claude, request_)

    # then nothing is guessed: the columns are named
    assert course.names() == [["read_file"]]
    assert "product (text), Revenue (number), status (text), Unit price (number)" in course.answer


def test_a_value_beyond_the_rows_shown_is_still_a_condition(claude: anthropic.Anthropic) -> None:
    # given a table whose first rows do not show the city asked for
    rows = "".join(f"Rome,{number}\n" for number in range(25))
    thread = Thread({"data.csv": f"city,sales\n{rows}Oslo,7\n"})

    # when its total is asked for
    course = thread.work(claude, "total sales in Oslo")

    # then only its rows count
    assert ": 7." in course.answer


def test_two_questions_of_one_request_are_queried_in_one_turn(claude: anthropic.Anthropic) -> None:
    # when two things are asked that do not depend on each other
    course = Thread({"data.csv": ORDERS}).work(claude, "top 2 products by revenue and average unit price per status")

    # then both queries go out together and both are answered
    assert course.names() == [["read_file"], ["query_tables", "query_tables"]]
    assert "Fig: 500" in course.answer
    assert "closed: 3.5" in course.answer


def test_with_parallel_use_switched_off_each_turn_has_one_call(claude: anthropic.Anthropic) -> None:
    # given two files and a request that forbids parallel calls
    thread = Thread({"a.csv": ORDERS, "notes.txt": "Nothing new."})
    choice = {"type": "auto", "disable_parallel_tool_use": True}

    # when a question is asked
    course = thread.work(claude, "total revenue", tool_choice=choice)

    # then the calls come one by one
    assert course.names() == [["read_file"], ["read_file"], ["query_tables"]]


def test_without_a_tool_that_queries_it_says_what_the_table_holds(claude: anthropic.Anthropic) -> None:
    # given tools without a query
    thread = Thread({"data.csv": ORDERS})

    # when a sum is asked for
    course = thread.work(claude, "total revenue", tools=[READ_THREAD, READ_FILE])

    # then no sum is invented
    assert "no tool that calculates" in course.answer
    assert "Revenue" in course.answer


@pytest.mark.parametrize("request_", ["total sales per region", "which region has the highest sales?", "average sales"])
def test_a_column_that_holds_no_numbers_is_not_replaced_by_another(claude: anthropic.Anthropic, request_: str) -> None:
    # given a table named after a column whose cells are not all numbers, beside one whose cells are
    thread = Thread({"sales.csv": "region,sales,target\nNorth,90,100\nSouth,about 120,110\n"})

    # when that column is asked for
    course = thread.work(claude, request_)

    # then no other column stands in for it
    assert course.names() == [["read_file"]]
    assert "sales (text), target (number)" in course.answer
