"""E16: intake's keys. Whatever Slack delivers, however often and in whatever order, one post is one Input."""

import itertools
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from agents.clock import Clock
from agents.errors import JournalBusy
from agents.intake import Intake, posted
from agents.journal import content, inputs
from agents.journal.database import Database
from agents.journal.inputs import INPUTS
from agents.journal.runs import RUNS
from agents.journal.threads import POSTS
from agents.journal.transaction import Journal, Transaction
from agents.posts import Became, Door, Sentences
from agents.surface import PersonKind
from tests.given.pokes import Pokes
from tests.given.waiting import at_once, held_open, lock_heads, until_stuck
from tests.given.workspaces import APP, TEAM, a_member, a_post, a_workspace
from tools.contract import Attachment

FILE = Attachment("F1", "sales.csv", "text/csv", 10)
ROOT = Path(__file__).parents[2]
TAKE_IN = """
import sys
from tests.laws.test_post_keys import an_intake
from tests.given.workspaces import a_post
from agents.clock import Clock
from agents.journal.database import Database
from agents.journal.transaction import Journal
url, ts = sys.argv[1:]
intake = an_intake(Journal(Database(url, Clock())))
post = a_post(ts=ts)
print("ready", flush=True)
sys.stdin.readline()
print(*(intake.receive(post).became.value for _ in range(3)), flush=True)
"""


def an_intake(journal: Journal) -> Intake:
    """Return an Intake with nothing else around it."""
    refusals = dict.fromkeys(PersonKind, "no")
    sentences = Sentences(
        help="help",
        refusals=refusals,
        not_you="not you",
        not_here="not here",
        secrets_replaced="replaced",
        too_long=lambda a, b: "long",
        not_a_command=lambda a, b: "what?",
    )
    return Intake(journal, Door(sentences=sentences), Pokes())


def counted(journal: Journal) -> tuple[int, int, int]:
    """Return how many posts, Inputs and Runs there are."""

    def count(tx: Transaction) -> tuple[int, int, int]:
        posts, inputs_, runs_ = (
            int(tx.value(select(func.count()).select_from(table))) for table in (POSTS, INPUTS, RUNS)
        )
        return posts, inputs_, runs_

    return journal.read(count)


def files_of(journal: Journal, input_id: str) -> list[str]:
    """Return the ids of the files that an Input has now."""

    def look(tx: Transaction) -> list[str]:
        one = inputs.by_id(tx, input_id)
        assert one is not None
        return [file["id"] for file in json.loads(content.body_of(tx, one.content_id))["files"]]

    return journal.read(look)


@pytest.mark.law("E16")
@pytest.mark.failure_mode(4)
@pytest.mark.failure_mode(2)
@pytest.mark.parametrize("order", list(itertools.permutations("mmmaaa", 6))[::120])
def test_six_deliveries_of_both_events_of_a_post_in_any_order_make_one_run(
    journal: Journal, order: Sequence[str]
) -> None:
    # given a post of which Slack sends both events three times; only `message` has its file
    workspace = a_workspace(journal)
    a_member(journal, workspace)
    intake, mention = an_intake(journal), a_post()
    message = replace(mention, files=(FILE,), event_id="EvOther")

    # when they come in that order
    receipts = [intake.receive(message if one == "m" else mention) for one in order]

    # then one Run has one Input, with its file
    became = [one.became for one in receipts]
    assert became[0] is Became.STARTED
    assert became.count(Became.STARTED) == 1
    assert became.count(Became.COMPLETED) == (0 if order[0] == "m" else 1)
    assert counted(journal) == (1, 1, 1)
    assert files_of(journal, receipts[0].input_id) == ["F1"]


@pytest.mark.law("E16")
@pytest.mark.law("E1")
def test_both_events_of_a_post_that_are_taken_in_at_once_make_one_run(postgres_journal: Journal) -> None:
    # given both events of a post, the first of which is being committed
    journal = postgres_journal
    workspace = a_workspace(journal)
    a_member(journal, workspace)
    intake, mention = an_intake(journal), a_post()
    with at_once() as pool:
        held, first = held_open(pool, journal, lambda tx: posted.receive(intake._desk, tx, mention))

        # when the second comes at that moment
        second = pool.submit(intake.receive, replace(mention, files=(FILE,)))
        until_stuck(journal, 1)
        held.let_go()

        # then it waits for the first, and brings its file
        assert first.result().became is Became.STARTED
        assert second.result().became is Became.COMPLETED
    assert counted(journal) == (1, 1, 1)
    assert files_of(journal, first.result().input_id) == ["F1"]


@pytest.mark.law("E16")
@pytest.mark.failure_mode(2)
def test_two_processes_that_are_given_the_same_post_make_one_run(journal: Journal, journal_url: str) -> None:
    # given two processes with the same post in their hands
    a_member(journal, a_workspace(journal))
    children = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE_IN, journal_url, "1795000000.000900"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert all(child.stdout and child.stdout.readline().strip() == "ready" for child in children)

    # when both take it in three times
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    became = [word for child in children for word in child.communicate(timeout=60)[0].split()]

    # then it started one Run, and was a duplicate five times
    assert sorted(became) == ["duplicate"] * 5 + ["started"]
    assert counted(journal) == (1, 1, 1)


@pytest.mark.law("E16")
@pytest.mark.failure_mode(3)
def test_the_key_is_the_post_and_not_the_event_or_the_moment(journal: Journal) -> None:
    # given posts that differ in channel or ts and share an event id
    a_member(journal, a_workspace(journal))
    intake, post = an_intake(journal), a_post()
    others = [a_post(event_id=post.event_id), replace(post, channel="C0OTHER", event_id=post.event_id)]

    # when they are taken in, then each starts a Run of its own
    assert [intake.receive(one).became for one in (post, *others)] == [Became.STARTED] * 3


@pytest.mark.law("E16")
@pytest.mark.failure_mode(14)
def test_a_deletion_that_comes_before_its_mention_keeps_it_from_starting(journal: Journal) -> None:
    # given a post whose deletion was delivered first
    a_member(journal, a_workspace(journal))
    intake, post = an_intake(journal), a_post()
    intake.deleted(APP, TEAM, post.channel, post.ts)

    # when the mention comes, then nothing starts; another post of that channel does
    assert intake.receive(post).became is Became.DUPLICATE
    assert intake.receive(a_post()).became is Became.STARTED
    assert counted(journal)[1:] == (1, 1)


@pytest.mark.law("E16")
@pytest.mark.failure_mode(1)
def test_a_retry_of_an_event_that_never_arrived_is_a_first_delivery(journal: Journal) -> None:
    # given a post of which we see only the retry, when it comes, then it starts a Run
    a_member(journal, a_workspace(journal))
    assert an_intake(journal).receive(a_post(retry=1)).became is Became.STARTED


@pytest.mark.law("E16")
@pytest.mark.failure_mode(7)
@pytest.mark.failure_mode(8)
def test_a_post_whose_transaction_failed_was_never_seen(journal: Journal) -> None:
    # given an intake that breaks after everything was written and before the commit
    a_member(journal, a_workspace(journal))
    intake, post = an_intake(journal), a_post()

    def broken(tx: Transaction) -> None:
        posted.receive(intake._desk, tx, post)
        raise KeyError

    with pytest.raises(KeyError):
        journal.write(broken)
    assert counted(journal) == (0, 0, 0)

    # when Slack delivers it again, then it starts its Run
    assert intake.receive(post).became is Became.STARTED


@pytest.mark.law("E16")
def test_intake_refuses_when_the_journal_stays_locked_and_takes_the_post_at_its_next_delivery(
    journal: Journal, journal_url: str
) -> None:
    # given a journal that someone keeps locked, and an intake that waits 0.3 s
    workspace = a_workspace(journal)
    a_member(journal, workspace)
    impatient = Journal(Database(journal_url, Clock(), patience=0.3))
    intake, post = an_intake(impatient), a_post()
    with at_once() as pool:
        held, _ = held_open(pool, journal, lambda tx: posted.receive(an_intake(journal)._desk, tx, post))

        # when it is given the post, then it says so instead of acknowledging
        with pytest.raises(JournalBusy):
            intake.receive(post)
        held.let_go()

    # and when Slack delivers it again, then it is known
    assert intake.receive(post).became is Became.DUPLICATE
    assert counted(journal) == (1, 1, 1)
    impatient.database.close()


@pytest.mark.law("E16")
def test_a_post_that_was_refused_stays_refused(journal: Journal) -> None:
    # given a post of a stranger
    workspace = a_workspace(journal)
    post = a_post(external=True)
    a_member(journal, workspace)

    # when it is delivered twice, then it is refused once and starts nothing
    intake = an_intake(journal)
    assert [intake.receive(post).became for _ in range(2)] == [Became.REFUSED, Became.DUPLICATE]
    assert counted(journal)[1:] == (0, 0)


@pytest.mark.law("E16")
def test_the_second_event_of_a_post_that_was_just_taken_in_costs_the_journal_nothing(journal: Journal) -> None:
    # given a mention that was taken in
    a_member(journal, a_workspace(journal))
    commits: list[str] = []
    told = Journal(journal.database, lambda kind, side, name: commits.append(name))
    intake, mention = an_intake(told), a_post()
    first = intake.receive(mention)
    assert (first.became, len(commits)) == (Became.STARTED, 2)

    # when its other event comes, then the answer is the one that the journal would give
    assert intake.receive(replace(mention, event_id="EvOther")) == an_intake(journal).receive(mention)
    assert len(commits) == 2

    # and one that brings a file is taken to the journal
    assert intake.receive(replace(mention, files=(FILE,))).became is Became.COMPLETED


@pytest.mark.law("E16")
def test_events_of_a_post_that_could_not_be_stored_are_taken_in_when_they_come_again(
    journal: Journal, journal_url: str
) -> None:
    # given a journal that someone keeps locked, and both events of a post at once
    a_member(journal, a_workspace(journal))
    impatient = Journal(Database(journal_url, Clock(), patience=0.3))
    intake, mention = an_intake(impatient), a_post()
    with at_once() as pool:
        held, _ = held_open(pool, journal, lock_heads)
        both = [pool.submit(intake.receive, mention) for _ in range(2)]

        # then neither is taken for the other's duplicate
        for one in both:
            with pytest.raises(JournalBusy):
                one.result()
        held.let_go()

    # and when one is delivered again, then it starts the Run
    assert intake.receive(mention).became is Became.STARTED
    assert counted(journal) == (1, 1, 1)
    impatient.database.close()


@pytest.mark.law("E16")
def test_both_events_at_once_are_one_transaction_after_the_other(journal: Journal) -> None:
    # given both events of a post, handed to one process at the same moment, many times over
    a_member(journal, a_workspace(journal))
    intake = an_intake(journal)
    mentions = [a_post() for _ in range(5)]
    with at_once() as pool:
        # when they are taken in side by side
        pairs = [[pool.submit(intake.receive, one) for _ in range(2)] for one in mentions]
        receipts = [[one.result() for one in pair] for pair in pairs]

    # then of each pair one started a Run, and the other names the same Input
    for pair in receipts:
        assert sorted(one.became for one in pair) == [Became.DUPLICATE, Became.STARTED]
        assert len({one.input_id for one in pair}) == 1
    assert counted(journal) == (5, 5, 5)
