"""E1 and E27: votes, Stops and the clock meet on one Approval: whoever locks the Run first decides."""

import pytest

from agents import stopping
from agents.approvals import settling
from agents.approvals.counting import judge
from agents.approvals.life import State
from agents.engine.execute import execute
from agents.journal import runs
from agents.journal import votes as stored
from agents.journal.transaction import Transaction
from agents.messages import Press
from agents.policy.document import Approvers
from agents.runs.life import Run
from agents.runs.life import State as RunState
from agents.stopping import How
from agents.surface import PersonKind
from agents.toolcalls.life import State as CallState
from tests.agents.test_pressing import whispers
from tests.given.asked import ADAM, ANN, BEN, asked, at_most, press
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.rehearsal import Posted
from tests.given.time import move
from tests.given.waiting import at_once, held_open, lock_heads, until_stuck
from tests.given.workers import another_room, calls_of
from tests.laws.test_approvals import DAY, proposed

TWO = Approvers(people=(ANN, BEN), quorum=2)


def cast(engine: Engine, posted: Posted, run: Run, *presses: tuple[str, Press]) -> list[str]:
    """Have people press, and return the ids of their votes, which nobody has judged."""
    [approval] = asked(engine, run)
    for user, what in presses:
        press(engine, posted, run, what, approval.id, user=user)
    return list(engine.journal.read(lambda tx: stored.due(tx, 10)))


@pytest.mark.law("E1")
@pytest.mark.law("E27")
def test_of_two_yes_that_are_counted_at_once_the_second_sees_the_first(postgres_engine: Engine) -> None:
    # given a call that two must approve, and both have pressed
    engine, hand = postgres_engine, Hand()
    posted, run = proposed(engine, hand, "hello", approvers=TWO)
    first, second = cast(engine, posted, run, (ANN, Press.APPROVE), (BEN, Press.APPROVE))
    with at_once() as pool:
        held, _ = held_open(pool, engine.journal, lambda tx: runs.lock(tx, run.id))

        # when two workers count them while the Run is locked, and then go on
        workers = [pool.submit(judge, engine.room, first), pool.submit(judge, another_room(engine), second)]
        until_stuck(engine.journal, 2)
        held.let_go()
        assert all(worker.result(20) for worker in workers)

    # then it was granted, once, and runs once
    assert [one.status for one in asked(engine, run)] == [State.GRANTED]
    while execute(engine.room):
        pass
    assert hand.done == ["hello"]


@pytest.mark.law("E27")
@pytest.mark.parametrize("first", [Press.APPROVE, Press.REFUSE])
def test_of_a_yes_and_a_no_at_once_the_first_decides_and_the_other_hears_of_it(
    postgres_engine: Engine, first: Press
) -> None:
    # given a call that one must approve; Ann and Ben press at once, and differ
    engine, hand = postgres_engine, Hand()
    posted, run = proposed(engine, hand, "hello")
    other = Press.REFUSE if first is Press.APPROVE else Press.APPROVE
    ids = cast(engine, posted, run, (ANN, first), (BEN, other))
    with at_once() as pool:
        held, _ = held_open(pool, engine.journal, lambda tx: runs.lock(tx, run.id))
        workers = [pool.submit(judge, engine.room, ids[0])]
        until_stuck(engine.journal, 1)
        workers.append(pool.submit(judge, another_room(engine), ids[1]))
        until_stuck(engine.journal, 2)

        # when both are counted
        held.let_go()
        assert all(worker.result(20) for worker in workers)

    # then the first counts, whichever it was, and the call ran once or never
    while execute(engine.room):
        pass
    [approval] = asked(engine, run)
    assert approval.status is (State.GRANTED if first is Press.APPROVE else State.REFUSED)
    assert hand.done == (["hello"] if first is Press.APPROVE else [])
    [(user, words)] = whispers(engine)
    assert user == BEN
    assert ("approved by ann" if first is Press.APPROVE else "refused by ann") in words


@pytest.mark.law("E27")
def test_one_vote_that_two_workers_judge_counts_once(postgres_engine: Engine) -> None:
    # given a vote, and two workers that took it: the first was thought lost
    engine, hand = postgres_engine, Hand()
    posted, run = proposed(engine, hand, "hello", approvers=TWO)
    [vote] = cast(engine, posted, run, (BEN, Press.APPROVE))
    with at_once() as pool:
        held, _ = held_open(pool, engine.journal, lambda tx: runs.lock(tx, run.id))
        slow = pool.submit(judge, engine.room, vote)
        until_stuck(engine.journal, 1)
        move(engine.journal.database.clock, 31)
        again = pool.submit(judge, another_room(engine), vote)
        until_stuck(engine.journal, 2)

        # when both count it
        held.let_go()
        assert slow.result(20)
        assert again.result(20)

    # then it counts once, and nobody is told that they had said so before
    assert [one.person for one in engine.journal.read(lambda tx: stored.counted(tx, asked(engine, run)[0].id))] == [BEN]
    assert whispers(engine) == []
    assert asked(engine, run)[0].status is State.PENDING


@pytest.mark.law("E1")
@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-26")
def test_of_two_yes_of_one_person_at_once_to_two_runs_no_more_count_than_they_may_give(
    postgres_engine: Engine,
) -> None:
    # given two Runs that ask, and Ben, who may say yes once an hour and has pressed on both cards
    engine, hand = postgres_engine, Hand()
    (posted, run), (elsewhere, other) = (proposed(engine, hand, one, settings=at_most(1)) for one in ("hello", "bye"))
    cast(engine, posted, run, (BEN, Press.APPROVE))
    first, second = cast(engine, elsewhere, other, (BEN, Press.APPROVE))
    with at_once() as pool:
        held, _ = held_open(pool, engine.journal, lock_heads)

        # when two workers count them at once, and nothing of it is committed before both have come as far as they can
        workers = [pool.submit(judge, engine.room, first), pool.submit(judge, another_room(engine), second)]
        until_stuck(engine.journal, 2)
        held.let_go()
        assert all(worker.result(20) for worker in workers)

    # then one was granted, the other still asks, and Ben was told
    while execute(engine.room):
        pass
    came = sorted(asked(engine, one)[0].status.value for one in (run, other))
    assert came == [State.GRANTED.value, State.PENDING.value]
    assert len(hand.done) == 1
    [(user, words)] = whispers(engine)
    assert user == BEN
    assert "which is 1:" in words


@pytest.mark.law("E14")
@pytest.mark.law("E27")
@pytest.mark.parametrize("first", ["stop", "yes"])
def test_of_a_stop_and_a_yes_at_once_the_first_decides(postgres_engine: Engine, first: str) -> None:
    # given a call that waits, a Stop and a yes
    engine, hand = postgres_engine, Hand()
    posted, run = proposed(engine, hand, "hello")
    [vote] = cast(engine, posted, run, (BEN, Press.APPROVE))

    def stop() -> object:
        return engine.journal.write(
            lambda tx: stopping.stop(engine.room.hand, tx, run.id, user_id=ANN, kind=PersonKind.MEMBER, how=How.WORDS)
        )

    acts = {"stop": stop, "yes": lambda: judge(another_room(engine), vote)}
    with at_once() as pool:
        held, _ = held_open(pool, engine.journal, lambda tx: runs.lock(tx, run.id))
        doing = [pool.submit(acts[first])]
        until_stuck(engine.journal, 1)
        doing.append(pool.submit(acts["yes" if first == "stop" else "stop"]))
        until_stuck(engine.journal, 2)

        # when they are let go, in that order
        held.let_go()
        for one in doing:
            one.result(20)
    while execute(engine.room):
        pass

    # then nothing ran: before the Stop it was only allowed; and what people were told is so
    assert hand.done == []
    assert engine.run(run.id).status is RunState.STOPPED
    assert [one.status for one in calls_of(engine, run)] == [CallState.STOPPED]
    assert asked(engine, run)[0].status is (State.SUPERSEDED if first == "stop" else State.GRANTED)
    assert bool(whispers(engine)) is (first == "stop")


@pytest.mark.law("E27")
@pytest.mark.parametrize("first", ["clock", "yes"])
def test_of_the_clock_and_a_yes_at_once_the_first_decides(postgres_engine: Engine, first: str) -> None:
    # given a call whose time is almost over, a yes that was counted in time, and a sweep
    engine, hand = postgres_engine, Hand()
    posted, run = proposed(engine, hand, "hello")
    [vote] = cast(engine, posted, run, (BEN, Press.APPROVE))
    if first == "clock":
        move(engine.journal.database.clock, DAY + 5)

    def expire(tx: Transaction) -> bool:
        standing = runs.lock(tx, run.id)
        assert standing is not None
        return settling.expire_due(engine.room.hand, tx, standing)

    with at_once() as pool:
        held, _ = held_open(pool, engine.journal, lambda tx: runs.lock(tx, run.id))
        yes = pool.submit(judge, another_room(engine), vote)
        until_stuck(engine.journal, 1)
        over = pool.submit(engine.journal.write, expire)
        until_stuck(engine.journal, 2)

        # when both go on
        held.let_go()
        yes.result(20)
        over.result(20)
    while execute(engine.room):
        pass

    # then the yes counts only in its time
    assert asked(engine, run)[0].status is (State.EXPIRED if first == "clock" else State.GRANTED)
    assert hand.done == ([] if first == "clock" else ["hello"])


@pytest.mark.law("E27")
@pytest.mark.failure_mode(51)
@pytest.mark.requirement("AUTHZ-25")
def test_a_hundred_presses_at_once_make_one_execution(postgres_engine: Engine) -> None:
    # given a call that waits, and 100 presses of three people
    engine, hand = postgres_engine, Hand()
    posted, run = proposed(engine, hand, "hello", approvers=Approvers(people=(ANN, BEN, ADAM)))
    [approval] = asked(engine, run)
    people = (ANN, BEN, ADAM)
    with at_once() as pool:
        list(
            pool.map(
                lambda number: press(engine, posted, run, Press.APPROVE, approval.id, user=people[number % 3]),
                range(100),
            )
        )

        # when 16 workers judge them, and run what is due
        waiting = engine.journal.read(lambda tx: stored.due(tx, 200))
        assert len(waiting) == 100
        rooms = [another_room(engine, f"elsewhere|0|0|{number}|1") for number in range(16)]
        list(pool.map(lambda at: judge(rooms[at[0] % 16], at[1]), enumerate(waiting)))
        list(pool.map(execute, rooms))

    # then one counted and ran; each of the others was answered
    while execute(engine.room):
        pass
    assert hand.done == ["hello"]
    assert [one.status for one in asked(engine, run)] == [State.GRANTED]
    assert len(whispers(engine)) == 99
