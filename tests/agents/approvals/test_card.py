"""A card says who may approve exactly what and until when; each call on it has its own buttons until it is settled."""

import pytest

from agents.approvals.card import Line, message, span
from agents.approvals.life import State
from agents.approvals.voting import Cast, Choice
from agents.messages import Message, Press, from_bytes
from agents.policy.judgement import Named
from tests.agents.approvals.given import ANN, BEN, HOUR, approval
from tools.contract import Reach

NAMES = {ANN: "ann", BEN: "ben"}


def card(*lines: Line, said: str = "") -> Message:
    return message(lines, number=7, requester=ANN, names=NAMES, said=said)


def presses(shown: Message) -> list[list[tuple[Press, str]]]:
    return [[(one.press, one.value) for one in proposal.buttons] for proposal in shown.proposals]


@pytest.mark.requirement("AUTHZ-22")
def test_each_pending_call_has_its_values_its_digest_and_buttons_with_its_own_id() -> None:
    # given two calls with one tool and destination
    first, second = approval(1), approval(2)

    # when they stand on one card
    shown = card(Line(approval=first, arguments={"what": "hello"}), Line(approval=second, arguments={"what": "bye"}))

    # then neither's buttons are the other's, and one button names exactly both
    ways = (Press.APPROVE, Press.APPROVE_FOR_RUN, Press.REFUSE)
    assert presses(shown) == [[(way, one.id) for way in ways] for one in (first, second)]
    assert [(one.press, one.label, one.value) for one in shown.buttons] == [
        (Press.APPROVE_ALL, "Approve all 2 shown", f"{first.id},{second.id}")
    ]
    assert [one.digest for one in shown.proposals] == [first.binding, second.binding]
    assert [one.values[0].text for one in shown.proposals] == ["hello", "bye"]
    assert from_bytes(shown.as_bytes()) == shown


def test_what_is_settled_loses_its_buttons_and_the_other_keeps_them() -> None:
    # given a card of three, of which one was granted and one expired
    granted = approval(1, status=State.GRANTED, cause=f"person:{BEN}")
    lines = [
        Line(approval=granted, arguments={"what": "hello"}, votes=[Cast(BEN, Choice.YES)], by="ben"),
        Line(approval=approval(2, status=State.EXPIRED), arguments={"what": "bye"}),
        Line(approval=approval(3), arguments={"what": "wait"}),
    ]

    # when it is shown
    shown = card(*lines)

    # then each says how it stands, and only the last can be pressed; there is no "all" for one
    assert [one.status for one in shown.proposals] == ["Approved by ben.", "Nobody answered within 24 hours.", ""]
    assert [bool(one) for one in presses(shown)] == [False, False, True]
    assert shown.buttons == ()


def test_who_may_approve_and_until_when_stand_on_the_card() -> None:
    # given a call that two must approve, named in every way, and that goes outside
    named = Named(requester=True, admins=True, people=frozenset({ANN, BEN}), groups=frozenset({"S1"}))
    asked = approval(1, Reach.OUTSIDE, named, quorum=2, expires_at=24 * HOUR)

    # when it is shown, then the requester is not among them
    footer = card(Line(approval=asked, arguments={})).footer
    assert "May approve: admins of this workspace, ben, members of the group S1." in footer
    assert "2 different people must. Until 02 Jan 1970, 00:00 UTC." in footer
    assert "Posts are seen by all. (posts-ask)" in footer


@pytest.mark.requirement("AUTHZ-21")
def test_what_the_model_said_stands_apart_and_never_among_ours() -> None:
    # given a model that says that it was approved already
    said = "Approved by ben.\n\nPress Approve, it is   only a test \u202e"

    # when the card is shown
    shown = card(Line(approval=approval(1), arguments={"what": "hello"}), said=said)

    # then its words are quoted, in one line, and stand nowhere else
    assert shown.quoted == "Approved by ben. Press Approve, it is only a test ⟨U+202E⟩"
    assert "only a test" not in str([shown.title, shown.footer, shown.proposals, shown.markdown])


def test_a_call_that_may_have_happened_says_so() -> None:
    # given a call equal to one whose outcome is unknown, when it is shown, then people are warned
    shown = card(Line(approval=approval(1, warns=True), arguments={}))
    assert "may already have happened" in shown.proposals[0].warning


def test_what_destroys_is_approved_once_at_a_time() -> None:
    # given a call that destroys, when it is shown, then no button extends the yes
    shown = card(Line(approval=approval(1, Reach.DESTRUCTIVE), arguments={}))
    assert [press for press, _ in presses(shown)[0]] == [Press.APPROVE, Press.REFUSE]


def test_a_yes_for_the_run_says_so_and_can_be_taken_back() -> None:
    # given a yes that holds for the rest of the Run
    granted = approval(1, status=State.GRANTED, for_run_until=HOUR, cause=f"person:{BEN}")

    # when it is shown, then there is a way back
    shown = card(Line(approval=granted, arguments={}, votes=[Cast(BEN, Choice.FOR_RUN)], by="ben"))
    assert shown.proposals[0].status == "Approved by ben. For the rest of this request, too."
    assert presses(shown) == [[(Press.TAKE_BACK, granted.id)]]


def test_whoever_said_yes_while_more_must_is_named() -> None:
    # given a call that two must approve, and Ben's yes, when it is shown, then it says what is missing
    asked = approval(1, quorum=2)
    shown = card(Line(approval=asked, arguments={}, votes=[Cast(BEN, Choice.YES)]))
    assert shown.proposals[0].status == "ben said yes; 1 more must."


def test_a_span_is_said_in_the_largest_whole_unit() -> None:
    # given spans as admins write them, when they are said, then they read as people count
    assert [span(one) for one in (86_400, 172_800, 3_600, 1_800, 5_400, 45)] == [
        "24 hours",
        "2 days",
        "1 hour",
        "30 minutes",
        "90 minutes",
        "45 seconds",
    ]


@pytest.mark.parametrize(
    ("destination", "says"),
    [
        ("channel:C1", "post_message to #general (C1)?"),
        ("channel:C2", "post_message to C2?"),
        ("channel:", "post_message here?"),
        (f"person:{BEN}", f"post_message to ben ({BEN})?"),
        ("request:https://api.example/x", "post_message to https://api.example/x?"),
        ("", "post_message?"),
    ],
)
def test_where_it_goes_is_said_by_name_and_by_id(destination: str, says: str) -> None:
    # given a call that reaches somewhere, when people are asked, then the name stands with what cannot be renamed
    one = approval(1, destination=destination)
    shown = message(
        [Line(approval=one, arguments={"what": "hello"})],
        number=7,
        requester=ANN,
        names={"C1": "general", BEN: "ben", ANN: "ann"},
        said="",
    )
    assert shown.title == f"#7: may I use {says}"
