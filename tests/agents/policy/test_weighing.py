"""Which of several rules that hold is the one that decides, and which text an Approval is bound to."""

from dataclasses import replace
from datetime import date

import pytest

from agents.policy.document import Ceiling, Document, Part, Rule
from agents.policy.facts import Failed, Speaker
from agents.policy.settings import Asking, Guests, Settings
from agents.policy.verdicts import Verdict
from tests.given.policies import (
    ANN,
    BEN,
    BOT,
    EVE,
    HERE,
    a_call,
    a_part,
    a_workspace,
    allow,
    an_organisation,
    ask,
    deny,
    judged,
)
from tools.contract import Effect

ASKS_ALL = Ceiling(tools=("*",), at_most=Verdict.ASK)


def by(rule: Rule, speaker: Speaker) -> Rule:
    """Return a rule for one person."""
    return rule.model_copy(update={"where": allow("x", where={"who": {"any_of": [speaker.id]}}).where})


@pytest.mark.parametrize("speakers", [(ANN, BEN), (BEN, ANN)])
def test_of_rules_that_keep_several_back_the_first_is_named_in_whatever_order_they_spoke(
    speakers: tuple[Speaker, ...],
) -> None:
    # given two who ask, each of whom another rule restricts, when judged, then of rules that say the same the broadest
    # scope's is named, and of those the first by name
    call = a_call(speakers=speakers)
    denies = a_workspace(by(deny("a-ann"), ANN), by(deny("b-ben"), BEN))
    assert judged(call, denies).rule == "a-ann"
    assert judged(call, a_workspace(by(deny("a-ann"), ANN)), an_organisation(by(deny("b-ben"), BEN))).rule == "b-ben"
    asks = a_workspace(allow("all"), by(ask("a-ben"), BEN), by(ask("b-ann"), ANN))
    assert judged(call, asks).rule == "a-ben"
    # whoever has more has no say in it
    allowed = a_workspace(by(allow("a-ann"), ANN), allow("c-all"), by(ask("b-ben"), BEN))
    assert judged(call, allowed).rule == "b-ben"


def test_a_ceiling_that_wants_a_yes_says_so_of_the_tool() -> None:
    # given a wider scope that wants a yes for each call, when a narrower one allows, then that is why it asks
    judgement = judged(a_call("send_mail"), a_workspace(allow("all")), an_organisation(ceilings=(ASKS_ALL,)))
    assert (judgement.verdict, judgement.rule) == (Verdict.ASK, "ceiling")
    assert judgement.reason == (
        "A rule here allows send_mail, and a wider scope wants a yes from someone for each call."
    )


@pytest.mark.law("E20")
def test_an_approval_is_not_bound_to_the_text_of_a_rule_that_holds_and_grants_nothing() -> None:
    # given a guest who gets only what the channel itself is given, and a rule of the workspace that holds for him and
    # gives him nothing, when its text or that of the channel's rule changes, then only the latter changes the digest
    def digest(workspaces: str, channels: str) -> str:
        guests = Settings(asking=Asking(guests=Guests.CHANNEL_ONLY))
        policy = Document(
            default=Part(rules=(allow("a-all", reason=workspaces),), settings=guests),
            channels={HERE: a_part(allow("b-here", reason=channels))},
        )
        judgement = judged(a_call(speakers=(EVE,), effect=Effect.READ), policy)
        assert (judgement.verdict, judgement.rule) == (Verdict.ALLOW, "b-here")
        return judgement.digest

    assert digest("Mail.", "Mail.") == digest("All mail.", "Mail.")
    assert digest("Mail.", "Mail.") != digest("Mail.", "All mail.")


def test_what_a_wider_scope_limits_is_looked_up_for_rules_that_grant_and_for_no_others() -> None:
    # given a limit of the organisation on an amount that could not be loaded, when the workspace denies, or has rules
    # for other people alone, then that is told; when a rule of its would grant the call, then it cannot be known
    limit = Ceiling.model_validate({"tools": ["*"], "where": {"amount": {"at_most": 10}}})
    organisation = an_organisation(ceilings=(limit,))
    call = a_call(amount=Failed("timed out"))
    assert judged(call, a_workspace(deny("never")), organisation).rule == "never"
    assert judged(call, a_workspace(by(allow("bens"), BEN)), organisation).rule == "default"
    unknown = judged(call, a_workspace(allow("all")), organisation)
    assert (unknown.rule, unknown.cause) == ("policy.error", "timed out")
    # its own rules are not limited by it
    own = an_organisation(allow("own"), ceilings=(limit,))
    assert judged(call, None, own).verdict is Verdict.ALLOW


def test_what_each_scope_gives_counts_for_its_own_rules_alone() -> None:
    # given a ceiling of the workspace that wants a yes, when a rule of the channel and one of the organisation allow,
    # then the organisation's grants the call as it says, and the channel's is told as cut
    policy = Document(default=Part(ceilings=(ASKS_ALL,)), channels={HERE: a_part(allow("b-here"))})
    call = a_call(effect=Effect.READ)
    both = judged(call, policy, an_organisation(allow("a-all")))
    assert (both.verdict, both.rule) == (Verdict.ALLOW, "a-all")
    assert [(one.rule, one.granted) for one in both.matches] == [("a-all", Verdict.ALLOW), ("b-here", Verdict.ASK)]
    assert judged(call, policy).verdict is Verdict.ASK


def test_an_app_for_which_one_rule_is_meant_gets_that_one_and_not_its_neighbours() -> None:
    # given two rules of one scope of which one names the app, when it asks, then the other is told as giving nothing
    policy = a_workspace(allow("all"), allow("apps", where={"kind": {"any_of": ["bot"]}}))
    judgement = judged(a_call(speakers=(BOT,)), policy)
    assert (judgement.verdict, judgement.rule) == (Verdict.ALLOW, "apps")
    assert [(one.rule, one.granted) for one in judgement.matches] == [("all", None), ("apps", Verdict.ALLOW)]


def test_a_rule_that_only_asks_grants_no_more_than_that() -> None:
    # given a rule that asks, under no ceiling, when it is told what it grants, then that is a yes, also beside an allow
    judgement = judged(a_call(), a_workspace(allow("all"), ask("yes-first")))
    assert [(one.rule, one.granted) for one in judgement.matches] == [
        ("all", Verdict.ALLOW),
        ("yes-first", Verdict.ASK),
    ]
    assert judgement.verdict is Verdict.ASK
    absent = replace(ANN, member=False)
    assert judged(a_call(speakers=(absent,)), a_workspace(ask("yes-first"))).verdict is Verdict.DENY


def test_a_rule_that_has_ended_takes_nothing_from_those_after_it() -> None:
    # given a rule that has ended, and others that come after it by name, when a call is judged, then they count
    over = allow("a-over", until=date(2026, 11, 27))
    assert judged(a_call(), a_workspace(over, allow("b-all"))).rule == "b-all"
    assert judged(a_call(), a_workspace(over, allow("b-all"), deny("c-never"))).rule == "c-never"


@pytest.mark.requirement("AUTHZ-05")
def test_operators_are_told_what_a_rule_could_not_look_up() -> None:
    # given a rule for some amounts, when the amount could not be loaded, then it is denied, and the cause is kept
    judgement = judged(
        a_call(amount=Failed("timed out")), a_workspace(allow("small", where={"amount": {"at_most": 1}}))
    )
    assert (judgement.rule, judgement.cause) == ("policy.error", "timed out")


@pytest.mark.parametrize(
    ("workspace", "gate", "reason"),
    [
        (a_workspace(), "default", "No rule allows send_mail here."),
        (
            Document(default=Part(ceilings=()), channels={HERE: a_part(allow("here"))}),
            "ceiling",
            "A rule here allows send_mail, but a wider scope does not let it.",
        ),
    ],
)
def test_where_no_rule_says_why_the_gate_does_and_names_the_tool(workspace: Document, gate: str, reason: str) -> None:
    # given rules that grant nothing, when a call is denied, then the reason names the tool
    judgement = judged(a_call("send_mail", effect=Effect.READ), workspace)
    assert (judgement.rule, judgement.reason) == (gate, reason)


def test_of_several_who_ask_a_rule_for_someone_else_is_not_told() -> None:
    # given a rule for someone who does not ask, when two others ask, then it is not among the rules that hold
    policy = a_workspace(by(allow("a-eves"), EVE), allow("b-all"))
    judgement = judged(a_call(speakers=(ANN, BEN)), policy)
    assert [one.rule for one in judgement.matches] == ["b-all"]
