"""A long text is cut into posts in order, without loss, within the limit, and never leaves a code fence open."""

from hypothesis import given
from hypothesis import strategies as st

from agents.deliveries.cutting import FENCE, cut

WORDS = st.text(alphabet="abc ", min_size=0, max_size=60)
LINES = st.one_of(
    WORDS, WORDS, WORDS, st.just(""), st.just(FENCE), st.just(f"{FENCE}python"), st.just(FENCE + "x" * 60)
)
TEXTS = st.lists(LINES, max_size=60).map("\n".join)
LIMIT = 120


def bare(text: str) -> str:
    """What must not get lost: everything but white space and fences."""
    return "".join("".join(line.split()) for line in text.split("\n") if not line.lstrip().startswith(FENCE))


def fences(text: str) -> int:
    """How often a text opens or closes a fence."""
    return sum(line.lstrip().startswith(FENCE) for line in text.split("\n"))


@given(TEXTS)
def test_nothing_is_lost_and_the_order_stays(text: str) -> None:
    # given any text, when it is cut, then the pieces together say the same
    assert "".join(bare(piece) for piece in cut(text, LIMIT)) == bare(text)


@given(TEXTS)
def test_every_piece_is_within_the_limit_and_there_is_at_least_one(text: str) -> None:
    # given any text, when it is cut, then each piece fits into a post
    pieces = cut(text, LIMIT)
    assert pieces
    assert all(len(piece) <= LIMIT for piece in pieces)


@given(TEXTS)
def test_every_piece_but_the_last_closes_the_fences_it_opens(text: str) -> None:
    # given any text, when it is cut, then no piece leaves the next one as code
    pieces = cut(text, LIMIT)
    assert all(fences(piece) % 2 == 0 for piece in pieces[:-1])
    assert fences(pieces[-1]) % 2 == fences(text) % 2


def test_a_text_that_fits_is_left_as_it_is() -> None:
    # given a short text with a table and code, when it is cut, then it is one piece, unchanged
    text = "Figures:\n\n| a | b |\n\n```\ncode\n```\nend"
    assert cut(text, LIMIT) == [text]


def test_it_is_cut_at_a_paragraph_where_it_can_be() -> None:
    # given paragraphs of which two fit into a piece, when the text is cut, then it is cut between them
    paragraphs = ["x" * 50, "y" * 50, "z" * 50]
    assert cut("\n\n".join(paragraphs), LIMIT)[0] == "\n\n".join(paragraphs[:2])


def test_code_that_is_cut_stays_code_of_its_language() -> None:
    # given more code than fits, when it is cut, then every piece is fenced with the language it had
    pieces = cut("```sql\n" + "\n".join(["select 1"] * 40) + "\n```", LIMIT)
    assert len(pieces) > 1
    assert all(piece.startswith("```sql\n") and piece.endswith("\n```") for piece in pieces)
