"""What holds where nobody said anything: who may ask, who says yes, for how long, and whose right a call needs."""

from agents.policy.defaults import APPROVERS, AUTHORITY, BUILT_IN, NEVER_BY_REQUESTER
from agents.policy.document import Approvers
from tools.contract import Effect, Reach


def test_what_holds_where_no_document_says_anything() -> None:
    # given no document, then these settings hold, and no others are set
    assert BUILT_IN.model_dump(mode="json", exclude_unset=True) == {
        "enabled": True,
        "asking": {"members": True, "guests": "restrict"},
        "reply_mode": "follow",
        "approvers": {"expires": "24h", "asked_in": "thread", "most_an_hour": 30},
        "retention": {"content": "30d", "audit": "400d"},
    }


def test_what_changes_anything_needs_the_right_of_whoever_asks_too() -> None:
    # given what a tool does, then reading needs the channel's right, and all else that of each who asks as well
    assert {one: AUTHORITY[one].value for one in Effect} == {"read": "channel", "write": "both", "act": "both"}


def test_where_a_rule_names_nobody_whoever_asked_may_approve_what_stays_inside() -> None:
    # given how far a call goes, then admins approve, and whoever asked only what neither leaves nor destroys
    assert {reach.value for reach in NEVER_BY_REQUESTER} == {"outside", "destructive"}
    far = {Reach.OUTSIDE, Reach.DESTRUCTIVE}
    assert {one: APPROVERS[one] for one in Reach} == {
        one: Approvers(requester=one not in far, admins=True) for one in Reach
    }
