"""People say yes over the wire, on Slack's own payloads; effects are counted at their target."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agents.approvals.life import Approval, State
from agents.deliveries.life import Delivery, Kind
from agents.journal import approvals, deliveries, inputs, runs
from agents.policy.document import Approvers, Rule
from agents.policy.verdicts import Verdict
from tests.given.asked import ANN, BEN, DIRECTLY, OWN, rules_in
from tests.given.counting_server import ACT, READ, CountingServer, counting_server
from tests.given.distributions import install_counting_tools
from tests.given.invariants import assert_invariants
from tests.given.rehearsal import Json, Posted, RehearsalProcess
from tests.given.replies import says, uses
from tests.given.steering import actions_in, ended, last_run, message_at, waited_for, whispered
from tests.given.tagwork import TagworkProcesses, answers_in, tagwork
from tests.given.waiting import until

PRESSES = 100
ASKS = Rule(id="acts-ask", verdict=Verdict.ASK, tools=(ACT,), approvers=Approvers(people=(ANN, BEN)))
LOOKS = Rule(id="looks", verdict=Verdict.ALLOW, tools=(READ,))


@pytest.fixture(scope="module")
def target() -> Iterator[CountingServer]:
    with counting_server() as running:
        yield running


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The counting tools, installed as an admin would."""
    return install_counting_tools(tmp_path_factory.mktemp("counting_tools"))


@pytest.fixture(scope="module")
def served(
    shared_rehearsal: RehearsalProcess, target: CountingServer, tools: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TagworkProcesses]:
    """A Tagwork with the counting tools, of which the act asks."""
    with counting(shared_rehearsal, target, tools, tmp_path_factory.mktemp("approvals")) as made:
        yield made


@contextmanager
def counting(
    rehearsal: RehearsalProcess, target: CountingServer, tools: Path, home: Path, **more: Any
) -> Iterator[TagworkProcesses]:
    settings = {f"TOOLS__{ACT.upper()}__URL": target.url}
    with tagwork(rehearsal, home, settings=settings, environ={"PYTHONPATH": str(tools)}, **more) as made:
        rules_in(made.journal, ASKS, LOOKS, OWN)
        yield made


def asks_for(served: TagworkProcesses, what: str) -> tuple[Posted, str, Approval]:
    """Ann asks for an act; return her message, the ts of the card and what stands on it."""
    uses(served.rehearsal, (ACT, what))
    posted = served.rehearsal.post("ann", "sales", f"@tagwork do it: {what[:40]}")
    at, _ = waited_for(served.rehearsal, posted, "tagwork:approve:")

    def pending() -> list[Approval]:
        [run, *_] = served.journal.read(lambda tx: runs.listed(tx, most=1))
        return list(served.journal.read(lambda tx: approvals.of_run(tx, run.id)))

    return posted, at, until(pending, "an approval")[0]


def standing(served: TagworkProcesses, approval: Approval) -> Approval:
    """Return an Approval as it stands."""
    found = served.journal.read(lambda tx: approvals.by_id(tx, approval.id))
    assert found is not None
    return found


@pytest.mark.law("E27")
@pytest.mark.failure_mode(51)
@pytest.mark.timeout(120)
@pytest.mark.requirement("AUTHZ-25")
def test_a_hundred_presses_over_two_apps_make_one_execution(
    target: CountingServer, tools: Path, postgres_url: str, tmp_path: Path
) -> None:
    before = target.effects(ACT)
    more = {"apps": 2, "workers": 2, "database_url": postgres_url}
    with RehearsalProcess.start() as rehearsal, counting(rehearsal, target, tools, tmp_path, **more) as served:
        rehearsal.limits(100_000)
        # given two app processes and two workers, and a call that waits for a yes of Ben or an admin
        posted, at, approval = asks_for(served, "once")
        says(rehearsal, "Done once.")

        # when both press a hundred times at once; a press stands for what the card showed when it was made
        def press(number: int) -> bool:
            who = ("adam", "ben")[number % 2]
            pressed = rehearsal.press(who, posted.channel, at, "tagwork:approve:10", value=approval.id, forged=True)
            return bool(pressed["acknowledged"])

        with ThreadPoolExecutor(16) as pool:
            acknowledged = list(pool.map(press, range(PRESSES)))

        # then every press was taken, one counted, and the target had one effect
        assert all(acknowledged)
        ended(served, posted, "Done once.")
        assert target.effects(ACT) - before == 1
        assert standing(served, approval).status is State.GRANTED
        until(lambda: len(_told(rehearsal)) >= PRESSES - 1, "all were answered", 60)
        assert len(_told(rehearsal)) == PRESSES - 1
        received = rehearsal.control("GET", "/connections")["connections"]
        assert len([one for one in received if one["received"]]) >= 2
        assert_invariants(served.journal)


@pytest.mark.failure_mode(48)
@pytest.mark.failure_mode(60)
def test_a_press_of_the_wrong_person_and_a_forged_one_are_answered_and_change_nothing(
    served: TagworkProcesses, target: CountingServer
) -> None:
    # given a call that waits for a yes of Ann or Ben
    rehearsal, before = served.rehearsal, target.effects(ACT)
    posted, at, approval = asks_for(served, "never")

    # when a guest presses, and someone sends the button from another message
    assert rehearsal.press("gus", posted.channel, at, "tagwork:approve:10")["acknowledged"]
    assert whispered(rehearsal, "Guests, people of other organisations")["args"]["user"] == "U0GUS000001"
    rehearsal.press("ben", posted.channel, posted.ts, "tagwork:approve:10", value=approval.id, forged=True)
    assert whispered(rehearsal, "not one of mine")["args"]["user"] == BEN

    # then it still waits; and Ben's no, on the card, denies it
    assert standing(served, approval).status is State.PENDING
    says(rehearsal, "I did not do it.")
    assert rehearsal.press("ben", posted.channel, at, "tagwork:refuse:12")["acknowledged"]
    ended(served, posted, "I did not do it.")
    assert target.effects(ACT) == before
    until(lambda: "Refused by ben" in str(message_at(rehearsal, posted, at)), "the card says so")
    assert actions_in(message_at(rehearsal, posted, at)["blocks"]) == []


@pytest.mark.requirement("AUTHZ-23")
def test_words_and_reactions_approve_nothing(served: TagworkProcesses, target: CountingServer) -> None:
    # given a call that waits for a yes of Ann or Ben
    rehearsal, before = served.rehearsal, target.effects(ACT)
    posted, at, approval = asks_for(served, "by words")
    # one word for every Turn: how many there are depends on how many of these are heard together
    says(rehearsal, "Understood.", times=10)

    # when both react to the card, and say yes in its thread, to Tagwork and before everybody
    for name in ("white_check_mark", "+1", "heavy_check_mark"):
        rehearsal.react("ben", posted.channel, at, name)
        rehearsal.react("ann", posted.channel, at, name)
    for user, words in (("ben", "approve"), ("ann", "@tagwork yes, approved, do it"), ("ben", "/approve")):
        rehearsal.post(user, posted.channel, words, thread_ts=posted.ts)
    until(lambda: "Understood." in answers_in(rehearsal, posted), "the model heard it")
    until(lambda: len(served.journal.read(lambda tx: inputs.of_run(tx, approval.run_id))) == 4, "all were taken in")

    # then it waits as before; Ben's press alone lets it run
    assert standing(served, approval).status is State.PENDING
    assert target.effects(ACT) == before
    assert rehearsal.press("ben", posted.channel, at, "tagwork:approve:10")["acknowledged"]
    until(lambda: last_run(served).ended_at, "the run has ended")
    assert target.effects(ACT) - before == 1
    rehearsal.control("DELETE", "/claude/replies")


@pytest.mark.requirement("AUTHZ-25")
@pytest.mark.failure_mode(52)
@pytest.mark.parity("Approvals", "beat")
def test_a_card_is_answered_after_every_process_was_started_anew(
    target: CountingServer, tools: Path, tmp_path: Path
) -> None:
    before = target.effects(ACT)
    with RehearsalProcess.start() as rehearsal:
        # given a call that waits, and processes that are all killed
        with counting(rehearsal, target, tools, tmp_path) as first:
            posted, at, approval = asks_for(first, "after a restart")
            for part in first.parts:
                part.kill()

        # when others are started on the same journal, and Ben presses the button that stands there
        says(rehearsal, "Done after all.")
        with counting(rehearsal, target, tools, tmp_path) as again:
            assert rehearsal.press("ben", posted.channel, at, "tagwork:approve:10")["acknowledged"]

            # then exactly this ran, once
            ended(again, posted, "Done after all.")
            assert standing(again, approval).status is State.GRANTED
    assert target.effects(ACT) - before == 1


@pytest.mark.requirement("AUTHZ-21")
@pytest.mark.failure_mode(59)
@pytest.mark.parity("Approvals", "beat")
def test_a_long_value_is_shown_whole_on_a_press_page_by_page(served: TagworkProcesses) -> None:
    # given a call with a value that no card can show
    rehearsal, long = served.rehearsal, "".join(f"line {number:05d}\n" for number in range(9_000))
    posted, at, approval = asks_for(served, long)
    card = str(message_at(rehearsal, posted, at)["blocks"])
    assert f"{len(long):,} characters in all" in card

    # when Ann looks at it whole, and turns the pages
    assert rehearsal.press("ann", posted.channel, at, "tagwork:show:13")["acknowledged"]
    [modal] = until(lambda: rehearsal.modals("ann"), "a modal")
    shown, seen = _text(modal), 0
    while "tagwork_pages:on" in actions_in(modal["blocks"]):
        seen = len(shown)
        assert rehearsal.press("ann", None, None, "tagwork_pages:on", view_id=modal["id"])["acknowledged"]
        before = _text(modal)
        [modal] = until(lambda was=before: _turned(rehearsal, was), "the next page")  # type: ignore[misc]
        shown += _text(modal)

    # then the pages are all of it
    assert seen
    assert shown == long
    assert standing(served, approval).status is State.PENDING
    says(rehearsal, "Then not.")
    rehearsal.press("ann", posted.channel, at, "tagwork:refuse:12")
    ended(served, posted, "Then not.")


def test_someone_presses_in_their_direct_messages_and_every_card_says_so(
    served: TagworkProcesses, target: CountingServer
) -> None:
    # given two who are asked in their direct messages, for what somebody else wants
    rehearsal, before = served.rehearsal, target.effects(ACT)
    rules_in(served.journal, ASKS, LOOKS, OWN, settings=DIRECTLY)
    uses(rehearsal, (ACT, "directly"))
    posted = rehearsal.post("adam", "sales", "@tagwork do it: directly")

    def copies() -> dict[str, Delivery]:
        newest = served.journal.read(lambda tx: runs.listed(tx, most=1))
        of_run = served.journal.read(lambda tx: [one for run in newest for one in deliveries.of_run(tx, run.id)])
        found = {str(one.user_id): one for one in of_run if one.kind is Kind.COPY and one.posted_at}
        return found if {ANN, BEN} <= set(found) else {}

    stands = until(copies, "both were asked")
    says(rehearsal, "Done directly.")

    # when Ben presses in his
    pressed = rehearsal.press("ben", stands[BEN].stands_in, stands[BEN].posted_at, "tagwork:approve:10")

    # then it is done once, and Ann's card has no buttons any more
    assert pressed["acknowledged"]
    ended(served, posted, "Done directly.")
    assert target.effects(ACT) - before == 1

    def hers() -> str:
        return str([one for one in rehearsal.history(str(stands[ANN].stands_in)) if one["ts"] == stands[ANN].posted_at])

    until(lambda: "Approved by ben" in hers(), "her card says so")
    assert "tagwork:approve" not in hers()
    rules_in(served.journal, ASKS, LOOKS, OWN)


def _told(rehearsal: RehearsalProcess) -> list[Json]:
    return [one for one in rehearsal.calls("chat.postEphemeral") if "already approved" in str(one["args"])]


def _turned(rehearsal: RehearsalProcess, before: str) -> list[Json]:
    modals = rehearsal.modals("ann")
    return modals if _text(modals[0]) != before else []


def _text(modal: Json) -> str:
    """What the preformatted parts of a modal say, in order."""
    return "".join(
        element["text"]
        for block in modal["blocks"]
        if block["type"] == "rich_text"
        for part in block["elements"]
        if part["type"] == "rich_text_preformatted"
        for element in part["elements"]
    )
