"""What people read is short, and every sentence says what to do next or needs nothing."""

import ast
from pathlib import Path

from app.slack import wording


def test_every_sentence_is_short_and_told_when_it_is_shown() -> None:
    # given all sentences, with what the source says of each
    source = ast.parse(Path(wording.__file__).read_text(encoding="utf-8"))
    named = [
        node.targets[0].id
        for node in source.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    told = [node for node in source.body[1:] if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    # when looked at, then each constant has its line, and none is long but the help, which says all that can be done
    assert len(named) == len(told)
    assert {name for name in named if len(getattr(wording, name)) >= 240} == {"HELP"}
    assert len(wording.HELP) < 500


def test_figures_are_told_as_people_read_them() -> None:
    # given sizes, when told, then with the limit beside them
    assert "12,000 characters" in wording.too_long(12_000, 8_000)
