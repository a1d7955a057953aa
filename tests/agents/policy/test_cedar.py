"""A policy that is exported to Cedar decides there as it does here: another evaluator, written by others, agrees."""

import re
from dataclasses import replace
from typing import Any

import pytest
from cedarpy import policies_to_json_str
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.policy.cedar import cedar_of
from agents.policy.compiling import compiled_of
from agents.policy.document import Bundle, Ceiling, Document, Of, Part, Rule
from agents.policy.facts import Facts
from agents.policy.judging import judge
from agents.policy.presets import PRESETS
from agents.policy.verdicts import STRICTNESS, Verdict
from tests.given.cedar_requests import by_cedar
from tests.given.policies import ANN, HERE, a_call, a_workspace, allow, an_organisation, ask, deny, many
from tests.given.policy_documents import documents as any_documents
from tests.given.small_policies import documents as small_documents
from tests.given.small_policies import facts
from tools.contract import Effect, Reach


@many
@given(small_documents(Of.ORGANISATION), small_documents(), st.tuples(facts(), facts(), facts(), facts()))
@pytest.mark.requirement("AUTHZ-04")
def test_cedar_decides_as_we_do(organisation: Document, workspace: Document, calls: tuple[Facts, ...]) -> None:
    # given any two documents, exported
    policies = compiled_of(organisation, workspace)
    exported = cedar_of(organisation, workspace)
    assert exported.left_out == ()

    # when calls at which no gate bites are judged here and by Cedar, then both decide alike
    for call in calls:
        judgement = judge(policies, call)
        assert by_cedar(exported.text, policies, call) is judgement.verdict


@pytest.mark.requirement("AUTHZ-04")
@pytest.mark.parametrize("name", PRESETS)
def test_cedar_decides_as_we_do_by_each_preset(name: str) -> None:
    # given a preset and what an admin adds to it, when calls of every kind are judged by both, then alike
    preset = PRESETS[name]
    part = preset.default.model_copy(update={"rules": (*preset.default.rules, allow("send", "send"))})
    for policy in (preset, preset.model_copy(update={"default": part, "channels": {HERE: Part(rules=(ask("all"),))}})):
        policies, text = compiled_of(None, policy), cedar_of(None, policy).text
        for tool in ("send", "look"):
            for effect in Effect:
                for reach in Reach:
                    call = a_call(tool, effect=effect, reach=reach)
                    assert by_cedar(text, policies, call) is judge(policies, call).verdict


@settings(max_examples=15)
@given(any_documents())
def test_whatever_a_policy_says_is_text_that_cedar_reads(document: Document) -> None:
    # given any policy, with every letter in its paths, when exported, then Cedar reads it
    assert policies_to_json_str(cedar_of(None, document).text)


CANNOT = {"amount": {"at_most": 1.00001}}


def test_what_cedar_cannot_say_is_told_and_makes_it_stricter() -> None:
    # given rules and a ceiling with a number that Cedar's decimals cannot be
    policy = Document(
        default=Part.model_validate(
            {
                "ceilings": [{"tools": ["look"]}, {"tools": ["send"], "where": CANNOT}],
                "rules": [allow("mail", "send", where=CANNOT), deny("burn", "burn", where=CANNOT), allow("all")],
            }
        ),
        channels={HERE: Part(rules=(allow("here", "send"),))},
    )
    exported = cedar_of(None, policy)

    # when exported, then each is told
    why = "Cedar's decimals cannot be 1.00001"
    assert exported.left_out == (("mail", why), ("burn", why), ("a ceiling over the channel", why))

    # and no call is judged laxer there than here
    policies = compiled_of(None, policy)
    for tool in ("send", "burn", "look"):
        for amount in (1.0, 5.0, None):
            call = a_call(tool, amount=amount)
            there = by_cedar(exported.text, policies, call)
            assert STRICTNESS[there] >= STRICTNESS[judge(policies, call).verdict]
    assert by_cedar(exported.text, policies, a_call("burn", amount=5.0)) is Verdict.DENY


def test_an_ask_that_cannot_be_said_asks_of_everything() -> None:
    # given a rule that asks above a number that Cedar cannot say, beside one that allows all
    policy = a_workspace(allow("all"), ask("much", "send", where={"amount": {"at_least": 1.00001}}))
    policies, exported = compiled_of(None, policy), cedar_of(None, policy)

    # then nothing that is asked here is allowed there
    assert judge(policies, a_call("send", amount=5.0)).verdict is Verdict.ASK
    assert by_cedar(exported.text, policies, a_call("send", amount=5.0)) is not Verdict.ALLOW


def test_an_error_of_cedar_is_a_denial() -> None:
    # given text in which a policy forbids by an attribute that a request does not have, and all else is permitted
    text = (
        'permit (principal, action, resource);\nforbid (principal, action, resource) when { context.host == "evil" };'
    )

    # when asked, then the error, for which Cedar would permit it, denies
    assert by_cedar(text, compiled_of(None, Document()), a_call(speakers=(ANN,))) is Verdict.DENY


def test_a_fallback_that_counts_only_where_cedar_can_say_so_grants_nothing_unasked() -> None:
    # given a fallback that allows, and a channel's rule that a ceiling which Cedar cannot say cuts to a question
    policy = Document(
        default=Part.model_validate(
            {
                "ceilings": [{"tools": ["*"], "at_most": "ask", "where": CANNOT}],
                "rules": [allow("anyhow", "send", fallback=True)],
            }
        ),
        channels={HERE: Part(rules=(allow("here", "send"),))},
    )
    policies, exported = compiled_of(None, policy), cedar_of(None, policy)

    # then what is asked here is not allowed there
    assert judge(policies, a_call("send", amount=1.0)).verdict is Verdict.ASK
    assert by_cedar(exported.text, policies, a_call("send", amount=1.0)) is not Verdict.ALLOW


def test_the_text_reads_as_the_policy() -> None:
    # given one rule of a channel, when exported, then it stands there by name, with all that it asks, and after it what
    # is built in
    rule = deny("no-mail", "send_*", "burn", effects=["act"], where={"host": {"any_of": ["*.a.example"]}})
    assert cedar_of(None, a_workspace(here=Part(rules=(rule,)))).text == (
        '@id("no-mail")\n@scope("channel")\n'
        'forbid (principal, action in [Action::"use", Action::"use_unasked"], resource)\n'
        'when { context has here && context.here == "C1" && '
        '(resource.name like "send_*" || resource.name like "burn") && ["act"].contains(resource.effect) && '
        '(!(context has "host") || (context["host"] like "*.a.example")) };\n'
        "\n"
        '@id("membership")\n@scope("built in")\n'
        'forbid (principal, action in [Action::"use", Action::"use_unasked"], resource)\n'
        "when { resource.needs_member && !(principal has member && principal.member) };\n"
    )


POLICY = re.compile(
    r'@id\("(.+)"\)\n@scope\("(.+)"\)\n(permit|forbid) \(principal, action '
    r'(?:== Action::"(\w+)"|in \[Action::"use", Action::"use_unasked"\]), resource\)\nwhen { (.+) };\n'
)


def lines(organisation: Document | None, workspace: Document | None) -> list[str]:
    """Return the exported policies, a line each, without the built-in one."""
    text = cedar_of(organisation, workspace).text
    assert policies_to_json_str(text)
    found = [POLICY.fullmatch(one if one.endswith("\n") else f"{one}\n") for one in text.split("\n\n")]
    told = [one.groups() for one in found if one is not None]
    assert len(told) == len(found)
    return [f"{scope} {name}: {effect} {action or 'both'} when {holds}" for name, scope, effect, action, holds in told][
        :-1
    ]


TESTS: list[tuple[dict[str, Any], str, str]] = [
    ({"here": {"any_of": ["C1", "C2"]}}, 'context has "here"', '["C1", "C2"].contains(context["here"])'),
    (
        {"channel": {"any_of": ["C1"], "none_of": ["C2", "C3"]}},
        'context has "channel"',
        '["C1"].contains(context["channel"]) && !["C2", "C3"].contains(context["channel"])',
    ),
    ({"person": {"none_of": ["U1"]}}, 'context has "person"', '!["U1"].contains(context["person"])'),
    (
        {"host": {"any_of": ["*.a.example", "b.example"], "none_of": ["x.a.example", "*.y.a.example"]}},
        'context has "host"',
        '(context["host"] like "*.a.example" || context["host"] == "b.example")'
        ' && !(context["host"] == "x.a.example") && !(context["host"] like "*.y.a.example")',
    ),
    (
        {"host": {"in_networks": ["10.0.0.0/8", "fd00::/8"]}},
        'context has "host"',
        '(context has ip && (context.ip.isInRange(ip("10.0.0.0/8")) || context.ip.isInRange(ip("fd00::/8"))))',
    ),
    (
        {"host": {"none_of": ["x.example"], "in_networks": ["10.0.0.0/8"]}},
        'context has "host"',
        '!(context["host"] == "x.example") && (context has ip && (context.ip.isInRange(ip("10.0.0.0/8"))))',
    ),
    # a port is whole: what lies between two is the next one that fits
    (
        {"port": {"at_least": 79.5, "at_most": 443.5}},
        'context has "port"',
        'context["port"] >= 80 && context["port"] <= 443',
    ),
    ({"port": {"at_least": 80}}, 'context has "port"', 'context["port"] >= 80'),
    ({"port": {"at_most": 443}}, 'context has "port"', 'context["port"] <= 443'),
    (
        {"path": {"begins_with": ["/api/./v2/", "/b"], "not_with": ["/b/c", "/b/d"]}},
        'context has "path"',
        '((context["path"] == "/api/v2" || context["path"] like "/api/v2/*")'
        ' || (context["path"] == "/b" || context["path"] like "/b/*"))'
        ' && !((context["path"] == "/b/c" || context["path"] like "/b/c/*"))'
        ' && !((context["path"] == "/b/d" || context["path"] like "/b/d/*"))',
    ),
    (
        {"path": {"not_with": ["/a"]}},
        'context has "path"',
        '!((context["path"] == "/a" || context["path"] like "/a/*"))',
    ),
    # servers differ about where this one leads, so it stands as it is written; a `*` is itself; other letters by number
    (
        {"path": {"begins_with": ['/a%2F*"\\ ~\x1f\x7fé']}},
        'context has "path"',
        r'((context["path"] == "/a%2F*\"\\ ~\u{1f}\u{7f}\u{e9}"'
        r' || context["path"] like "/a%2F\*\"\\ ~\u{1f}\u{7f}\u{e9}/*"))',
    ),
    ({"method": {"any_of": ["GET", "HEAD"]}}, 'context has "method"', '["GET", "HEAD"].contains(context["method"])'),
    (
        {"amount": {"at_least": -0.5, "at_most": 100}},
        'context has "amount"',
        'context["amount"].greaterThanOrEqual(decimal("-0.5000"))'
        ' && context["amount"].lessThanOrEqual(decimal("100.0000"))',
    ),
    (
        {"amount": {"at_least": 0.0001}},
        'context has "amount"',
        'context["amount"].greaterThanOrEqual(decimal("0.0001"))',
    ),
    ({"amount": {"at_most": 7}}, 'context has "amount"', 'context["amount"].lessThanOrEqual(decimal("7.0000"))'),
    ({"who": {"any_of": ["U1"]}}, 'principal has "id"', '["U1"].contains(principal["id"])'),
    ({"kind": {"none_of": ["bot"]}}, 'principal has "kind"', '!["bot"].contains(principal["kind"])'),
    (
        {"groups": {"any_of": ["S1", "S2"], "none_of": ["S4"]}},
        'principal has "groups"',
        'principal["groups"].containsAny(["S1", "S2"]) && !principal["groups"].containsAny(["S4"])',
    ),
    (
        {"groups": {"all_of": ["S3", "S5"]}},
        'principal has "groups"',
        'principal["groups"].containsAll(["S3", "S5"])',
    ),
    ({"member": {"be": True}}, 'principal has "member"', 'principal["member"] == true'),
    ({"external_channel": {"be": False}}, 'context has "external_channel"', 'context["external_channel"] == false'),
    ({"trigger": {"any_of": ["mention"]}}, 'context has "trigger"', '["mention"].contains(context["trigger"])'),
    ({"trust": {"be": "trusted"}}, 'context has "trust"', 'context["trust"] == "trusted"'),
    (
        {"time": {"between": ["08:30", "17:15"], "days": ["mon", "fri"], "zone": "Europe/Berlin"}},
        'context has "time Europe/Berlin"',
        '(context["time Europe/Berlin"].minute >= 510 && context["time Europe/Berlin"].minute < 1035'
        ' && ["mon", "fri"].contains(context["time Europe/Berlin"].day))',
    ),
    # over midnight: what began on a day goes on in the next one's morning
    (
        {"time": {"between": ["22:00", "06:05"], "days": ["sat"]}},
        'context has "time UTC"',
        '((context["time UTC"].minute >= 1320 && ["sat"].contains(context["time UTC"].day))'
        ' || (context["time UTC"].minute < 365 && ["sat"].contains(context["time UTC"].before)))',
    ),
    (
        {"calls": {"within": "1h", "at_least": 1, "at_most": 5}},
        'context has "calls 3600"',
        'context["calls 3600"] >= 1 && context["calls 3600"] <= 5',
    ),
]


@pytest.mark.parametrize(("where", "known", "holds"), TESTS, ids=[str(where) for where, _, _ in TESTS])
def test_each_test_is_a_condition_of_what_is_known(where: dict[str, Any], known: str, holds: str) -> None:
    # given a test, when exported, then what grants by it wants the value known, and what restricts counts without it
    allowed = f"({known} && {holds})"
    assert lines(None, a_workspace(allow("may", where=where))) == [
        f"workspace may: permit use when {allowed}",
        f"workspace may: permit use_unasked when {allowed}",
    ]
    assert lines(None, a_workspace(deny("no", where=where))) == [
        f"workspace no: forbid both when (!({known}) || {holds})"
    ]


SEND, LOOK = '(resource.name like "send")', '(resource.name like "look")'
ASKS_OFF = {"amount": {"at_least": 1.00001}}
ONE_CHANNEL = 'context has here && context.here == "C1"'
EXPORTED: dict[str, tuple[Document | None, Document | None, list[str]]] = {
    "nothing": (None, None, []),
    "what is allowed": (
        an_organisation(allow("may", "send", "look*", effects=["act", "read"], reaches=["inside", "thread"])),
        None,
        [
            f"organisation may: permit {action} when "
            '(resource.name like "send" || resource.name like "look*") && ["act", "read"].contains(resource.effect)'
            ' && ["inside", "thread"].contains(resource.reach)'
            for action in ("use", "use_unasked")
        ],
    ),
    "what is allowed without more": (
        None,
        a_workspace(allow("all")),
        ["workspace all: permit use when true", "workspace all: permit use_unasked when true"],
    ),
    "what is asked, through its last day in UTC": (
        None,
        a_workspace(ask("asks", "send", until="2026-11-30", where={"member": {"be": True}})),
        [
            f"workspace asks: {does} when context.at < 1796083200 && {SEND}"
            ' && (!(principal has "member") || principal["member"] == true)'
            for does in ("forbid use_unasked", "permit use")
        ],
    ),
    "what is denied": (None, a_workspace(deny("no")), ["workspace no: forbid both when true"]),
    "what counts only as a fallback": (
        None,
        a_workspace(
            allow("may", "send"),
            ask("asks", "look"),
            deny("no", "burn"),
            allow("rest", fallback=True),
            ask("also", "send", fallback=True),
        ),
        [
            f"workspace may: permit use when {SEND}",
            f"workspace may: permit use_unasked when {SEND}",
            f"workspace asks: forbid use_unasked when {LOOK}",
            f"workspace asks: permit use when {LOOK}",
            'workspace no: forbid both when (resource.name like "burn")',
            f"workspace rest: permit use when !(({SEND} || {LOOK}))",
            f"workspace rest: permit use_unasked when !(({SEND} || {LOOK}))",
            f"workspace also: forbid use_unasked when {SEND} && !(({SEND} || {LOOK}))",
            f"workspace also: permit use when {SEND} && !(({SEND} || {LOOK}))",
        ],
    ),
    "what is only tried out, and what is attached": (
        None,
        a_workspace(
            default=Part(rules=(allow("tried", shadow=True),), bundles=("b", "b")),
            bundles={"b": Bundle(rules=(deny("no", "send"), deny("tried-too", shadow=True))), "c": Bundle()},
            here=Part(rules=(deny("own", "look"),), bundles=("c", "b")),
        ),
        [
            f"workspace no: forbid both when {SEND}",
            f"channel own: forbid both when {ONE_CHANNEL} && {LOOK}",
            f"channel no: forbid both when {ONE_CHANNEL} && {SEND}",
        ],
    ),
    "what the scopes above let through": (
        an_organisation(
            allow("over", "send"),
            ceilings=(
                Ceiling(tools=("send",)),
                Ceiling.model_validate({"tools": ["look"], "at_most": "ask", "where": {"trust": {"be": "trusted"}}}),
            ),
        ),
        Document(
            default=Part(rules=(allow("mine"),), ceilings=(Ceiling(tools=("s*",)),)),
            channels={"C1": Part(rules=(allow("one"),)), "C2": Part(rules=(ask("two"),))},
        ),
        [
            f"organisation over: permit use when {SEND}",
            f"organisation over: permit use_unasked when {SEND}",
            f'workspace mine: permit use when ({SEND} || {LOOK} && (context has "trust" && '
            'context["trust"] == "trusted"))',
            f"workspace mine: permit use_unasked when ({SEND})",
            f'channel one: permit use when {ONE_CHANNEL} && ({SEND} || {LOOK} && (context has "trust" && '
            'context["trust"] == "trusted")) && ((resource.name like "s*")) && resource.counts_channel',
            f"channel one: permit use_unasked when {ONE_CHANNEL} && ({SEND})"
            ' && ((resource.name like "s*")) && resource.counts_channel',
            'channel two: forbid use_unasked when context has here && context.here == "C2"',
            'channel two: permit use when context has here && context.here == "C2"'
            f' && ({SEND} || {LOOK} && (context has "trust" && context["trust"] == "trusted"))'
            ' && ((resource.name like "s*")) && resource.counts_channel',
        ],
    ),
    "where the organisation lets nothing through, and so nothing takes a fallback's place": (
        an_organisation(ask("rest", fallback=True), ceilings=()),
        a_workspace(allow("mine", "send")),
        [
            "organisation rest: forbid use_unasked when !(false)",
            "organisation rest: permit use when !(false)",
            "workspace mine: permit use when false",
            "workspace mine: permit use_unasked when false",
        ],
    ),
    "rules that Cedar cannot say: what restricts counts always, what grants not at all": (
        None,
        a_workspace(
            allow("may", "send", where=CANNOT),
            ask("asks", "look", where=ASKS_OFF, until="2026-11-30"),
            allow("rest", fallback=True),
            ask("also", "send", fallback=True, where=CANNOT),
            here=Part(rules=(deny("no", where=CANNOT),)),
        ),
        [
            f"workspace asks: forbid use_unasked when context.at < 1796083200 && {LOOK}",
            "workspace rest: permit use when !(false)",
            f"workspace rest: permit use_unasked when !(({SEND} || context.at < 1796083200 && {LOOK}))",
            f"workspace also: forbid use_unasked when {SEND} && !(false)",
            f"channel no: forbid both when {ONE_CHANNEL}",
        ],
    ),
    "ceilings that Cedar can say bound also what takes a fallback's place": (
        an_organisation(ceilings=(Ceiling(tools=("look",)),)),
        a_workspace(allow("may", "send"), allow("rest", fallback=True)),
        [
            f"workspace may: permit use when {SEND} && ({LOOK})",
            f"workspace may: permit use_unasked when {SEND} && ({LOOK})",
            f"workspace rest: permit use when !(({SEND} && ({LOOK}))) && ({LOOK})",
            f"workspace rest: permit use_unasked when !(({SEND} && ({LOOK}))) && ({LOOK})",
        ],
    ),
    "ceilings that Cedar cannot say let nothing through": (
        an_organisation(
            ceilings=(Ceiling(tools=("look",)), Ceiling.model_validate({"tools": ["send"], "where": CANNOT}))
        ),
        a_workspace(allow("may", "send"), allow("rest", fallback=True)),
        [
            f"workspace may: permit use when {SEND} && ({LOOK})",
            f"workspace may: permit use_unasked when {SEND} && ({LOOK})",
            # whether something else grants it is not known: certainly where that is said, perhaps wherever it may be
            f"workspace rest: permit use when !(({SEND} && ({LOOK}))) && ({LOOK})",
            f"workspace rest: permit use_unasked when !(({SEND})) && ({LOOK})",
        ],
    ),
}


@pytest.mark.parametrize(("organisation", "workspace", "said"), EXPORTED.values(), ids=EXPORTED.keys())
def test_each_rule_is_what_it_permits_and_forbids(
    organisation: Document | None, workspace: Document | None, said: list[str]
) -> None:
    # given documents, when exported, then just these policies stand there, in the order of the documents
    assert lines(organisation, workspace) == said


@pytest.mark.parametrize(
    ("where", "why"),
    [
        # a decimal has four digits behind the point and 64 bits; of the floats next to its bounds one fits each
        ({"amount": {"at_least": 922_337_203_685_477.5}}, None),
        ({"amount": {"at_least": -922_337_203_685_477.5}}, None),
        ({"amount": {"at_least": 922_337_203_685_477.6}}, "Cedar's decimals cannot be 922337203685477.6"),
        ({"amount": {"at_least": -922_337_203_685_477.6}}, "Cedar's decimals cannot be -922337203685477.6"),
        ({"amount": {"at_most": 0.00001}}, "Cedar's decimals cannot be 1e-05"),
        # a whole number has 64 bits
        ({"calls": {"within": "1h", "at_most": 2**63 - 1}}, None),
        ({"calls": {"within": "1h", "at_most": 2**63}}, "Cedar's whole numbers cannot be 9223372036854775808"),
        ({"port": {"at_least": -(2.0**63)}}, "Cedar's whole numbers cannot be -9223372036854775808"),
    ],
)
def test_a_number_that_is_none_of_cedars_is_told_once(where: dict[str, Any], why: str | None) -> None:
    # given a number at a bound, in a bundle that two places have, when exported, then Cedar reads it, or it is left out
    policy = a_workspace(
        default=Part(bundles=("b",)), bundles={"b": Bundle(rules=(deny("no", where=where),))}, here=Part(bundles=("b",))
    )
    assert policies_to_json_str(cedar_of(None, policy).text)
    assert cedar_of(None, policy).left_out == ((("no", why),) if why else ())


def test_of_each_scope_and_of_who_must_be_in_the_channel_the_text_says_so() -> None:
    # given rules of three scopes, when exported, then each says of which it is, and who is in the channel is said last
    text = cedar_of(an_organisation(allow("over")), a_workspace(allow("mine"), here=Part(rules=(allow("here"),)))).text
    heads = re.findall(r'@id\("(.+?)"\)\n@scope\("(.+?)"\)', text)
    scopes = [("over", "organisation"), ("mine", "workspace"), ("here", "channel"), ("membership", "built in")]
    assert list(dict.fromkeys(heads)) == scopes


def test_someone_who_left_the_channel_may_not_there_either() -> None:
    # given a tool that only those may use who are in the channel, when someone who is not asks, then Cedar denies too
    policy = a_workspace(allow("may"))
    policies, text = compiled_of(None, policy), cedar_of(None, policy).text
    for member, verdict in ((True, Verdict.ALLOW), (False, Verdict.DENY), (None, Verdict.DENY)):
        call = a_call(speakers=(replace(ANN, member=member),))
        assert judge(policies, call).verdict is verdict
        assert by_cedar(text, policies, call) is verdict


@pytest.mark.parametrize("beside", [(), (allow("mine", "send"),), (ask("mine", "send"),)])
def test_a_fallback_counts_there_only_where_nothing_else_grants(beside: tuple[Rule, ...]) -> None:
    # given what is allowed, or asked, where no other rule grants anything, when judged, then alike
    for fallback in (allow("rest", fallback=True), ask("rest", fallback=True)):
        policy = a_workspace(fallback, *beside)
        policies, text = compiled_of(None, policy), cedar_of(None, policy).text
        for tool in ("send", "look"):
            assert by_cedar(text, policies, a_call(tool)) is judge(policies, a_call(tool)).verdict
