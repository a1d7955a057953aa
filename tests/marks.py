"""Marks of tests, read from the source: whoever counts them needs no server and no import of what it reads."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent


def marks_of(marker: str, folder: Path = TESTS) -> Iterator[tuple[str, ast.Call]]:
    """Yield each mark of that name below a folder, by file, with its test: file::name, from the folder on."""
    for file in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                where = f"{file.relative_to(folder).as_posix()}::{node.name}"
                yield from ((where, call) for call in _calls(node, marker))


def _calls(node: ast.FunctionDef, marker: str) -> Iterator[ast.Call]:
    for decorator in node.decorator_list:
        for call in ast.walk(decorator):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == marker:
                yield call


def texts_of(call: ast.Call) -> list[object]:
    """Return the arguments of a mark that are plain values."""
    return [part.value for part in call.args if isinstance(part, ast.Constant)]
