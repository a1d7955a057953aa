"""Questions that call a table's columns by their names in quotation marks, whatever words those are."""

import anthropic
import pytest

from tests.app.rehearsal.claude.offline_model.thread_tools import Thread

ORDERS = """product,price class,price,Menge
Apple,cheap,3,10
Pear,cheap,4,20
Apple,dear,8,5
Fig,dear,9,1
"""
ODD = '"the ""big"" region",Total,per each,summary\nTotal,5,1,x\nA|B,7,2,y\nTotal,1,1,x\n'
MISSED = "Kürzel,Soll €,Ist €\nN,10,9\nS,10,12\n"
COSTS = "team,cost,income\nRed,5,4\nBlue,5,6\n"

ASKED: dict[str, tuple[str, str, list[str], list[str]]] = {
    "a total for each": (
        ORDERS,
        'What is the total "price" for each "product"?',
        ["• Apple: 11\n", "• Fig: 9\n", "• Pear: 4\n"],
        [],
    ),
    "the biggest first": (ORDERS, 'total "Menge" per "product"', ["• Pear: 20\n• Apple: 15\n• Fig: 1"], []),
    "a column that is a part of another's name": (
        ORDERS,
        'What is the total "price" for each "price class"?',
        ["• dear: 17\n• cheap: 7"],
        [],
    ),
    "curly quotes": (ORDERS, "total “Menge” by “price class”", ["• cheap: 30\n• dear: 6"], []),
    "an average": (ORDERS, 'average "price" for each "price class"', ["• dear: 8.5\n• cheap: 3.5"], []),
    "a total alone": (ORDERS, 'What is the total "Menge"?', ["Total Menge: 36."], []),
    "a total of some rows": (ORDERS, 'total "Menge" where "product" is Apple', ["where product is Apple: 15."], []),
    "rows of each": (ORDERS, 'How many rows are there for each "product"?', ["• Apple: 2\n• Fig: 1\n• Pear: 1"], []),
    "different values": (ORDERS, 'How many different "product" are there?', ["different values of product: 3."], []),
    "the highest": (
        ORDERS,
        'Which two "product" have the highest total "Menge"?',
        ["By total Menge, highest first:\n• Pear: 20\n• Apple: 15"],
        ["Fig"],
    ),
    "names that are words of questions": (
        ODD,
        'What is the total "per each" for each “the "big" region”?',
        ["• A|B: 2\n• Total: 2"],
        [],
    ),
    "a name that asks for a text": (ODD, 'What is the total "Total" for each "summary"?', ["• y: 7\n• x: 6"], []),
    "a total below a target": (
        MISSED,
        'Which "Kürzel" has a total "Ist €" below its total "Soll €"?',
        ["N missed its Soll €: Ist € 9, Soll € 10."],
        ["S missed"],
    ),
    "a total below what is no target": (
        COSTS,
        'Which "team" has a total "income" below its total "cost"?',
        ["Red has income below cost: income 4, cost 5."],
        ["Blue"],
    ),
}


@pytest.mark.parametrize(("table", "request_", "told", "absent"), ASKED.values(), ids=ASKED)
def test_a_question_with_quoted_columns_is_answered_by_just_those(
    claude: anthropic.Anthropic, table: str, request_: str, told: list[str], absent: list[str]
) -> None:
    # given a table
    thread = Thread({"data.csv": table})

    # when its columns are called by their names
    course = thread.work(claude, request_)

    # then they are the ones that are asked
    assert course.names() == [["read_file"], ["query_tables"]]
    assert all(words in course.answer for words in told), course.answer
    assert not any(words in course.answer for words in absent), course.answer


def test_an_average_that_does_not_end_is_rounded_by_the_query_and_the_answer_says_so(
    claude: anthropic.Anthropic,
) -> None:
    # given figures whose mean has no end
    course = Thread({"data.csv": "n\n1\n2\n2\n"}).work(claude, 'What is the average "n"?')

    # then the tool's own figure is short
    assert "ROUND(" in course.sql()[0]
    assert course.answer.startswith("Average n, rounded: 1.67.")


def test_of_many_groups_the_answer_says_how_many_there_are(claude: anthropic.Anthropic) -> None:
    # given more groups than an answer lists
    rows = "".join(f"shop {at},{at}\n" for at in range(45))
    course = Thread({"data.csv": f"shop,takings\n{rows}"}).work(claude, 'total "takings" for each "shop"')

    # then the number that the tool counted is told
    assert "• shop 44: 44\n" in course.answer
    assert "\nThere are more: 45 in all.\nSource:" in course.answer
