"""The reference pages say what the code says."""

import pytest

from app import reference


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_a_reference_page_is_as_the_code_prints_it(name: str) -> None:
    # given the page in docs/reference, when it is printed again
    printed = reference.pages()[name]

    # then nothing differs
    assert (reference.FOLDER / name).read_text(encoding="utf-8") == printed, "run `make docs`"


def test_every_event_and_state_has_its_sentence() -> None:
    # given the pages of events and states
    text = reference.pages()["audit-events.md"] + reference.pages()["states.md"]

    # then no row has an empty cell
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    assert not [row for row in rows if "|  |" in row]
