"""Whose word something is, and how broad."""

from agents.policy.scopes import BREADTH, Scope


def test_what_is_built_in_is_the_broadest_and_a_channel_the_narrowest() -> None:
    assert BREADTH == {Scope.BUILT_IN: 0, Scope.ORGANISATION: 1, Scope.WORKSPACE: 2, Scope.CHANNEL: 3}
