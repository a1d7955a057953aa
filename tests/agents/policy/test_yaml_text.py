"""A policy's text: read back it is the same policy, written again the same bytes; what is wrong in it has its place."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.policy.document import Document
from agents.policy.marked_yaml import LONGEST, MOST_FAULTS, Fault, NotAPolicy, read
from agents.policy.yaml_text import WIDTH, document_of, text_of
from agents.toolcalls.catalogue import find_tools
from tests.given.policy_documents import documents
from tests.given.rehearsal import REPOSITORY

TOOLS = frozenset({"fetch_page", "read_thread", "send_message"})


def faults_in(text: str) -> list[str]:
    """Return what is wrong in a text, a line each."""
    with pytest.raises(NotAPolicy) as refused:
        document_of(text, TOOLS)
    return [str(one) for one in refused.value.faults]


def faults_of(outcome: Document | tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Return the faults, none where there is a policy."""
    return outcome if isinstance(outcome, tuple) else ()


def holds_for_any_document(document: Document) -> None:
    # given any policy, when it is written, read and written again
    text = text_of(document)
    again = Document.model_validate(read(text).plain())

    # then it is the same policy and the same bytes
    assert again == document
    assert text_of(again) == text

    # and whoever checks it finds nothing but tests that can never hold
    checked = read_or_refused(text, None)
    assert checked == document or all("can never hold" in one.found for one in faults_of(checked))


def read_or_refused(text: str, tools: Collection[str] | None = TOOLS) -> Document | tuple[Fault, ...]:
    """Return the policy of a text, or what is wrong with it."""
    try:
        return document_of(text, tools)
    except NotAPolicy as refused:
        return refused.faults


@settings(max_examples=60)
@given(documents())
def test_any_policy_that_is_exported_and_imported_is_exported_as_the_same_bytes(document: Document) -> None:
    holds_for_any_document(document)


FORMAT = "# yaml-language-server: $schema=policy.schema.json\ntagwork: policy/1\n"
WHOLE = """\
# yaml-language-server: $schema=policy.schema.json
tagwork: policy/1
version: 7
authority:
  send_message: requester
bundles:
  docs:
    instructions: |
      Look into the handbook first: it is right.
      # and say where
    rules:
      - id: docs.read
        verdict: allow
        tools: [fetch_page]
        where:
          host: {any_of: ["*.example.com"]}
          time: {between: ["08:00", "18:00"], zone: Europe/Berlin}
default:
  ceilings: []
  rules:
    - id: "no"
      verdict: ask
      tools: [send_*]
      where:
        here: {any_of: ["NO", C1]}
        amount: {at_most: 1.5}
      reason: "Ask first: it is seen."
      approvers: {}
      until: 2027-01-31
  settings:
    budget:
      day_usd: 5
      month_usd: 12.50
  bundles: [docs]
channels:
  C1: {}
"""


def test_what_is_not_said_is_left_out_and_the_order_is_the_documents() -> None:
    # given a policy's text as it is written, when it is read and written, then nothing changes
    assert text_of(document_of(WHOLE)) == WHOLE


def test_an_empty_policy_has_two_lines() -> None:
    # given nothing but the format, when written, then the format stands there, and the schema for editors
    assert text_of(Document()) == FORMAT


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a", "a"),
        ("a b: c", '"a b: c"'),
        ("caf\u00e9", '"caf\u00e9"'),
        ("a\nb", "|-\n      a\n      b"),
        ("a b\n  caf\u00e9\n", "|\n      a b\n        caf\u00e9"),
        (" a\nb", '" a\\nb"'),
        ("\na\nb", '"\\na\\nb"'),
        ("a \nb", '"a \\nb"'),
        ("a\nb ", '"a\\nb "'),
        ("a\nb\u00a0c", '"a\\nb\\_c"'),
        ("caf\u00e9\u202eb", '"caf\\xE9\\u202Eb"'),
    ],
)
def test_text_of_several_lines_stands_as_it_is_where_all_of_it_is_seen(text: str, written: str) -> None:
    # given instructions, when written, then lines stay lines, unless they hold what nobody would see
    document = Document.model_validate({"default": {"settings": {"instructions": text}}})
    assert text_of(document) == f"{FORMAT}default:\n  settings:\n    instructions: {written}\n"


@pytest.mark.requirement("AUTHZ-11")
def test_letters_that_nobody_sees_stand_as_their_numbers_and_no_others() -> None:
    # given a reason that turns its line around, before and after others with letters of other languages
    reasons = {"a": "caf\u00e9", "b": "\u202edeny", "c": "caf\u00e9", "d": "one\ncaf\u00e9"}
    rules = [{"id": one, "verdict": "ask", "tools": ["send"], "reason": said} for one, said in reasons.items()]

    # when the policy is written, then only that one is written in numbers, and it is read as what it was
    document = Document.model_validate({"default": {"rules": rules}})
    written = text_of(document)
    assert [line.strip() for line in written.splitlines() if "reason" in line or line.endswith("caf\u00e9")] == [
        'reason: "caf\u00e9"',
        'reason: "\\u202Edeny"',
        'reason: "caf\u00e9"',
        "reason: |-",
        "caf\u00e9",
    ]
    assert document_of(written) == document


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0.0, "0"), (-0.0, "0"), (5.0, "5"), (0.5, "0.5"), (-2.0, "-2"), (999_999_999_999_999.0, "999999999999999"),
        (1e15, "1000000000000000.0"), (-1e15, "-1000000000000000.0"), (1e16, "1.0e+16"), (1.5e20, "1.5e+20"),
        (1e-7, "1.0e-07"),
    ],
)  # fmt: skip
def test_an_amount_is_written_as_people_write_it_and_as_every_reader_takes_it(amount: float, written: str) -> None:
    # given an amount, when written, then whole ones have no point while no digit is lost
    rule = {"id": "pay", "verdict": "deny", "tools": ["pay"], "where": {"amount": {"at_most": amount}}}
    text = text_of(Document.model_validate({"default": {"rules": [rule]}}))
    assert text.splitlines()[-1] == f"        amount: {{at_most: {written}}}"


@pytest.mark.parametrize(("dollars", "written"), [("0", "0"), ("-0.00", "0"), ("12.5", "12.50"), ("1E+2", "100")])
def test_money_is_written_in_dollars_or_to_the_cent(dollars: str, written: str) -> None:
    # given a budget, when written, then it has no cents or two digits of them
    text = text_of(Document.model_validate({"default": {"settings": {"budget": {"day_usd": dollars}}}}))
    assert text.splitlines()[-1] == f"      day_usd: {written}"


def test_a_long_text_goes_on_in_the_next_line() -> None:
    # given a reason of one line, longer than a line of the file, when written, then it is read without scrolling
    reason = "Ask: it may be seen by others. " * 8
    rule = {"id": "a", "verdict": "ask", "tools": ["send"], "reason": reason}
    written = text_of(Document.model_validate({"default": {"rules": [rule]}}))
    assert max(map(len, written.splitlines())) < WIDTH + 10
    assert len(written.splitlines()) == 10


def test_a_long_list_goes_on_in_the_next_line() -> None:
    # given a rule for more tools than fit into a line
    names = [f"send_{at}" for at in range(20)]
    rule = {"id": "mail", "verdict": "deny", "tools": names}
    text = text_of(Document.model_validate({"default": {"rules": [rule]}}))

    # when written, then the list goes on in the next line where this one has 111 columns, and stands within its key
    assert text.partition("verdict: deny\n")[2] == (
        f"      tools: [{', '.join(names[:12])},\n        {', '.join(names[12:])}]\n"
    )


def test_an_operator_that_is_written_as_nothing_is_left_out() -> None:
    # given a test that names an operator without a value beside one with a value, when written, then it says the one
    text = a_rule(more="where: {who: {any_of: [U1], none_of: null}}")
    assert text_of(document_of(text)).splitlines()[-1] == "        who: {any_of: [U1]}"


def test_faults_of_every_sort_are_told_together() -> None:
    # given a text with a tool that there is not, and a test that can never hold
    both = a_rule(more="where: {channel: {any_of: [C1], none_of: [C1]}}") + "  - {id: b, verdict: deny, tools: [x]}\n"
    again = "channels:\n  C1: {bundles: [docs]}\n"

    # when it is read, then the tool and the test are told
    assert [line.partition(":")[0] for line in faults_in(both)] == ["line 3, column 57", "line 4, column 36"]

    # and with a bundle that is not there, which makes the whole no policy, the tool and the bundle, each once
    assert [line.partition(";")[0] for line in faults_in(both + again)] == [
        "line 4, column 36: found the tool `x`, which there is not here",
        "line 6, column 18: found the bundle `docs`",
    ]

    # and with a word that the format does not have, that one too
    assert [line.partition(";")[0] for line in faults_in(both + again + "of: nobody\n")] == [
        "line 4, column 36: found the tool `x`, which there is not here",
        "line 6, column 18: found the bundle `docs`",
        "line 7, column 5: found `nobody`",
    ]


def test_words_that_other_readers_take_for_something_else_stay_words() -> None:
    # given times, ids and names that YAML 1.1 reads as numbers and truths, without quotes
    text = "default:\n  rules:\n  - {id: off, verdict: deny, tools: [no], where: {time: {between: [08:00, 18:00]}}}\n"

    # when read, then they are what was written
    rule = document_of(text).default.rules[0]
    assert (rule.id, rule.tools) == ("off", ("no",))
    assert rule.where.time is not None
    assert rule.where.time.between == ("08:00", "18:00")


@dataclass(frozen=True)
class Case:
    """A text, and what is said of it."""

    text: str
    said: str


RULE = "default:\n  rules:\n  - {{id: a, verdict: {verdict}, tools: [{tools}], {more}}}\n"


def a_rule(verdict: str = "deny", tools: str = "fetch_page", more: str = "") -> str:
    return RULE.format(verdict=verdict, tools=tools, more=more)


CASES = {
    "an unknown key has the nearest one": Case(
        "defualt: {}",
        "line 1, column 1: found the key `defualt`; expected one of authority, bundles, channels, default, of, "
        "tagwork, version (`default` is nearest).",
    ),
    "what is true is no whole number": Case(
        a_rule("ask", more="approvers: {quorum: true}"),
        "line 3, column 68: found true; expected a whole number.",
    ),
    "what is true is no number": Case(
        a_rule(more="where: {amount: {at_most: true}}"),
        "line 3, column 75: found true; expected a number.",
    ),
    "a number is not true": Case(
        "default: {settings: {asking: {members: 1}}}",
        "line 1, column 40: found the number 1; expected true or false.",
    ),
    "an unknown attribute is an unknown key": Case(
        a_rule(more="where: {hots: {any_of: [a.example]}}"),
        "line 3, column 57: found the key `hots`; expected one of amount, calls, channel, external_channel, groups, "
        "here, host, kind, member, method, path, person, port, time, trigger, trust, who (`host` is nearest).",
    ),
    "an unknown word": Case(
        a_rule(verdict="alow"),
        "line 3, column 22: found `alow`; expected one of allow, ask, deny (`allow` is nearest).",
    ),
    "an unknown tool": Case(
        a_rule(tools="fetch_pag"),
        "line 3, column 36: found the tool `fetch_pag`, which there is not here; expected one of fetch_page, "
        "read_thread, send_message (`fetch_page` is nearest).",
    ),
    "an unknown tool of an authority": Case(
        "authority: {send: channel}",
        "line 1, column 13: found the tool `send`, which there is not here; expected one of fetch_page, read_thread, "
        "send_message.",
    ),
    "an impossible number": Case(
        a_rule(more="where: {amount: {at_least: 3, at_most: 2}}"),
        "line 3, column 57: found `amount`, which can never hold: at_least 3.0 is above at_most 2.0.",
    ),
    "an impossible list": Case(
        a_rule(more="where: {channel: {any_of: [C1], none_of: [C1, C2]}}"),
        "line 3, column 57: found `channel`, which can never hold: `none_of` names all that `any_of` names; expected "
        "a test that some call meets.",
    ),
    "a test of nothing": Case(
        a_rule(more="where: {who: {any_of: null}}"),
        "line 3, column 57: found `who`, which names no operator: say what to compare with.",
    ),
    "one id twice, both lines": Case(
        "default:\n  rules:\n  - {id: a, verdict: deny, tools: [fetch_page]}\nchannels:\n  C1:\n    rules:\n"
        "    - {id: a, verdict: deny, tools: [fetch_page]}\n",
        "line 7, column 12: found the rule `a` again, which stands in line 3 already; expected each id once: a "
        "decision says by it which rule made it.",
    ),
    "a bundle that is not there": Case(
        "bundles: {docs: {}}\ndefault: {bundles: [dosc]}",
        "line 2, column 21: found the bundle `dosc`; expected one of docs (`docs` is nearest).",
    ),
    "channels of the organisation": Case(
        "of: organisation\nchannels: {C1: {}}",
        "line 2, column 1: found `channels` in the organisation's policy; expected them in the workspace's policy.",
    ),
    "what is missing": Case(
        "default:\n  rules:\n  - {id: a, tools: [fetch_page]}",
        "line 3, column 5: found the rule `a` without `verdict`; expected `verdict`.",
    ),
    "a form that is not kept": Case(
        "channels: {general: {}}",
        "line 1, column 12: found the key `general`; expected an id of Slack, such as C0123ABCD, U0123ABCD or "
        "S0123ABCD.",
    ),
    "a list of nothing": Case(
        "default:\n  rules:",
        "line 2, column 9: found nothing; expected a list.",
    ),
    "a number in the place of a name": Case(
        "default:\n  rules:\n  - {id: 7, verdict: deny, tools: [fetch_page]}",
        "line 3, column 10: found the number 7; expected text (a number or a date that is meant as text stands in "
        "quotes).",
    ),
    "approvers of what does not ask": Case(
        a_rule(more="approvers: {admins: true}"),
        "line 3, column 5: found the rule `a`, which has approvers, and its verdict is deny: only `ask` has approvers.",
    ),
    "the format of another version": Case(
        "tagwork: policy/2",
        "line 1, column 10: found `policy/2`; expected one of policy/1 (`policy/1` is nearest).",
    ),
    "a word alone": Case(
        "policy", "line 1, column 1: found no keys; expected a policy, which begins with `tagwork: policy/1`."
    ),
    "no keys": Case(
        "- a", "line 1, column 1: found no keys; expected a policy, which begins with `tagwork: policy/1`."
    ),
    "nothing": Case("", "line 1, column 1: found nothing; expected a policy, which begins with `tagwork: policy/1`."),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_each_fault_says_where_it_is_what_is_there_and_what_was_expected(case: Case) -> None:
    # given a text with one fault, when it is read, then that is said, and nothing else
    assert faults_in(case.text) == [case.said]


def test_all_faults_are_told_at_once_in_their_order_up_to_a_number() -> None:
    # given a text with more faults than anyone reads
    rules = "".join(f"  - {{id: r{at}, verdict: alow, tools: [fetch_page]}}\n" for at in range(MOST_FAULTS + 5))
    with pytest.raises(NotAPolicy) as refused:
        document_of(f"default:\n  rules:\n{rules}")

    # then the first are told, in order, and how many more there are
    lines = [one.mark.line for one in refused.value.faults]
    assert lines == list(range(3, 3 + MOST_FAULTS))
    assert str(refused.value).endswith("and 5 more")


@settings(max_examples=150)
@given(st.text(st.sampled_from("ab:-[]{},&*!%#'\"|>? \n\t1.~\u00e9\ufeff"), max_size=60) | st.text(max_size=30))
def test_any_text_is_a_policy_or_has_its_faults(text: str) -> None:
    # given any text, when it is read, then there is a policy, or faults with places within it
    outcome = read_or_refused(text)
    assert outcome
    assert all(1 <= one.mark.line <= text.count("\n") + text.count("\r") + 2 for one in faults_of(outcome))


@settings(max_examples=60)
@given(documents(), st.data())
def test_a_policy_with_some_of_its_text_lost_is_a_policy_or_has_its_faults(
    document: Document, data: st.DataObject
) -> None:
    # given a policy's text without a piece of it
    text = text_of(document)
    start = data.draw(st.integers(0, len(text)))
    cut = text[:start] + text[start + data.draw(st.integers(1, 20)) :]

    # when it is read, then there is a policy, or faults
    assert read_or_refused(cut)


def test_a_text_that_is_too_long_is_not_read() -> None:
    # given more text than any policy has, when it is read, then it is refused at once
    assert faults_in("#" * (LONGEST + 1)) == [
        "line 1, column 1: found 1,000,001 characters; expected at most 1,000,000."
    ]


def test_the_policies_in_the_docs_are_policies() -> None:
    # given every policy that a page for admins shows
    pages = [one.read_text(encoding="utf-8") for one in (REPOSITORY / "docs" / "admins").glob("*.md")]
    shown = [block for page in pages for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    policies = [one for one in shown if "tagwork: policy/1" in one]

    # when read, with the tools there are, then each is one
    assert policies
    for text in policies:
        assert document_of(text, find_tools().tools)
