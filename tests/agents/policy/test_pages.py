"""A page may be read when a Speaker wrote its address, as an unaltered link on its host, or on a host that is set."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.policy.addresses import exact, host_of, listed
from agents.policy.decide import Asked, Policy, could_allow, decide
from agents.policy.pages import Ground, Known, ground_of, may_follow
from agents.policy.verdicts import Verdict
from tests.agents.policy.test_addresses import ADDRESSES
from tools.contract import Destination, Effect, Reach

KNOWN = st.builds(Known, st.frozensets(ADDRESSES.map(exact)), st.frozensets(ADDRESSES.map(exact)))
WIKI = "https://wiki.example/targets"


def asks_for(address: str, known: Known | None = None) -> Asked:
    return Asked(
        tool="fetch_page",
        effect=Effect.READ,
        reach=Reach.OUTSIDE,
        destination=Destination("page", address),
        known=known or Known(),
    )


@given(ADDRESSES, KNOWN, st.frozensets(st.sampled_from(["a.bc", "*.com", "x.example"])), st.booleans(), st.booleans())
def test_there_is_a_ground_exactly_where_one_of_the_three_holds(
    address: str, known: Known, hosts: frozenset[str], wrote: bool, linked: bool
) -> None:
    # given any address, which somebody may have written and a page may have linked
    page = exact(address)
    if wrote:
        known = replace(known, written=known.written | {page})
    if linked:
        known = replace(known, linked=known.linked | {page})
    # when a ground is looked for, then there is one exactly where one of the three holds
    holds = page in known.written or page in known.linked or listed(host_of(page), hosts)
    assert (ground_of(address, known, hosts) is not None) == holds


@given(KNOWN, st.text("0123456789", min_size=1, max_size=8))
@pytest.mark.failure_mode(67)
def test_no_figure_can_be_added_to_an_address_that_was_written(known: Known, figure: str) -> None:
    # given what people wrote, when a figure is appended to any of it, then that is another address, and denied
    for address in known.written:
        sent = f"{address}{'&' if '?' in address else '?'}sales={figure}"
        if exact(sent) not in known.written | known.linked:
            decision = decide(Policy(), asks_for(sent, known))
            assert (decision.verdict, decision.rule) == (Verdict.DENY, "page")
            assert figure not in decision.reason.replace(host_of(address), "")


@given(st.text(max_size=60), KNOWN)
def test_any_text_has_an_answer(address: str, known: Known) -> None:
    # given anything at all as an address, when judged, then it is answered, and only what was known is allowed
    decision = decide(Policy(), asks_for(address, known))
    assert decision.reason
    assert (decision.verdict is Verdict.ALLOW) == (exact(address) in (known.written | known.linked) - {""})


def test_each_ground_is_named() -> None:
    # given the three grounds, when judged, then each names itself
    policy = Policy(hosts=frozenset({"docs.example.com"}))
    assert decide(policy, asks_for(WIKI, Known(written=frozenset({WIKI})))).rule == Ground.WRITTEN
    assert decide(policy, asks_for(WIKI, Known(linked=frozenset({WIKI})))).rule == Ground.LINKED
    assert decide(policy, asks_for("https://docs.example.com/any?x=1")).rule == Ground.HOST


def test_no_list_of_tools_opens_the_web() -> None:
    # given a policy that lists the tool itself, when an address is asked for that nobody wrote, then it is denied
    policy = Policy(allow=frozenset({"fetch_page"}))
    assert decide(policy, asks_for("https://evil.example/")).verdict is Verdict.DENY


def test_with_the_web_turned_off_nothing_is_read_and_the_tool_is_not_offered() -> None:
    # given a setting that turns pages off, when a written address is asked for, then it is denied
    policy = Policy(web=False)
    assert decide(policy, asks_for(WIKI, Known(written=frozenset({WIKI})))).rule == "web-off"
    assert not could_allow(policy, "fetch_page", Effect.READ, Reach.OUTSIDE, touches=True)
    assert could_allow(Policy(), "fetch_page", Effect.READ, Reach.OUTSIDE, touches=True)
    assert not could_allow(Policy(), "post_page", Effect.ACT, Reach.OUTSIDE, touches=True)


def test_a_redirect_stays_on_its_host_unless_the_new_place_has_a_ground_of_its_own() -> None:
    # given what is known, when a page sends the reader on, then only there where it may have been asked to go
    written = Known(written=frozenset({"https://other.example/a"}), linked=frozenset({"https://linked.example/"}))
    hosts = frozenset({"docs.example.com"})
    follows = {
        "https://wiki.example/b": True,
        "https://www.wiki.example/targets": True,
        "http://wiki.example/b": False,
        "https://other.example/a": True,
        "https://other.example/b": False,
        "https://linked.example/": False,
        "https://docs.example.com/x": True,
        "https://evil.example/": False,
        "": False,
    }
    assert {to: may_follow(WIKI, to, written, hosts) for to in follows} == follows


def test_the_channel_of_the_thread_may_be_read_and_no_other() -> None:
    # given a call that reads a channel
    asked = Asked(
        tool="read_channel",
        effect=Effect.READ,
        reach=Reach.INSIDE,
        destination=Destination("channel", ""),
        channel="C1",
    )
    # when judged, then its own channel is read in place, and another is denied by a rule of its own
    assert decide(Policy(), asked).rule == "read-in-place"
    assert decide(Policy(), replace(asked, destination=Destination("channel", "C1"))).verdict is Verdict.ALLOW
    other = decide(Policy(frozenset({"read_channel"})), replace(asked, destination=Destination("channel", "#sales")))
    assert (other.verdict, other.rule) == (Verdict.DENY, "other-channel")
    assert other.reason.startswith("I may only read the channel that I am asked in; #sales is another one.")


def test_a_destination_that_no_rule_knows_is_denied() -> None:
    # given a call that says it would reach something new, when judged, then it is denied
    asked = asks_for("x")
    assert decide(Policy(), replace(asked, destination=Destination("database", "x"))).rule == "destination"
