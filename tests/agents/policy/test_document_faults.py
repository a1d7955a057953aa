"""Whoever wrote a policy wrongly reads where it is wrong, what stands there, what was expected and what is nearest."""

from dataclasses import dataclass

import pytest
from pydantic import ValidationError

from agents.policy.document import Document
from agents.policy.document_faults import (
    MOST_SHOWN,
    faults_of_model,
    one_of,
)
from agents.policy.marked_yaml import Mark, NotAPolicy, read
from agents.policy.yaml_text import document_of

TOOLS = frozenset({"fetch_page", "read_thread", "send_message"})
TEXT = "text (a number or a date that is meant as text stands in quotes)"
TOOL = "one of fetch_page, read_thread, send_message"
DOLLARS = "an amount of US dollars, such as 5 or 12.50"


def faults_in(text: str) -> list[str]:
    """Return what is wrong in a text, a line each, in the order in which it stands there; nothing: it is a policy."""
    try:
        document_of(text, TOOLS)
    except NotAPolicy as refused:
        return [str(one) for one in refused.faults]
    return []


def refusal_of(text: str) -> ValidationError:
    """Return the model's own refusal of a text."""
    with pytest.raises(ValidationError) as refused:
        Document.model_validate(read(text).plain())
    return refused.value


@dataclass(frozen=True)
class Case:
    """A text, in it `^` before each place that is told, and what is told of each."""

    text: str
    told: tuple[str, ...] = ()


def a_rule(more: str) -> str:
    """Return a rule that denies one tool, with more in it."""
    return f"{{id: a, verdict: deny, tools: [fetch_page], {more}}}"


def a_part(more: str) -> str:
    """Return a policy that says something for everyone."""
    return f"default: {{{more}}}"


def with_rule(*rules: str) -> str:
    """Return a policy of these rules."""
    return a_part(f"rules: [{', '.join(rules)}]")


def where(more: str) -> str:
    """Return a policy of one rule with a condition."""
    return with_rule(a_rule(f"where: {{{more}}}"))


def setting(more: str) -> str:
    """Return a policy of one setting."""
    return a_part(f"settings: {{{more}}}")


SHOWN = {
    "a number": Case(setting("enabled: ^7"), ("the number 7; expected true or false",)),
    "a broken number": Case(setting("enabled: ^1.5"), ("the number 1.5; expected true or false",)),
    "a truth": Case(a_part("rules: ^true"), ("true; expected a list",)),
    "a lie": Case(a_part("rules: ^false"), ("false; expected a list",)),
    "a day": Case(setting("enabled: ^2027-01-31"), ("the day 2027-01-31; expected true or false",)),
    "nothing": Case("version: ^null", ("nothing; expected a whole number",)),
    "a list": Case(setting("enabled: ^[1, 2]"), ("a list of 2; expected true or false",)),
    "keys": Case(setting("enabled: ^{a: 1, b: 2}"), ("keys and values; expected true or false",)),
    "a text": Case(setting("enabled: ^maybe"), ("`maybe`; expected true or false",)),
    "the longest text that is shown": Case(
        setting(f"enabled: ^{'x' * MOST_SHOWN}"), (f"`{'x' * MOST_SHOWN}`; expected true or false",)
    ),
    "a longer text": Case(
        setting(f"enabled: ^{'x' * (MOST_SHOWN + 1)}"), ("a text of 61 characters; expected true or false",)
    ),
}
"""What stands there."""

FORMS = {
    "an id": Case(
        where("here: {any_of: [^general]}"),
        ("`general`; expected an id of Slack, such as C0123ABCD, U0123ABCD or S0123ABCD",),
    ),
    "a name": Case(
        with_rule("{id: ^A b, verdict: deny, tools: [fetch_page]}"),
        ("`A b`; expected a name of small letters, digits, `.`, `_` and `-`",),
    ),
    "the name of a bundle": Case(
        "bundles: {^Docs: {}}", ("the key `Docs`; expected a name of small letters, digits, `.`, `_` and `-`",)
    ),
    "a host": Case(
        where("host: {any_of: [^HTTP://x]}"),
        (
            "`HTTP://x`; expected a host in small letters, without scheme, port or path, such as docs.example.com or "
            "*.example.com",
        ),
    ),
    "a path": Case(where("path: {begins_with: [^api]}"), ("`api`; expected the beginning of a path, such as /api",)),
    "a network": Case(where("host: {in_networks: [^10]}"), (f"the number 10; expected {TEXT}",)),
    "a network's form": Case(where("host: {in_networks: [^ten]}"), ("`ten`; expected a network, such as 10.0.0.0/8",)),
    "a network that is none": Case(
        where("host: {^in_networks: [10.0.0.1/8]}"), ("`in_networks`, which 10.0.0.1/8 has host bits set",)
    ),
    "a time of day": Case(
        where("time: {between: [^8:00, 24:00]}"), ("`8:00`; expected a time of day, such as 08:30 or 24:00",)
    ),
    "a span": Case(setting("approvers: {expires: ^7w}"), ("`7w`; expected a span of time, such as 30m, 24h or 7d",)),
    "a model": Case(setting("model: ^-x"), ("`-x`; expected text like ^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,99}$",)),
    "a day that there is not": Case(
        with_rule(a_rule("until: ^2027-13-01")), ("`2027-13-01`; expected a day, such as 2027-01-31",)
    ),
    "a text that is too long": Case(
        with_rule(a_rule(f"reason: ^{'x' * 301}")), ("a text of 301 characters; expected at most 300 characters",)
    ),
    "a text that is too short": Case(where("time: {zone: ^''}"), ("``; expected at least 1 character",)),
    "an amount": Case(setting("budget: {day_usd: ^much}"), (f"`much`; expected {DOLLARS}",)),
    "an amount below a cent": Case(
        setting("budget: {day_usd: ^1.234}"), ("the number 1.234; expected an amount of US dollars, to the cent",)
    ),
    "an amount in millions": Case(
        setting("budget: {day_usd: ^10000000}"), ("the number 10000000; expected an amount below ten million",)
    ),
    "an amount in hundreds of millions": Case(
        setting("budget: {day_usd: ^123456789.5}"), ("the number 123456789.5; expected an amount below ten million",)
    ),
    "a debt": Case(setting("budget: {day_usd: ^-1}"), ("the number -1; expected at least 0",)),
    "too few": Case(setting("approvers: {most_an_hour: ^0}"), ("the number 0; expected at least 1",)),
    "too many": Case(setting("approvers: {most_an_hour: ^10001}"), ("the number 10001; expected at most 10000",)),
    "no whole number": Case(setting("approvers: {most_an_hour: ^1.5}"), ("the number 1.5; expected a whole number",)),
    "no number": Case(where("amount: {at_most: ^much}"), ("`much`; expected a number",)),
    "no keys and values": Case(a_part("settings: ^7"), ("the number 7; expected keys and values",)),
    "no list": Case(a_part("rules: ^{a: b}"), ("keys and values; expected a list",)),
    "an empty list": Case(
        with_rule("{id: a, verdict: deny, tools: ^[]}"), ("a list of 0; expected at least 1 of them",)
    ),
    "a list with a wrong value alone, which is not called too short as well": Case(
        with_rule("{id: a, verdict: deny, tools: [^7]}"), (f"the number 7; expected {TEXT}",)
    ),
    "a list that is too long": Case(
        setting(f"grants: ^[{', '.join('g' for _ in range(101))}]"), ("a list of 101; expected at most 100 of them",)
    ),
    "one value in the place of two": Case(where("time: {between: ^['08:00']}"), ("a list of 1; expected a list of 2",)),
    "three values in the place of two": Case(
        where("time: {between: ^['08:00', '09:00', '10:00']}"), ("a list of 3; expected at most 2 of them",)
    ),
    "another format": Case("tagwork: ^policy/2", ("`policy/2`; expected one of policy/1 (`policy/1` is nearest)",)),
    "a word that there is not": Case(
        setting("effort: ^hgh"), ("`hgh`; expected one of high, low, max, medium, xhigh (`high` is nearest)",)
    ),
    "a word that is a number": Case(
        setting("effort: ^1"), ("the number 1; expected one of high, low, max, medium, xhigh",)
    ),
    "what a ceiling cannot be": Case(
        a_part("ceilings: [{tools: ['*'], at_most: ^deny}]"), ("`deny`; expected one of allow, ask",)
    ),
}
"""What was expected."""

KEYS = {
    "of the policy": Case(
        "^defualt: {}",
        (
            "the key `defualt`; expected one of authority, bundles, channels, default, of, tagwork, version "
            "(`default` is nearest)",
        ),
    ),
    "of a channel's part": Case(
        "channels: {C1: {^sttings: {}}}",
        ("the key `sttings`; expected one of bundles, ceilings, rules, settings (`settings` is nearest)",),
    ),
    "of a bundle": Case(
        "bundles: {docs: {^rule: []}}",
        ("the key `rule`; expected one of grants, instructions, rules (`rules` is nearest)",),
    ),
    "of a rule": Case(
        with_rule(a_rule("where: {time: {^day: [mon]}}")),
        ("the key `day`; expected one of between, days, zone (`days` is nearest)",),
    ),
    "of approvers": Case(
        with_rule(a_rule("approvers: {^x: 1}")),
        ("the key `x`; expected one of admins, expires, groups, people, quorum, requester",),
    ),
    "of a ceiling": Case(
        a_part("ceilings: [{^tool: ['*'], tools: ['*']}]"),
        ("the key `tool`; expected one of at_most, effects, reaches, tools, where (`tools` is nearest)",),
    ),
    "of a setting": Case(
        setting("budget: {^dy_usd: 1}"),
        (
            "the key `dy_usd`; expected one of day_usd, month_usd, person_day_usd, person_runs_an_hour, run_usd, "
            "runs_an_hour (`day_usd` is nearest)",
        ),
    ),
}
"""Keys that there are not."""

MISSING = {
    "of a rule with an id": Case(
        with_rule("^{id: a, tools: [fetch_page]}"), ("the rule `a` without `verdict`; expected `verdict`",)
    ),
    "of a rule whose id is a number": Case(
        with_rule("^{id: ^7, tools: [fetch_page]}"),
        ("the rule `7` without `verdict`; expected `verdict`", f"the number 7; expected {TEXT}"),
    ),
    "of a rule whose id is a list": Case(
        with_rule("^{id: ^[a], tools: [fetch_page]}"),
        ("a rule without `verdict`; expected `verdict`", f"a list of 1; expected {TEXT}"),
    ),
    "of a rule without id": Case(
        with_rule("^{verdict: deny, tools: [fetch_page]}"), ("a rule without `id`; expected `id`",)
    ),
    "of the second of two rules, in a channel": Case(
        f"channels: {{C1: {{rules: [{a_rule('')}, ^{{id: b, verdict: deny}}]}}}}",
        ("the rule `b` without `tools`; expected `tools`",),
    ),
    "of a ceiling": Case(a_part("ceilings: [^{at_most: ask}]"), ("a ceiling without `tools`; expected `tools`",)),
    "of a test": Case(where("calls: ^{at_most: 1}"), ("`calls` without `within`; expected `within`",)),
}
"""What is missing, told of what it is missing in."""

TOGETHER = {
    "a rule's parts": Case(
        with_rule(f"^{a_rule('fallback: true')}"),
        ("the rule `a`, which is a fallback that denies: without any rule a call is denied",),
    ),
    "a key's parts": Case(
        with_rule("{id: a, verdict: ask, tools: [fetch_page], ^approvers: {admins: false}}"),
        ("`approvers`, which names nobody who could approve: set admins, requester, people or groups",),
    ),
}
"""What does not fit together."""

ACROSS = {
    "an id three times: each says where the first is": Case(
        with_rule(
            a_rule(""), "\n{id: ^a, verdict: deny, tools: [fetch_page]}", "\n{id: ^a, verdict: deny, tools: ['*']}"
        ),
        (
            "the rule `a` again, which stands in line 1 already; expected each id once: a decision says by it which "
            "rule made it",
        )
        * 2,
    ),
    "an id in a bundle and in a channel": Case(
        "channels: {C1: {rules: [{id: a, verdict: deny, tools: [fetch_page]}]}}\n"
        "bundles: {b: {rules: [{id: ^a, verdict: deny, tools: [fetch_page]}]}}",
        (
            "the rule `a` again, which stands in line 1 already; expected each id once: a decision says by it which "
            "rule made it",
        ),
    ),
    "an id twice behind a rule without id": Case(
        with_rule("^{verdict: deny, tools: ['*']}", a_rule(""), "{id: ^a, verdict: deny, tools: ['*']}"),
        (
            "a rule without `id`; expected `id`",
            "the rule `a` again, which stands in line 1 already; expected each id once: a decision says by it which "
            "rule made it",
        ),
    ),
    "two ids": Case(with_rule(a_rule(""), "{id: b, verdict: deny, tools: [fetch_page]}")),
    "a number twice in the place of an id": Case(
        with_rule(*["{id: ^7, verdict: deny, tools: [fetch_page]}"] * 2), (f"the number 7; expected {TEXT}",) * 2
    ),
    "a bundle that is there, and another in a channel": Case(
        "bundles: {docs: {}, news: {}}\ndefault: {bundles: [docs]}\nchannels: {C1: {bundles: [news, ^dosc]}}",
        ("the bundle `dosc`; expected one of docs, news (`docs` is nearest)",),
    ),
    "a bundle where there is none": Case(
        a_part("bundles: [^docs]"), ("the bundle `docs`; expected none: there is none here",)
    ),
    "a number in the place of a bundle": Case(a_part("bundles: [^7]"), (f"the number 7; expected {TEXT}",)),
    "a text in the place of bundles": Case(
        "bundles: {docs: {}}\ndefault: {bundles: ^docs}", ("`docs`; expected a list",)
    ),
    "channels of the organisation": Case(
        "of: organisation\n^channels: {C1: {}}",
        ("`channels` in the organisation's policy; expected them in the workspace's policy",),
    ),
    "no channels of the organisation": Case("of: organisation\nchannels: {}"),
    "an organisation that says nothing of channels": Case("of: organisation"),
    "channels of a workspace": Case("of: workspace\nchannels: {C1: {}}"),
    "channels of nobody in particular": Case("channels: {C1: {}}"),
    "what is wrong alone and what is wrong together": Case(
        f"bundles: {{docs: {{}}}}\n{with_rule(a_rule('until: ^7.5'), '{id: ^a, verdict: ^no, tools: [fetch_page]}')}",
        (
            "the number 7.5; expected a day, such as 2027-01-31",
            "the rule `a` again, which stands in line 2 already; expected each id once: a decision says by it which "
            "rule made it",
            "`no`; expected one of allow, ask, deny",
        ),
    ),
}
"""What is wrong between places that are far apart."""

NO_TOOL = "the tool `{}`, which there is not here; expected " + TOOL
NAMED = {
    "in a ceiling": Case(a_part("ceilings: [{tools: [^sned]}]"), (NO_TOOL.format("sned"),)),
    "in a channel's ceiling": Case("channels: {C1: {ceilings: [{tools: [^sned]}]}}", (NO_TOOL.format("sned"),)),
    "in a channel's rule": Case(
        "channels: {C1: {rules: [{id: a, verdict: deny, tools: [read_thread, ^sned]}]}}", (NO_TOOL.format("sned"),)
    ),
    "in a bundle's rule": Case(
        "bundles: {b: {rules: [{id: a, verdict: deny, tools: [^fetch_pge]}]}}",
        (NO_TOOL.format("fetch_pge") + " (`fetch_page` is nearest)",),
    ),
    "in an authority": Case("authority: {^send: channel}", (NO_TOOL.format("send"),)),
    "those that there are": Case(f"authority: {{send_message: channel, 'x*': both}}\n{with_rule(a_rule(''))}"),
    "beginnings of names, even of none": Case(with_rule("{id: a, verdict: deny, tools: ['sned*', '*']}")),
    "a number": Case(with_rule("{id: a, verdict: deny, tools: [^7]}"), (f"the number 7; expected {TEXT}",)),
    "a rule without tools and one with a wrong one": Case(
        with_rule("^{id: a, verdict: deny}", "{id: b, verdict: deny, tools: [^sned]}"),
        ("the rule `a` without `tools`; expected `tools`", NO_TOOL.format("sned")),
    ),
}
"""Tools that there are not."""

NEVER = "which can never hold: {}; expected a test that some call meets"
HELD = {
    "in a channel's rule and its ceiling": Case(
        "channels: {C1: {ceilings: [{tools: ['*'], where: {^time: {between: ['24:00', '00:00']}}}], rules: "
        "[{id: a, verdict: ask, tools: ['*']}, {id: b, verdict: ask, tools: ['*'], where: {^who: {any_of: [U1], "
        "none_of: [U1]}}}]}}",
        (
            "`time`, " + NEVER.format("it ends when it begins"),
            "`who`, " + NEVER.format("`none_of` names all that `any_of` names"),
        ),
    ),
    "in a bundle's rule": Case(
        "bundles: {docs: {rules: [{id: a, verdict: ask, tools: ['*'], where: {^port: {at_least: 65536}}}]}}",
        ("`port`, " + NEVER.format("ports go from 0 to 65535"),),
    ),
    "in everyone's ceiling": Case(
        a_part("ceilings: [{tools: ['*'], where: {^port: {at_most: -1}}}]"),
        ("`port`, " + NEVER.format("ports go from 0 to 65535"),),
    ),
    "one that holds": Case(where("port: {at_least: 443}")),
}
"""Tests that can never hold."""

CASES = {
    f"{kind}: {name}": case
    for kind, cases in {
        "shown": SHOWN,
        "expected": FORMS,
        "a key": KEYS,
        "missing": MISSING,
        "together": TOGETHER,
        "across": ACROSS,
        "a tool": NAMED,
        "can never hold": HELD,
    }.items()
    for name, case in cases.items()
}


def with_places(case: Case) -> tuple[str, list[str]]:
    """Return a case's text without its marks, and what is told of it, each with its line and column."""
    text, said = "", []
    pieces = case.text.split("^", len(case.told))
    for piece, told in zip(pieces, case.told, strict=False):
        text += piece
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        said.append(f"line {line}, column {column}: found {told}.")
    return text + "".join(pieces[len(case.told) :]), said


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_wrong_is_told_at_its_place_with_what_was_expected(case: Case) -> None:
    # given a text, when it is read, then each fault is told, with its place, and nothing else
    text, said = with_places(case)
    assert faults_in(text) == said


def test_of_many_choices_the_first_are_told_and_how_many_more_there_are() -> None:
    # given as many choices as are told, and two more
    many = [f"tool_{at:02}" for at in reversed(range(27))]
    told = ", ".join(sorted(many)[:25])

    # then all are told, or the first of the alphabet and a number
    assert one_of(many[2:], None) == f"one of {told}"
    assert one_of(many, None) == f"one of {told} and 2 more"

    # and the nearest also where it is not among the first
    assert one_of(many, "tol_26") == f"one of {told} and 2 more (`tool_26` is nearest)"


def test_names_are_looked_up_only_where_it_is_known_which_tools_there_are() -> None:
    # given a rule for a tool that nobody knows, when read without a list of tools, then it is a policy
    assert document_of(with_rule("{id: a, verdict: deny, tools: [sned]}")).default.rules[0].tools == ("sned",)


def test_what_the_model_refuses_of_the_whole_is_told_unless_its_places_are() -> None:
    # given one id twice, and a wrong number beside it
    twice = refusal_of(with_rule(a_rule(""), a_rule("")))
    wrong = refusal_of("version: x")
    root = read(with_rule(a_rule(""), a_rule("")))

    # then the whole is told at its beginning, unless it is told elsewhere; what is wrong in a place always is
    (whole,) = faults_of_model(twice, root)
    assert whole.found.startswith("a document, which two rules are called 'a': ")
    assert (whole.mark, whole.expected) == (Mark(1, 1), "")
    assert faults_of_model(twice, root, across=False) == []
    assert len(faults_of_model(wrong, read("version: x"), across=False)) == 1
