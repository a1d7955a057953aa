"""Table names are plain SQL names, stable, and never the same for two tables of a thread."""

import re

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from tools.guards.table_names import RESERVED, base_names, sheet_names

names = st.one_of(
    st.text(max_size=60), st.sampled_from(["sales.csv", "Sales.xlsx", "sales_2.csv", "select.csv", "a__b.csv"])
)


@given(st.lists(names, max_size=12), st.lists(names, min_size=1, max_size=8))
def test_every_table_of_a_thread_has_a_name_of_its_own(files: list[str], sheets: list[str]) -> None:
    # given files and sheets of any names
    bases = base_names((f"F{at}", name) for at, name in enumerate(files))

    # when all of them are workbooks with the same sheets
    tables = [table for base in bases.values() for table in sheet_names(base, sheets)]

    # then no name comes twice, none with that of a CSV either, and none needs quotes
    assert len(set(tables)) == len(tables) == len(files) * len(sheets)
    assert len(set(bases.values())) == len(files)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", table) and table not in RESERVED for table in tables)
    assert len(sheets) == 1 or not set(tables) & set(bases.values())


@given(st.lists(names, min_size=1, max_size=12))
def test_a_file_that_comes_later_changes_no_earlier_name(files: list[str]) -> None:
    # given a thread's files
    listed = [(f"F{at}", name) for at, name in enumerate(files)]

    # when the last one was not there yet
    before, after = base_names(listed[:-1]), base_names(listed)

    # then the others were called the same
    assert all(after[file_id] == name for file_id, name in before.items())


def test_the_reserved_words_are_duckdbs_own() -> None:
    # given the DuckDB that is installed
    connection = duckdb.connect(":memory:")

    # when it is asked for its reserved words
    sql = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
    rows = connection.execute(sql).fetchall()

    # then they are those that names avoid
    assert {row[0] for row in rows} == RESERVED
