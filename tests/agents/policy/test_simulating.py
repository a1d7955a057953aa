"""A call that nobody made is judged by what is supposed of it."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from agents.labels import Labels
from agents.policy.conditions import Trigger
from agents.policy.facts import Facts, Speaker
from agents.policy.pages import Known
from agents.policy.presets import PRESETS, STANDARD
from agents.policy.simulating import Supposed, facts_of
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from agents.toolcalls.catalogue import find_tools
from tests.given.policies import judged
from tools.contract import Destination, Effect, Reach, Tool, Trust

TOOLS = find_tools().tools


def supposed(tool: str, **known: Any) -> Supposed:
    return Supposed(tool=tool, **{"here": "C1", "who": "U1", **known})


def test_a_call_is_read_as_the_model_would_make_it() -> None:
    # given a page that someone would ask for, in other letters than it is compared in
    call = supposed("fetch_page", arguments={"url": "HTTPS://Docs.Example:8443/a/../b?c"})
    facts = facts_of(call, TOOLS, ())

    # then what it would reach is known as of a call that was made
    assert (facts.effect, facts.reach) == (Effect.READ, Reach.OUTSIDE)
    assert (facts.host, facts.port, facts.path, facts.method) == ("docs.example", 8443, "/b", "GET")
    assert facts.destination is not None


def test_what_is_supposed_of_people_and_place_is_what_is_judged() -> None:
    # given suppositions
    call = supposed(
        "read_thread",
        kind="guest",
        groups=frozenset({"S1"}),
        member=False,
        trigger="routine",
        external=True,
        untrusted=True,
        used=4,
        at=datetime(2026, 11, 28, 12, tzinfo=UTC),
    )
    facts = facts_of(call, TOOLS, (60, 3_600))

    # then they are the facts
    (speaker,) = facts.speakers
    assert (speaker.id, speaker.kind, speaker.groups, speaker.member) == (
        "U1",
        PersonKind.GUEST,
        frozenset({"S1"}),
        False,
    )
    assert (facts.trigger, facts.external_channel, facts.here) == (Trigger.ROUTINE, True, "C1")
    assert facts.counts == {60: 4, 3_600: 4}
    assert facts.at == 1_795_867_200_000_000
    assert getattr(facts.labels, "trust", None) is Trust.UNTRUSTED


@pytest.mark.requirement("AUTHZ-10")
def test_what_would_be_asked_or_denied_is_found_without_asking_anyone() -> None:
    # given the standard policy, then a page is denied, and read once its address was written
    page = {"url": "https://wiki.example/a"}
    assert judged(facts_of(supposed("fetch_page", arguments=page), TOOLS, ()), PRESETS[STANDARD]).rule == "page"
    written = supposed("fetch_page", arguments=page, written=frozenset({"https://WIKI.example/a"}))
    assert judged(facts_of(written, TOOLS, ()), PRESETS[STANDARD]).verdict is Verdict.ALLOW

    # and a tool that is not installed is judged by its kind
    other = supposed("charge_card", effect="act", reach="outside")
    assert judged(facts_of(other, TOOLS, ()), PRESETS[STANDARD]).verdict is Verdict.ASK

    # and arguments that do not fit are told
    assert judged(facts_of(supposed("fetch_page"), TOOLS, ()), PRESETS[STANDARD]).rule == "arguments"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            supposed("fetch_pag"),
            r"there is no tool 'fetch_pag' here \(fetch_page is nearest\); of another one, say its effect",
        ),
        (supposed("x", effect="act"), "there is no tool 'x' here; of another one"),
        (supposed("x", reach="inside"), "there is no tool 'x' here; of another one"),
        (supposed("x", effect="act", reach="far"), "'far' is none of run, thread, inside"),
        (supposed("x", effect="burn", reach="inside"), "'burn' is none of read, write, act"),
        (supposed("read_thread", kind="boss"), "'boss' is none of admin, member, guest"),
        (supposed("read_thread", trigger="magic"), "'magic' is none of mention, reply"),
    ],
)
def test_a_word_that_means_nothing_is_told_with_those_that_do(call: Supposed, says: str) -> None:
    # given such a word, when supposed, then it is refused with those that there are
    with pytest.raises(ValueError, match=says):
        facts_of(call, TOOLS, ())


def test_a_call_that_says_it_goes_further_is_supposed_to() -> None:
    # given a message that says that people of another organisation read the channel
    arguments = {"channel": "C2", "text": "hello"}
    inside = facts_of(supposed("post_message", arguments=arguments), TOOLS, ())
    outside = facts_of(supposed("post_message", arguments={**arguments, "outside": True}), TOOLS, ())

    # then the one stays inside, and the other is judged as what it is
    assert (inside.reach, outside.reach) == (Reach.INSIDE, Reach.OUTSIDE)
    assert (inside.fits, outside.fits) == ("", "")


def test_of_what_is_not_said_the_plainest_is_supposed() -> None:
    # given a tool of which only the kind is said, when judged, then a member asks for it who is in the channel, who
    # mentioned us there and has not used it before, and nothing was read
    assert facts_of(Supposed(tool="x", effect="act", reach="inside"), TOOLS, (60,)) == Facts(
        tool="x",
        effect=Effect.ACT,
        reach=Reach.INSIDE,
        speakers=(Speaker("", PersonKind.MEMBER, frozenset(), True),),
        trigger=Trigger.MENTION,
        external_channel=False,
        counts={60: 0},
        labels=Labels(trust=Trust.TRUSTED),
    )
    assert Supposed(tool="x") == Supposed(
        tool="x",
        arguments={},
        here="",
        who="",
        kind="member",
        groups=frozenset(),
        member=True,
        trigger="mention",
        external=False,
        untrusted=False,
        written=frozenset(),
        effect="",
        reach="",
        used=0,
        at=datetime(1970, 1, 1, tzinfo=UTC),
        hosts=frozenset(),
        web=True,
    )


def test_what_is_known_of_pages_is_supposed_too() -> None:
    # given addresses that were written, one of which is none, and the settings about pages, then they are the facts
    call = supposed(
        "fetch_page",
        arguments={"url": "https://a.example"},
        written=frozenset({"HTTPS://A.example/x", "no address"}),
        hosts=frozenset({"*.example"}),
        web=False,
    )
    facts = facts_of(call, TOOLS, ())
    assert facts.known == Known(written=frozenset({"https://a.example/x"}))
    assert (facts.hosts, facts.web, facts.tool) == (frozenset({"*.example"}), False, "fetch_page")


def test_a_time_is_taken_to_the_second() -> None:
    # given a time with a part of a second, when supposed, then it is the second that is nearest, in microseconds
    at = datetime(1970, 1, 1, 0, 0, 2, 700_000, tzinfo=UTC)
    assert facts_of(supposed("x", effect="act", reach="inside", at=at), TOOLS, ()).at == 3_000_000


def test_a_call_whose_tool_cannot_say_what_it_would_reach_is_told_as_such() -> None:
    # given a tool that breaks when it is asked what a call would reach, when supposed, then that is what is wrong
    def breaks(_arguments: object) -> Any:
        raise KeyError("url")

    tools = {"read_thread": dataclasses.replace(TOOLS["read_thread"], touches=breaks)}
    facts = facts_of(supposed("read_thread"), tools, ())
    assert facts.fits == "read_thread cannot say what it would reach with these arguments (KeyError)."
    assert facts.destination is None


def of_one(tool: str, destination: Destination) -> dict[str, Tool]:
    """Return a catalogue of one tool, which says of every call that it would reach the same."""
    return {tool: dataclasses.replace(TOOLS[tool], touches=lambda _: destination)}


def test_a_channel_without_a_name_is_the_one_in_which_it_is_asked_for() -> None:
    # given a tool that reaches a channel and names none, when supposed, then it reaches the channel where one asks
    tools = of_one("read_thread", Destination("channel", ""))
    assert facts_of(supposed("read_thread"), tools, ()).channel == "C1"


def test_a_call_whose_arguments_do_not_fit_would_reach_nothing() -> None:
    # given arguments that do not fit, when supposed, then it is told what is wrong, and the tool is asked no further
    tools = of_one("fetch_page", Destination("page", "https://a.example"))
    facts = facts_of(supposed("fetch_page"), tools, ())
    assert facts.fits.startswith("The arguments do not fit fetch_page: url: ")
    assert (facts.destination, facts.host) == (None, None)
