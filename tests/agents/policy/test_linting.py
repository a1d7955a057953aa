"""What looks right and does nothing, or does more than it looks like: one policy for each thing that can be told."""

from datetime import date
from typing import Any

import pytest

from agents.policy.document import Bundle, Document, Part, Rule
from agents.policy.linting import Kind, lints
from agents.policy.settings import Settings
from agents.policy.verdicts import Verdict
from agents.toolcalls.catalogue import find_tools
from tests.given.policies import HERE, a_workspace, allow, an_organisation, ask, deny
from tools.contract import Arguments, Effect, Reach, Tool, ToolResult

TODAY = date(2026, 11, 28)


class Amounts(Arguments):
    amount: float


def a_tool(name: str, effect: Effect = Effect.ACT, reach: Reach = Reach.INSIDE, *, arguments: Any = Arguments) -> Tool:
    return Tool(
        name=name,
        effect=effect,
        reach=reach,
        description=name,
        arguments=arguments,
        call=lambda _wanted, _context: ToolResult(text=""),
    )


CATALOGUE = {
    one.name: one
    for one in (
        find_tools().tools["fetch_page"],
        find_tools().tools["read_thread"],
        a_tool("send"),
        a_tool("send_all"),
        a_tool("pay", arguments=Amounts),
    )
}
"""The tools there are: two of Tagwork's own, one of which says what it would reach, and three that do not."""


def told(policy: Document, **known: Any) -> list[str]:
    """Return what is told of a policy."""
    return [str(one) for one in lints(policy, CATALOGUE, today=TODAY, **known)]


def in_channel(*rules: Rule, ceilings: list[Any], workspace: tuple[Rule, ...] = ()) -> Document:
    return Document(
        default=Part.model_validate({"ceilings": ceilings, "rules": workspace}), channels={HERE: Part(rules=rules)}
    )


CASES: dict[str, tuple[Document, list[str]]] = {
    "no ceiling admits it": (
        in_channel(allow("mail", "send"), ceilings=[{"tools": ["read_*"]}, {"tools": ["*"], "effects": ["read"]}]),
        ["mail (channel C1): no ceiling of the workspace lets it grant anything [unreachable]"],
    ),
    "no ceiling at all admits it, nor what it would ask": (
        in_channel(ask("mail", "send"), ceilings=[]),
        ["mail (channel C1): no ceiling of the workspace lets it grant anything [unreachable]"],
    ),
    "a deny shadows it": (
        a_workspace(deny("no-sending", "send*"), allow("mail", "send", where={"amount": {"at_most": 5}})),
        [
            "mail (workspace): no call of `send` has `amount`, so it never holds [unknown-attribute]",
            "mail (workspace): `no-sending` denies all that it grants [denied]",
        ],
    ),
    "a deny that comes later and says the same shadows it": (
        a_workspace(allow("mail", "send"), deny("no-mail", "send")),
        ["mail (workspace): `no-mail` denies all that it grants [denied]"],
    ),
    "a deny of a channel does not shadow what holds elsewhere": (
        a_workspace(allow("mail", "send"), here=Part(rules=(deny("not-here", "send"),))),
        [],
    ),
    "a deny that is only tried out, or has ended, shadows nothing": (
        a_workspace(
            allow("mail", "send"),
            deny("trial", "send", shadow=True),
            deny("past", "send", until="2026-11-27"),
        ),
        ["past (workspace): it counted until 2026-11-27 [expired]"],
    ),
    "a deny that ends sooner shadows nothing for good": (
        a_workspace(allow("mail", "send"), deny("freeze", "send", until="2026-12-27")),
        [],
    ),
    "an ask takes all of it": (
        a_workspace(ask("first", "*"), allow("mail", "send")),
        ["mail (workspace): `first` asks for all that it allows [always-asks]"],
    ),
    "a fallback takes nothing": (a_workspace(ask("first", "*", fallback=True), allow("mail", "send")), []),
    "of two that say the same the later is told": (
        a_workspace(allow("mail", "send"), allow("mail-2", "send")),
        ["mail-2 (workspace): `mail` says all that it says [repeats]"],
    ),
    "what is said wider already": (
        a_workspace(allow("mail", "send", "send_all"), here=Part(rules=(allow("mail-here", "send"),))),
        ["mail-here (channel C1): `mail` says all that it says [repeats]"],
    ),
    "a rule that names hosts is a ground, and repeats nothing": (
        a_workspace(
            allow("pages", "fetch_page"), allow("docs", "fetch_page", where={"host": {"any_of": ["docs.example"]}})
        ),
        [],
    ),
    "others may approve, so it repeats nothing": (
        a_workspace(ask("mail", "send"), ask("mail-2", "send", approvers={"requester": True})),
        [],
    ),
    "no call meets it": (
        a_workspace(deny("odd", "send", where={"here": {"any_of": ["C1"], "none_of": ["C1"]}})),
        [
            "odd (workspace): no call can meet its conditions: `here`: `none_of` names all that `any_of` names "
            "[never-holds]"
        ],
    ),
    "it stands in a channel that it leaves out": (
        a_workspace(here=Part(rules=(allow("mail", "send", where={"here": {"any_of": ["C2"]}}),))),
        [
            "mail (channel C1): no call can meet its conditions: `here`: it stands in the part of C1, which it leaves "
            "out [never-holds]"
        ],
    ),
    "its tools are of another kind": (
        a_workspace(allow("mail", "send", effects=["read"])),
        ["mail (workspace): none of the tools it names is `read` [never-holds]"],
    ),
    "there is no such tool": (
        a_workspace(allow("mail", "sned", "send", "x_*")),
        [
            "mail (workspace): there is no tool `sned`, `x_*` here [unknown-tool]",
            "mail (workspace): it allows changes by every tool of `x_*`, also by those of tomorrow [wide]",
        ],
    ),
    "its tools do not have what it tests": (
        a_workspace(
            allow("mail", "send", where={"host": {"any_of": ["a.example"]}}),
            deny("pages", "fetch_page", where={"host": {"any_of": ["a.example"]}}),
            deny("no-spending", "send", where={"amount": {"at_least": 5}}),
            allow("pay", "pay", where={"amount": {"at_most": 5}}),
        ),
        [
            "mail (workspace): no call of `send` has `host`, so it never holds [unknown-attribute]",
            "no-spending (workspace): no call of `send` has `amount`, so it holds as if it did not test that "
            "[unknown-attribute]",
        ],
    ),
    "whatever comes may change anything": (
        a_workspace(allow("all"), allow("mail", "send*", effects=["act"], reaches=["outside"])),
        [
            "all (workspace): it allows changes by every tool of `*`, also by those of tomorrow [wide]",
            "mail (workspace): none of the tools it names is `act`, `outside` [never-holds]",
            "mail (workspace): `all` says all that it says [repeats]",
            "mail (workspace): it allows changes by every tool of `send*`, also by those of tomorrow [wide]",
        ],
    ),
    "every tool of a harmless kind is not wide": (
        a_workspace(
            allow("reads", "*", effects=["read"]),
            allow("writes", "*", effects=["write"], reaches=["inside"]),
            allow("some", "*", where={"here": {"any_of": ["C1"]}}),
        ),
        [],
    ),
    "nobody may say yes": (
        a_workspace(ask("out", "*", reaches=["outside"], approvers={"requester": True, "admins": False})),
        ["out (workspace): only whoever asked may say yes, and for what it reaches they never may [nobody]"],
    ),
    "it has ended": (
        a_workspace(allow("mail", "sned", until="2026-11-27"), allow("today", "send", until="2026-11-28")),
        ["mail (workspace): it counted until 2026-11-27 [expired]"],
    ),
    "a bundle that nothing attaches": (
        a_workspace(bundles={"docs": Bundle(rules=(allow("mail", "sned"),))}),
        ["docs (bundle): no scope attaches it, so nothing of it counts [unattached]"],
    ),
    "a model that is misspelt": (
        a_workspace(default=Part(settings=Settings(model="claude-haiku-5.5"))),
        [
            "setting model (workspace): the price of `claude-haiku-5.5` is not known: it may not exist, and is charged "
            "as the dearest one; `claude-haiku-5-5` is nearest [unknown-model]"
        ],
    ),
    "a model that is known": (a_workspace(default=Part(settings=Settings(model="claude-haiku-5-5"))), []),
}


@pytest.mark.requirement("AUTHZ-12")
@pytest.mark.parametrize(("policy", "said"), CASES.values(), ids=CASES.keys())
@pytest.mark.parity("Action checker", "beat")
def test_what_is_amiss_is_told_and_nothing_else(policy: Document, said: list[str]) -> None:
    # given a policy, when it is looked at, then just that is told
    assert told(policy) == said


@pytest.mark.requirement("AUTHZ-12")
def test_a_rule_that_held_for_nothing_is_told_where_it_was_counted() -> None:
    # given counts of how often each rule held
    policy = a_workspace(allow("mail", "send"), allow("pay", "pay"))

    # then the one that never did is told, and without counts none is
    assert told(policy, counts={"mail": 3}) == [
        "pay (workspace): it held for no call in the time that was looked at [never-matched]"
    ]
    assert told(policy) == []


def test_a_rule_of_a_bundle_is_told_only_where_it_is_so_wherever_it_is_attached() -> None:
    # given a bundle in two channels, of which one denies what it grants
    policy = Document(
        bundles={"mail": Bundle(rules=(allow("mail", "send"),))},
        channels={"C1": Part(bundles=("mail",), rules=(deny("not-here", "send"),)), "C2": Part(bundles=("mail",))},
    )

    # then nothing is told; and once the other channel denies it too, it is
    assert told(policy) == []
    both = {**policy.channels, "C2": Part(bundles=("mail",), rules=(deny("nor-there", "send"),))}
    assert told(policy.model_copy(update={"channels": both})) == [
        "mail (bundle mail): `not-here` denies all that it grants [denied]"
    ]


def test_what_the_organisation_says_is_looked_at_too() -> None:
    # given an organisation that denies one tool and has a ceiling without another
    over = an_organisation(deny("never", "send"), ceilings=[{"tools": ["send*"]}])
    policy = a_workspace(allow("mail", "send"), allow("pay", "pay"))

    # then the workspace's rules are told to come to nothing
    assert told(policy, organisation=over) == [
        "mail (workspace): `never` denies all that it grants [denied]",
        "pay (workspace): no ceiling of the organisation lets it grant anything [unreachable]",
    ]


def test_each_kind_has_its_policy_here() -> None:
    # given all that can be told, then something here is told so
    found = {line.rpartition("[")[2].rstrip("]") for _, said in CASES.values() for line in said}
    assert found | {Kind.NEVER_MATCHED.value} == {one.value for one in Kind}
    assert Verdict.ASK in {rule.verdict for policy, _ in CASES.values() for rule in policy.default.rules}
