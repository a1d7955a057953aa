"""What a person asks about a file, by what the tools make of its columns."""

from pathlib import Path

import pytest

from agents.errors import BadSetting
from app.demo.asking import READ, question_for

MANY = "".join(f"Customer {at},{at % 9 + 1}\n" for at in range(30))
TWICE = "".join(f"Customer {at % 30},{at % 9 + 1}\n" for at in range(60))

ASKED: dict[str, tuple[str, str]] = {
    "a target": (
        "area,goal,actual\nHarz,10,5\nEifel,5,10\n",
        'Which "area" has a total "actual" below its total "goal"?',
    ),
    "a budget is not to be exceeded": (
        "department,budget,spent\nOps,100,120\nHR,50,20\n",
        'Which "department" has a total "spent" above its total "budget"?',
    ),
    "of several figures the one of the target's size": (
        "region,units,sales,target\nN,5,900,1000\nS,6,1200,1000\n",
        'Which "region" has a total "sales" below its total "target"?',
    ),
    "German headers, semicolons, decimal commas": (
        "Gebiet;Umsatz;Zielumsatz\nNord;1.234,50;1.300,00\nSüd;900,00;800,25\n",
        'Which "Gebiet" has a total "Umsatz" below its total "Zielumsatz"?',
    ),
    "commas between thousands": (
        'shop,takings\nA,"1,200"\nB,"1,234,567"\n',
        'What is the total "takings" for each "shop"?',
    ),
    "commas that may mean either are no numbers to the tools": (
        'shop,takings\nA,"1,234"\nB,"2,500"\nA,"3,000"\n',
        'How many rows are there for each "shop"?',
    ),
    "a figure that is missing somewhere": (
        "shop,takings\nA,12\nB,n/a\nA,30\n",
        'How many rows are there for each "shop"?',
    ),
    "empty cells": ("shop,takings\nA,12\nB,\n,30\n", 'What is the total "takings" for each "shop"?'),
    "prices are not added up": (
        "product,Unit price\nApple,3\nFig,9.5\n",
        'What is the average "Unit price" for each "product"?',
    ),
    "ids and years are not added up": (
        "id,year,team,points\n1,2025,Red,5\n2,2026,Blue,7\n3,2026,Red,8\n",
        'What is the total "points" for each "team"?',
    ),
    "years group where nothing else does": (
        "year,emissions\n2020,5\n2021,4\n",
        'What is the total "emissions" for each "year"?',
    ),
    "many names, each once": (f"customer,orders\n{MANY}", 'Which three "customer" have the highest "orders"?'),
    "many names, several times": (
        f"customer,orders\n{TWICE}",
        'Which three "customer" have the highest total "orders"?',
    ),
    "a name that holds quotes": (
        '"the ""big"" shop",n\nA,1\nB,2\n',
        'What is the total "n" for each “the "big" shop”?',
    ),
    "words alone, some of them repeated": (
        "name,city\nAnn,Rome\nBob,Oslo\nCid,Rome\n",
        'How many rows are there for each "city"?',
    ),
    "words alone, each once": ("email\na@x.com\nb@x.com\n", "How many rows does the table have?"),
    "one column of numbers": ("amount\n10\n20\n30.5\n", 'What is the total "amount"?'),
    "a header alone": ("a,b\n", "How many rows does the table have?"),
    "no header": ("1,2\n3,4\n", 'What is the total "column 2"?'),
    "plants are no plan": ("site,plants,trees\nA,3,4\nB,5,6\n", 'What is the total "trees" for each "site"?'),
}


@pytest.mark.parametrize(("table", "asked"), ASKED.values(), ids=ASKED)
def test_a_person_asks_what_the_columns_suggest(tmp_path: Path, table: str, asked: str) -> None:
    # given a file
    path = tmp_path / "figures.csv"
    path.write_text(table)

    # when a person asks about it, then both files are to be read, and its columns are called by their names
    assert question_for(path) == f"{READ} {asked}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_names_are_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    # given a file with umlauts, as several programs write it
    path = tmp_path / "figures.csv"
    path.write_bytes("Händler;Menge\nMüller;3\nJäger;5\n".encode(encoding))

    # when a person asks about it, then the names are right
    assert question_for(path).endswith('What is the total "Menge" for each "Händler"?')


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("blank.csv", b"\n\n"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n rest"),
        ("notes.txt", b"a,b\n1,2\n"),
    ],
)
def test_what_is_no_table_is_refused_before_anything_starts(tmp_path: Path, name: str, content: bytes) -> None:
    # given a file that holds no table
    path = tmp_path / name
    path.write_bytes(content)

    # when a person is to ask about it, then the setting is named, with what to do
    with pytest.raises(BadSetting, match=r"CSV=.* Name a \.csv file with a header line\."):
        question_for(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    # when a file is named that does not exist, then it says so
    with pytest.raises(BadSetting, match="cannot be read"):
        question_for(tmp_path / "gone.csv")
