"""The rows: each file takes some, by `LETTERS` and `measure(bench)`, and is found by walking this folder."""

import pkgutil
from collections.abc import Callable
from importlib import import_module

from bench.bench import Bench
from bench.row import Row

Measure = Callable[[Bench], list[Row]]


def all_rows() -> list[tuple[str, str, Measure]]:
    """Return (letters, name, measure) of every file, in the order of the letters."""
    found = []
    for one in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{one.name}")
        found.append((str(module.LETTERS), one.name, module.measure))
    return sorted(found)
