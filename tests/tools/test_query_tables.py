"""query_tables computes over attached tables, exactly and plainly, and reaches nothing else."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.given import files as make
from tests.given.tool_context import AttachedFiles, a_context
from tools.contract import BadArguments, ToolFailed, ToolResult, Trust
from tools.query_tables import TOOL, QueryWanted


def query(sql: str, **files: tuple[str, bytes]) -> ToolResult:
    attached = files or {"F1": ("sales.csv", make.SALES.encode())}
    return TOOL.call(QueryWanted(sql=sql, file_ids=list(attached)), a_context(AttachedFiles(attached)))


def test_a_query_sees_every_row_and_writes_numbers_plainly() -> None:
    # given a table of prices with two places
    rows = [["item", "price"], *[[f"i{at}", f"{at}.10"] for at in range(1, 1001)]]

    # when it is summed up
    result = query("SELECT count(*) AS n, sum(price) AS total FROM prices", F1=("prices.csv", make.csv_bytes(rows)))

    # then the sum is exact and has no exponent
    assert result.text.splitlines() == ["1 rows.", "n | total", "1000 | 500600.00"]
    assert result.trust is Trust.UNTRUSTED
    assert [source.id for source in result.sources] == ["F1"]


@settings(max_examples=5, deadline=None)
@given(cents=st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=30))
def test_sums_of_money_are_exact(cents: list[int]) -> None:
    # given amounts with two places
    amounts = [f"{'-' if cent < 0 else ''}{abs(cent) // 100}.{abs(cent) % 100:02}" for cent in cents]

    # when they are summed up
    text = query("SELECT sum(v) FROM t", F1=("t.csv", make.csv_bytes([["k", "v"], *[["x", v] for v in amounts]]))).text

    # then not a cent is lost
    assert int(text.splitlines()[-1].replace(".", "")) == sum(cents)


def test_several_files_and_sheets_can_be_joined() -> None:
    # given a CSV and a workbook with two sheets
    book = make.xlsx_bytes({"people": [["region", "who"], ["North", "Ann"]], "other": [["x"], [1]]})

    # when they are joined
    result = query(
        'SELECT who, "Net sales" FROM sales JOIN team__people USING (region)',
        F1=("sales.csv", make.SALES.encode()),
        F2=("team.xlsx", book),
    )

    # then the row is there
    assert result.text.splitlines()[1:] == ["who | Net sales", "Ann | 90"]


def test_values_of_every_type_are_written_as_people_write_them() -> None:
    # given expressions of many types
    sql = (
        "SELECT 1e20 AS a, 1e-7::DOUBLE AS b, 0.1::DOUBLE + 0.2::DOUBLE AS c, NULL AS d, true AS e, "
        "DATE '2026-11-24' AS f, [1, 2] AS g, 'x|y' AS h, 10 / 4 AS i"
    )

    # when they are selected
    line = query(sql).text.splitlines()[-1]

    # then there is no exponent, no noise and no broken cell
    assert line == "100000000000000000000 | 0.0000001 | 0.3 |  | true | 2026-11-24 | [1, 2] | x\\|y | 2.5"


def test_a_long_result_is_cut_and_says_how_to_go_on() -> None:
    # given a query with 5 000 rows
    # when it runs
    result = query("SELECT * FROM range(5000) ORDER BY 1")

    # then 200 are shown, all are counted, and the cut says how to go on
    assert result.text.startswith("5,000 rows.\nrange\n0\n")
    assert result.cut.startswith("rows 201-5,000 are not shown.")
    assert result.text.endswith(f"Cut: {result.cut}")


@pytest.mark.parametrize(
    "sql",
    [
        "",
        " ; ",
        "SELECT 1; SELECT 2",
        "DROP TABLE sales",
        "UPDATE sales SET target = 0",
        "COPY sales TO '/tmp/out.csv'",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '100GB'",
        "RESET lock_configuration",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "EXPLAIN ANALYZE SELECT 1",
        "CREATE TABLE x AS SELECT 1",
        "EXPORT DATABASE '/tmp/x'",
        "WITH gone AS (DELETE FROM sales RETURNING *) SELECT * FROM gone",
    ],
)
def test_anything_but_one_select_is_refused_with_the_rule(sql: str) -> None:
    # given a statement that is no single SELECT
    if not sql:
        with pytest.raises(ValueError, match="at least 1 character"):
            QueryWanted(sql=sql, file_ids=["F1"])
        return

    # when it is asked for
    with pytest.raises(BadArguments) as no:
        query(sql)

    # then the rule is named
    assert "exactly one SELECT statement" in str(no.value)


@pytest.mark.parametrize(
    "source",
    [
        "read_csv('{file}')",
        "read_text('{file}')",
        "read_blob('{file}')",
        "'{file}'",
        "glob('{folder}/*')",
        "read_csv('http://127.0.0.1:{port}/x.csv')",
        "parquet_scan('{file}')",
        "query('SELECT * FROM read_text(''{file}'')')",
        "sqlite_scan('{file}', 'x')",
    ],
)
def test_no_file_and_no_address_can_be_read_by_a_query(source: str, tmp_path: Path) -> None:
    # given a secret on the worker's disk
    secret = tmp_path / "secret.csv"
    secret.write_text("word\nsesame\n")

    # when a query names it
    with pytest.raises((BadArguments, ToolFailed)) as no:
        query(f"SELECT * FROM {source.format(file=secret, folder=tmp_path, port=9)}")

    # then it stayed secret
    assert "sesame" not in str(no.value)


def test_the_variables_of_the_program_are_no_tables() -> None:
    # given names that Python code around the query uses
    # when they are selected from
    for name in ("connection", "tables", "blobs", "arguments"):
        with pytest.raises(BadArguments, match="does not exist"):
            query(f"SELECT * FROM {name}")

    # then none was found


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT nett FROM sales", '"nett" not found'),
        ("SELECT * FROM sale", "sale does not exist"),
        ("SELEC 1", "syntax error"),
        ("SELECT sum(region) FROM sales", "No function matches"),
        ("SELECT CAST(region AS INTEGER) FROM sales", "Could not convert"),
    ],
)
def test_a_query_that_cannot_run_is_answered_so_that_the_model_can_mend_it(sql: str, told: str) -> None:
    # given a query with a mistake
    # when it runs
    with pytest.raises(BadArguments) as no:
        query(sql)

    # then it says what is wrong, and, once it is SQL, what there is
    assert told in str(no.value)
    assert "SELEC 1" in sql or 'sales ("region", "Net sales", "target")' in str(no.value)


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT list(a.range || repeat('x', 1000)) FROM range(10000000) a", "256 MB"),
        (
            "SELECT sum(a.range * b.range % 7) FROM range(1000000) a, range(1000000) b",
            "was stopped after",
        ),
        ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r", "was stopped after"),
    ],
)
def test_a_query_that_never_ends_or_fills_memory_is_stopped(sql: str, sentence: str) -> None:
    # given a query that is too much, and five seconds for the whole call
    context = a_context(AttachedFiles({"F1": ("sales.csv", make.SALES.encode())}), seconds=5.0)

    # when it runs
    with pytest.raises(ToolFailed) as no:
        TOOL.call(QueryWanted(sql=sql, file_ids=["F1"]), context)

    # then it was stopped, and the sentence says why
    assert sentence in str(no.value)


def test_names_in_files_cannot_become_sql() -> None:
    # given a header that tries to end the statement, and a file named like a reserved word
    data = b'"a"") AS SELECT 1; DROP TABLE x; --",b\n1,2\n'

    # when all of it is selected
    result = query("SELECT * FROM t_select", F1=("select.csv", data))

    # then it is only a name
    assert result.text.splitlines()[1:] == ['a") AS SELECT 1; DROP TABLE x; -- | b', "1 | 2"]


def test_a_file_without_a_table_is_refused_with_the_tool_that_can_read_it() -> None:
    # given a PDF
    # when it is queried
    with pytest.raises(ToolFailed, match="read_file reads this"):
        query("SELECT 1", F1=("plan.pdf", make.pdf_bytes(["x"])))

    # then the model knows where to turn


def test_german_and_english_numbers_are_summed_as_written_and_doubtful_ones_stay_text() -> None:
    # given prices with decimal commas, with commas between thousands, and with either
    data = "a;b;c\n1.234,50;1,234.50;1,234\n2,25;2.25;5,678\n".encode("cp1252")

    # when the types are asked for
    result = query("SELECT sum(a), sum(b), typeof(any_value(c)) FROM t GROUP BY ALL", F1=("t.csv", data))

    # then the clear ones were read right, and the doubtful one is text
    assert result.text.splitlines()[-1] == "1236.75 | 1236.75 | VARCHAR"
