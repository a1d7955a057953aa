"""Where cache_control may stand."""

from typing import Any

import anthropic
import pytest

from tests.app.rehearsal.claude.claude_server import ask, refusal

SHORT, LONG = {"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}


def blocks(*markers: dict[str, Any] | None) -> list[dict[str, Any]]:
    """One text block for each marker; None leaves it out."""
    return [{"type": "text", "text": "x"} | ({"cache_control": one} if one else {}) for one in markers]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"system": blocks(SHORT, SHORT, SHORT, SHORT, SHORT)}, "maximum of 4"),
        ({"system": blocks(SHORT, SHORT, SHORT, SHORT), "cache_control": SHORT}, "maximum of 4"),
        ({"system": blocks(SHORT, LONG)}, "must not come after"),
        ({"system": blocks(SHORT), "cache_control": LONG}, "must not come after"),
        ({"system": blocks({"type": "permanent"})}, "cache_control.type"),
        ({"system": blocks({"type": "ephemeral", "ttl": "2h"})}, "cache_control.ttl"),
        ({"messages": [{"role": "user", "content": blocks(LONG)}], "cache_control": SHORT}, "another ttl"),
    ],
)
def test_markers_that_break_a_rule_are_refused(claude: anthropic.Anthropic, fields: dict[str, Any], said: str) -> None:
    # when such markers are sent
    error = refusal(claude, **fields)

    # then it is a 400 that says which rule
    assert error.status_code == 400
    assert said in str(error.api_message)


def test_four_markers_the_long_ones_first_are_taken(claude: anthropic.Anthropic) -> None:
    # when four markers stand in the right order
    reply = ask(claude, system=blocks(LONG, LONG, SHORT), cache_control=SHORT)

    # then they are taken
    assert reply.role == "assistant"
