"""What is said by commands becomes a policy: the last word on the same thing counts, and what else was said stays."""

from typing import Any

import pytest
from pydantic import ValidationError

from agents.policy.changing import (
    SETTINGS,
    Begin,
    Change,
    NotPossible,
    Put,
    SayRule,
    applied,
    from_json,
    to_json,
)
from agents.policy.document import Document, Part
from agents.policy.presets import PRESETS
from agents.policy.settings import Settings
from agents.policy.verdicts import Verdict
from agents.policy.yaml_text import document_of, text_of
from agents.surface import PersonKind
from tests.given.policies import ELSEWHERE, HERE, a_call, a_workspace, allow, judged


def said(verdict: Verdict = Verdict.ALLOW, tool: str = "send", **more: Any) -> SayRule:
    """Return a word on a tool."""
    return SayRule(verdict=verdict, tool=tool, **more)


def kept(document: Document) -> dict[str, Any]:
    """Return what is kept of a policy: what was said, and no more."""
    return document.model_dump(mode="json", exclude_unset=True)


NAMES = [
    (said(), "said.send.all"),
    (said(tool="*"), "said.all.all"),
    (said(tool="fetch_*"), "said.fetch_all.all"),
    (said(tool="_send-"), "said._send-.all"),
    (said(here="C1"), "said.send.c1.all"),
    (said(place="C1"), "said.send.in-c1.all"),
    (said(people=("U2", "U1")), "said.send.u1-u2"),
    (said(here="C1", groups=("S2", "S1")), "said.send.c1.s1-s2"),
    (said(place="C1", kinds=(PersonKind.MEMBER, PersonKind.ADMIN)), "said.send.in-c1.member-admin"),
    (said(tool="x" * 55), f"said.{'x' * 55}.all"),
]


@pytest.mark.parametrize(("change", "name"), NAMES, ids=[name for _, name in NAMES])
def test_a_rule_that_is_said_is_called_by_its_tool_place_and_people(change: SayRule, name: str) -> None:
    # given a word on a tool, then its rule has a name from which one sees what it is about
    assert change.name == name
    assert change.rule().id == name


@pytest.mark.parametrize(
    ("one", "other", "begins"),
    [
        (said(tool="Send"), said(tool="send"), "said.send.all."),
        (said(tool="fetch_all"), said(tool="fetch_*"), "said.fetch_all.all."),
        (said(tool="all", here="C1"), said(tool="*", here="C1"), "said.all.c1.all."),
        (said(tool="x" * 56), said(tool="x" * 57), f"said.{'x' * 46}."),
        (said(people=tuple(f"U{at}" for at in range(500))), said(people=("U1",)), "said.send.u0-u1-u10-u100-"),
    ],
)
def test_names_that_would_be_long_or_the_same_are_told_apart(one: SayRule, other: SayRule, begins: str) -> None:
    # given two words on different things, of which one has a name that another has, or a longer one than a rule may
    first, second = one.name, other.name

    # then both have names of their own that a rule may have, and always the same
    assert first != second
    assert first.startswith(begins)
    assert len(first.removeprefix(begins)) <= 51
    assert first == one.model_copy(update={"verdict": Verdict.DENY}).name
    document = applied(Document(), [one, other])
    assert [rule.id for rule in document.default.rules] == [first, second]


def test_the_name_of_a_long_word_is_no_longer_than_a_name_may_be() -> None:
    # given a tool with a long name, then its rule's name is its beginning and what tells it from others
    name = said(tool="x" * 100).name
    assert len(name) == 64
    assert name[51] == "."
    assert set(name[52:]) <= set("0123456789abcdef")


RULES = [
    (said(), {}),
    (said(here="C1"), {"where": {"here": {"any_of": ["C1"]}}}),
    (said(people=("U1", "U2")), {"where": {"who": {"any_of": ["U1", "U2"]}}}),
    (said(groups=("S1",)), {"where": {"groups": {"any_of": ["S1"]}}}),
    (said(kinds=(PersonKind.GUEST,)), {"where": {"kind": {"any_of": ["guest"]}}}),
    (
        said(here="C1", people=("U1",), until="2027-01-31"),
        {"where": {"here": {"any_of": ["C1"]}, "who": {"any_of": ["U1"]}}, "until": "2027-01-31"},
    ),
]


@pytest.mark.parametrize(("change", "more"), RULES, ids=[change.name for change, _ in RULES])
def test_a_rule_says_what_was_said_and_no_more(change: SayRule, more: dict[str, Any]) -> None:
    # given a word on a tool for some people, until some day, when a policy is changed by it
    document = applied(Document(), [change])

    # then one rule says that, and nothing else is kept
    rule = {"id": change.name, "verdict": "allow", "tools": ["send"], **more}
    assert kept(document) == {"default": {"rules": [rule]}}


def test_the_last_word_on_the_same_thing_counts_and_stands_where_the_first_stood() -> None:
    # given a policy with a rule of its own, and words on two tools
    before = applied(a_workspace(allow("own", "look")), [said(), said(tool="burn")])

    # when another is said of one of them, and then the same again
    after = applied(before, [said(Verdict.DENY, people=None), said(Verdict.DENY)])

    # then it stands in its place, once, and the others stay
    assert [(one.id, one.verdict) for one in after.default.rules] == [
        ("own", "allow"),
        ("said.send.all", "deny"),
        ("said.burn.all", "allow"),
    ]


@pytest.mark.parametrize("word", [Verdict.DENY, Verdict.ASK])
def test_an_admins_word_on_a_channel_stands_beside_the_channels_own(word: Verdict) -> None:
    # given a channel whose editor allows a tool that the workspace grants
    before = applied(a_workspace(allow("own", "send")), [said(place=HERE)])

    # when an admin says of the same tool, in the same channel, that it is denied or asks
    after = applied(before, [said(word, here=HERE)])

    # then both words stand, and there the stricter counts
    assert [one.id for one in after.default.rules] == ["own", "said.send.c1.all"]
    assert [one.id for one in after.channels[HERE].rules] == ["said.send.in-c1.all"]
    assert judged(a_call("send", here=HERE), after).verdict is word
    assert judged(a_call("send", here=ELSEWHERE), after).verdict is Verdict.ALLOW


SAID: dict[str, Any] = {
    "enabled": False,
    "asking.members": False,
    "asking.groups": ["S1"],
    "asking.guests": "channel_only",
    "reply_mode": "follow",
    "model": "claude-opus-5",
    "effort": "high",
    "instructions": "Be short.",
    "approvers.people": ["U1"],
    "approvers.groups": ["S1"],
    "approvers.asked_in": "direct",
    "approvers.most_an_hour": 5,
    "budget.run_usd": "1.50",
    "budget.day_usd": "2.00",
    "budget.month_usd": "3.00",
    "budget.person_day_usd": "4.00",
}


def nested(path: str, value: Any) -> dict[str, Any]:
    """Return a value at a path, as settings have it."""
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}


@pytest.mark.parametrize("path", SETTINGS)
def test_each_setting_is_said_alone_and_taken_away_again(path: str) -> None:
    # given a channel with a rule of its own
    before = applied(Document(), [said(place=HERE)])
    rules = kept(before)["channels"][HERE]

    # when a setting of it is said, then that is kept beside the rule, and nothing else
    after = applied(before, [Put(place=HERE, path=path, value=SAID[path])])
    assert kept(after) == {"channels": {HERE: {**rules, "settings": nested(path, SAID[path])}}}

    # when nothing is said instead, or an empty text, then the wider scope's counts again
    for nothing in (None, ""):
        again = applied(after, [Put(place=HERE, path=path, value=nothing)])
        assert again == before
        assert kept(again)["channels"][HERE]["settings"] == {}
        assert applied(before, [Put(place=HERE, path=path, value=nothing)]) == before


def test_settings_beside_one_that_is_said_stay() -> None:
    # given a workspace with two limits and a text
    before = applied(
        Document(),
        [
            Put(path="budget.day_usd", value="2"),
            Put(path="budget.run_usd", value="1"),
            Put(path="instructions", value="Be short."),
        ],
    )

    # when one limit is changed and another taken away, then the rest is as it was
    after = applied(before, [Put(path="budget.run_usd", value="1.5"), Put(path="budget.day_usd")])
    assert kept(after) == {"default": {"settings": {"budget": {"run_usd": "1.5"}, "instructions": "Be short."}}}


def test_a_channels_part_keeps_its_place_and_goes_when_it_says_nothing_more() -> None:
    # given three channels with a setting each
    before = applied(Document(), [Put(place=one, path="enabled", value=True) for one in ("C1", "C2", "C3")])

    # when something is changed in the first, then they stand as they stood
    after = applied(before, [Put(place="C1", path="enabled", value=False)])
    assert list(after.channels) == ["C1", "C2", "C3"]
    assert [one.settings.enabled for one in after.channels.values()] == [False, True, True]

    # when it says nothing any more, then it is gone, and the others stay
    gone = applied(after, [Put(place="C1", path="enabled")])
    assert list(gone.channels) == ["C2", "C3"]


def test_another_preset_takes_the_place_of_the_rules_and_ceilings_of_the_one_before() -> None:
    # given one preset, a rule and a setting that were said beside it, and a channel's part
    said_beside: list[Change] = [said(), Put(path="enabled", value=True), Put(place=HERE, path="enabled", value=False)]
    before = applied(PRESETS["open"], said_beside)

    # when another is begun with
    after = applied(before, [Begin(name="careful")])

    # then its rules come first, and what was said beside stays
    careful = PRESETS["careful"].default
    assert after.default.rules == (*careful.rules, said().rule())
    assert after.default.ceilings == careful.ceilings
    assert after.default.settings == Settings(enabled=True)
    assert after.channels == {HERE: Part(settings=Settings(enabled=False))}


WHOLE = """\
# yaml-language-server: $schema=policy.schema.json
tagwork: policy/1
version: 7
bundles:
  docs:
    instructions: Look it up.
default:
  ceilings: []
  rules:
    - id: own
      verdict: allow
      tools: [send]
      where:
        time: {zone: Europe/Berlin}
  bundles: [docs]
channels:
  C1:
    settings:
      enabled: true
"""


def test_what_nobody_spoke_of_stays_as_it_was_written() -> None:
    # given a policy as somebody wrote it, when something is said and taken back, then it is the same text
    after = applied(document_of(WHOLE), [Put(path="enabled", value=False), Put(path="enabled")])
    assert text_of(after) == WHOLE


NOT_POSSIBLE: list[tuple[str, Change, str]] = [
    (
        "a setting that there is not",
        Put(path="grants", value=["x"]),
        "There is no setting 'grants' that can be said so.",
    ),
    (
        "a preset that there is not",
        Begin(name="lax"),
        "There is no preset 'lax': say careful, standard, open.",
    ),
    (
        "a value that is none",
        Put(path="budget.day_usd", value="much"),
        "budget.day_usd: Input should be a valid decimal",
    ),
    (
        "a rule whose name is taken",
        said(),
        "It: Value error, two rules are called 'said.send.all': a decision could not say which one made it",
    ),
]


@pytest.mark.parametrize(("change", "why"), [case[1:] for case in NOT_POSSIBLE], ids=[case[0] for case in NOT_POSSIBLE])
def test_what_would_make_no_policy_is_refused_with_the_reason(change: Change, why: str) -> None:
    # given a policy in which a channel has a rule that is called as one of the workspace's would be
    before = Document(channels={HERE: Part(rules=(allow("said.send.all"),))})

    # when what cannot be is said, then it is refused, with why
    with pytest.raises(NotPossible) as refused:
        applied(before, [change])
    assert str(refused.value) == why


def test_changes_are_kept_until_they_are_confirmed() -> None:
    # given changes of each kind, when they are kept and read, then they are the same
    changes = (
        said(until="2027-01-31", here="C1", kinds=(PersonKind.GUEST,)),
        Put(path="enabled", value=True),
        Begin(name="open"),
    )
    assert from_json(to_json(changes)) == changes
    assert to_json(list(changes)) == to_json(changes)


@pytest.mark.parametrize("change", ["rule", "setting", "preset"])
def test_a_change_that_was_kept_says_nothing_that_is_not_known(change: str) -> None:
    # given a change as it is kept, with a key that no version of ours wrote
    known = {
        "rule": '"verdict": "allow", "tool": "send"',
        "setting": '"path": "enabled"',
        "preset": '"name": "open"',
    }
    text = f'[{{"change": "{change}", {known[change]}}}]'
    (read,) = from_json(text)
    with pytest.raises(ValidationError):
        from_json(text.replace("}]", ', "more": 1}]'))

    # or without a word on what it changes
    with pytest.raises(ValidationError):
        from_json(f"[{{{known[change]}}}]")

    # and nobody changes it while it waits
    with pytest.raises(ValidationError):
        read.change = "other"  # type: ignore[assignment,misc]


def test_a_word_without_people_or_place_is_for_everyone_everywhere() -> None:
    # given a word on a tool alone, then it is of no place, for nobody in particular, for good
    change = said()
    assert (change.place, change.here, change.people, change.groups, change.kinds, change.until) == (
        "",
        "",
        *[None] * 4,
    )
    assert (Put(path="enabled").place, Put(path="enabled").value) == ("", None)
