"""A text's tree: where everything stands, and nothing that could be more than it looks like."""

import tracemalloc
from datetime import date
from typing import Any

import pytest

from agents.policy.marked_yaml import DEEPEST, MOST_PARTS, Mark, NotAPolicy, needs_quotes, read

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
    "what cannot be printed": (
        "a: 1\nb: x\x00",
        "line 2, column 5: found the character U+0000, which cannot be printed; expected it to be left out.",
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


def test_text_that_breaks_off_says_where() -> None:
    # given a list that does not end, when it is read, then it is told at the place where the end was missed
    with pytest.raises(NotAPolicy, match=r"^line \d, column \d: found what is no YAML"):
        read("a: [1")


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
    # given as many as there may be, when one more comes, then it is refused
    read("[" * DEEPEST + "]" * DEEPEST)
    with pytest.raises(NotAPolicy, match="more than 12 levels"):
        read("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1))
    with pytest.raises(NotAPolicy, match="more than 200,000 values"):
        read("[" + "1," * MOST_PARTS + "]")


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("true", True), ("~", None), ("", None), ("7", 7), ("-1", -1), ("1.5", 1.5), ("1.0e+16", 1e16),
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
    node = root.at("a", 0, "b")
    assert node is not None
    assert node.value == 1
    assert root.at("a", 5) is None


def test_a_mark_at_the_beginning_of_the_file_is_no_character_of_it() -> None:
    # given a file as some editors on Windows write it, when it is read, then it is read
    assert read("\ufeffa: 1\r\nb: 2\r\n").plain() == {"a": 1, "b": 2}
