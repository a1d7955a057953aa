"""What the surface said of people and channels is kept with its age: old word is no word."""

from agents.clock import us
from agents.journal import belonging
from agents.journal.transaction import Journal
from agents.surface import Conversation
from tests.given.time import move
from tests.given.workspaces import a_workspace

MINUTE = us(60)


def test_who_was_seen_in_a_channel_counts_for_as_long_as_the_asker_says(journal: Journal) -> None:
    # given a channel of which two were asked for, and one was in it
    workspace = a_workspace(journal).id
    journal.write(lambda tx: belonging.keep(tx, workspace, "C1", {"U1"}, {"U1", "U2"}))

    def seen(user: str) -> bool | None:
        return journal.read(lambda tx: belonging.belongs(tx, workspace, "C1", user, fresh_us=MINUTE))

    # when it is read at once, then one is in, one is not, and of a third nothing is known
    assert (seen("U1"), seen("U2"), seen("U3")) == (True, False, None)

    # when more time has passed than the asker grants, then nothing is known of anyone
    move(journal.database.clock, 61)
    assert (seen("U1"), seen("U2")) == (None, None)

    # when it is asked anew and they have changed places, then the new word counts
    journal.write(lambda tx: belonging.keep(tx, workspace, "C1", {"U2"}, {"U1", "U2"}))
    assert (seen("U1"), seen("U2")) == (False, True)


def test_groups_are_known_apart_from_channels(journal: Journal) -> None:
    # given someone in a channel and in one of two groups, when their groups are read, then only those are told
    workspace = a_workspace(journal).id
    for to, found in (("C1", {"U1"}), ("S1", {"U1"}), ("S2", set[str]())):
        journal.write(lambda tx, to=to, found=found: belonging.keep(tx, workspace, to, found, {"U1"}))  # type: ignore[misc]
    known = journal.read(lambda tx: belonging.groups_of(tx, workspace, "U1", fresh_us=MINUTE))
    assert known == {"S1": True, "S2": False}


def test_a_channel_that_became_shared_is_known_as_that(journal: Journal) -> None:
    # given a channel that was ours alone
    workspace = a_workspace(journal).id
    ours = Conversation(external=False, private=True, name="finance")
    journal.write(lambda tx: belonging.keep_conversation(tx, workspace, "C1", ours))

    # when the surface says that it is shared now, then that is what is known, and how old the word is
    shared = Conversation(external=True, private=True, name="finance")
    journal.write(lambda tx: belonging.keep_conversation(tx, workspace, "C1", shared))
    told = journal.read(lambda tx: belonging.conversation(tx, workspace, "C1"))
    assert told is not None
    assert told.conversation == shared
    assert told.age < MINUTE
    assert journal.read(lambda tx: belonging.conversation(tx, workspace, "C2")) is None
