"""A text's tree: where everything stands, and nothing that could be more than it looks like."""

import tracemalloc
from datetime import date
from typing import Any

import pytest
import yaml

from agents.policy.marked_yaml import DEEPEST, LONGEST, MOST_PARTS, Fault, Mark, NotAPolicy, needs_quotes, read

REFUSED = {
    "an alias": ("a: &x 1\nb: *x", "line 1, column 4: found the anchor `&x`; expected the value alone, written out."),
    "an alias to nothing": ("b: *x", "line 1, column 4: found the alias `*x`; expected the value itself, written out."),
    "a tag": (
        "a: !!python/object/apply:os.system [x]",
        "line 1, column 4: found the tag `tag:yaml.org,2002:python/object/apply:os.system`; expected the value alone, "
        "without a tag.",
    ),
    "a directive": ("%YAML 1.1\n---\na: 1", "line 1, column 1: found a directive (`%…`); expected none."),
    "a second document": (
        "a: 1\n---\nb: 2",
        "line 2, column 1: found a second document; expected one policy in one text, without `---`.",
    ),
    "a key twice": (
        "a:\n  b: 1\n  b: 2",
        "line 3, column 3: found the key `b` again, which stands in line 2 already; expected each key once.",
    ),
    "a key that is a list": (
        "[a]: b",
        "line 1, column 1: found a list or a mapping as a key; expected a word as the key.",
    ),
    "a tab": ("a:\n\tb: 1", "line 2, column 1: found a tab; expected spaces: a tab cannot indent."),
    "a tab in a line that is long already": (
        "a:\n  b: [1,\n  2]\n \tc: 1",
        "line 4, column 2: found a tab; expected spaces: a tab cannot indent.",
    ),
    "a directive for tags": ("%TAG ! x:\n---\na: 1", "line 1, column 1: found a directive (`%…`); expected none."),
    "what cannot be printed": (
        "a: 1\nc: 2\nb: x\x00",
        "line 3, column 5: found the character U+0000, which cannot be printed; expected it to be left out.",
    ),
    "what cannot be printed in the first line of a file with a mark at its beginning": (
        "\ufeffa: \x07",
        "line 1, column 4: found the character U+0007, which cannot be printed; expected it to be left out.",
    ),
    "half a character": (
        "a: \ud800",
        "line 1, column 4: found the character U+D800, which cannot be printed; expected it to be left out.",
    ),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_could_be_more_than_it_looks_like_is_refused_at_its_place(text: str, said: str) -> None:
    # given such a text, when it is read, then it is refused, and where it stands is said
    with pytest.raises(NotAPolicy) as refused:
        read(text)
    assert str(refused.value) == said


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_so_too_where_the_fast_parser_was_not_built(
    monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    # given an installation without libyaml, when such a text is read, then the same is said
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    with pytest.raises(NotAPolicy) as refused:
        read(text)
    assert str(refused.value) == said


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="these are the words of libyaml")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a: [1",
            "line 2, column 1: found what is no YAML (while parsing a flow sequence did not find expected ',' or ']')",
        ),
        ("a: b: c\n", "line 1, column 5: found what is no YAML (mapping values are not allowed in this context)"),
    ],
)
def test_text_that_breaks_off_says_where(text: str, said: str) -> None:
    # given a list that does not end, or a value in the place of another, when it is read, then it is told where the
    # parser stopped, and what it said
    with pytest.raises(NotAPolicy) as refused:
        read(text)
    assert str(refused.value) == f"{said}; expected YAML."


@pytest.mark.parametrize(("faults", "more"), [(19, ""), (20, ""), (21, "\nand 1 more"), (25, "\nand 5 more")])
def test_twenty_faults_are_told_and_how_many_more_there_are(faults: int, more: str) -> None:
    # given faults in any order, some twice, when they are told, then each is told once, in the text's order
    every = [Fault(Mark(line, 1), "this", "that") for line in range(faults, 0, -1)]
    told = NotAPolicy([*every, *every])
    lines = [f"line {line}, column 1: found this; expected that." for line in range(1, min(faults, 20) + 1)]
    assert str(told) == "\n".join(lines) + more
    assert [one.mark.line for one in told.faults] == list(range(1, min(faults, 20) + 1))


def test_nothing_is_built_of_a_text_that_would_be_large() -> None:
    # given texts of few bytes that stand for very much: nine levels of nine aliases each, and brackets without end
    laughs = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    tracemalloc.start()
    for text in (laughs, "[" * 900_000, "{a: " * 200_000, "- " * 400_000):
        # when they are read, then they are refused
        with pytest.raises(NotAPolicy):
            read(text)

    # and little was built
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000


def test_levels_and_values_have_a_limit() -> None:
    # given as many as there may be, when one more comes, then it is refused at its place
    read("[" * DEEPEST + "]" * DEEPEST)
    with pytest.raises(NotAPolicy) as deep:
        read("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1))
    assert str(deep.value) == "line 1, column 13: found more than 12 levels; expected fewer, as the format has."
    # the list is a value too, and each has two columns: the first that is one too many is refused, and none before
    with pytest.raises(NotAPolicy) as much:
        read("[" + "1," * MOST_PARTS + "]")
    assert str(much.value) == "line 1, column 400000: found more than 200,000 values; expected fewer."


def test_a_text_may_be_as_long_as_it_is_said() -> None:
    # given a text of just as many characters as there may be, when it is read, then it is read
    assert read("a: 1 #".ljust(LONGEST, "-")).plain() == {"a": 1}


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("true", True), ("false", False), ("null", None),
        ("~", None), ("", None), ("7", 7), ("-1", -1), ("1.5", 1.5), ("1.0e+16", 1e16),
        ("2027-01-31", date(2027, 1, 31)), ("2027-13-01", "2027-13-01"), ("no", "no"), ("on", "on"), ("True", "True"),
        ("18:00", "18:00"), ("0x1f", "0x1f"), ("017", "017"), ("1_000", "1_000"), (".inf", ".inf"), (".nan", ".nan"),
        ("9" * 5_000, "9" * 5_000), ("1e5", "1e5"),
    ],
)  # fmt: skip
def test_a_word_without_quotes_is_a_number_only_where_everyone_agrees(word: str, means: Any) -> None:
    # given a word without quotes, when it is read, then it is what all who read YAML take it for, or a word
    value = read(f"a: {word}\n").plain()["a"]
    assert (value, type(value)) == (means, type(means))


@pytest.mark.parametrize("word", ["no", "On", "18:00", "1_000", "0x1f", "~", "", "1.5", "2027-01-31", "<<", "True"])
def test_a_word_that_somebody_would_take_for_something_else_needs_quotes(word: str) -> None:
    # given a word that YAML 1.1 or we would read as no word, then it needs quotes; in quotes it is a word
    assert needs_quotes(word)
    assert read(f'a: "{word}"').plain() == {"a": word}


def test_a_place_is_found_by_its_path() -> None:
    # given a tree
    root = read("a:\n  - b: 1\n  - c:\n      d: [x, y]\n")

    # then each path has its node and its place, and one that breaks off has that of what there is
    assert root.nearest("a", 1, "c", "d") == Mark(4, 7)
    assert root.nearest("a", 1, "c", "d", 1) == Mark(4, 14)
    assert root.nearest("a", 1, "nothing") == Mark(3, 5)
    assert (root.nearest(), root.nearest("nothing", "more")) == (Mark(1, 1), Mark(1, 1))
    node = root.at("a", 0, "b")
    assert node is not None
    assert node.value == 1
    assert root.at("a", 5) is None
    assert root.at("nothing", "more") is None

    # and each is a scalar, a list or a mapping, of which the first alone has a value
    inner = root.at("a")
    assert inner is not None
    assert [(one.scalar, one.listed, one.value) for one in (node, inner, root)] == [
        (True, False, 1),
        (False, True, None),
        (False, False, None),
    ]


def test_a_mark_at_the_beginning_of_the_file_is_no_character_of_it() -> None:
    # given a file as some editors on Windows write it, when it is read, then it is read
    assert read("\ufeffa: 1\r\nb: 2\r\n").plain() == {"a": 1, "b": 2}
