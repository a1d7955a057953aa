"""Documents made ready: which rules are about a tool in a channel, whose right it needs, until when a rule counts."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from agents.policy.compiling import Applicable, ReadyRule, Tools, authority_of, compiled_of, digest_of
from agents.policy.document import Authority, Bundle, Ceiling, Document, Of, Part
from agents.policy.scopes import BREADTH, Scope
from agents.policy.settings import Settings
from agents.policy.verdicts import Verdict
from tests.given.policies import (
    BOT,
    ELSEWHERE,
    HERE,
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
from tools.contract import Destination, Effect, Reach


def about(document: Document, tool: str = "send", here: str = HERE, organisation: Document | None = None) -> Applicable:
    """Return what is about a tool that acts inside."""
    return of(document, organisation).about(tool, Effect.ACT, Reach.INSIDE, here)


def names(rules: Iterable[ReadyRule]) -> list[str]:
    """Return the rules' names."""
    return [one.rule.id for one in rules]


def tried(found: Applicable) -> list[str]:
    """Return the names of all rules with those that are only tried out; none where nothing is."""
    return names(found.tried.every) if found.tried is not None else []


@pytest.mark.parametrize(
    ("tools", "named", "other"),
    [
        (("send",), "send", "send_mail"),
        (("send*",), "send_mail", "sen"),
        (("send*",), "send", "resend"),
        (("look", "send_*"), "look", "look_up"),
        (("look", "send_*"), "send_mail", "send"),
        (("*",), "whatever", ""),
    ],
)
def test_a_line_names_tools_whole_or_by_how_they_begin(tools: tuple[str, ...], named: str, other: str) -> None:
    # given names of tools, some of them beginnings, then a tool is named by its whole name or by how it begins
    ready = Tools.of(allow("x", *tools))
    assert ready.name(named)
    assert not other or not ready.name(other)


def test_rules_stand_by_scope_and_name_and_what_is_tried_out_stands_apart() -> None:
    # given rules of three scopes and a bundle, one of them only tried out, when it is looked what is about a tool, then
    # the broadest scope's come first and then by name, and all together stand where something is tried out
    policy = Document(
        bundles={"mail": Bundle(rules=(allow("a-bundled"),))},
        default=Part(rules=(deny("z-all"), allow("y-look", "look"), ask("x-tried", shadow=True))),
        channels={HERE: Part(rules=(allow("b-here"),), bundles=("mail", "mail"))},
    )
    found = about(policy, organisation=an_organisation(allow("zz-org")))
    assert names(found.rules.every) == ["zz-org", "z-all", "a-bundled", "b-here"]
    assert tried(found) == ["zz-org", "x-tried", "z-all", "a-bundled", "b-here"]
    assert names(about(policy, here=ELSEWHERE).rules.every) == ["z-all"]
    # where nothing is tried out, nothing stands there
    assert not tried(about(a_workspace(allow("all"))))
    assert not tried(about(a_workspace(allow("all"), ask("x", "look", shadow=True))))


def test_what_could_nearly_allow_a_tool_is_of_its_name_and_of_whatever_kind() -> None:
    # given rules for a tool and for others, when it is looked which could nearly allow it, then those that allow or ask
    # by its name, also where they are for other kinds; not what denies or is only tried out
    policy = a_workspace(
        allow("reads", effects=("read",)),
        ask("asks"),
        deny("denies"),
        allow("others", "look"),
        allow("tried", shadow=True),
    )
    assert names(about(policy).near) == ["reads", "asks"]


def test_ceilings_stand_by_the_breadth_of_the_scope_that_set_them() -> None:
    # given two scopes that limit narrower ones, one of them for other tools alone, and a channel that limits nothing,
    # when it is looked what limits a tool, then each scope that limits anything is told, with what fits the tool
    def ceiling(*tools: str, **kinds: Any) -> Ceiling:
        return Ceiling.model_validate({"tools": tools, **kinds})

    policy = Document(
        default=Part(ceilings=(ceiling("look"), ceiling("*", effects=["read"]))), channels={HERE: a_part(allow("all"))}
    )
    organisation = an_organisation(
        ceilings=(ceiling("send", at_most="ask"), ceiling("*", effects=["act"], reaches=["inside"]))
    )
    found = about(policy, organisation=organisation).ceilings
    assert [(breadth, [one.at_most for one in some]) for breadth, some in found] == [
        (BREADTH[Scope.ORGANISATION], [Verdict.ASK, Verdict.ALLOW]),
        (BREADTH[Scope.WORKSPACE], []),
    ]


def test_what_was_looked_up_is_kept_and_shared_by_channels_without_a_part() -> None:
    # given a channel with a part and others without, when it is looked twice what is about a tool and what holds, then
    # it is the same object, and channels without a part share theirs
    policies = of(a_workspace(allow("all"), here=Part(rules=(allow("here"),), settings=Settings(enabled=False))))

    def looked(here: str) -> Applicable:
        return policies.about("send", Effect.ACT, Reach.INSIDE, here)

    assert looked(HERE) is looked(HERE)
    assert looked(ELSEWHERE) is looked("C3")
    assert names(looked(HERE).rules.every) == ["all", "here"]
    assert names(looked(ELSEWHERE).rules.every) == ["all"]
    assert policies.holding(HERE) is policies.holding(HERE)
    assert policies.holding(ELSEWHERE) is policies.holding("C3")
    assert not policies.holding(HERE).enabled.value
    assert policies.holding(ELSEWHERE).enabled.value
    # two kinds of one tool are two things
    assert policies.about("send", Effect.READ, Reach.INSIDE, HERE) is not looked(HERE)


def test_documents_tell_their_versions_and_what_facts_they_need() -> None:
    # given documents that count uses, ask for times and name user groups, when made ready, then that is told of both
    organisation = Document(
        of=Of.ORGANISATION,
        version=3,
        default=a_part(allow("o", where={"calls": {"within": "2h", "at_most": 1}, "time": {"zone": "Asia/Tokyo"}})),
    )
    workspace = a_workspace(
        allow("w", where={"calls": {"within": "1d", "at_most": 1}, "groups": {"any_of": ["S7"]}}),
        here=a_part(allow("h", where={"time": {"zone": "Europe/Berlin"}})),
        version=7,
    )
    both = compiled_of(organisation, workspace)
    assert both.versions == {"organisation": 3, "workspace": 7}
    assert both.windows == {7_200, 86_400}
    assert both.zones == {"Asia/Tokyo", "Europe/Berlin"}
    assert both.groups == {"S7"}
    neither = compiled_of(None, None)
    assert neither.versions == {}
    assert neither.windows | neither.zones | neither.groups == set()


@pytest.mark.parametrize(
    ("organisation", "workspace", "tool", "effect", "wanted"),
    [
        ({}, {}, "send", Effect.READ, {Authority.CHANNEL}),
        ({}, {}, "send", Effect.WRITE, {Authority.BOTH}),
        ({}, {}, "send", Effect.ACT, {Authority.BOTH}),
        ({}, {"send": "requester"}, "send", Effect.READ, {Authority.REQUESTER}),
        ({"send": "both"}, {"send": "channel"}, "send", Effect.READ, {Authority.BOTH, Authority.CHANNEL}),
        # a whole name is nearer than any beginning, and of beginnings the longest
        ({}, {"send_mail*": "both", "send_mail": "channel"}, "send_mail", Effect.ACT, {Authority.CHANNEL}),
        ({}, {"send*": "requester", "*": "channel", "se*": "both"}, "send_mail", Effect.ACT, {Authority.REQUESTER}),
        ({}, {"*": "requester"}, "send_mail", Effect.ACT, {Authority.REQUESTER}),
        # a whole name is no beginning
        ({}, {"send": "requester"}, "send_mail", Effect.READ, {Authority.CHANNEL}),
    ],
)
def test_whose_right_a_tool_needs_is_said_by_the_nearest_name_of_each_document(
    organisation: dict[str, Any], workspace: dict[str, Any], tool: str, effect: Effect, wanted: set[Authority]
) -> None:
    # given what two documents say of tools' names, then the nearest name of each counts; without any, the effect's
    documents = Document(of=Of.ORGANISATION, authority=organisation), Document(authority=workspace)
    assert authority_of(*documents, tool, effect) == wanted


def test_a_rule_counts_to_the_last_microsecond_of_its_last_day_in_utc() -> None:
    # given rules with a last day and without, then the former count until the next begins in UTC
    ends = ReadyRule.of(Scope.CHANNEL, allow("ends", until=date(2026, 11, 28)))
    next_day = int(datetime(2026, 11, 29, tzinfo=UTC).timestamp()) * 1_000_000
    assert ends.until == next_day
    assert ends.counts_at(next_day - 1)
    assert not ends.counts_at(next_day)
    assert ReadyRule.of(Scope.CHANNEL, allow("stays")).counts_at(next_day)


def test_a_rule_tells_what_is_left_of_what_it_says() -> None:
    # given a rule that allows, when it grants all, less or nothing, then it is told as that
    ready = ReadyRule.of(Scope.CHANNEL, allow("all"))
    assert [ready.told(granted).granted for granted in (Verdict.ALLOW, Verdict.ASK, None)] == [
        *(Verdict.ALLOW, Verdict.ASK),
        None,
    ]
    told = ready.told(None)
    assert (told.scope, told.rule, told.verdict) == (Scope.CHANNEL, "all", Verdict.ALLOW)


@pytest.mark.law("E20")
def test_the_digest_of_a_text_stays_the_same_from_release_to_release() -> None:
    # given Approvals that are bound to a digest, when a later release makes it of the same rule, then it is the same:
    # that of JSON without spaces and with sorted keys
    assert digest_of({"b": 1, "a": ["x", None]}) == ("51ea4a015bf57b32336168fc743a8366704ee3f1c1b5668a57068719f24a4d8f")
    rule = allow("all", until=date(2026, 11, 28))
    one, same = ReadyRule.of(Scope.CHANNEL, rule), ReadyRule.of(Scope.CHANNEL, rule)
    assert one.digest == same.digest
    assert one.digest != ReadyRule.of(Scope.WORKSPACE, rule).digest
    assert one.digest != ReadyRule.of(Scope.CHANNEL, rule.model_copy(update={"until": date(2026, 11, 29)})).digest


def test_a_rule_that_leaves_some_out_names_nobody_and_is_no_ground() -> None:
    # given rules that say who or what they are not for, when an app asks, or another channel is read, then they are no
    # rule about that app, and no ground to read that channel
    app = a_call(speakers=(BOT,))
    assert judged(app, a_workspace(allow("not-guests", where={"kind": {"none_of": ["guest"]}}))).rule == "bot"
    assert judged(app, a_workspace(allow("apps", where={"kind": {"any_of": ["member", "bot"]}}))).rule == "apps"
    reads = a_call("look", effect=Effect.READ, destination=Destination("channel", "C2"), channel="C2")
    assert judged(reads, a_workspace(allow("not-c3", where={"channel": {"none_of": ["C3"]}}))).rule == "other-channel"
