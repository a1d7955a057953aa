"""A call that nobody made is judged by what is supposed of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agents.policy.conditions import Trigger
from agents.policy.presets import PRESETS, STANDARD
from agents.policy.simulating import Supposed, facts_of
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from agents.toolcalls.catalogue import find_tools
from tests.given.policies import judged
from tools.contract import Effect, Reach, Trust

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
