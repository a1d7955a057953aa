"""PostgreSQL databases for tests, one at a time for each: made once, emptied and used again under another name.

To copy one for each test was a tenth of the time of such tests on a quiet machine, and more on a busy one. What a test
left running does not find its database again, for it has another name then.
"""

import uuid
from dataclasses import dataclass, field

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

SHAPE = text(
    "SELECT md5(string_agg(line, '|' ORDER BY line)) FROM ("
    " SELECT format('%s %s %s', c.relname, c.relkind, (SELECT string_agg(a.attname || a.atttypid, ',' ORDER BY attnum)"
    "  FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped)) AS line"
    " FROM pg_class c WHERE c.relnamespace = to_regnamespace('public')"
    " UNION ALL SELECT setconfig::text FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase"
    "  WHERE d.datname = current_database()) AS told"
)
"""Tables, indexes and columns, and what the database was set to: a test may have changed them."""

OTHERS = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")


@dataclass(frozen=True)
class Template:
    """What every database begins as: its shape, its tables, and of those that have rows a digest of them."""

    shape: str
    tables: tuple[str, ...]
    rows: dict[str, str]

    @classmethod
    def of(cls, connection: Connection) -> "Template":
        """Look at one."""
        tables = tuple(str(one) for one in connection.execute(TABLES).scalars())
        told = {name: _digest(connection, name) for name in tables}
        return cls(
            str(connection.execute(SHAPE).scalar_one()), tables, {name: one for name, one in told.items() if one}
        )


@dataclass
class Databases:
    """Those of one test process, on the server at `url`, copied from `template`."""

    url: str
    template: str
    _free: list[str] = field(default_factory=list)
    _begins_as: Template | None = None

    def lend(self) -> str:
        """Return the address of an empty database of a name that never was."""
        name = f"t{uuid.uuid4().hex[:16]}"
        with self._server().connect() as server:
            if self._free:
                server.execute(text(f"ALTER DATABASE {self._free.pop()} RENAME TO {name}"))
            else:
                server.execute(text(f"CREATE DATABASE {name} TEMPLATE {self.template}"))
        if self._begins_as is None:
            engine = _engine(self._address(name))
            with engine.connect() as connection:
                self._begins_as = Template.of(connection)
            engine.dispose()
        return self._address(name).render_as_string(hide_password=False)

    def take_back(self, url: str) -> None:
        """Empty a database for the next test; where a test changed more than rows it is dropped."""
        engine = _engine(make_url(url))
        with engine.connect() as connection:
            connection.execute(OTHERS)
            kept = self._emptied(connection)
        engine.dispose()
        name = str(make_url(url).database)
        if kept:
            self._free.append(name)
            return
        with self._server().connect() as server:
            server.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    def _emptied(self, connection: Connection) -> bool:
        begins_as = self._begins_as
        if begins_as is None or connection.execute(SHAPE).scalar_one() != begins_as.shape:
            return False
        deletes = "".join(f"DELETE FROM public.{name};" for name in begins_as.tables if name not in begins_as.rows)
        # as a replica's: without looking for rows that refer to these; what the server counted begins anew as well
        connection.execute(text(f"SET session_replication_role = replica;{deletes} SELECT pg_stat_reset()"))
        return all(_digest(connection, name) == told for name, told in begins_as.rows.items())

    def _server(self) -> Engine:
        return _engine(make_url(self.url))

    def _address(self, name: str) -> URL:
        return make_url(self.url).set(database=name)


def _engine(url: URL) -> Engine:
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _digest(connection: Connection, table: str) -> str:
    """Return a digest of a table's rows; empty: it has none."""
    told = connection.execute(text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM public.{table} AS t"))
    return str(told.scalar() or "")
