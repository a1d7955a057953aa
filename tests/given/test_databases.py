"""A database that a test used is empty for the next one, under another name, or there no more."""

from sqlalchemy import create_engine, text

from tests.given.databases import Databases


def told(url: str, *statements: str) -> list[object]:
    """Run statements; return the first column of what the last one gives."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for one in statements[:-1]:
            connection.execute(text(one))
        found = [row[0] for row in connection.execute(text(statements[-1]))]
    engine.dispose()
    return found


ROW = "INSERT INTO scope (workspace_id, channel, person) VALUES ('w', 'c', 'p')"
LOOK = "SELECT workspace_id FROM scope"
INSERTED = "SELECT tup_inserted FROM pg_stat_database WHERE datname = current_database()"
NUMBER = "SELECT oid FROM pg_database WHERE datname = current_database()"


def test_what_a_test_wrote_is_gone_and_the_database_has_another_name(databases: Databases) -> None:
    # given a database in which a test has left a row, and its tables as they were
    before = databases.lend()
    assert told(before, ROW, LOOK) == ["w"]
    [number] = told(before, NUMBER)

    # when the next test is lent one, then it is the same one, empty, under a name that nobody knows
    databases.take_back(before)
    after = databases.lend()
    assert told(after, NUMBER) == [number]
    assert after != before
    assert told(after, LOOK) == []
    assert told(after, INSERTED) == [0]
    databases.take_back(after)


def test_one_whose_tables_or_first_rows_were_changed_is_used_no_more(databases: Databases) -> None:
    # given databases that tests have changed for good: a column, a setting, the version that they are of
    for change in (
        "ALTER TABLE scope ADD COLUMN more TEXT",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 4096', current_database()); END $$",
        "UPDATE alembic_version SET version_num = 'x'",
    ):
        url = databases.lend()
        [number] = told(url, change, NUMBER)

        # when the next test is lent one, then it is another one
        databases.take_back(url)
        again = databases.lend()
        assert told(again, NUMBER) != [number]
        databases.take_back(again)
