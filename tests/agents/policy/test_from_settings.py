"""What the operator's settings say to every workspace, where they say nothing."""

from agents.policy.from_settings import NOTHING, FromSettings


def test_an_operator_who_says_nothing_allows_no_tool_trusts_no_host_and_lets_pages_be_read() -> None:
    assert FromSettings(allow=frozenset(), hosts=frozenset(), web=True) == NOTHING
