"""A policy that is exported to Cedar decides there as it does here: another evaluator, written by others, agrees."""

import re
from dataclasses import replace

import pytest
from cedarpy import policies_to_json_str
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.policy.cedar import cedar_of
from agents.policy.compiling import compiled_of
from agents.policy.document import Document, Of, Part, Rule
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
    # given one rule of a channel, when exported, then it stands there by name, with all that it asks
    rule = deny("no-mail", "send_*", "burn", effects=["act"], where={"host": {"any_of": ["*.a.example"]}})
    assert cedar_of(None, a_workspace(here=Part(rules=(rule,)))).text.startswith(
        '@id("no-mail")\n@scope("channel")\n'
        'forbid (principal, action in [Action::"use", Action::"use_unasked"], resource)\n'
        'when { context has here && context.here == "C1" && '
        '(((resource.name like "send_*") || (resource.name like "burn")) && ["act"].contains(resource.effect) && '
        '(!(context has "host") || ((context["host"] like "*.a.example")))) };\n'
    )


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
