"""The parity ledger counts what tests claim, and takes no claim to a row that there is not."""

from pathlib import Path

import pytest

from tests.parity.ledger import PAGE, BadMark, Mark, Verdict, check, counts, marks, page, rows, verdicts

SHOWN = frozenset(
    {
        *("Mention starts work", "Two-stage signal", "Follow without mention", "Late mention", "Bot-posted mentions"),
        *("Edit / delete", "1:1 DM", "Refusal notices"),
        *("Checklist", "Reply footer", "Failure texts", "Tables and long text", "Says what blocked it"),
        *("Anyone steers", "Stop"),
        *("Bundles", "Narrowing", "Reach of a new credential", "Resolved access view"),
        *("Who may use", "Guests", "Roles", "Managed-by, member edits"),
        *("Agent identity", "Proxy", "Action checker", "Approvals", "Injection stance"),
    }
)
"""Rows that must be at least matched; each later part adds its own."""
MARKED = """
import pytest

@pytest.mark.parity("Mention starts work", "match")
@pytest.mark.parity("Stop", "match")
def test_one(): ...

class TestMore:
    @pytest.mark.law("E1")
    @pytest.mark.parity("Stop", "beat")
    def test_two(self): ...
"""


def test_the_list_is_whole_and_every_row_says_what_must_be_shown() -> None:
    # given the list, when read, then it has its 93 rows, each once, in ten parts
    known = rows()
    assert len(known) == len({row.name for row in known}) == 93
    assert [*dict.fromkeys(row.part for row in known)] == list("ABCDEFGHIJ")
    assert all(row.beat for row in known)


def test_no_row_that_must_be_shown_is_missing() -> None:
    # given what the suite claims, when the verdicts of these rows are looked up, then each is at least matched
    known = rows()
    best = verdicts(known, marks())
    assert best.keys() >= SHOWN
    assert not [row for row in SHOWN if best[row] is Verdict.NONE]


def test_a_rows_verdict_is_the_best_of_its_tests(tmp_path: Path) -> None:
    # given tests that claim one row as match, and another as match and as beat
    (tmp_path / "test_claims.py").write_text(MARKED, encoding="utf-8")

    # when gathered
    found = marks(tmp_path)
    best = verdicts(rows(), found)

    # then each claim stands with its test, and the better one counts
    assert found[0] == Mark("test_claims.py::test_one", "Mention starts work", "match")
    assert {one.test for one in found if one.row == "Stop"} == {"test_claims.py::test_one", "test_claims.py::test_two"}
    assert (best["Mention starts work"], best["Stop"], best["Guests"]) == (Verdict.MATCH, Verdict.BEAT, Verdict.NONE)
    assert counts(best) == "93 rows: 1 beat, 1 match, 91 none"


@pytest.mark.parametrize(
    ("row", "verdict", "words"),
    [("Mention starts works", "match", "no row 'Mention starts works'"), ("Stop", "better", "'better' is no verdict")],
)
def test_a_claim_to_what_there_is_not_is_refused(row: str, verdict: str, words: str) -> None:
    # given such a claim, when checked, then the test and the word are named
    with pytest.raises(BadMark, match=words):
        check(Mark("test_it.py::test_it", row, verdict), rows())


def test_a_claim_that_is_no_plain_text_is_refused(tmp_path: Path) -> None:
    # given a mark whose verdict stands elsewhere, when gathered, then it is refused
    (tmp_path / "test_claims.py").write_text(MARKED.replace('"beat"', "BEST"), encoding="utf-8")
    with pytest.raises(BadMark, match="test_two"):
        marks(tmp_path)


def test_the_page_is_current() -> None:
    # given docs/reference/parity.md, when printed again, then it is the same
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
