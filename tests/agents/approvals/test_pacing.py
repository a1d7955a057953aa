"""AUTHZ-26: one person says yes so often an hour and no more, however they press, and anyone may always say no."""

from collections import Counter

import pytest

from agents.approvals.life import State
from agents.approvals.pacing import may_again_at, wait_in_words
from agents.messages import Press
from tests.agents.approvals.given import HOUR
from tests.agents.test_pressing import whispers
from tests.given.asked import ANN, ANYONE, BEN, OWN, READS, asked, asking, at_most, rule_for, rules_in, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.replies import uses
from tests.laws.test_approvals import proposed
from tools.contract import Effect

GENERAL = "C0GENERAL01"
MINUTE = 60_000_000


@pytest.mark.parametrize(
    ("given", "most", "again_at"),
    [
        ([], 1, None),
        ([9], 2, None),
        ([9], 1, 9 + HOUR),
        ([9, 5], 2, 5 + HOUR),
        ([9, 5, 2], 2, 5 + HOUR),
        ([9, 5, 2], 4, None),
    ],
)
@pytest.mark.requirement("AUTHZ-26")
def test_a_person_may_say_yes_again_an_hour_after_the_yes_that_filled_the_hour(
    given: list[int], most: int, again_at: int | None
) -> None:
    # given when someone said yes within the hour, when it is asked when they may again, then that is now, or then
    assert may_again_at(given, most) == again_at


@pytest.mark.parametrize(
    ("microseconds", "words"),
    [
        (-MINUTE, "1 minute"),
        (1, "1 minute"),
        (MINUTE, "1 minute"),
        (MINUTE + 1, "2 minutes"),
        (HOUR - 1, "1 hour"),
        (HOUR, "1 hour"),
    ],
)
def test_a_wait_is_told_in_minutes_and_is_never_too_short(microseconds: int, words: str) -> None:
    # given a wait, when it is told, then in whole minutes, rounded up
    assert wait_in_words(microseconds) == words


@pytest.mark.parametrize(
    ("user", "what", "came"), [(ANN, Press.APPROVE, State.GRANTED), (BEN, Press.REFUSE, State.REFUSED)]
)
@pytest.mark.requirement("AUTHZ-26")
def test_others_may_still_say_yes_and_everyone_may_say_no(engine: Engine, user: str, what: Press, came: State) -> None:
    # given two calls, and Ben, who has said yes as often as he may
    posted, run = proposed(engine, Hand(), "one", "two", settings=at_most(1))
    first, second = asked(engine, run)
    votes(engine, posted, run, Press.APPROVE, first.id, user=BEN)

    # when Ann says yes to the other, or Ben says no, then it counts
    votes(engine, posted, run, what, second.id, user=user)
    assert [one.status for one in asked(engine, run)] == [State.GRANTED, came]
    assert whispers(engine) == []


@pytest.mark.requirement("AUTHZ-26")
def test_of_one_press_on_all_as_many_count_as_are_left_and_its_presser_is_told_once(engine: Engine) -> None:
    # given three calls on one card, and Ben, who may say yes once
    hand = Hand()
    posted, run = proposed(engine, hand, "one", "two", "three", settings=at_most(1))
    ids = ",".join(one.id for one in asked(engine, run))

    # when he approves all that are shown, then one of them runs, the others still ask, and he is told once
    votes(engine, posted, run, Press.APPROVE_ALL, ids, user=BEN)
    assert Counter(one.status for one in asked(engine, run)) == {State.GRANTED: 1, State.PENDING: 2}
    assert len(hand.done) == 1
    [(user, words)] = whispers(engine)
    assert (user, "which is 1:" in words) == (BEN, True)

    # when he presses again, then he is told again
    votes(engine, posted, run, Press.APPROVE_ALL, ids, user=BEN)
    assert len(whispers(engine)) > 1


@pytest.mark.requirement("AUTHZ-26")
def test_a_yes_counts_in_the_whole_workspace_against_what_the_channel_that_asks_allows(engine: Engine) -> None:
    # given a workspace in which one may say yes twice, and a channel of it in which one may once
    hand = Hand()
    tool = hand.tool("post_it", Effect.ACT)
    asking(engine, tool)
    rules_in(
        engine.journal,
        *(rule_for(tool, approvers=ANYONE), OWN, READS),
        settings=at_most(2),
        channels={GENERAL: at_most(1)},
    )

    # when Ben says yes in sales, then in the other channel, then in sales again, and once more
    where = {"one": "sales", "two": "general", "three": "sales", "four": "sales"}
    came = [_says_yes(engine, what, channel) for what, channel in where.items()]

    # then what he said yes to anywhere counts, and the nearest word on how often
    assert came == [State.GRANTED, State.PENDING, State.GRANTED, State.PENDING]
    assert ["which is 1:" in words for _, words in whispers(engine)] == [True, False]


def _says_yes(engine: Engine, what: str, channel: str) -> State:
    """Have a call proposed in a thread of its own, and Ben approve it; return what became of that."""
    uses(engine.rehearsal, ("post_it", what))
    posted, run = engine.asks("ann", "post it", channel=channel)
    engine.work()
    [approval] = asked(engine, run)
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    return asked(engine, run)[0].status
