"""The life of a Delivery: which state may follow which, and what a Delivery is. Pure: no SQL, no clock, no Slack."""

from dataclasses import dataclass

from agents.lives import Written


class State(Written):
    PLANNED = "planned"  #: stored; known not to be in the thread
    SENDING = "sending"  #: a try is under way, or its outcome is unknown
    SENT = "sent"  #: people can see it, at its ts
    GIVEN_UP = "given_up"  #: it cannot be shown; kept with its reason


ENDED = frozenset({State.SENT, State.GIVEN_UP})

FOLLOWS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.SENDING, State.GIVEN_UP}),
    State.SENDING: frozenset({State.SENT, State.GIVEN_UP, State.PLANNED}),
}


class Kind(Written):
    """What a Delivery is for."""

    ANSWER = "answer"  #: a part of the answer; the last part is terminal
    FAILURE = "failure"  #: the Run ended without an answer, failed or stopped; terminal
    INTERIM = "interim"  #: text shown while the Run goes on
    NOTICE = "notice"  #: a sentence about the Run or the request: a refusal, a help, an unknown outcome
    PRIVATE = "private"  #: for one person only; may be lost
    DIRECT = "direct"  #: to one person by direct message: what the thread could not show, or concerns them alone
    TO_ADMINS = "to_admins"  #: for admins whom nobody here has met: told directly, once the surface has said who
    SIGN_OFF = "sign_off"  #: takes the first sign away; a decoration
    SIGN = "sign"  #: shows whether the Run works or waits for a person, as it stands when this is sent; a decoration
    CARD = "card"  #: the plan, edited in place afterwards; a decoration
    QUESTION = "question"  #: asks people something
    APPROVAL = "approval"  #: asks people for a yes to calls; edited in place as they settle
    COPY = "copy"  #: the card of an APPROVAL in the direct messages of one who may say yes; edited as that one is
    FILE = "file"  #: a file that a call made
    EDIT = "edit"  #: makes an earlier message say something else; a decoration, repeatable
    STREAM = "stream"  #: a message that grows while its answer is still coming; an ANSWER adopts it


DECORATIONS = frozenset({Kind.SIGN_OFF, Kind.SIGN, Kind.COPY, Kind.PRIVATE, Kind.CARD, Kind.EDIT, Kind.STREAM})
"""They keep no order with the messages of the thread and never hold them up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message that people are to see, exactly once.

    Attributes:
        run_id: None for what is said without a Run (a refusal, a help).
        number: its place in the order of the Run's messages.
        terminal: the one by which the Run ends for people; at most one a Run.
        user_id: whom it is for, where it is for one person.
        posted_at: the ts under which it is in the thread.
        unsure_since: journal time of the first try whose outcome is unknown; None while every try is known.
        absent_at: journal time of the first look-up that did not find it.
        doomed: every ts that a late writer of ours posted and that is to be deleted.
        edits: the Delivery whose message an EDIT changes.
        adopts: the ts of a stream that this message takes over instead of being posted beside it.
        file_id: the surface's id of a FILE, stored before it is shared.
        beside: the APPROVAL of which a COPY is one.
        stands_in: the channel of the direct messages in which a COPY stands, stored before it is posted.
    """

    id: str
    workspace_id: str
    thread_id: str
    run_id: str | None
    number: int
    kind: Kind
    terminal: bool
    status: State
    user_id: str | None
    content_id: str
    due_at: int | None
    lease_owner: str | None
    lease_until: int | None
    fence: int
    attempts: int
    posted_at: str | None
    unsure_since: int | None
    absent_at: int | None
    doomed: list[str]
    edits: str | None
    adopts: str | None
    file_id: str | None
    beside: str | None
    stands_in: str | None
    cause: str | None
