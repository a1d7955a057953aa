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


SOMEBODY: list[dict[str, Any]] = [
    {"requester": True},
    {"requester": True, "admins": False, "people": ["U1"]},
    {"requester": True, "admins": False, "groups": ["S1"]},
]
"""Approvers beside whoever asked."""

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
    "a model of a channel that is like none": (
        a_workspace(here=Part(settings=Settings(model="qwen"))),
        [
            "setting model (channel C1): the price of `qwen` is not known: it may not exist, and is charged as the "
            "dearest one [unknown-model]"
        ],
    ),
    "one of several ceilings admits it": (
        in_channel(allow("mail", "send"), ceilings=[{"tools": ["read_*"]}, {"tools": ["send*"]}]),
        [],
    ),
    "the workspace's ceilings are over its channels, not over its own rules": (
        in_channel(ceilings=[{"tools": ["read_*"]}], workspace=(allow("mail", "send"),)),
        [],
    ),
    "no ceiling admits what it would ask for": (
        in_channel(
            ask("pay", "pay", where={"amount": {"at_most": 5}}),
            ceilings=[{"tools": ["pay"], "where": {"amount": {"at_least": 10}}}],
        ),
        ["pay (channel C1): no ceiling of the workspace lets it grant anything [unreachable]"],
    ),
    "a ceiling admits a tool that is not here yet": (
        in_channel(allow("mail", "mail_out"), ceilings=[{"tools": ["mail_*"]}]),
        ["mail (channel C1): there is no tool `mail_out` here [unknown-tool]"],
    ),
    "it stands in a channel that it excepts": (
        a_workspace(here=Part(rules=(deny("mail", "send", where={"here": {"none_of": ["C1"]}}),))),
        [
            "mail (channel C1): no call can meet its conditions: `here`: it stands in the part of C1, which it leaves "
            "out [never-holds]"
        ],
    ),
    "it stands in a channel that it names, or excepts another": (
        a_workspace(
            here=Part(
                rules=(
                    deny("mail", "send", where={"here": {"any_of": ["C1"]}}),
                    deny("pay", "pay", where={"here": {"none_of": ["C2"]}}),
                )
            )
        ),
        [],
    ),
    "no tool's name begins so": (
        a_workspace(deny("mail", "sendx*", "sen*")),
        ["mail (workspace): there is no tool `sendx*` here [unknown-tool]"],
    ),
    "it is about every tool of a kind that nobody has installed": (a_workspace(deny("gone", reaches=["run"])), []),
    "some of its tools may be others tomorrow, and have what it tests": (
        a_workspace(deny("mail", "send", "read_*", where={"amount": {"at_least": 5}})),
        [],
    ),
    "one of its tools has what it tests": (
        a_workspace(deny("no-spending", "send", "pay", where={"amount": {"at_least": 5}})),
        [],
    ),
    "what it allows ends when the deny ends, or before": (
        a_workspace(
            deny("freeze", "send*", until="2026-12-27"),
            allow("same-day", "send", until="2026-12-27"),
            allow("sooner", "send_all", until="2026-12-26"),
            allow("pay", "pay", until="2026-12-28"),
        ),
        [
            "same-day (workspace): `freeze` denies all that it grants [denied]",
            "sooner (workspace): `freeze` denies all that it grants [denied]",
        ],
    ),
    "of two that say the same the one that ends sooner is told, though it stands first": (
        a_workspace(deny("freeze", "send", until="2026-12-27"), allow("mail", "send"), deny("never", "send")),
        [
            "freeze (workspace): `never` says all that it says [repeats]",
            "mail (workspace): `never` denies all that it grants [denied]",
        ],
    ),
    "what is allowed widely is asked for, denied or tried out in a part": (
        a_workspace(
            allow("all", "send", "send_all"),
            ask("one", "send"),
            deny("other", "send_all"),
            allow("trial", "send", shadow=True),
        ),
        ["trial (workspace): `one` asks for all that it allows [always-asks]"],
    ),
    "a trial of what is said already shows what it would do": (
        a_workspace(allow("mail", "send"), allow("trial", "send", shadow=True)),
        [],
    ),
    "a fallback counts at other times, so that neither repeats the other": (
        a_workspace(
            allow("mail", "send"),
            allow("else", "send", fallback=True),
            ask("then", "pay", fallback=True),
            ask("pay", "pay"),
        ),
        [],
    ),
    "what asks or denies is no ground, and hosts that are named repeat it": (
        a_workspace(
            ask("pages", "fetch_page"),
            ask("docs", "fetch_page", where={"host": {"any_of": ["docs.example"]}}),
            deny("mail", "send*"),
            deny("mail-2", "send"),
        ),
        [
            "docs (workspace): `pages` says all that it says [repeats]",
            "mail-2 (workspace): `mail` says all that it says [repeats]",
        ],
    ),
    "of a kind only what stays near is not wide": (
        a_workspace(
            allow("plan", "*", reaches=["run"]),
            allow("notes", "*", effects=["write"], reaches=["run", "thread", "inside"]),
            allow("acts", "*", effects=["act"], reaches=["run", "inside"]),
            allow("posts", "*", effects=["write"], reaches=["inside", "outside"]),
        ),
        [
            "acts (workspace): it allows changes by every tool of `*`, also by those of tomorrow [wide]",
            "posts (workspace): it allows changes by every tool of `*`, also by those of tomorrow [wide]",
        ],
    ),
    "it asks for whatever comes": (a_workspace(ask("asks")), []),
    "somebody may say yes": (
        a_workspace(
            *(ask(f"out-{at}", "fetch_page", reaches=["outside"], approvers=one) for at, one in enumerate(SOMEBODY)),
            ask("in", "*", reaches=["outside", "inside"], approvers={"requester": True, "admins": False}),
        ),
        [],
    ),
    "nobody may say yes to what goes out or destroys": (
        a_workspace(
            ask("out", "*", reaches=["outside", "destructive"], approvers={"requester": True, "admins": False})
        ),
        ["out (workspace): only whoever asked may say yes, and for what it reaches they never may [nobody]"],
    ),
    "all that is amiss stands in the document's order, bundles after rules and models last": (
        a_workspace(
            default=Part(rules=(deny("mail", "sned"), deny("pay", "pya")), settings=Settings(model="qwen")),
            bundles={"docs": Bundle(), "more": Bundle()},
        ),
        [
            "mail (workspace): there is no tool `sned` here [unknown-tool]",
            "pay (workspace): there is no tool `pya` here [unknown-tool]",
            "docs (bundle): no scope attaches it, so nothing of it counts [unattached]",
            "more (bundle): no scope attaches it, so nothing of it counts [unattached]",
            "setting model (workspace): the price of `qwen` is not known: it may not exist, and is charged as the "
            "dearest one [unknown-model]",
        ],
    ),
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


def test_a_bundle_that_is_attached_twice_is_told_once_and_what_stands_after_it_is_told_too() -> None:
    # given a bundle in two channels, with a rule that is amiss, and one that is amiss in the second of them
    policy = Document(
        bundles={"mail": Bundle(rules=(deny("mail", "sned"),))},
        channels={
            "C1": Part(bundles=("mail",)),
            "C2": Part(bundles=("mail",)),
            "C3": Part(rules=(deny("pay", "pya"),)),
        },
    )

    # then each is told once
    assert told(policy) == [
        "mail (bundle mail): there is no tool `sned` here [unknown-tool]",
        "pay (channel C3): there is no tool `pya` here [unknown-tool]",
    ]


def test_nothing_is_told_of_tools_and_days_that_nobody_gave() -> None:
    # given a policy of which a tool is not known, a rule has ended, and a ceiling and a deny leave nothing of others
    policy = in_channel(
        allow("mail", "sned"),
        allow("pay", "pay", where={"host": {"any_of": ["a.example"]}}),
        ceilings=[{"tools": ["read_*", "pay"]}],
        workspace=(deny("past", "pay", until="2026-11-27"), allow("then", "pay", until="2026-11-27")),
    )

    # when it is looked at by itself, then what the document alone makes certain is told, and no more
    assert [str(one) for one in lints(policy)] == [
        "then (workspace): `past` denies all that it grants [denied]",
        "mail (channel C1): no ceiling of the workspace lets it grant anything [unreachable]",
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


def test_a_rule_of_the_organisation_with_the_same_id_is_another_rule() -> None:
    # given an organisation and a workspace that both call a rule `mail`: ids are unique within one document only
    over = an_organisation(deny("mail", "send"))
    policy = a_workspace(allow("mail", "send"))

    # then the organisation's is told to deny what the workspace's grants
    assert told(policy, organisation=over) == ["mail (workspace): `mail` denies all that it grants [denied]"]

    # and one that says the same is told to say it already
    same = an_organisation(allow("mail", "send"))
    assert told(policy, organisation=same) == ["mail (workspace): `mail` says all that it says [repeats]"]


def test_each_kind_has_its_policy_here() -> None:
    # given all that can be told, then something here is told so
    found = {line.rpartition("[")[2].rstrip("]") for _, said in CASES.values() for line in said}
    assert found | {Kind.NEVER_MATCHED.value} == {one.value for one in Kind}
    assert Verdict.ASK in {rule.verdict for policy, _ in CASES.values() for rule in policy.default.rules}
