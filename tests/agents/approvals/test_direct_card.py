"""E27: in direct messages a card has what is needed to decide and no more; in the thread it says who was asked."""

import pytest

from agents.approvals.direct_card import in_direct_messages, in_thread
from agents.messages import Button, Message, Press, Proposal, Value

BUTTONS = (Button(Press.APPROVE, "Approve", "a1", main=True), Button(Press.REFUSE, "Refuse", "a1"))
BACK = Button(Press.TAKE_BACK, "Only this once", "a2")
PENDING = Proposal(
    values=(Value("what", "hello"),),
    digest="d" * 64,
    status="ann said yes; 1 more must.",
    warning="An equal call may already have happened.",
    buttons=BUTTONS,
)
GRANTED = Proposal(digest="e" * 64, status="Approved by ben.", buttons=(BACK,))
CARD = Message(
    markdown="",
    title="#7: may I use post_message?",
    proposals=(PENDING, GRANTED),
    quoted="the board meets on Friday",
    buttons=(Button(Press.APPROVE_ALL, "Approve all 2 shown", "a1,a3"),),
    footer="May approve: ben.",
)
SETTLED = Message(markdown="", title="#7: post_message", proposals=(GRANTED,))


@pytest.mark.law("E27")
def test_in_direct_messages_a_card_says_who_asked_where_and_keeps_the_models_words_out() -> None:
    # given a card, when it goes to someone's direct messages
    shown = in_direct_messages(CARD, requester="ann", channel="#sales (C1)")

    # then all that is needed to decide stands there, and of the conversation only where it was asked and by whom
    assert (shown.title, shown.proposals, shown.buttons) == (CARD.title, CARD.proposals, CARD.buttons)
    assert (shown.markdown, shown.quoted) == ("", "")
    assert shown.footer == "ann asked for it in #sales (C1). May approve: ben."


def test_in_direct_messages_a_settled_card_still_says_who_asked() -> None:
    # given a card of which nothing waits any more, when it is shown, then it says this alone
    assert in_direct_messages(SETTLED, requester="ann", channel="C1").footer == "ann asked for it in C1."


def test_in_direct_messages_nothing_hides_in_the_name_of_whoever_asked() -> None:
    # given someone whose name turns the text around, when they ask, then it is named what turns it
    shown = in_direct_messages(CARD, requester="ann\u202e", channel="C1")
    assert shown.footer.startswith("ann⟨U+202E⟩ asked for it in C1. ")


@pytest.mark.law("E27")
def test_in_the_thread_a_card_says_how_it_stands_and_can_be_neither_read_nor_pressed() -> None:
    # given a card, when it stands in the thread of which people are asked elsewhere
    shown = in_thread(CARD, ["ben"])

    # then no value, digest, button or word of the model is left, but what each call has come to is
    assert shown.proposals[0] == Proposal(status=PENDING.status, warning=PENDING.warning)
    assert (shown.title, shown.markdown, shown.quoted, shown.buttons) == (CARD.title, "", "", ())
    # and a yes for the rest of the Run can be taken back there, which needs no secret
    assert shown.proposals[1] == Proposal(status="Approved by ben.", buttons=(BACK,))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["ben"], "I asked ben in a direct message. May approve: ben."),
        (["ann", "ben"], "I asked ann and ben in a direct message. May approve: ben."),
        (["ann", "ben", "eve"], "I asked ann, ben and eve in a direct message. May approve: ben."),
        (["ann\u202e"], "I asked ann⟨U+202E⟩ in a direct message. May approve: ben."),
    ],
)
def test_in_the_thread_all_who_were_asked_are_named(asked: list[str], says: str) -> None:
    # given people who were asked directly, when the thread says so, then it names each
    assert in_thread(CARD, asked).footer == says


def test_in_the_thread_a_settled_card_says_of_nobody_that_they_were_asked() -> None:
    # given a card of which nothing waits any more, when it is shown, then nobody is asked, and it says so of nobody
    assert in_thread(SETTLED, ["ben"]).footer == ""
