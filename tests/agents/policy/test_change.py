"""One part of a policy that became another: in a line for people, and as data for programs."""

import json

import pytest

from agents.policy.change import Change, Direction, Kind

ADDED = Change(Kind.ADDED, "C1", "rule mail", "", "allows send", Direction.WIDENS)
REMOVED = Change(Kind.REMOVED, "workspace", "ceilings", "at most asks before send", "", Direction.WIDENS)
CHANGED = Change(Kind.CHANGED, "organisation", "authority send", "channel", "both", Direction.NARROWS)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (ADDED, "widens: C1: rule mail added: allows send"),
        (REMOVED, "widens: workspace: ceilings removed: was at most asks before send"),
        (CHANGED, "narrows: organisation: authority send changed: was channel, now both"),
    ],
)
def test_a_line_says_what_it_does_to_rights_where_and_what_was_and_is(change: Change, line: str) -> None:
    assert str(change) == line


def test_as_data_it_says_the_same_by_key() -> None:
    # given a change, when it is told to a program, then each part has its key, and all of it is text
    assert json.loads(json.dumps(CHANGED.as_json())) == {
        "kind": "changed",
        "place": "organisation",
        "what": "authority send",
        "before": "channel",
        "after": "both",
        "direction": "narrows",
    }
    assert {type(one) for one in CHANGED.as_json().values()} == {str}
