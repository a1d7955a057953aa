"""Why it is so, in words: the same each time, no more of a rule than its reason, and what a person can do."""

import json

import pytest
from hypothesis import given

from agents.policy.document import Approvers, Ceiling, Document, Part
from agents.policy.explaining import (
    ACTIONS,
    action_for,
    approvers_of,
    as_json,
    changers_of,
    denial_line,
    explained,
    narrowing_of,
)
from agents.policy.facts import Facts
from agents.policy.judgement import Gate, Judgement, Named, Terms
from agents.policy.judging import judge
from agents.policy.scopes import Scope
from agents.policy.settings import Editors, Settings
from agents.policy.verdicts import Verdict
from tests.given.policies import (
    ANN,
    BEN,
    CALLS,
    HERE,
    ORGANISATIONS,
    a_call,
    a_part,
    a_workspace,
    allow,
    an_organisation,
    ask,
    deny,
    documents,
    judged,
    many,
    of,
)
from tools.contract import Effect, Reach

SECRETS = ("internal.example", "4711", "S0SECRET", "U0SECRET", "/vault")


def told(call: Facts, workspace: Document | None, organisation: Document | None = None) -> list[str]:
    """Return the whole explanation of a call."""
    policies = of(workspace, organisation)
    return list(explained(judge(policies, call), call.reach, policies.holding(call.here)))


@pytest.mark.requirement("AUTHZ-08")
def test_a_denial_by_default_tells_what_nearly_allowed_it() -> None:
    # given rules that allow a tool under conditions that a call misses by one or two, when explained, then they are
    # told with what the call had, the nearest first, and nothing of their lists and limits
    policy = a_workspace(
        allow("docs", "send", where={"host": {"any_of": ["internal.example"]}}),
        allow("small", "send", where={"amount": {"at_most": 4711}, "groups": {"any_of": ["S0SECRET"]}}),
        allow(
            "far",
            "send",
            where={
                "amount": {"at_most": 4711},
                "path": {"begins_with": ["/vault"]},
                "who": {"any_of": ["U0SECRET"]},
            },
        ),
        allow("burns", "burn"),
        version=7,
    )
    call = a_call(host="www.example.com", amount=5000.0, path="/api")
    assert told(call, policy) == [
        "Denied: No rule allows send here.",
        "Decided by: `default`, which is built in",
        "Gate: default (deny): No rule allows send here.",
        "Nearly: `docs` of the workspace: host `www.example.com` is not one that it names",
        "Nearly: `small` of the workspace: the amount 5000.0 is not within its limits and it is for other user groups "
        "than those of whoever asks",
        "Can change it: Owners and admins of the workspace",
        "What to do: Owners and admins of the workspace can allow it.",
        "Policy: workspace 7",
    ]


@pytest.mark.requirement("AUTHZ-08")
def test_an_ask_tells_every_rule_the_gates_who_may_say_yes_and_who_can_change_it() -> None:
    # given rules of three scopes, a ceiling, and a channel with editors of its own, when explained, then all is told
    organisation = an_organisation(
        ask("mail", "send", reason="Mail is seen by many.", approvers=Approvers(people=("U9BOSS",), expires="2h")),
        ceilings=(Ceiling(tools=("send",), at_most=Verdict.ASK),),
    )
    here = a_part(allow("team-mail", "send"), settings=Settings(editors=Editors(people=("U8LEAD",), groups=("S3",))))
    call = a_call(reach=Reach.OUTSIDE, has_read_untrusted=True, speakers=(ANN, BEN))
    assert told(call, a_workspace(here=here), organisation) == [
        "Needs someone's yes: Mail is seen by many.",
        "Decided by: rule `mail` of the organisation",
        "Holds: ask by `mail` of the organisation",
        "Holds: allow by `team-mail` of the channel, cut to ask",
        "Gate: read-untrusted (ask): This request has read things that anyone could have written, so someone has to "
        "look before it reaches outside.",
        "May say yes: an owner or admin, who must also be one of an owner or admin or U9BOSS, within 2 hours",
        "Never whoever asked: what is `outside` needs someone else's yes",
        "Can change it: Owners and admins of the organisation",
        "What to do: Owners and admins of the organisation can change that rule.",
        "Policy: organisation 0 and workspace 0",
    ]


def test_an_allowed_call_tells_its_rule_and_what_is_tried_out() -> None:
    # given a rule that allows and one that is tried out, when explained, then both are told, and nothing is to be done
    policy = a_workspace(here=a_part(allow("team", "send"), deny("soon", "send", shadow=True)))
    assert told(a_call(), policy) == [
        "Allowed: The channel's rule `team` allows send.",
        "Decided by: rule `team` of the channel",
        "Holds: allow by `team` of the channel",
        "Tried out: with `soon` it would be deny",
        "Can change it: Owners and admins of the workspace",
        "Policy: workspace 0",
    ]


def test_a_rule_that_grants_nothing_and_whoever_takes_a_right_away_are_told() -> None:
    # given a rule that a ceiling keeps back, and a Speaker with less, when explained, then both are told
    shut = a_workspace(default=Part(ceilings=()), here=a_part(allow("team", "send")))
    assert "Holds: allow by `team` of the channel, which grants nothing here" in told(a_call(), shut)
    ours = a_workspace(allow("ours", where={"groups": {"any_of": ["S1"]}}))
    lines = told(a_call(speakers=(ANN, BEN)), ours)
    assert "Speakers: A request has only the rights that all share who wrote to it; U2BEN may less." in lines


def test_without_any_policy_that_is_said() -> None:
    # given no document, when a denial is explained, then that there is none is told
    assert told(a_call(), None)[-1] == "Policy: none, so everything is denied"


@pytest.mark.parametrize("gate", Gate)
@pytest.mark.requirement("AUTHZ-08")
def test_every_denial_ends_in_what_a_person_can_do(gate: Gate) -> None:
    # given a denial by each gate, when its line is told, then it ends in a sentence about what can be done
    judgement = Judgement(verdict=Verdict.DENY, rule=gate.value, scope=Scope.BUILT_IN, reason="It is so.")
    line = denial_line(judgement, of(None).holding(HERE))
    assert line.startswith(f"It is so. (`{gate.value}`, which is built in) ")
    assert line.endswith((".", "https://."))
    assert ACTIONS[gate]
    assert "{" not in line


def test_a_denial_by_a_rule_names_the_rule_and_who_can_change_it() -> None:
    # given a rule that denies, when its line is told in a thread, then reason, name and who can change it are there
    policies = of(a_workspace(deny("no-mail", "send", reason="Mail goes out by hand.")))
    assert denial_line(judge(policies, a_call()), policies.holding(HERE)) == (
        "Mail goes out by hand. (rule `no-mail` of the workspace) Owners and admins of the workspace can change that "
        "rule."
    )


def test_who_took_a_right_away_is_told_with_what_to_do() -> None:
    # given a Speaker with less than the requester, when what to do is told, then that is told too; alone, it is not
    policies = of(a_workspace(allow("ours", where={"groups": {"any_of": ["S1"]}})))
    joined = judge(policies, a_call(speakers=(ANN, BEN)))
    assert action_for(joined, policies.holding(HERE)).endswith(narrowing_of(joined))
    assert narrowing_of(judge(policies, a_call(speakers=(BEN,)))) == ""


def test_who_can_change_what_a_scope_says() -> None:
    # given editors of the workspace's part and of a channel's, when it is asked who can change something, then editors
    # of a channel cannot change the workspace's, and nobody of them the organisation's
    default = Part(settings=Settings(editors=Editors(people=("U7WIDE",))))
    channel = Part(settings=Settings(editors=Editors(people=("U8LEAD",))))
    policies = of(Document(default=default, channels={HERE: channel}))
    here, elsewhere = policies.holding(HERE), policies.holding("C9")
    admins = "Owners and admins of the workspace"
    assert changers_of(Scope.CHANNEL, here) == f"{admins} and U8LEAD"
    assert changers_of(Scope.BUILT_IN, here) == f"{admins} and U8LEAD"
    assert changers_of(Scope.WORKSPACE, here) == admins
    assert changers_of(Scope.WORKSPACE, elsewhere) == f"{admins} and U7WIDE"
    assert changers_of(Scope.ORGANISATION, here) == "Owners and admins of the organisation"


def test_who_may_say_yes_is_told_in_words() -> None:
    # given terms, when told, then everyone who is named is, and how many of them
    everyone = Named(True, True, frozenset({"U2", "U1"}), frozenset({"S1"}))
    assert approvers_of(Terms((everyone,), 1, 60)) == "whoever asked, an owner or admin, U1, U2 or someone of S1"
    assert approvers_of(Terms((Named(admins=True),), 2, 60)) == "2 different people of: an owner or admin"


@many
@given(documents(), ORGANISATIONS, CALLS)
@pytest.mark.requirement("AUTHZ-08")
def test_every_answer_is_explained_and_can_be_kept(
    workspace: Document, organisation: Document | None, call: Facts
) -> None:
    # given any policies and any call, when its answer is explained twice, and kept, then the words are the same, all
    # that decided is told, and what is kept is JSON
    policies = of(workspace, organisation)
    judgement, holding = judge(policies, call), policies.holding(call.here)
    lines = explained(judgement, call.reach, holding)
    assert lines == explained(judge(policies, call), call.reach, holding)
    text = "\n".join(lines)
    assert judgement.reason in text
    named = [one.rule for one in judgement.matches] + [one.rule for one in judgement.misses]
    assert all(f"`{one}`" in text for one in named)
    assert ("What to do: " in text) == (judgement.verdict is not Verdict.ALLOW)
    assert json.loads(json.dumps(as_json(judgement))) == as_json(judgement)


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.requirement("AUTHZ-08")
def test_nothing_that_a_rule_keeps_to_itself_is_told(verdict: Verdict) -> None:
    # given rules with lists and limits, when a call that misses or meets them is explained, then none of those is told
    where = {
        "host": {"any_of": ["internal.example"]},
        "amount": {"at_most": 4711},
        "groups": {"any_of": ["S0SECRET"]},
        "who": {"none_of": ["U0SECRET"]},
        "path": {"begins_with": ["/vault"]},
    }
    makes = {Verdict.ALLOW: allow, Verdict.ASK: ask, Verdict.DENY: deny}[verdict]
    rules = [makes(f"rule-{name}", where={name: test}) for name, test in where.items()]
    for call in (a_call(), a_call(host="a.example", amount=9999.0, path="/x", effect=Effect.READ)):
        text = "\n".join(told(call, a_workspace(*rules))) + json.dumps(as_json(judged(call, a_workspace(*rules))))
        assert not [secret for secret in SECRETS if secret in text]
