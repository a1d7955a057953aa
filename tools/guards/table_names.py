"""Names of tables, the same wherever they are made: a file's base name is unique over the thread's files.

Of a workbook with several sheets each is base__sheet; two underscores are in no base name, so nothing collides.
"""

import re
from collections.abc import Iterable

NAME_LENGTH = 40
"""Characters of a base name, and of a sheet's part."""

RESERVED = frozenset({
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast", "check",
    "collate", "column", "constraint", "create", "default", "deferrable", "desc", "describe", "distinct", "do",
    "else", "end", "except", "false", "fetch", "for", "foreign", "from", "group", "having", "in",
    "initially", "intersect", "into", "lambda", "lateral", "leading", "limit", "not", "null", "offset", "on", "only",
    "or", "order", "pivot", "pivot_longer", "pivot_wider", "placing", "primary", "qualify", "references",
    "returning", "select", "show", "some", "summarize", "symmetric", "table", "then", "to", "trailing", "true",
    "union", "unique", "unpivot", "using", "variadic", "when", "where", "window", "with",
})  # fmt: skip
"""DuckDB's reserved words (duckdb_keywords()), which a query would have to quote."""


def base_names(files: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return {file id: base name} for (id, file name) pairs in the order in which the thread lists them."""
    names: dict[str, str] = {}
    for file_id, file_name in files:
        stem = file_name.rsplit(".", 1)[0] if "." in file_name else file_name
        names[file_id] = _unused(_slug(stem), set(names.values()))
    return names


def sheet_names(base: str, sheets: Iterable[str]) -> list[str]:
    """Return the table name of each sheet of one workbook: `base` itself when there is only one."""
    wanted = [_slug(sheet) for sheet in sheets]
    if len(wanted) <= 1:
        return [base for _ in wanted]
    taken: set[str] = set()
    for slug in wanted:
        taken.add(_unused(slug, taken))
    names: list[str] = []
    for slug in wanted:
        names.append(f"{base}__{_unused(slug, {name.partition('__')[2] for name in names})}")
    return names


def _slug(words: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:NAME_LENGTH].rstrip("_") or "table"
    return f"t_{slug}" if slug[0].isdigit() or slug in RESERVED else slug


def _unused(name: str, taken: set[str]) -> str:
    candidate, repeat = name, 1
    while candidate in taken:
        repeat += 1
        candidate = f"{name}_{repeat}"
    return candidate
