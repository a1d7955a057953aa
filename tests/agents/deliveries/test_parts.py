"""An answer is given in posts of whole blocks and files for what no post can show, in order and without loss."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.deliveries.parts import MOST_POSTS, Part, Sheet, Words, parts_of, too_long, whole

LIMIT = 300
BLOCKS = st.sampled_from(
    [
        "# Head", "A paragraph with **bold** and `code`.", "word " * 30, "- one\n- two\n  - three", "> quoted\n> twice",
        "```python\nx = 1\n\ny = 2\n```", "1. first\n2. second", "***", "term " * 120, "```\n" + "line\n" * 90 + "```",
        "https://a.example/x and b.example",
    ]
)  # fmt: skip
ANSWERS = st.lists(BLOCKS, max_size=14).map("\n\n".join)


def table(rows: int, columns: int, cell: str = "x") -> str:
    """Return a Markdown table with a head and so many rows more."""
    lines = ["| " + " | ".join(f"{cell}{number}" for number in range(columns)) + " |"] * (rows + 1)
    return "\n".join([lines[0], "|" + "---|" * columns, *lines[1:]])


def posts(parts: list[Part]) -> list[str]:
    """Return the posts among the parts."""
    return [part.markdown for part in parts if isinstance(part, Words)]


def sheets(parts: list[Part]) -> list[Sheet]:
    """Return the files among the parts."""
    return [part for part in parts if isinstance(part, Sheet)]


def bare(text: str) -> str:
    """Return what must not get lost: everything but white space and fences."""
    return "".join("".join(line.split()) for line in text.split("\n") if not line.lstrip().startswith("```"))


@pytest.mark.failure_mode(27)
@given(ANSWERS)
def test_nothing_is_lost_and_no_fence_is_left_open(answer: str) -> None:
    # given any answer, when parted, then the posts together say the same, each within the limit and complete in itself
    made = posts(list(parts_of(answer, LIMIT)))
    assert "".join(map(bare, made)) == bare(answer)
    assert all(len(post) <= LIMIT for post in made)
    assert all(post.count("```") % 2 == 0 for post in made)


def test_a_short_answer_is_one_post_as_it_was_written() -> None:
    # given a short answer, and none at all, when parted, then there is one post
    answer = "# Result\n\nFigures:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\nend"
    assert parts_of(answer) == [Words(answer)]
    assert parts_of("") == [Words("")]


def test_blocks_stay_whole_where_they_fit() -> None:
    # given paragraphs and a fence of which not all fit into one post, when parted, then each stands in one of them
    fence = "```sql\n" + "select 1\n" * 12 + "```"
    made = posts(list(parts_of(f"{'x' * 200}\n\n{fence}\n\nend", 400)))
    assert made == ["x" * 200, f"{fence}\n\nend"]


def test_a_heading_stays_with_what_it_heads() -> None:
    # given a heading at the end of what fits, when parted, then it begins the next post
    assert posts(list(parts_of(f"{'x' * 200}\n\n## Next\n\n{'y' * 200}", 250))) == [
        "x" * 200,
        f"## Next\n\n{'y' * 200}",
    ]


@pytest.mark.failure_mode(27)
def test_a_table_of_sixty_columns_is_a_file_and_a_sentence() -> None:
    # given an answer that is one such table, with text that spreadsheets would run
    answer = "## Sales by day\n\n" + table(3, 60, cell="=sum ")
    # when parted
    parts = list(parts_of(answer))
    # then people get a sentence and the table as a file named by its heading
    assert posts(parts) == [
        "## Sales by day\n\nThe table of 60 columns and 3 rows is attached as `sales-by-day.csv`.",
    ]
    rows = list(csv.reader(io.StringIO(sheets(parts)[0].body.decode("utf-8-sig"))))
    assert (len(rows), len(rows[0]), rows[1][0]) == (4, 60, "'=sum 0")


@pytest.mark.parametrize("shape", [(101, 3), (3, 21)])
def test_what_is_beyond_slacks_table_is_a_file(shape: tuple[int, int]) -> None:
    # given a table beyond one limit, when parted, then it is a file; numbers in it stay numbers
    parts = list(parts_of(table(*shape, cell="-1")))
    assert len(sheets(parts)) == 1
    assert b"'" not in sheets(parts)[0].body


def test_a_post_has_one_large_table() -> None:
    # given two large tables and a small one, when parted, then each large one has a post of its own
    large, small = table(8, 4), table(2, 2)
    assert posts(list(parts_of(f"{large}\n\nand\n\n{small}\n\n{large}"))) == [f"{large}\n\nand\n\n{small}", large]


def test_many_large_tables_are_files_rather_than_many_posts() -> None:
    # given five large tables, when parted, then one is shown and the others are files with names of their own
    parts = list(parts_of("\n\n".join([table(8, 4)] * 5)))
    assert (len(posts(parts)), len(sheets(parts)), too_long(parts)) == (1, 4, False)
    assert len({sheet.name for sheet in sheets(parts)}) == 4


@pytest.mark.parametrize(("characters", "long"), [(15_000, False), (40_000, True)])
def test_an_answer_beyond_three_posts_is_a_file(characters: int, long: bool) -> None:
    # given a long answer, when parted, then it is posts, or a file that holds all of it
    answer = "\n\n".join(["word " * 40] * (characters // 200))
    parts = list(parts_of(answer))
    assert too_long(parts) is long
    assert (len(posts(parts)) > MOST_POSTS) is long
    assert whole(answer) == ("answer.md", answer.encode())
