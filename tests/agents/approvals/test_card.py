"""A card says who may approve exactly what and until when; each call on it has its own buttons until it is settled."""

import time
from datetime import UTC, datetime

import pytest

from agents.approvals.card import Line, message, moment, span
from agents.approvals.life import State
from agents.approvals.showing import sha256_of
from agents.approvals.voting import Cast, Choice
from agents.clock import MICROSECONDS
from agents.messages import Button, Message, Press, Value, from_bytes
from agents.policy.judgement import Named
from tests.agents.approvals.given import ANN, BEN, HOUR, approval, line
from tools.contract import Reach

NAMES = {ANN: "ann", BEN: "ben"}
EVE = "U0EVE000001"


def card(*lines: Line, said: str = "") -> Message:
    return message(lines, number=7, requester=ANN, names=NAMES, said=said)


def presses(shown: Message) -> list[list[tuple[Press, str]]]:
    return [[(one.press, one.value) for one in proposal.buttons] for proposal in shown.proposals]


@pytest.mark.requirement("AUTHZ-22")
def test_each_pending_call_has_its_values_its_digest_and_buttons_with_its_own_id() -> None:
    # given two calls with one tool and destination
    first, second = approval(1), approval(2)

    # when they stand on one card
    shown = card(line(approval=first, arguments={"what": "hello"}), line(approval=second, arguments={"what": "bye"}))

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
        line(approval=granted, arguments={"what": "hello"}, votes=[Cast(BEN, Choice.YES)], by="ben"),
        line(approval=approval(2, status=State.EXPIRED), arguments={"what": "bye"}),
        line(approval=approval(3), arguments={"what": "wait"}),
    ]

    # when it is shown
    shown = card(*lines)

    # then each says how it stands, and only the last can be pressed; there is no "all" for one
    assert [one.status for one in shown.proposals] == ["Approved by ben.", "Nobody answered within 24 hours.", ""]
    assert [bool(one) for one in presses(shown)] == [False, False, True]
    assert shown.buttons == ()
    # and of what is settled it shows no values any more
    assert [[one.text for one in each.values] for each in shown.proposals] == [[], [], ["wait"]]


def test_a_card_of_which_all_is_settled_asks_nothing_and_warns_of_nothing() -> None:
    # given a call that was refused, and that may have happened before
    refused = approval(1, status=State.REFUSED, warns=True)

    # when it is shown
    shown = card(line(approval=refused, arguments={"what": "hello"}, by="ben"), said="Please approve.")

    # then it says what became of which tool, and nothing else
    assert (shown.title, shown.proposals[0].status) == ("#7: post_message", "Refused by ben.")
    assert (shown.proposals[0].values, shown.proposals[0].warning, shown.proposals[0].buttons) == ((), "", ())
    assert (shown.markdown, shown.quoted, shown.footer, shown.buttons) == ("", "", "", ())


def test_what_it_would_be_called_with_may_have_been_erased_while_it_waits() -> None:
    # given a pending call whose arguments were erased, when it is shown, then it has no values, and can be settled
    shown = card(line(approval=approval(1), arguments=None))
    assert shown.proposals[0].values == ()
    assert [press for press, _ in presses(shown)[0]] == [Press.APPROVE, Press.APPROVE_FOR_RUN, Press.REFUSE]


def test_every_button_says_what_it_does_and_yes_to_one_call_is_suggested() -> None:
    # given a call with a value that no card shows whole, when it is shown, then its buttons read so
    asked = approval(1)
    shown = card(line(approval=asked, arguments={"what": "x" * 700}))
    assert shown.proposals[0].buttons == (
        Button(Press.APPROVE, "Approve", asked.id, main=True),
        Button(Press.APPROVE_FOR_RUN, "Approve for this request", asked.id),
        Button(Press.REFUSE, "Refuse", asked.id),
        Button(Press.SHOW, "Show whole", asked.id),
    )


def test_a_value_says_how_much_of_it_is_not_shown_and_nothing_where_it_is_whole() -> None:
    # given a long value and a short one, when they are shown, then the long one is counted
    long = "x" * 1_700
    shown = card(line(approval=approval(1), arguments={"long": long, "short": "hello"}))
    assert shown.proposals[0].values == (
        Value("long", "x" * 600, f"1,700 characters in all, sha256 {sha256_of(long)[:16]}…"),
        Value("short", "hello"),
    )


@pytest.mark.parametrize(
    ("calls", "lengths"),
    # as JSON each whole value takes 602 of 4,800 characters, which all pending calls share
    [(1, [600] * 7 + [300]), (2, [600, 600, 600, 300, 150, 75, 37, 18]), (3, [600, 600, 300, 75, 9, 4, 0, 0])],
)
def test_the_values_of_all_pending_calls_share_the_room_of_a_card(calls: int, lengths: list[int]) -> None:
    # given calls with eight long values each, and one that is settled
    arguments = {f"value{number}": "x" * 600 for number in range(8)}
    lines = [line(approval=approval(number), arguments=arguments) for number in range(calls)]
    settled = line(approval=approval(9, status=State.EXPIRED), arguments=arguments)

    # when they stand on one card, then each of those that wait has an equal share, and the settled one takes none
    shown = card(settled, *lines)
    assert [[len(one.text) for one in each.values] for each in shown.proposals] == [[], *([lengths] * calls)]


def test_who_may_approve_and_until_when_stand_on_the_card() -> None:
    # given a call that two must approve, named in every way, and that goes outside
    named = Named(requester=True, admins=True, people=frozenset({ANN, BEN}), groups=frozenset({"S1"}))
    asked = approval(1, Reach.OUTSIDE, named, quorum=2, expires_at=24 * HOUR)

    # when it is shown, then the requester is not among them
    footer = card(line(approval=asked, arguments={})).footer
    assert "May approve: admins of this workspace, ben, members of the group S1." in footer
    assert "2 different people must. Until 02 Jan 1970, 00:00 UTC." in footer
    assert "Posts are seen by all. (posts-ask)" in footer


@pytest.mark.parametrize(
    ("named", "says"),
    [
        (Named(requester=True), "ann, who asked"),
        (Named(people=frozenset({EVE, ANN, BEN})), f"ann, ben, {EVE}"),
        (Named(groups=frozenset({"S2", "S1"})), "members of the group S1, members of the group S2"),
        (Named(), "nobody"),
    ],
)
def test_whoever_may_approve_is_named_by_name_or_by_id(named: Named, says: str) -> None:
    # given a call within the workspace that one of these must approve, and that gives no reason
    asked = approval(1, Reach.INSIDE, named, reason="", expires_at=36 * HOUR)

    # when it is shown, then it says who, until when, and nothing of numbers or reasons
    shown = card(line(approval=asked, arguments={}))
    assert shown.footer == f"May approve: {says}. Until 02 Jan 1970, 12:00 UTC."


def test_of_several_rules_each_must_name_whoever_approves() -> None:
    # given a call of which two rules ask, when it is shown, then both stand there
    asked = approval(1, Reach.INSIDE, Named(admins=True), Named(people=frozenset({BEN})))
    footer = card(line(approval=asked, arguments={})).footer
    assert footer.startswith("May approve: admins of this workspace; and also among: ben. ")


def test_whoever_asked_is_called_by_their_id_where_no_name_is_known() -> None:
    # given a person of whom nobody heard the name, who may approve what they ask for, when it is shown, then by id
    one = line(approval=approval(1, Reach.INSIDE, Named(requester=True)), arguments={})
    assert f"May approve: {EVE}, who asked." in message([one], number=7, requester=EVE, names=NAMES, said="").footer


def test_no_more_than_300_characters_of_what_the_model_said_are_quoted() -> None:
    # given a model that talks, when the card is shown, then it quotes the beginning
    assert card(line(approval=approval(1), arguments={}), said="y" * 301).quoted == "y" * 300


@pytest.mark.requirement("AUTHZ-21")
def test_what_the_model_said_stands_apart_and_never_among_ours() -> None:
    # given a model that says that it was approved already
    said = "Approved by ben.\n\nPress Approve, it is   only a test \u202e"

    # when the card is shown
    shown = card(line(approval=approval(1), arguments={"what": "hello"}), said=said)

    # then its words are quoted, in one line, and stand nowhere else
    assert shown.quoted == "Approved by ben. Press Approve, it is only a test ⟨U+202E⟩"
    assert "only a test" not in str([shown.title, shown.footer, shown.proposals, shown.markdown])


def test_a_call_that_may_have_happened_says_so() -> None:
    # given a call equal to one whose outcome is unknown, when it is shown, then people are warned
    shown = card(line(approval=approval(1, warns=True), arguments={}))
    assert "may already have happened" in shown.proposals[0].warning


def test_what_destroys_is_approved_once_at_a_time() -> None:
    # given a call that destroys, when it is shown, then no button extends the yes
    shown = card(line(approval=approval(1, Reach.DESTRUCTIVE), arguments={}))
    assert [press for press, _ in presses(shown)[0]] == [Press.APPROVE, Press.REFUSE]


def test_a_yes_for_the_run_says_so_and_can_be_taken_back() -> None:
    # given a yes that holds for the rest of the Run
    granted = approval(1, status=State.GRANTED, for_run_until=HOUR, cause=f"person:{BEN}")

    # when it is shown, then there is a way back
    shown = card(line(approval=granted, arguments={}, votes=[Cast(BEN, Choice.FOR_RUN)], by="ben"))
    assert shown.proposals[0].status == "Approved by ben. For the rest of this request, too."
    assert shown.proposals[0].buttons == (Button(Press.TAKE_BACK, "Only this once", granted.id),)


def test_whoever_said_yes_while_more_must_is_named() -> None:
    # given a call that two must approve, and Ben's yes, when it is shown, then it says what is missing
    asked = approval(1, quorum=2)
    shown = card(line(approval=asked, arguments={}, votes=[Cast(BEN, Choice.YES)]))
    assert shown.proposals[0].status == "ben said yes; 1 more must."


@pytest.mark.parametrize(
    ("votes", "says"),
    [
        ([Cast(BEN, Choice.YES), Cast(EVE, Choice.ALL)], f"Approved by ben, {EVE}."),
        ([Cast(ANN, Choice.NO), Cast(BEN, Choice.YES)], "Approved by ben."),
        ([], "Approved by the operator."),
    ],
)
def test_a_yes_names_all_who_gave_it_or_else_whoever_settled_it(votes: list[Cast], says: str) -> None:
    # given a call that was granted, when it is shown, then it says by whom
    one = line(approval=approval(1, status=State.GRANTED), arguments={}, votes=votes, by="the operator")
    assert card(one).proposals[0].status == says


def test_of_those_who_voted_while_more_must_only_who_said_yes_is_named() -> None:
    # given a call that three must approve, when two said yes and one did not, then those two are named
    votes = [Cast(BEN, Choice.YES), Cast(ANN, Choice.NO), Cast(EVE, Choice.YES)]
    shown = card(line(approval=approval(1, quorum=3), arguments={}, votes=votes))
    assert shown.proposals[0].status == f"ben, {EVE} said yes; 1 more must."


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        ("withdrawn", "Tagwork took it back."),
        ("asked anew", "What it would do has changed; it is asked again."),
        ("stopped", "The request was stopped."),
        ("not shown", "It could not be shown."),
        ("moved away", "No longer needed."),
        (None, "No longer needed."),
    ],
)
def test_what_is_not_asked_any_more_says_why(cause: str | None, says: str) -> None:
    # given a call that was taken back for some cause, when it is shown, then it says so in words
    one = line(approval=approval(1, status=State.SUPERSEDED, cause=cause), arguments={})
    assert card(one).proposals[0].status == says


def test_a_state_that_only_a_newer_version_knows_is_shown_by_its_own_word() -> None:
    # given a row that a newer version has written, when it is shown, then by that word, and nothing can be pressed
    shown = card(line(approval=approval(1, status=State("delegated")), arguments={}))
    assert (shown.proposals[0].status, presses(shown)) == ("delegated", [[]])


def test_until_when_does_not_depend_on_where_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a machine whose own zone is not UTC, when a time is said, then in UTC
    at = round(datetime(2026, 11, 3, 9, 5, tzinfo=UTC).timestamp()) * MICROSECONDS
    try:
        with monkeypatch.context() as patched:
            patched.setenv("TZ", "Asia/Tokyo")
            time.tzset()
            assert moment(at) == "03 Nov 2026, 09:05 UTC"
    finally:
        time.tzset()


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
        (f"person:{EVE}", f"post_message to {EVE}?"),
        ("request:https://api.example/x", "post_message to https://api.example/x?"),
        ("", "post_message?"),
    ],
)
def test_where_it_goes_is_said_by_name_and_by_id(destination: str, says: str) -> None:
    # given a call that reaches somewhere, when people are asked, then the name stands with what cannot be renamed
    one = approval(1, destination=destination)
    shown = message(
        [line(approval=one, arguments={"what": "hello"})],
        number=7,
        requester=ANN,
        names={"C1": "general", BEN: "ben", ANN: "ann"},
        said="",
    )
    assert shown.title == f"#7: may I use {says}"
