"""Makes the mutants of a module: mutmut's operators, and a few of ours that it lacks, each as a whole new text.

What no reader of a verdict could notice is left as it is: docstrings, annotations, decorators, calls of a log, how an
object is printed, and texts with a space in them, which are sentences that people read. Other texts are mutated only
where a module decides, since there they are keys.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import libcst as cst
import libcst.matchers as m
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_match, operator_string

from tests.mutation.subjects import REPOSITORY, Subject

PRINTED = frozenset({"__repr__", "__str__"})
NOT_CALLED = frozenset({"isinstance", "cast", "TypeVar"})
"""What is asked of types, so that mypy notices before any test could."""


@dataclass(frozen=True)
class Function:
    """An outermost function or method of a module, with the lines that are its own."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Mutant:
    """A module with one thing changed. `function` is empty where that stands in none, or in its first lines.

    Attributes:
        old, new: the lines that differ, without what is around them.
        source: the whole module as it is then. line: where the change begins.
    """

    file: str
    function: str
    old: str
    new: str
    source: str
    line: int


def functions_of(source: str) -> list[Function]:
    """Return the outermost functions of a module, and those of its classes."""
    found: list[Function] = []

    def walk(body: list[ast.stmt], within: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                walk(node.body, f"{within}{node.name}.")
            elif isinstance(node, ast.FunctionDef):
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                found.append(Function(within + node.name, first, node.end_lineno or node.lineno))

    walk(ast.parse(source).body, "")
    return found


def function_at(functions: Iterable[Function], line: int) -> str:
    """Return the name of the function that a line belongs to; empty: of none."""
    return next((one.name for one in functions if one.first <= line <= one.last), "")


def mutants_of(subject: Subject) -> list[Mutant]:
    """Return the mutants of a module, each once."""
    source = (REPOSITORY / subject.file).read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    visitor = _Visitor(strings=subject.decides)
    MetadataWrapper(cst.parse_module(source)).visit(visitor)
    seen = {source}
    made = []
    for place, within, code in visitor.found:
        changed = _spliced(lines, place, code)
        if changed in seen:
            continue
        seen.add(changed)
        try:
            ast.parse(changed)
        except SyntaxError:
            continue
        old, new = _differing(source, changed)
        made.append(Mutant(subject.file, within, old, new, changed, place.start.line))
    return made


def _spliced(lines: list[str], place: CodeRange, code: str) -> str:
    start, end = place.start, place.end
    before = "".join(lines[: start.line - 1]) + lines[start.line - 1][: start.column]
    return before + code + lines[end.line - 1][end.column :] + "".join(lines[end.line :])


def _differing(old: str, new: str) -> tuple[str, str]:
    left, right = ([line.strip() for line in text.splitlines()] for text in (old, new))
    while left and right and left[0] == right[0]:
        del left[0], right[0]
    while left and right and left[-1] == right[-1]:
        del left[-1], right[-1]
    return "\n".join(left), "\n".join(right)


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, *, strings: bool) -> None:
        super().__init__()
        self.found: list[tuple[CodeRange, str, str]] = []
        self._strings = strings
        self._within: list[str] = []
        self._functions = 0
        self._signature = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_left(node):
            return False
        if isinstance(node, cst.ClassDef | cst.FunctionDef) and not self._functions:
            self._within.append(node.name.value)
        if isinstance(node, cst.FunctionDef):
            self._functions += 1
        if isinstance(node, cst.Parameters):
            self._signature += 1
        if isinstance(node, cst.Param) and isinstance(node.default, cst.Name | cst.Integer | cst.SimpleString):
            self._mutate(node.default)
        if isinstance(node, cst.If | cst.While | cst.CompIf):
            self._change(node.test, _negated(node))
        elif isinstance(node, cst.Match):
            for case in node.cases:
                # a case for which nothing stands any more
                self._change(case.pattern, [NEVER])
        else:
            self._mutate(node)
        return not isinstance(node, cst.Param)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.Parameters):
            self._signature -= 1
        if isinstance(original_node, cst.FunctionDef) and not _is_left(original_node):
            self._functions -= 1
        named = isinstance(original_node, cst.ClassDef | cst.FunctionDef) and not _is_left(original_node)
        if named and not self._functions:
            self._within.pop()
        super().on_leave(original_node)

    def _mutate(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.BaseString) and (not self._strings or _is_sentence(node)):
            return
        self._change(node, _changed(node))

    def _change(self, node: cst.CSTNode, instead: Iterable[cst.CSTNode]) -> None:
        place = self.get_metadata(PositionProvider, node, None)
        if not isinstance(place, CodeRange) or place.start == place.end:
            return
        within = ".".join(self._within) if self._functions and not self._signature else ""
        for mutated in instead:
            self.found.append((place, within, EMPTY.code_for_node(mutated).strip("\n")))


EMPTY = cst.Module(())
NEVER = cst.MatchValue(cst.Attribute(cst.SimpleString("''"), cst.Name("__doc__")))
"""A pattern that no value of ours fits."""


LEFT = cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom | cst.Assert | cst.ConcatenatedString


def _is_left(node: cst.CSTNode) -> bool:
    return (
        isinstance(node, LEFT)
        or (isinstance(node, cst.FunctionDef) and node.name.value in PRINTED)
        or (isinstance(node, cst.AnnAssign) and m.matches(node.annotation.annotation, m.Name("TypeAlias")))
        or (isinstance(node, cst.Call) and m.matches(node.func, m.Name()) and node.func.value in NOT_CALLED)  # type: ignore[attr-defined]
        or m.matches(node, m.Call(func=m.Attribute(value=m.Name("log"))))
        or m.matches(node, m.Expr(m.SimpleString()))
    )


def _is_sentence(node: cst.BaseString) -> bool:
    return not isinstance(node, cst.SimpleString) or " " in node.raw_value


def _changed(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in (*mutation_operators, *OURS):
        if isinstance(node, kind) and operator is not operator_match:
            made = list(operator(node))
            if operator is operator_string:
                # one other text is enough
                del made[1:]
            elif operator is operator_arg_removal:
                made = [one for one in made if len(one.args) == len(node.args) or _is_optional(node, one)]
            yield from made


def _is_optional(call: cst.Call, without: cst.Call) -> bool:
    """Whether the argument that one call lacks is its last or has a name: without another one nothing can be called."""
    return any(one.keyword for one in call.args if one not in without.args) or call.args[:-1] == without.args


def _negated(node: cst.If | cst.While | cst.CompIf) -> Iterator[cst.BaseExpression]:
    """`if a` becomes `if not a`; what a comprehension wants, it wants no more."""
    if isinstance(node, cst.CompIf):
        yield cst.Name("True")
    if not m.matches(node.test, m.UnaryOperation(m.Not()) | m.Comparison(comparisons=[m.ComparisonTarget(REVERSED)])):
        yield cst.UnaryOperation(cst.Not(), node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))


REVERSED = m.Is() | m.IsNot() | m.In() | m.NotIn() | m.Equal() | m.NotEqual()
"""What mutmut turns into its opposite."""


FALSY = m.Name("None") | m.Name("True") | m.Name("False") | m.SimpleString('""') | m.Tuple([])
"""What is returned instead of these is another one of them, or no more than another type."""


def _returns_nothing(node: cst.Return) -> Iterator[cst.CSTNode]:
    if node.value is not None and not m.matches(node.value, FALSY):
        yield node.with_changes(value=cst.Name("None"))


def _dropped(node: cst.Expr | cst.Raise | cst.Del) -> Iterator[cst.CSTNode]:
    """A call whose value nobody takes, and what is raised, do not happen."""
    yield cst.Pass()


SWAPPED = {"all": "any", "any": "all", "min": "max", "max": "min"}


def _swapped(node: cst.Call) -> Iterator[cst.CSTNode]:
    if isinstance(node.func, cst.Name) and node.func.value in SWAPPED:
        yield node.with_changes(func=cst.Name(SWAPPED[node.func.value]))


OURS: tuple[tuple[Any, Any], ...] = (
    (cst.Return, _returns_nothing),
    (cst.Expr, _dropped),
    (cst.Raise, _dropped),
    (cst.Del, _dropped),
    (cst.Call, _swapped),
)
"""What mutmut's operators do not change."""
