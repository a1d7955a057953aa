"""How rules of several scopes, and those who ask, make one answer."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from agents.policy.compiling import Compiled
from agents.policy.conditions import Trigger
from agents.policy.document import Approvers, Authority, Bundle, Ceiling, Document, Of, Part, Rule
from agents.policy.facts import Facts, Failed, Speaker
from agents.policy.judgement import Judgement, Match, Named, Terms
from agents.policy.judging import BROKEN, could_allow
from agents.policy.scopes import Scope
from agents.policy.settings import ApproverNames, Asking, Guests, Settings
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from tests.given.policies import (
    ANN,
    BEN,
    BOT,
    ELSEWHERE,
    EVE,
    HERE,
    NOON,
    OPS,
    a_call,
    a_part,
    a_workspace,
    allow,
    an_organisation,
    ask,
    deny,
    judged,
    of,
)
from tools.contract import Effect, Reach

DAY = 24 * 3_600_000_000


def said(judgement: Judgement) -> tuple[str, str]:
    """Return verdict and rule."""
    return judgement.verdict.value, judgement.rule


def offered(
    policies: Compiled,
    tool: str,
    effect: Effect,
    reach: Reach,
    *,
    here: str = HERE,
    touches: bool = False,
    web: bool = True,
) -> bool:
    """Return whether a tool is offered at noon: one that always reaches the same, where pages may be read."""
    return could_allow(policies, tool, effect, reach, here=here, at=NOON, touches=touches, web=web)


def test_what_no_rule_names_is_denied_by_default() -> None:
    # given a rule for one tool, when another is called, then it is denied, and nobody's rule is named
    judgement = judged(a_call("burn"), a_workspace(allow("send-it", "send")))
    assert (judgement.verdict, judgement.rule, judgement.scope) == (Verdict.DENY, "default", Scope.BUILT_IN)


def test_deny_comes_before_ask_before_allow_in_whatever_scope() -> None:
    # given an allow, an ask and a deny in three scopes, when called, then the strictest that is left decides
    organisation = an_organisation(allow("may", "send"))
    asks = a_workspace(ask("yes-first", "send"))
    denies = a_workspace(ask("yes-first", "send"), here=a_part(deny("never-here", "*")))
    assert said(judged(a_call(), None, organisation)) == ("allow", "may")
    assert said(judged(a_call(), asks, organisation)) == ("ask", "yes-first")
    assert said(judged(a_call(), denies, organisation)) == ("deny", "never-here")
    assert said(judged(a_call(here=ELSEWHERE), denies, organisation)) == ("ask", "yes-first")


def test_of_several_that_say_the_same_the_broadest_is_named() -> None:
    # given rules of two scopes that deny, when called, then the organisation's first by name is named, and all told
    organisation = an_organisation(deny("b-never"), deny("a-never"))
    judgement = judged(a_call(), a_workspace(deny("0-never")), organisation)
    assert (judgement.rule, judgement.scope) == ("a-never", Scope.ORGANISATION)
    assert [(one.scope, one.rule) for one in judgement.matches] == [
        (Scope.ORGANISATION, "a-never"),
        (Scope.ORGANISATION, "b-never"),
        (Scope.WORKSPACE, "0-never"),
    ]


def test_a_rule_is_for_the_kinds_of_tools_that_it_names() -> None:
    # given rules for some effects and reaches, when tools of other kinds are called, then they do not count
    policy = a_workspace(
        allow("reads", "look*", effects=("read",), reaches=("thread",)), ask("acts", "look*", effects=("act",))
    )
    look = a_call("look_up", effect=Effect.READ, reach=Reach.THREAD)
    assert said(judged(look, policy)) == ("allow", "reads")
    assert said(judged(replace(look, effect=Effect.ACT), policy)) == ("ask", "acts")
    assert said(judged(replace(look, reach=Reach.INSIDE), policy)) == ("deny", "default")
    assert said(judged(replace(look, tool="loo"), policy)) == ("deny", "default")


def test_what_is_not_known_restricts_and_allows_nothing() -> None:
    # given rules that ask for an amount, when the call has none, then the one that denies holds, and the others not
    limit = {"amount": {"at_most": 10}}
    assert said(judged(a_call(), a_workspace(allow("small", where=limit)))) == ("deny", "default")
    assert said(judged(a_call(), a_workspace(allow("all"), ask("large", where=limit)))) == ("ask", "large")
    assert said(judged(a_call(), a_workspace(allow("all"), deny("large", where=limit)))) == ("deny", "large")
    groups = {"groups": {"any_of": ["S7"]}}
    unknown = a_call(speakers=(replace(ANN, groups=None),))
    assert said(judged(unknown, a_workspace(allow("ours", where=groups)))) == ("deny", "default")
    assert said(judged(unknown, a_workspace(allow("all"), deny("theirs", where=groups)))) == ("deny", "theirs")


def test_a_rule_counts_until_the_end_of_its_last_day() -> None:
    # given a rule until this Saturday, when called on it and on Sunday, then only on it it counts
    policy = a_workspace(allow("this-week", until=date(2026, 11, 28)))
    assert judged(a_call(at=NOON + DAY // 2 - 1), policy).verdict is Verdict.ALLOW
    assert said(judged(a_call(at=NOON + DAY // 2), policy)) == ("deny", "default")


@pytest.mark.parity("Bundles", "match")
def test_a_bundle_counts_where_it_is_attached() -> None:
    # given a bundle that is attached to one channel, when called there and elsewhere, then its rules count there
    policy = Document(
        bundles={"mail": Bundle(rules=(allow("mail", "send"),))}, channels={HERE: Part(bundles=("mail",))}
    )
    call = a_call(effect=Effect.READ)
    judgement = judged(call, policy)
    assert (*said(judgement), judgement.scope) == ("allow", "mail", Scope.CHANNEL)
    assert said(judged(replace(call, here=ELSEWHERE), policy)) == ("deny", "default")


def test_a_fallback_yields_to_whatever_else_grants() -> None:
    # given a fallback that asks, when an admin allows, asks or denies besides, then only his word counts
    standing = ask("by-default", fallback=True)
    assert said(judged(a_call(), a_workspace(standing))) == ("ask", "by-default")
    assert said(judged(a_call(), a_workspace(standing, allow("mail", "send")))) == ("allow", "mail")
    assert said(judged(a_call(), a_workspace(standing, ask("mail", "send")))) == ("ask", "mail")
    assert said(judged(a_call(), a_workspace(standing, deny("mail", "send")))) == ("deny", "mail")
    # one that a ceiling keeps from granting anything takes nothing away either
    shut = Document(default=Part(rules=(standing,), ceilings=()), channels={HERE: a_part(allow("mail", "send"))})
    assert said(judged(a_call(), shut)) == ("ask", "by-default")


@pytest.mark.failure_mode(50)
def test_a_list_of_nobody_is_nobody() -> None:
    # given ceilings of nothing, and lists without anyone in them, when a call is judged, or such a list is written,
    # then nothing is granted, and the list is refused: it is never everyone
    shut = Document(default=Part(ceilings=()), channels={HERE: a_part(allow("all"))})
    assert judged(a_call(), shut).verdict is Verdict.DENY
    wheres: list[dict[str, Any]] = [{"who": {"any_of": []}}, {"groups": {}}, {"kind": {"any_of": []}}]
    for where in wheres:
        with pytest.raises(ValidationError):
            allow("anyone", where=where)
    lists: list[dict[str, Any]] = [
        {"asking": {"groups": []}},
        {"approvers": {"people": []}},
        {"editors": {"groups": []}},
    ]
    for setting in lists:
        with pytest.raises(ValidationError):
            Settings.model_validate(setting)
    with pytest.raises(ValidationError):
        Approvers(admins=False)


@pytest.mark.requirement("AUTHZ-03")
def test_a_ceiling_cuts_what_narrower_scopes_allow() -> None:
    # given an organisation that lets narrower scopes allow small amounts, and others only with a yes, when a channel
    # allows all, then it is cut to that; what the organisation itself allows is not
    small = Ceiling.model_validate({"tools": ["send"], "where": {"amount": {"at_most": 10}}})
    larger = Ceiling.model_validate({"tools": ["send"], "where": {"amount": {"at_most": 100}}, "at_most": "ask"})
    organisation = an_organisation(allow("own", "look"), ceilings=(small, larger))
    policy = a_workspace(here=a_part(allow("all")))
    read = {"effect": Effect.READ}
    assert said(judged(a_call(amount=5.0, **read), policy, organisation)) == ("allow", "all")
    assert said(judged(a_call(amount=50.0, **read), policy, organisation)) == ("ask", "ceiling")
    assert said(judged(a_call(amount=500.0, **read), policy, organisation)) == ("deny", "ceiling")
    assert said(judged(a_call(**read), policy, organisation)) == ("deny", "ceiling")
    assert said(judged(a_call("look", **read), policy, organisation)) == ("allow", "own")


def test_what_is_cut_is_told_as_cut() -> None:
    # given a ceiling that wants a yes, when a narrower rule allows, then it is told what is left of it
    organisation = an_organisation(ceilings=(Ceiling.model_validate({"tools": ["*"], "at_most": "ask"}),))
    judgement = judged(a_call(), a_workspace(allow("all")), organisation)
    assert judgement.matches == (Match(Scope.WORKSPACE, "all", Verdict.ALLOW, Verdict.ASK),)
    assert judgement.terms is not None


def test_a_ceiling_never_takes_a_restriction_away() -> None:
    # given a ceiling of nothing, when a narrower scope asks or denies what the wider allows, then that holds
    organisation = an_organisation(allow("all"), ceilings=())
    assert said(judged(a_call(), a_workspace(ask("yes-first")), organisation)) == ("ask", "yes-first")
    assert said(judged(a_call(), a_workspace(deny("never")), organisation)) == ("deny", "never")
    assert said(judged(a_call(), a_workspace(), organisation)) == ("allow", "all")


@pytest.mark.parametrize(
    ("authority", "of_channel", "of_workspace", "outsider"),
    [
        (Authority.CHANNEL, "allow", "allow", "allow"),
        (Authority.REQUESTER, "deny", "allow", "allow"),
        (Authority.BOTH, "allow", "allow", "deny"),
    ],
)
@pytest.mark.parity("Agent identity", "beat")
def test_whose_right_a_tool_needs(authority: Authority, of_channel: str, of_workspace: str, outsider: str) -> None:
    # given a tool that needs the right of the channel, of whoever asks, or both, when a channel or the workspace
    # allows it, and when someone asks who is not in the channel, then each counts only as that says
    channel = a_workspace(here=a_part(allow("here")), authority={"send": authority})
    workspace = a_workspace(allow("all"), authority={"send": authority})
    assert judged(a_call(), channel).verdict == of_channel
    assert judged(a_call(), workspace).verdict == of_workspace
    assert judged(a_call(speakers=(replace(ANN, member=False),)), workspace).verdict == outsider
    assert judged(a_call(speakers=(replace(ANN, member=None),)), workspace).verdict == outsider


def test_why_nothing_is_granted_is_told_the_most_telling_first() -> None:
    # given rules that hold and grant nothing, when judged, then it is told what keeps them back, and not that none is
    # there; of several reasons the most telling one
    guests = Settings(asking=Asking(guests=Guests.CHANNEL_ONLY))
    workspace = a_workspace(default=a_part(allow("all"), settings=guests))
    assert said(judged(a_call(speakers=(EVE,)), workspace)) == ("deny", "guests")
    personal = a_workspace(here=a_part(allow("here")), authority={"*": Authority.REQUESTER})
    assert said(judged(a_call(), personal)) == ("deny", "authority")
    shut = Document(default=Part(ceilings=()), channels={HERE: a_part(allow("here"))})
    assert said(judged(a_call(), shut)) == ("deny", "ceiling")
    assert said(judged(a_call(speakers=(replace(ANN, member=False),)), shut)) == ("deny", "membership")


def test_by_default_what_changes_something_needs_both_rights_and_what_reads_the_channels() -> None:
    # given no word on it, when someone asks who is not in the channel, then he may read and change nothing
    absent = (replace(ANN, member=False),)
    policy = a_workspace(allow("all"))
    assert judged(a_call(effect=Effect.READ, speakers=absent), policy).verdict is Verdict.ALLOW
    for effect in (Effect.WRITE, Effect.ACT):
        assert said(judged(a_call(effect=effect, speakers=absent), policy)) == ("deny", "membership")


def test_the_longest_name_says_whose_right_and_the_organisation_is_not_overruled() -> None:
    # given names that both fit, and two documents, when called, then the longest of each counts, and both count
    absent = a_call("send_mail", speakers=(replace(ANN, member=False),))
    names = {"*": Authority.BOTH, "send*": Authority.BOTH, "send_mail": Authority.CHANNEL}
    assert judged(absent, a_workspace(allow("all"), authority=names)).verdict is Verdict.ALLOW
    organisation = Document(of=Of.ORGANISATION, authority={"send_mail": Authority.BOTH})
    assert judged(absent, a_workspace(allow("all"), authority=names), organisation).verdict is Verdict.DENY


def test_who_has_less_takes_it_from_all_who_ask() -> None:
    # given a rule for one group, when someone else joins the request, then it is denied, and said who has less
    policy = a_workspace(allow("ours", where={"groups": {"any_of": ["S1"]}}))
    assert judged(a_call(speakers=(ANN,)), policy).verdict is Verdict.ALLOW
    judgement = judged(a_call(speakers=(ANN, BEN)), policy)
    assert (judgement.verdict, judgement.narrowed_by) == (Verdict.DENY, ("U2BEN",))
    assert judged(a_call(speakers=(BEN,)), policy).narrowed_by == ()


def test_what_holds_for_any_who_ask_is_told_with_what_all_of_them_get() -> None:
    # given rules that hold for one of two who ask, or grant one less, when judged, then all are told, each with the
    # least that it grants, and whoever is asked is named by the rule of either
    boss = Approvers(admins=False, people=("U9BOSS",))
    bens = ask("bens", where={"who": {"any_of": ["U2BEN"]}}, approvers=boss)
    cut = Ceiling.model_validate({"tools": ["*"], "where": {"who": {"any_of": ["U1ANN"]}}})
    asks = Ceiling.model_validate({"tools": ["*"], "at_most": "ask"})
    policy = Document(default=a_part(bens, ceilings=(cut, asks)), channels={HERE: a_part(allow("all"))})
    for speakers in ((ANN, BEN), (BEN, ANN)):
        judgement = judged(a_call(speakers=speakers), policy)
        assert judgement.matches == (
            Match(Scope.WORKSPACE, "bens", Verdict.ASK, Verdict.ASK),
            Match(Scope.CHANNEL, "all", Verdict.ALLOW, Verdict.ASK),
        )
        assert judgement.terms is not None
        assert judgement.terms.named == (Named(people=frozenset({"U9BOSS"})),)
        assert judgement.narrowed_by == ("U2BEN",)
    nothing = Document(default=Part(ceilings=(cut,)), channels={HERE: a_part(allow("all"))})
    for speakers in ((ANN, BEN), (BEN, ANN)):
        judgement = judged(a_call(speakers=speakers), nothing)
        assert judgement.matches == (Match(Scope.CHANNEL, "all", Verdict.ALLOW, None),)
        assert judgement.rule == "ceiling"


GUEST_MATRIX = [
    # guests, member, of the workspace, of the channel
    (Guests.RESTRICT, True, "deny", "deny"),
    (Guests.RESTRICT, False, "deny", "deny"),
    (Guests.CHANNEL_ONLY, True, "deny", "allow"),
    (Guests.CHANNEL_ONLY, False, "deny", "deny"),
    (Guests.CHANNEL_ONLY, None, "deny", "deny"),
    (Guests.ALLOW, True, "allow", "allow"),
    (Guests.ALLOW, False, "deny", "deny"),
    (Guests.ALLOW, None, "deny", "deny"),
]


@pytest.mark.parametrize("kind", [PersonKind.GUEST, PersonKind.STRANGER])
@pytest.mark.parametrize(("guests", "member", "of_workspace", "of_channel"), GUEST_MATRIX)
@pytest.mark.parametrize("scope", [Scope.ORGANISATION, Scope.WORKSPACE, Scope.CHANNEL])
@pytest.mark.requirement("AUTHZ-15")
@pytest.mark.parity("Guests", "match")
def test_what_guests_may_follows_the_setting_and_whether_they_are_in_the_channel_now(
    kind: PersonKind, guests: Guests, member: bool | None, of_workspace: str, of_channel: str, scope: Scope
) -> None:
    # given the setting in some scope, and a guest or someone of another organisation who is, or is not, in the channel,
    # when the workspace or the channel allows a tool, then it is as the matrix has it
    settings = Settings(asking=Asking(guests=guests))
    nothing = Settings()
    organisation = an_organisation(settings=settings if scope is Scope.ORGANISATION else nothing)
    default = settings if scope is Scope.WORKSPACE else nothing
    here = settings if scope is Scope.CHANNEL else nothing
    by_workspace = Document(default=Part(rules=(allow("all"),), settings=default), channels={HERE: Part(settings=here)})
    by_channel = Document(default=Part(settings=default), channels={HERE: a_part(allow("here"), settings=here)})
    visitor = a_call(speakers=(replace(EVE, kind=kind, member=member),))
    assert judged(visitor, by_workspace, organisation).verdict == of_workspace
    assert judged(visitor, by_channel, organisation).verdict == of_channel
    # a member who asks beside them has no more, and without a word on guests they may nothing
    assert judged(visitor, a_workspace(allow("all"), here=a_part(allow("here")))).verdict is Verdict.DENY
    assert judged(replace(visitor, speakers=(ANN, *visitor.speakers)), by_workspace, organisation).verdict == (
        of_workspace
    )


@pytest.mark.requirement("AUTHZ-15")
def test_what_breaks_while_it_is_judged_denies_and_only_its_class_is_kept() -> None:
    # given a call with something in it that judging cannot read, when judged under any policy
    policy = a_workspace(allow("all"))
    judgement = judged(a_call(counts=7), a_workspace(allow("all", where={"calls": {"within": "1h", "at_most": 3}})))

    # then it is denied by a rule of its own, in words that people can act on, with what operators need to find it
    assert said(judgement) == ("deny", "policy.error")
    assert (judgement.cause, judgement.reason) == ("AttributeError", BROKEN)
    assert judgement.versions == judged(a_call(), policy).versions


@pytest.mark.requirement("AUTHZ-05")
@pytest.mark.requirement("AUTHZ-15")
@pytest.mark.parity("Guests", "match")
def test_a_guest_whose_membership_could_not_be_asked_is_denied() -> None:
    # given guests who may ask, when it could not be found out whether one is in the channel, then that denies
    policy = a_workspace(default=a_part(allow("all"), settings=Settings(asking=Asking(guests=Guests.ALLOW))))
    judgement = judged(a_call(speakers=(replace(EVE, member=Failed("ratelimited")),)), policy)
    assert (judgement.verdict, judgement.rule, judgement.cause) == (Verdict.DENY, "policy.error", "ratelimited")


@pytest.mark.parametrize(
    ("asking", "speaker", "rule"),
    [
        (Asking(), ANN, "all"),
        (Asking(members=False), ANN, "asking"),
        (Asking(members=False), OPS, "all"),
        (Asking(groups=("S1",)), ANN, "all"),
        (Asking(groups=("S1",)), BEN, "asking"),
        (Asking(groups=("S1",)), replace(BEN, groups=None), "asking"),
        (Asking(groups=("S7",)), OPS, "all"),
        (Asking(groups=("S1",), guests=Guests.ALLOW), EVE, "asking"),
        (Asking(), replace(ANN, kind=PersonKind.GONE), "gone"),
        (Asking(guests=Guests.ALLOW), replace(EVE, kind=PersonKind.GONE), "gone"),
    ],
)
@pytest.mark.parity("Who may use", "match")
def test_who_may_ask_is_asked_again_for_each_call(asking: Asking, speaker: Speaker, rule: str) -> None:
    # given who may ask here by the settings as they are now, when a call is judged, then who may not gets nothing
    policy = a_workspace(default=a_part(allow("all"), settings=Settings(asking=asking)))
    assert judged(a_call(speakers=(speaker,)), policy).rule == rule


def test_of_several_who_may_not_ask_the_gravest_reason_is_told_in_whatever_order_they_spoke() -> None:
    # given someone who may not ask here and someone who is deactivated, when they ask together, then the latter is told
    policy = a_workspace(default=a_part(allow("all"), settings=Settings(asking=Asking(members=False))))
    gone = replace(BEN, kind=PersonKind.GONE)
    assert judged(a_call(speakers=(ANN, gone)), policy).rule == "gone"
    assert judged(a_call(speakers=(gone, ANN)), policy).rule == "gone"


def test_another_app_gets_only_what_a_rule_says_of_it() -> None:
    # given rules for everyone, for apps, and for one app, when an app asks, then the first does not count for it
    call = a_call(speakers=(BOT,))
    assert said(judged(call, a_workspace(allow("all")))) == ("deny", "bot")
    assert said(judged(call, a_workspace(allow("apps", where={"kind": {"any_of": ["bot"]}})))) == ("allow", "apps")
    assert said(judged(call, a_workspace(allow("it", where={"who": {"any_of": [BOT.id]}})))) == ("allow", "it")
    assert said(judged(call, a_workspace(allow("not-ann", where={"who": {"none_of": ["U1ANN"]}})))) == ("deny", "bot")


def test_a_call_that_nobody_asks_for_is_denied() -> None:
    # given a Run without Speakers, when a call is judged, then it is denied, however it came about
    policy = a_workspace(allow("all"))
    judgement = judged(a_call(speakers=(), trigger=Trigger.AMBIENT), policy)
    assert said(judgement) == ("deny", "nobody-asks")
    assert "Nobody asks for this" in judgement.reason


@pytest.mark.parametrize(
    ("call", "rule", "reason"),
    [
        (a_call(effect=None, reach=None), "no-such-tool", "There is no tool 'send' here."),
        (a_call(effect=None), "no-such-tool", "There is no tool 'send' here."),
        (a_call(reach=None), "no-such-tool", "There is no tool 'send' here."),
        (a_call(fits="to: too long"), "arguments", "to: too long"),
        (a_call(frozen="This channel is frozen."), "frozen", "This channel is frozen."),
    ],
)
def test_no_rule_overrules_what_makes_rules_needless(call: Facts, rule: str, reason: str) -> None:
    # given a policy that allows all, when something is wrong with the call itself, then it is denied for that
    judgement = judged(call, a_workspace(allow("all")))
    assert (judgement.verdict, judgement.rule, judgement.reason) == (Verdict.DENY, rule, reason)
    # it is nobody's rule, and the one gate that bit is told
    assert judgement.scope is Scope.BUILT_IN
    assert [(one.gate.value, one.verdict, one.reason) for one in judgement.gates] == [(rule, Verdict.DENY, reason)]


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (allow("mine"), "The channel's rule `mine` allows send."),
        (ask("mine"), "The channel's rule `mine` wants someone's yes to send."),
        (deny("mine"), "The channel's rule `mine` denies send."),
        (deny("mine", reason="Not on Saturdays."), "Not on Saturdays."),
    ],
)
def test_the_reason_names_scope_rule_and_tool_or_is_the_rules_own(rule: Rule, reason: str) -> None:
    # given a channel's rule that decides, when judged, then its own reason is told, or whose rule says what
    policy = a_workspace(here=a_part(rule), authority={"*": Authority.CHANNEL})
    assert judged(a_call(), policy).reason == reason


def test_the_answer_says_how_far_the_call_goes() -> None:
    # given calls of two reaches, and one of a tool that nobody has, when judged, then the answer tells the reach
    policy = a_workspace(allow("all"))
    assert judged(a_call(reach=Reach.INSIDE), policy).reach is Reach.INSIDE
    assert judged(a_call(reach=Reach.OUTSIDE), policy).reach is Reach.OUTSIDE
    assert judged(a_call(effect=None, reach=None), policy).reach is None


def test_near_misses_are_told_only_where_another_rule_would_have_helped() -> None:
    # given a rule that just does not hold, and a channel's that a ceiling lets ask
    small = allow("small", where={"amount": {"at_most": 10}})
    asks = Ceiling(tools=("*",), at_most=Verdict.ASK)
    policy = Document(default=Part(rules=(small,), ceilings=(asks,)), channels={HERE: a_part(allow("all", "send"))})

    # when no rule grants a call, then the miss is told; when a gate denies what rules let ask, it would not help
    assert [one.rule for one in judged(a_call("burn", amount=20.0), policy).misses] == ["small"]
    at_night = allow("at-night", where={"time": {"between": ["22:00", "06:00"], "zone": "Europe/Berlin"}})
    assert [one.rule for one in judged(a_call("burn"), a_workspace(at_night)).misses] == ["at-night"]
    refused = judged(a_call(amount=20.0, refused_before=True), policy)
    assert (refused.rule, refused.misses) == ("refused-before", ())


def test_nothing_is_allowed_where_it_is_turned_off() -> None:
    # given a channel where it does not answer, when called there and elsewhere, then only there it is denied
    policy = a_workspace(allow("all"), here=Part(settings=Settings(enabled=False)))
    assert said(judged(a_call(), policy)) == ("deny", "disabled")
    assert "turned off in this channel" in judged(a_call(), policy).reason
    assert judged(a_call(here=ELSEWHERE), policy).verdict is Verdict.ALLOW
    assert not offered(of(policy), "send", Effect.ACT, Reach.INSIDE)


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ((), False),
        ((allow("all"),), True),
        ((ask("all"),), True),
        ((allow("all"), deny("never", "send")), False),
        ((allow("all"), deny("far", "send", where={"host": {"none_of": ["a.example"]}})), True),
        ((allow("over", until=date(2026, 11, 27)),), False),
        ((allow("all"), deny("over", until=date(2026, 11, 27))), True),
        ((allow("tried", shadow=True),), False),
        ((allow("all"), deny("tried", shadow=True)), True),
    ],
)
def test_a_tool_is_offered_where_some_call_of_it_could_be_allowed(rules: tuple[object, ...], wanted: bool) -> None:
    # given a policy, when it is asked whether a tool is offered, then it is where some call could be allowed or asked
    policies = of(a_workspace(*rules))  # type: ignore[arg-type]
    assert offered(policies, "send", Effect.ACT, Reach.OUTSIDE) is wanted


def test_a_tool_is_not_offered_by_what_would_not_count() -> None:
    # given a channel's rule under a ceiling of nothing, or for a tool that needs the right of whoever asks, when it is
    # asked whether that is offered, then it is not; nor are pages where no page may be read
    channel = a_part(allow("here"))
    shut = Document(default=Part(ceilings=()), channels={HERE: channel})
    personal = a_workspace(here=channel, authority={"send": Authority.REQUESTER})
    for policy in (shut, personal):
        assert not offered(of(policy), "send", Effect.ACT, Reach.INSIDE)
    pages = of(a_workspace(allow("all")))
    for web in (True, False):
        assert offered(pages, "look", Effect.READ, Reach.OUTSIDE, touches=True, web=web) is web
    # what looks outside at one place, or changes something there, reads no page
    assert offered(pages, "search", Effect.READ, Reach.OUTSIDE, touches=False, web=False)
    assert offered(pages, "send", Effect.ACT, Reach.OUTSIDE, touches=True, web=False)
    assert offered(pages, "look", Effect.READ, Reach.INSIDE, touches=True, web=False)


def test_a_tool_is_offered_where_a_channels_own_rule_allows_it_and_nowhere_else() -> None:
    # given a tool that one channel allows, when it is asked in which it is offered, then it is in that one
    policies = of(a_workspace(here=a_part(allow("here"))))
    assert offered(policies, "send", Effect.READ, Reach.INSIDE)
    assert not offered(policies, "send", Effect.READ, Reach.INSIDE, here=ELSEWHERE)


def test_a_tool_that_needs_the_right_of_whoever_asks_is_offered_by_a_rule_of_the_workspace() -> None:
    # given a tool for which a channel's right does not count, when the workspace allows it, then it is offered
    policies = of(a_workspace(allow("all"), authority={"send": Authority.REQUESTER}))
    assert offered(policies, "send", Effect.ACT, Reach.INSIDE)


def test_a_tool_is_offered_by_rules_for_tools_of_its_kind() -> None:
    # given a rule for tools that stay inside, when it is asked of one that goes outside, then that is not offered
    policies = of(a_workspace(allow("inside", reaches=("inside",))))
    assert offered(policies, "send", Effect.ACT, Reach.INSIDE)
    assert not offered(policies, "send", Effect.ACT, Reach.OUTSIDE)


def test_a_ceiling_limits_narrower_scopes_and_not_its_own() -> None:
    # given a workspace that lets its channels grant nothing, when its own rule allows a tool, then it is offered
    policies = of(Document(default=Part(rules=(allow("all"),), ceilings=())))
    assert offered(policies, "send", Effect.ACT, Reach.INSIDE)


@pytest.mark.requirement("AUTHZ-24")
def test_whoever_approves_is_named_by_every_rule_that_asks() -> None:
    # given two rules that ask different people, when called, then each names its own, the larger quorum and the
    # shorter time count
    policy = a_workspace(
        ask("boss", approvers=Approvers(admins=False, people=("U9BOSS",), expires="2h")),
        ask("two", approvers=Approvers(requester=True, groups=("S2",), quorum=2)),
    )
    judgement = judged(a_call(), policy)
    assert judgement.terms == Terms(
        named=(
            Named(people=frozenset({"U9BOSS"})),
            Named(requester=True, admins=True, groups=frozenset({"S2"})),
        ),
        quorum=2,
        seconds=7_200,
    )


@pytest.mark.parametrize(
    ("reach", "requester"),
    [
        (Reach.RUN, True),
        (Reach.THREAD, True),
        (Reach.INSIDE, True),
        (Reach.OUTSIDE, False),
        (Reach.DESTRUCTIVE, False),
    ],
)
@pytest.mark.requirement("AUTHZ-24")
def test_whoever_asked_never_approves_what_goes_outside_or_destroys(reach: Reach, requester: bool) -> None:
    # given rules that name whoever asked, alone or by default, when the call reaches far, then he is not among those
    # who may approve, and admins are
    for rule in (ask("default"), ask("own", approvers=Approvers(requester=True, admins=False))):
        judgement = judged(a_call(reach=reach), a_workspace(rule))
        assert judgement.terms is not None
        assert [one.requester for one in judgement.terms.named] == [requester]
        assert judgement.terms.named[0].admins is (not requester or rule.approvers is None)


def test_settings_say_who_else_approves_where_a_rule_names_nobody() -> None:
    # given settings that name approvers and a time, when a rule names nobody, then they count; when it names someone,
    # only the time does
    settings = Settings(approvers=ApproverNames(people=("U9BOSS",), groups=("S2",), expires="30m"))
    silent = judged(a_call(), a_workspace(default=a_part(ask("silent"), settings=settings))).terms
    names = ask("names", approvers=Approvers(admins=False, people=("U4OPS",)))
    naming = judged(a_call(), a_workspace(default=a_part(names, settings=settings))).terms
    assert silent == Terms((Named(True, True, frozenset({"U9BOSS"}), frozenset({"S2"})),), 1, 1_800)
    assert naming == Terms((Named(people=frozenset({"U4OPS"})),), 1, 1_800)


@pytest.mark.law("E20")
def test_an_approval_binds_the_text_of_what_asked_and_nothing_else_of_the_policy() -> None:
    # given a rule that asks, when others are added, or it is changed, then its digest stays, or changes
    asks = ask("yes-first", "send", reason="Mail is seen by many.")
    before = judged(a_call(), a_workspace(asks)).digest
    assert judged(a_call(), a_workspace(allow("all"), asks, deny("other", "burn"), version=7)).digest == before
    assert judged(a_call(), a_workspace(asks.model_copy(update={"reason": "Mail."}))).digest != before
    assert judged(a_call(), a_workspace(asks, ask("another"))).digest != before
    cut = [
        judged(a_call(), a_workspace(rule), an_organisation(ceilings=(Ceiling(tools=("*",), at_most=Verdict.ASK),)))
        for rule in (allow("all"), allow("all", reason="Any."))
    ]
    assert cut[0].digest != cut[1].digest
    asks_all = an_organisation(ceilings=(Ceiling(tools=("*",), at_most=Verdict.ASK),))
    assert judged(a_call(), a_workspace(allow("all"), allow("named-after-it")), asks_all).digest == cut[0].digest


@pytest.mark.requirement("AUTHZ-17")
def test_a_rule_that_is_tried_out_says_what_it_would_do() -> None:
    # given a rule that is tried out, when it holds, breaks or does not hold, then what it would do is told beside
    tried = deny("no-mail", "send", where={"host": {"any_of": ["a.example"]}}, shadow=True)
    policy = a_workspace(allow("all"), tried)
    held = judged(a_call(host="a.example"), policy)
    assert held.verdict is Verdict.ALLOW
    assert held.shadow is not None
    assert (held.shadow.verdict, [one.rule for one in held.shadow.matches]) == (Verdict.DENY, ["no-mail"])
    assert judged(a_call(host="b.example"), policy).shadow is None
    broken = judged(a_call(host=Failed("timed out")), policy)
    assert broken.verdict is Verdict.ALLOW
    assert broken.shadow is not None
    assert (broken.shadow.verdict, broken.shadow.matches) == (Verdict.DENY, ())


def test_the_answer_names_the_versions_it_was_made_from() -> None:
    # given two documents, when judged, then both versions are told
    organisation = an_organisation(allow("all")).model_copy(update={"version": 3})
    for call in (a_call(), a_call(fits="to: too long"), a_call(host=Failed("timed out"))):
        asks = a_workspace(deny("far", where={"host": {"any_of": ["a.example"]}}), version=7)
        assert judged(call, asks, organisation).versions == {"organisation": 3, "workspace": 7}
