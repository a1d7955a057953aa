"""Why it is so, in words: the same each time, no more of a rule than its reason, and what a person can do."""

import json
from dataclasses import replace

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
from agents.policy.judgement import Bite, Gate, Judgement, Match, Miss, Named, Shadow, Terms
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


FULL = Judgement(
    verdict=Verdict.ASK,
    rule="mail",
    scope=Scope.CHANNEL,
    reason="Mail is seen by many.",
    matches=(Match(Scope.CHANNEL, "mail", Verdict.ASK, Verdict.ASK), Match(Scope.WORKSPACE, "all", Verdict.ALLOW)),
    gates=(Bite(Gate.FLOW, Verdict.ASK, "It is not for them."), Bite(Gate.REPEATED, Verdict.ASK, "It may be done.")),
    misses=(Miss(Scope.ORGANISATION, "small", ("too much", "too late")),),
    narrowed_by=("U2BEN", "U3EVE"),
    ground="page-host",
    terms=Terms((Named(True, False, frozenset({"U2", "U1"}), frozenset({"S2", "S1"})), Named(admins=True)), 2, 90),
    digest="d1",
    shadow=Shadow(
        (Match(Scope.WORKSPACE, "soon", Verdict.DENY), Match(Scope.CHANNEL, "late", Verdict.ASK)), Verdict.DENY
    ),
    versions={"workspace": 7, "organisation": 2},
    cause="secret",
    reach=Reach.OUTSIDE,
)
"""An answer of which everything is known."""


def test_all_of_an_answer_is_kept_by_name_and_nothing_for_operators() -> None:
    # given an answer, when kept, then all that explains it stands there, and the cause for operators does not
    assert as_json(FULL) == {
        "verdict": "ask",
        "rule": "mail",
        "scope": "channel",
        "reason": "Mail is seen by many.",
        "matches": [
            {"scope": "channel", "rule": "mail", "verdict": "ask", "granted": "ask"},
            {"scope": "workspace", "rule": "all", "verdict": "allow", "granted": None},
        ],
        "gates": [{"gate": "flow", "verdict": "ask"}, {"gate": "may-have-happened", "verdict": "ask"}],
        "misses": [{"scope": "organisation", "rule": "small", "failed": ["too much", "too late"]}],
        "narrowed_by": ["U2BEN", "U3EVE"],
        "ground": "page-host",
        "terms": {
            "named": [
                {"requester": True, "admins": False, "people": ["U1", "U2"], "groups": ["S1", "S2"]},
                {"requester": False, "admins": True, "people": [], "groups": []},
            ],
            "quorum": 2,
            "seconds": 90,
        },
        "digest": "d1",
        "shadow": {"verdict": "deny", "rules": ["soon", "late"]},
        "versions": {"workspace": 7, "organisation": 2},
    }


def test_of_an_answer_that_says_little_nothing_is_made_up() -> None:
    # given an answer without terms, and of which nothing is tried out, when kept, then none stand there
    kept = as_json(Judgement(verdict=Verdict.DENY, rule="default", scope=Scope.BUILT_IN, reason="No rule allows it."))
    assert (kept["terms"], kept["shadow"], kept["scope"]) == (None, None, "built in")
    assert (kept["matches"], kept["gates"], kept["misses"], kept["narrowed_by"], kept["versions"]) == (
        [],
        [],
        [],
        [],
        {},
    )


def test_each_part_of_an_answer_has_its_line() -> None:
    # given an answer of which everything is known, when explained, then each part is told, in this order
    assert list(explained(FULL, FULL.reach, of(None).holding(HERE))) == [
        "Needs someone's yes: Mail is seen by many.",
        "Decided by: rule `mail` of the channel",
        "Ground for reading the page: page-host",
        "Holds: ask by `mail` of the channel",
        "Holds: allow by `all` of the workspace, which grants nothing here",
        "Gate: flow (ask): It is not for them.",
        "Gate: may-have-happened (ask): It may be done.",
        "Nearly: `small` of the organisation: too much and too late",
        "Speakers: A request has only the rights that all share who wrote to it; U2BEN and U3EVE may less.",
        "May say yes: 2 different people of: whoever asked, U1, U2, someone of S1 or someone of S2, who must also be "
        "one of an owner or admin, within 90 seconds",
        "Never whoever asked: what is `outside` needs someone else's yes",
        "Tried out: with `soon` and `late` it would be deny",
        "Can change it: Owners and admins of the workspace",
        "What to do: Owners and admins of the workspace can change that rule. A request has only the rights that all "
        "share who wrote to it; U2BEN and U3EVE may less.",
        "Policy: organisation 2 and workspace 7",
    ]


@pytest.mark.parametrize(
    ("reach", "told"),
    [
        (None, False),
        (Reach.RUN, False),
        (Reach.THREAD, False),
        (Reach.INSIDE, False),
        (Reach.OUTSIDE, True),
        (Reach.DESTRUCTIVE, True),
    ],
)
def test_that_whoever_asked_never_approves_is_told_where_it_is_so(reach: Reach | None, told: bool) -> None:
    # given a call that asks, when explained, then that someone else has to say yes is told just where that is so
    lines = explained(replace(FULL, reach=reach), reach, of(None).holding(HERE))
    assert any(one.startswith("Never whoever asked: ") for one in lines) is told
    # and where nobody is asked, there is nothing to tell
    allowed = replace(FULL, verdict=Verdict.ALLOW, terms=None)
    assert not [one for one in explained(allowed, reach, of(None).holding(HERE)) if "whoever asked" in one]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (90, "90 seconds"),
        (60, "1 minute"),
        (120, "2 minutes"),
        (5_400, "90 minutes"),
        (3_600, "1 hour"),
        (7_200, "2 hours"),
        (86_400, "1 day"),
        (90_000, "25 hours"),
        (172_800, "2 days"),
    ],
)
def test_a_time_is_told_in_the_largest_unit_that_fits(seconds: int, words: str) -> None:
    # given how long an Approval waits, when told, then in days, hours or minutes where these are whole
    terms = Terms((Named(admins=True),), 1, seconds)
    lines = explained(replace(FULL, terms=terms), None, of(None).holding(HERE))
    assert f"May say yes: an owner or admin, within {words}" in lines


def test_rules_that_are_tried_out_and_broke_are_told_as_such() -> None:
    # given rules that are tried out and could not be judged, when explained, then that they broke is told
    broke = replace(FULL, shadow=Shadow((), Verdict.DENY))
    lines = explained(broke, None, of(None).holding(HERE))
    assert "Tried out: with rules that broke it would be deny" in lines


def test_a_right_that_nobody_misses_is_no_matter_of_what_to_do() -> None:
    # given a call that is allowed though someone has less, when what to do is told, then nobody is named
    allowed = replace(FULL, verdict=Verdict.ALLOW)
    assert action_for(allowed, of(None).holding(HERE)) == "Owners and admins of the workspace can change that rule."


def test_a_rule_whose_reason_names_it_is_not_named_twice() -> None:
    # given a denial whose reason has the rule's name, when its line is told, then the name stands there once
    judgement = replace(FULL, verdict=Verdict.DENY, reason="The channel's rule `mail` denies send.", narrowed_by=())
    assert denial_line(judgement, of(None).holding(HERE)) == (
        "The channel's rule `mail` denies send. Owners and admins of the workspace can change that rule."
    )


def test_whoever_is_asked_to_approve_may_be_told_who_asked() -> None:
    # given terms that name whoever asked, when told with a name for them, then that name stands there
    terms = Terms((Named(True, False, frozenset({"U2"})),), 1, 60)
    assert approvers_of(terms, "Ann") == "Ann or U2"


def test_groups_of_editors_and_the_organisations_word_are_told() -> None:
    # given editors of a channel, people and groups, when it is asked who can change something, then all are told
    editors = Settings(editors=Editors(people=("U8LEAD",), groups=("S3", "S4")))
    wide = Part(settings=Settings(editors=Editors(groups=("S1",))))
    policies = of(Document(default=wide, channels={HERE: Part(settings=editors)}))
    admins = "Owners and admins of the workspace"
    assert changers_of(Scope.CHANNEL, policies.holding(HERE)) == (f"{admins}, U8LEAD, people of S3 and people of S4")
    assert changers_of(Scope.WORKSPACE, policies.holding(HERE)) == admins
    assert changers_of(Scope.CHANNEL, policies.holding("C9")) == f"{admins} and people of S1"
