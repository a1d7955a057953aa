"""Judges mutants of what is made while a module is imported: tables, defaults, classes; and once more what survived.

The process that forks has imported what others wrote, and nothing of ours: so each mutant is imported as its text is.
"""

import importlib
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Sequence
from importlib.abc import MetaPathFinder

import pytest

from tests.mutation.making import Mutant
from tests.mutation.subjects import REPOSITORY
from tests.mutation.warm import KILLED, LOOPED, SURVIVED, WORDS, Frugal, forked

OTHERS = (
    "hypothesis",
    "pydantic",
    "yaml",
    "cedarpy",
    "sqlmodel",
    "alembic",
    "structlog",
    "anthropic",
    "cryptography",
    "markdown_it",
    "tenacity",
)


class Imported(MetaPathFinder):
    """Gives a mutant in the place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = mutant.file.removesuffix(".py").replace("/", ".")
        self._path = str(REPOSITORY / mutant.file)
        self._source = mutant.source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how to import it; None: it is another one."""
        if fullname != self._name:
            return None
        source = self._source

        class Loader(importlib.machinery.SourceFileLoader):
            def get_code(self, fullname: str) -> types.CodeType:
                return compile(source, self.path, "exec", dont_inherit=True)

        return importlib.util.spec_from_file_location(fullname, self._path, loader=Loader(fullname, self._path))


def ready() -> None:
    """Import what others wrote."""
    for name in OTHERS:
        importlib.import_module(name)


def dies(mutant: Mutant, files: Sequence[str], *, engines: bool, cpu_seconds: float = 90.0) -> bool:
    """Whether a test in any of these files fails with a mutant, in this order."""

    def work() -> int:
        sys.meta_path.insert(0, Imported(mutant))
        for file in files:
            words = ["-x", *WORDS, *(() if engines else ("--noconftest",))]
            code = pytest.main([*words, file], plugins=[Frugal(engines)])
            if code not in (0, 5):
                return KILLED
        return SURVIVED

    code = forked(work, cpu_seconds)
    if code == LOOPED:
        code = forked(work, cpu_seconds)
    return code != SURVIVED
