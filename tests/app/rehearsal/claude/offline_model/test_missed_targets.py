"""The main scenario: files in a thread, "which region missed its target?", whatever the columns are called."""

import anthropic
import pytest

from tests.app.rehearsal.claude.offline_model.thread_tools import Thread

NOTES = "Minutes of the review. The strike in Leeds cost North two weeks. Marge will follow up."
FILES = {"sales.csv": "region,sales,target\nNorth,90,100\nSouth,120,110\nWest,70,70\n", "notes.txt": NOTES}


def test_both_files_are_read_at_once_then_queried_and_the_answer_names_rows_and_source(
    claude: anthropic.Anthropic,
) -> None:
    # given a thread with a table and a note
    thread = Thread(FILES)

    # when the region that missed its target is asked for
    course = thread.work(claude, "which region missed its target?")

    # then both files are read in one Turn, one query follows, and the answer quotes what it found
    assert course.names() == [["read_file", "read_file"], ["query_tables"]]
    assert {call["input"]["file_id"] for call in course.turns[0]} == set(thread.ids.values())
    assert "North missed its target: sales 90, target 100." in course.answer
    assert "sales.csv" in course.answer
    assert "South" not in course.answer
    assert "West" not in course.answer
    # and what the note says about it
    assert "notes.txt says: “The strike in Leeds cost North two weeks.”" in course.answer


VARIANTS: dict[str, tuple[str, str, set[str], set[str]]] = {
    "other English names": (
        "area,goal,actual\nHarz,10,5\nEifel,5,10\n",
        "which area missed its goal?",
        {"Harz"},
        {"Eifel"},
    ),
    "the region's own word": (
        "area,goal,actual\nHarz,10,5\nEifel,5,10\n",
        "Which region missed its target?",
        {"Harz"},
        {"Eifel"},
    ),
    "German headers": (
        "Gebiet,Umsatz,Ziel\nNord,90,100\nSüd,120,110\n",
        "which region missed its target?",
        {"Nord"},
        {"Süd"},
    ),
    "a German question": (
        "Gebiet;x,Umsatz,Zielumsatz\nNord,90,100\nSüd,120,110\n",
        "Welches Gebiet hat sein Ziel verfehlt?",
        {"Nord"},
        {"Süd"},
    ),
    "Soll and Ist": (
        "Standort,Soll,Ist\nKöln,100,90\nBonn,80,90\n",
        "which location was below plan?",
        {"Köln"},
        {"Bonn"},
    ),
    "several rows a region": (
        "region,sales,target\nA,10,50\nB,40,50\nA,90,40\nB,5,40\n",
        "which regions missed their target?",
        {"B"},
        {"A missed"},
    ),
    "a quota": (
        "Sales rep,Quota,Closed deals\nAnn,10,12\nBob,5,2\n",
        "who did not meet their quota?",
        {"Bob"},
        {"Ann"},
    ),
    "over budget": (
        "department,budget,spent\nOps,100,120\nHR,50,20\n",
        "which department exceeded its budget?",
        {"Ops"},
        {"HR"},
    ),
    "target reached": ("team,plan,result\nRed,10,10\nBlue,10,9\n", "which team reached its plan?", {"Red"}, {"Blue"}),
    "more numbers than two": (
        "year,region,units,sales,target\n2026,N,5,9,10\n2026,S,5,12,10\n",
        "which region's sales missed the target?",
        {"N missed its target: sales 9"},
        {"S missed"},
    ),
    "quotes in a header": (
        '"the ""big"" region",sales,target\nN,9,10\nS,12,10\n',
        "which region missed its target?",
        {"N missed"},
        {"S missed"},
    ),
    "a pipe in a cell": (
        "region,sales,target\nN|E,9,10\nS,12,10\n",
        "which region missed its target?",
        {"N|E missed"},
        {"S missed"},
    ),
    "words that SQL reserves": (
        "group,order,target\nN,9,10\nS,12,10\n",
        "which group missed its target?",
        {"N missed"},
        {"S missed"},
    ),
    "an apostrophe": (
        "region,sales,target\nO'Hare,9,10\nS,12,10\n",
        "which region missed its target?",
        {"O'Hare missed"},
        {"S missed"},
    ),
}


@pytest.mark.parametrize(("table", "request_", "there", "absent"), VARIANTS.values(), ids=VARIANTS)
def test_it_works_for_any_columns(
    claude: anthropic.Anthropic, table: str, request_: str, there: set[str], absent: set[str]
) -> None:
    # given a table with columns of its own, beside a note
    thread = Thread({"figures.csv": table, "notes.txt": NOTES})

    # when the rows that missed or passed are asked for
    course = thread.work(claude, request_)

    # then those and no others are named, with the file
    assert course.names()[-1] == ["query_tables"]
    assert all(words in course.answer for words in there), course.answer
    assert not any(words in course.answer for words in absent), course.answer
    assert "figures.csv" in course.answer


def test_when_none_missed_it_says_so(claude: anthropic.Anthropic) -> None:
    # given a table where all reached it
    course = Thread({"sales.csv": "region,sales,target\nN,9,1\n"}).work(claude, "which region missed its target?")

    # then no region is named
    assert course.answer.startswith("No region missed its target")


def test_a_table_without_a_target_is_answered_with_its_columns(claude: anthropic.Anthropic) -> None:
    # given a table that knows no target
    course = Thread({"people.csv": "name,city\nAnn,Rome\n"}).work(claude, "which region missed its target?")

    # then nothing is queried, and the columns are named
    assert course.names() == [["read_file"]]
    assert "name (text), city (text)" in course.answer


def test_the_right_one_of_two_tables_is_asked(claude: anthropic.Anthropic) -> None:
    # given a table that could be asked, and one that fits better
    files = {
        "costs.csv": "department,budget,spent\nOps,1,2\n",
        "sales.csv": "region,sales,target\nNorth,90,100\nSouth,120,110\n",
    }

    # when a region is asked for
    course = Thread(files).work(claude, "which region missed its target?")

    # then the table with regions answered
    assert "North missed its target" in course.answer
    assert "sales.csv" in course.answer


def test_a_file_without_id_in_sight_is_looked_for_in_the_thread(claude: anthropic.Anthropic) -> None:
    # given a request whose context lists no file, and a thread that has one
    thread = Thread({"sales.csv": "region,sales,target\nNorth,90,100\n"})
    listing = f'1 messages.\n[1.2] Ann: see\n  file {thread.ids["sales.csv"]} "sales.csv" (text/csv, 40 bytes)'
    looking = Thread({}, {"read_thread": lambda given: listing, "read_file": thread.read, "query_tables": thread.query})

    # when a region is asked for
    course = looking.work(claude, "which region missed its target?")

    # then the thread is read first, then the file, then the table
    assert course.names() == [["read_thread"], ["read_file"], ["query_tables"]]
    assert "North missed its target" in course.answer
