"""What no rule lifts: where a `read` may look, to whom data may go, what was read before, what may have happened."""

from dataclasses import replace
from typing import Any

import pytest

from agents.labels import Labels
from agents.policy.facts import Facts, Failed
from agents.policy.judgement import Gate, Named
from agents.policy.pages import Known
from agents.policy.verdicts import Verdict
from tests.given.policies import ANN, BEN, HERE, a_call, a_workspace, allow, ask, judged
from tools.contract import Destination, Effect, Reach, Trust

ALL = a_workspace(allow("all"))
DOCS = "https://docs.example.com/api?q=1"
PRIVATE = Labels(readers=frozenset({f"channel:{HERE}"}))


def a_page(address: str = DOCS, host: str = "docs.example.com", **known: Any) -> Facts:
    """Return a call that reads a page."""
    page = Destination("page", address)
    return replace(
        a_call("fetch_page", effect=Effect.READ, reach=Reach.OUTSIDE, destination=page, host=host),
        **known,
    )


def gates(call: Facts) -> list[str]:
    """Return the gates that bite under a policy that allows all."""
    return [one.gate.value for one in judged(call, ALL).gates]


@pytest.mark.parametrize(
    ("known", "ground"),
    [
        ({"known": Known(written=frozenset({DOCS}))}, "page-written"),
        ({"known": Known(linked=frozenset({DOCS}))}, "page-linked"),
        ({"hosts": frozenset({"*.example.com"})}, "page-host"),
    ],
)
def test_a_page_is_read_on_a_ground_and_not_without_one(known: dict[str, Any], ground: str) -> None:
    # given a policy that allows all, when a page is read that someone wrote, that a page links to, or that a setting
    # names the host of, then it is; when there is nothing of that, it is not
    judgement = judged(a_page(**known), ALL)
    assert (judgement.verdict, judgement.ground) == (Verdict.ALLOW, ground)
    denied = judged(a_page(), ALL)
    assert (denied.verdict, denied.rule, denied.ground) == (Verdict.DENY, "page", "")
    assert "docs.example.com" in denied.reason
    assert "q=1" not in denied.reason


def test_a_rule_that_names_the_host_is_a_ground() -> None:
    # given rules that allow pages, when one names hosts, then that is a ground; when it leaves some out, it is none
    names = a_workspace(allow("docs", "fetch_page", where={"host": {"any_of": ["docs.example.com"]}}))
    judgement = judged(a_page(), names)
    assert (judgement.verdict, judgement.rule, judgement.ground) == (Verdict.ALLOW, "docs", "page-rule")
    network = a_workspace(allow("lan", "fetch_page", where={"host": {"in_networks": ["10.0.0.0/8"]}}))
    assert judged(a_page("http://10.0.0.7/", "10.0.0.7"), network).verdict is Verdict.ALLOW
    all_but = a_workspace(allow("others", "fetch_page", where={"host": {"none_of": ["evil.test"]}}))
    assert judged(a_page(), all_but).rule == "page"
    asks = a_workspace(allow("all"), ask("docs", "fetch_page", where={"host": {"any_of": ["docs.example.com"]}}))
    assert judged(a_page(), asks).rule == "page"


def test_a_ground_allows_nothing_by_itself() -> None:
    # given a page that someone wrote, when no rule allows to read pages, then it is denied
    assert judged(a_page(known=Known(written=frozenset({DOCS}))), a_workspace()).rule == "default"


def test_pages_that_are_turned_off_or_no_pages_are_denied() -> None:
    # given a policy that allows all, when pages are turned off, or the address is none, then it is denied for that
    assert judged(a_page(web=False, hosts=frozenset({"docs.example.com"})), ALL).rule == "web-off"
    assert judged(a_page("https://ann@docs.example.com/"), ALL).rule == "no-address"
    names = a_workspace(allow("docs", "fetch_page", where={"host": {"any_of": ["docs.example.com"]}}))
    assert judged(a_page("https://ann@docs.example.com/"), names).rule == "no-address"


@pytest.mark.parametrize(
    ("call", "named", "gate", "ground"),
    [
        (a_page(), {"host": {"any_of": ["docs.example.com"]}}, "page", "page-rule"),
        (
            a_call("look", effect=Effect.READ, destination=Destination("channel", "C2"), channel="C2"),
            {"channel": {"any_of": ["C2"]}},
            "other-channel",
            "",
        ),
    ],
)
@pytest.mark.requirement("AUTHZ-16")
def test_a_ground_that_a_rule_gives_one_of_those_who_ask_is_none_for_the_others(
    call: Facts, named: dict[str, Any], gate: str, ground: str
) -> None:
    # given a rule that names hosts or channels for Ann alone, and one that allows all to everyone
    anns = allow("anns", where={**named, "who": {"any_of": [ANN.id]}})
    policy = a_workspace(allow("all"), anns)

    # when she asks alone, then it is a ground beside the other rule; when Ben asks with her, in whatever order, then
    # he gets no more through her than he would have had alone
    alone = judged(replace(call, speakers=(ANN,)), policy)
    assert (alone.verdict, alone.ground) == (Verdict.ALLOW, ground)
    for speakers in ((ANN, BEN), (BEN, ANN), (BEN,)):
        together = judged(replace(call, speakers=speakers), policy)
        assert (together.verdict, together.rule, together.ground) == (Verdict.DENY, gate, "")

    # when each of them has such a rule of his own, then both together have it
    bens = allow("bens", where={**named, "who": {"any_of": [BEN.id]}})
    both = judged(replace(call, speakers=(ANN, BEN)), a_workspace(allow("all"), anns, bens))
    assert (both.verdict, both.ground) == (Verdict.ALLOW, ground)


def test_only_the_own_channel_is_read_or_one_that_a_rule_names() -> None:
    # given a `read` of a channel, when it is the Run's own, another, or another that a rule names, then only the second
    # is denied; and what is neither page nor channel is
    def reads(channel: str) -> Facts:
        return a_call("look", effect=Effect.READ, destination=Destination("channel", channel), channel=channel or HERE)

    assert judged(reads(""), ALL).verdict is Verdict.ALLOW
    assert judged(reads(HERE), ALL).verdict is Verdict.ALLOW
    assert judged(reads("C2"), ALL).rule == "other-channel"
    names = a_workspace(allow("all"), allow("c2", "look", where={"channel": {"any_of": ["C2"]}}))
    assert judged(reads("C2"), names).verdict is Verdict.ALLOW
    assert judged(reads("C3"), names).rule == "other-channel"
    assert judged(replace(reads(""), destination=Destination("planet", "mars")), ALL).rule == "destination"


def test_a_request_through_a_grant_needs_no_ground_and_is_gated_like_all_that_goes_outside() -> None:
    # given a `read` at a place that a Grant pins, when judged, then rules decide, and what was read before asks
    request = Destination("request", "https://api.example.com/v1/items", "GET")
    call = a_call("send_request", effect=Effect.READ, reach=Reach.OUTSIDE, destination=request)
    assert judged(call, ALL).verdict is Verdict.ALLOW
    assert judged(call, a_workspace()).rule == "default"
    assert gates(replace(call, has_read_untrusted=True)) == ["read-untrusted"]
    assert gates(replace(call, labels=PRIVATE)) == ["flow"]


@pytest.mark.parametrize(
    ("labels", "audience", "bites"),
    [
        (Labels(), None, False),
        (PRIVATE, frozenset({f"channel:{HERE}"}), False),
        (PRIVATE, frozenset({f"channel:{HERE}", "channel:C2"}), False),
        (PRIVATE, frozenset({"channel:C2"}), True),
        (PRIVATE, frozenset[str](), True),
        (PRIVATE, None, True),
        (PRIVATE.join(Labels(frozenset({"channel:C2"}))), frozenset({f"channel:{HERE}"}), True),
    ],
)
def test_what_not_everyone_may_see_asks_before_it_goes_to_others(
    labels: Labels, audience: frozenset[str] | None, bites: bool
) -> None:
    # given what a Run has read and who would get what it sends, when those are not among who may see it, then an admin
    # is asked, though a rule allows it
    judgement = judged(a_call(labels=labels, audience=audience), ALL)
    assert judgement.verdict is (Verdict.ASK if bites else Verdict.ALLOW)
    assert [one.gate for one in judgement.gates] == ([Gate.FLOW] if bites else [])
    if bites:
        assert judgement.terms is not None
        assert judgement.terms.named == (Named(admins=True),)


def test_what_stays_within_the_thread_or_is_only_read_leaves_nothing_behind() -> None:
    # given a Run that has read what only this channel sees, when it acts in its thread or reads on good ground, then it
    # is not asked; when it reads at a host where any address may be asked for, or acts for another's eyes, it is
    assert gates(a_call(labels=PRIVATE, reach=Reach.RUN)) == []
    assert gates(a_call(labels=PRIVATE, reach=Reach.THREAD)) == []
    assert gates(a_call(labels=PRIVATE, reach=Reach.INSIDE, effect=Effect.READ)) == []
    assert gates(a_page(labels=PRIVATE, known=Known(written=frozenset({DOCS})))) == []
    assert gates(a_page(labels=PRIVATE, hosts=frozenset({"docs.example.com"}))) == ["flow"]
    assert gates(a_call(labels=PRIVATE, reach=Reach.OUTSIDE, effect=Effect.READ)) == ["flow"]
    elsewhere = Labels(frozenset({"channel:C2"}))
    assert gates(a_call(labels=elsewhere, reach=Reach.THREAD)) == ["flow"]


@pytest.mark.parametrize("reach", Reach)
@pytest.mark.parametrize("trust", Trust)
def test_a_run_that_took_anything_in_asks_before_it_reaches_far(reach: Reach, trust: Trust) -> None:
    # given a Run that has read what came from outside, when it would act outside or destroy, then an admin is asked
    far = reach in {Reach.OUTSIDE, Reach.DESTRUCTIVE}
    judgement = judged(a_call(reach=reach, labels=Labels(trust=trust)), ALL)
    bites = far and trust is Trust.UNTRUSTED
    assert judgement.verdict is (Verdict.ASK if bites else Verdict.ALLOW)
    assert [one.gate.value for one in judgement.gates] == (["read-untrusted"] if bites else [])
    assert gates(a_call(reach=reach, has_read_untrusted=True)) == (["read-untrusted"] if far else [])


def test_a_page_on_good_ground_is_read_after_others_and_what_has_none_asks() -> None:
    # given a Run that has read a page, when it reads another on any ground, then it is not asked; when it looks
    # something up outside with words of its own, it is
    untrusted = Labels(trust=Trust.UNTRUSTED)
    assert gates(a_page(labels=untrusted, known=Known(linked=frozenset({DOCS})))) == []
    assert gates(a_page(labels=untrusted, hosts=frozenset({"docs.example.com"}))) == []
    assert gates(a_call("search", effect=Effect.READ, reach=Reach.OUTSIDE, labels=untrusted)) == ["read-untrusted"]


@pytest.mark.law("E19")
def test_what_may_have_happened_asks_and_a_read_is_repeated() -> None:
    # given an equal call that is unknown, when proposed again, then it asks, and a `read` does not
    judgement = judged(a_call(may_have_happened=True), ALL)
    assert (judgement.verdict, judgement.rule) == (Verdict.ASK, "may-have-happened")
    assert "may already have happened" in judgement.reason
    assert judged(a_call(may_have_happened=True, effect=Effect.READ), ALL).verdict is Verdict.ALLOW
    assert judged(a_call(may_have_happened=True), a_workspace()).verdict is Verdict.DENY


@pytest.mark.requirement("AUTHZ-26")
def test_what_someone_refused_is_not_asked_again_in_the_request() -> None:
    # given a call that was refused in this Run, when an equal one is proposed, then it is denied, also where it asks
    for policy in (ALL, a_workspace(ask("yes-first"))):
        assert judged(a_call(refused_before=True), policy).rule == "refused-before"


def test_what_no_budget_is_left_for_is_denied() -> None:
    # given a budget that is used up, when a call is judged, then it is denied in the budget's words
    judgement = judged(a_call(over_budget="This channel's 5 USD of today are used up."), ALL)
    assert (judgement.verdict, judgement.rule) == (Verdict.DENY, "budget")
    assert judgement.reason == "This channel's 5 USD of today are used up."


def test_all_gates_that_bite_are_told_and_the_strictest_decides() -> None:
    # given a call that several gates bite, when judged, then all are told, and the first of the strictest is named
    call = a_call(reach=Reach.OUTSIDE, labels=PRIVATE, has_read_untrusted=True, may_have_happened=True)
    judgement = judged(call, ALL)
    assert [one.gate.value for one in judgement.gates] == ["flow", "read-untrusted", "may-have-happened"]
    assert (judgement.verdict, judgement.rule) == (Verdict.ASK, "flow")
    assert judged(replace(call, refused_before=True), ALL).rule == "refused-before"


@pytest.mark.parametrize(
    "broken",
    [
        {"labels": Failed("x")},
        {"labels": PRIVATE, "audience": Failed("x")},
        {"has_read_untrusted": Failed("x")},
        {"may_have_happened": Failed("x")},
        {"refused_before": Failed("x")},
        {"speakers": (replace(ANN, member=Failed("x")),)},
    ],
)
@pytest.mark.requirement("AUTHZ-05")
def test_what_a_gate_needs_and_could_not_be_loaded_denies(broken: dict[str, Any]) -> None:
    # given a policy that allows all, when something that a gate rests on could not be loaded, then the call is denied
    judgement = judged(replace(a_call(reach=Reach.OUTSIDE), **broken), ALL)
    assert (judgement.verdict, judgement.rule, judgement.cause) == (Verdict.DENY, "policy.error", "x")


@pytest.mark.parametrize(
    ("call", "gate", "says"),
    [
        (a_call(effect=Effect.READ, destination=Destination("channel", "C2")), "other-channel", "C2 is another one"),
        (
            a_call(effect=Effect.READ, destination=Destination("planet", "x")),
            "destination",
            "send would reach a planet",
        ),
        (a_page(web=False), "web-off", "the setting [web] enabled"),
        (a_page("https://ann@docs.example.com/"), "no-address", "has to begin with http:// or https://"),
        (a_call(refused_before=True), "refused-before", "Someone refused exactly this call before"),
        (a_call(labels=PRIVATE), "flow", "has read what not everyone may see"),
        (a_call(reach=Reach.OUTSIDE, has_read_untrusted=True), "read-untrusted", "before it reaches outside."),
        (a_call(reach=Reach.DESTRUCTIVE, has_read_untrusted=True), "read-untrusted", "for what cannot be undone."),
        (a_call("burn", may_have_happened=True), "may-have-happened", "An equal call of burn in this thread"),
    ],
)
def test_every_gate_says_in_words_why_it_bites(call: Facts, gate: str, says: str) -> None:
    # given a call that one gate bites, when judged, then people and model read why
    judgement = judged(call, ALL)
    assert judgement.rule == gate
    assert says in judgement.reason
