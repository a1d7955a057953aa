"""The answer for one ToolCall: the names by which it is kept, and that nothing stands in it that nobody said."""

import pytest

from agents.policy.judgement import Gate, Judgement, Match, Named
from agents.policy.scopes import Scope
from agents.policy.verdicts import Verdict
from tests.given.policies import a_call, a_workspace, allow, judged


def test_gates_keep_the_names_by_which_decisions_are_stored() -> None:
    # given Decisions in a journal, when a later release reads which gate decided, then by these names
    assert [one.value for one in Gate] == [
        *("no-such-tool", "arguments", "frozen", "disabled", "nobody-asks", "gone", "asking", "guests", "bot"),
        *("authority", "membership", "default", "ceiling", "web-off", "no-address", "page", "other-channel"),
        *("destination", "flow", "read-untrusted", "may-have-happened", "refused-before", "budget", "policy.error"),
    ]


def test_nobody_is_named_who_was_not_named() -> None:
    # given nobody, when it is asked who may say yes, then nobody may
    assert Named() == Named(requester=False, admins=False, people=frozenset(), groups=frozenset())


def test_a_rule_that_holds_grants_nothing_until_it_is_said_what() -> None:
    # given a rule that holds, when nothing is said of what it grants, then that is nothing
    assert Match(Scope.CHANNEL, "mail", Verdict.ALLOW) == Match(Scope.CHANNEL, "mail", Verdict.ALLOW, None)


def test_an_answer_says_no_more_than_was_found() -> None:
    # given an answer of which only verdict, rule, scope and reason are known, when it is read, then all else is empty
    answer = Judgement(verdict=Verdict.DENY, rule="default", scope=Scope.BUILT_IN, reason="No rule allows it.")
    assert (answer.matches, answer.gates, answer.misses, answer.narrowed_by) == ((), (), (), ())
    assert (answer.ground, answer.digest, answer.cause) == ("", "", "")
    assert (answer.terms, answer.shadow, answer.reach) == (None, None, None)
    assert answer.versions == {}


@pytest.mark.requirement("AUTHZ-08")
def test_no_more_near_misses_are_told_than_help_to_choose() -> None:
    # given five rules that a call just misses, when it is denied, then the first three by name are told
    where = {"amount": {"at_most": 1}}
    policy = a_workspace(*(allow(f"small-{at}", where=where) for at in range(5)))
    assert [one.rule for one in judged(a_call(amount=2.0), policy).misses] == ["small-0", "small-1", "small-2"]
