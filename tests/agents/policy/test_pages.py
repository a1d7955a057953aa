"""A page may be read when a Speaker wrote its address, as an unaltered link on its host, or on a host that is set."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.policy.addresses import exact, host_of, listed
from agents.policy.judgement import Judgement
from agents.policy.pages import Ground, Known, ground_of, may_follow
from agents.policy.verdicts import Verdict
from tests.agents.policy.test_addresses import ADDRESSES
from tests.given.policies import a_call, a_workspace, allow, judged
from tools.contract import Destination, Effect, Reach

KNOWN = st.builds(Known, st.frozensets(ADDRESSES.map(exact)), st.frozensets(ADDRESSES.map(exact)))
WIKI = "https://wiki.example/targets"


POLICY = a_workspace(allow("all"))


def asks_for(address: str, known: Known | None = None, hosts: frozenset[str] = frozenset()) -> Judgement:
    """Return what is said of reading a page, under a policy that allows all."""
    page = Destination("page", address)
    call = a_call("fetch_page", effect=Effect.READ, reach=Reach.OUTSIDE, destination=page)
    return judged(replace(call, known=known or Known(), hosts=hosts), POLICY)


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
            judgement = asks_for(sent, known)
            assert (judgement.verdict, judgement.rule) == (Verdict.DENY, "page")
            assert figure not in judgement.reason.replace(host_of(address), "")


@given(st.text(max_size=60), KNOWN)
def test_any_text_has_an_answer(address: str, known: Known) -> None:
    # given anything at all as an address, when judged, then it is answered, and only what was known is allowed
    judgement = asks_for(address, known)
    assert judgement.reason
    assert (judgement.verdict is Verdict.ALLOW) == (exact(address) in (known.written | known.linked) - {""})


def test_each_ground_is_named() -> None:
    # given the three grounds, when judged, then each is named beside the rule that allows it
    assert asks_for(WIKI, Known(written=frozenset({WIKI}))).ground == Ground.WRITTEN
    assert asks_for(WIKI, Known(linked=frozenset({WIKI}))).ground == Ground.LINKED
    assert asks_for("https://docs.example.com/any?x=1", hosts=frozenset({"docs.example.com"})).ground == Ground.HOST


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
