"""What a workspace has before anyone wrote a rule: reading goes on as ever, and what changes something asks."""

import pytest

from agents.policy.document import Document, Part
from agents.policy.explaining import approvers_of
from agents.policy.facts import Facts
from agents.policy.in_words import of_ceiling, of_rule
from agents.policy.linting import lints
from agents.policy.pages import Known
from agents.policy.presets import PRESETS, SAYS, STANDARD
from agents.policy.verdicts import Verdict
from agents.policy.yaml_text import document_of, text_of
from agents.toolcalls.catalogue import find_tools
from tests.given.policies import HERE, a_call, allow, judged
from tools.contract import Destination, Effect, Reach

READING = [
    "own-run allows every tool of what is run: It touches nothing but this request.",
    "read-in-place allows every tool of what is read, thread: Reading in this thread is allowed.",
    "read-channel allows read_channel of what is read, inside: Reading in the channel of this thread is allowed.",
    "read-pages allows fetch_page of what is read, outside: A page whose address was written here, or a link of such a "
    "page, may be read.",
]
IN_THREAD = (
    "change-thread asks before every tool of what is write or act, thread, where no other rule grants it: What people "
    "in this thread see needs a yes; whoever asked may give it."
)
FAR = [
    "change-outside asks before every tool of what is write or act, outside, where no other rule grants it: What "
    "leaves the workspace needs the yes of an admin.",
    "destroy asks before every tool of what is destructive, where no other rule grants it: What cannot be taken back "
    "needs the yes of an admin.",
]
RULES = {
    "careful": [
        *READING,
        IN_THREAD,
        "change-inside asks before every tool of what is write or act, inside, approved by admins, where no other rule "
        "grants it: What others in the workspace see needs the yes of an admin.",
        "change-outside denies every tool of what is write or act, outside: Nothing is sent out of the workspace from "
        "here.",
        "destroy denies every tool of what is destructive: Nothing is taken away for good from here.",
    ],
    STANDARD: [
        *READING,
        IN_THREAD,
        "change-inside asks before every tool of what is write or act, inside, where no other rule grants it: What "
        "others in the workspace see needs a yes; whoever asked may give it.",
        *FAR,
    ],
    "open": [
        *READING,
        IN_THREAD,
        "write-inside allows every tool of what is write, inside: What can be repeated without harm may be written "
        "within the workspace.",
        "act-inside asks before every tool of what is act, inside, where no other rule grants it: What others in the "
        "workspace see needs a yes; whoever asked may give it.",
        *FAR,
    ],
}
"""The rules of each preset as an admin reads them who looks at the policy, with what people are told of each."""

MOST_READING = [
    "at most allows every tool of what is run",
    "at most allows every tool of what is read, thread",
    "at most allows read_channel of what is read, inside",
    "at most allows fetch_page of what is read, outside",
    "at most asks before every tool of what is write or act, thread",
]
MOST_FAR = [
    "at most asks before every tool of what is write or act, outside",
    "at most asks before every tool of what is destructive",
]
CEILINGS = {
    "careful": [*MOST_READING, "at most asks before every tool of what is write or act, inside"],
    STANDARD: [*MOST_READING, "at most asks before every tool of what is write or act, inside", *MOST_FAR],
    "open": [
        *MOST_READING,
        "at most allows every tool of what is write, inside",
        "at most asks before every tool of what is act, inside",
        *MOST_FAR,
    ],
}
"""What channels may be given at most."""


def test_the_presets_are_these_from_the_most_careful_to_the_most_open() -> None:
    # given all presets, then each says just this, in words, to everyone, and nothing of channels, settings or bundles
    found = {
        name: [f"{rule.id} {of_rule(rule)}: {rule.reason}" for rule in policy.default.rules]
        for name, policy in PRESETS.items()
    }
    assert found == RULES
    assert list(found) == list(SAYS) == ["careful", "standard", "open"]
    assert {name: [of_ceiling(one) for one in one.default.ceilings or ()] for name, one in PRESETS.items()} == CEILINGS
    for policy in PRESETS.values():
        rules, ceilings = policy.default.rules, policy.default.ceilings
        assert policy == Document(default=Part(rules=rules, ceilings=ceilings))
        # what nobody said is not kept
        assert "null" not in policy.model_dump_json(exclude_unset=True)


PAGE = "https://wiki.example/targets"


def a_read(tool: str, reach: Reach, **known: object) -> Facts:
    return a_call(tool, effect=Effect.READ, reach=reach, **known)


def a_page(address: str, **known: object) -> Facts:
    return a_read("fetch_page", Reach.OUTSIDE, destination=Destination("page", address), host="wiki.example", **known)


@pytest.mark.parametrize("name", PRESETS)
def test_each_reads_as_ever(name: str) -> None:
    # given a preset
    policy = PRESETS[name]

    # then reading in the thread, the Run's own tools and the channel of the thread are allowed
    assert judged(a_read("read_file", Reach.THREAD), policy).verdict is Verdict.ALLOW
    assert judged(a_call("lay_out_plan", effect=Effect.READ, reach=Reach.RUN), policy).verdict is Verdict.ALLOW
    own = a_read("read_channel", Reach.INSIDE, destination=Destination("channel", ""), channel=HERE)
    assert judged(own, policy).verdict is Verdict.ALLOW

    # and a page on good ground, but no other page, no other channel, and nothing that no gate looks after
    written = a_page(PAGE, known=Known(written=frozenset({PAGE})))
    assert judged(written, policy).verdict is Verdict.ALLOW
    assert judged(a_page(PAGE, hosts=frozenset({"wiki.example"})), policy).verdict is Verdict.ALLOW
    assert judged(a_page(PAGE), policy).rule == "page"
    other = a_read("read_channel", Reach.INSIDE, destination=Destination("channel", "C9"), channel="C9")
    assert judged(other, policy).rule == "other-channel"
    assert judged(a_read("search_everything", Reach.INSIDE), policy).rule == "default"
    assert judged(a_read("call_api", Reach.OUTSIDE), policy).rule == "default"


ADMIN, OR_REQUESTER = "an owner or admin", "whoever asked or an owner or admin"
WANTED = {
    ("careful", Effect.WRITE, Reach.THREAD): OR_REQUESTER,
    ("careful", Effect.ACT, Reach.INSIDE): ADMIN,
    ("careful", Effect.ACT, Reach.OUTSIDE): Verdict.DENY,
    ("careful", Effect.READ, Reach.DESTRUCTIVE): Verdict.DENY,
    (STANDARD, Effect.ACT, Reach.THREAD): OR_REQUESTER,
    (STANDARD, Effect.WRITE, Reach.INSIDE): OR_REQUESTER,
    (STANDARD, Effect.WRITE, Reach.OUTSIDE): ADMIN,
    (STANDARD, Effect.ACT, Reach.DESTRUCTIVE): ADMIN,
    ("open", Effect.ACT, Reach.THREAD): OR_REQUESTER,
    ("open", Effect.WRITE, Reach.INSIDE): Verdict.ALLOW,
    ("open", Effect.ACT, Reach.INSIDE): OR_REQUESTER,
    ("open", Effect.ACT, Reach.OUTSIDE): ADMIN,
    ("open", Effect.ACT, Reach.DESTRUCTIVE): ADMIN,
}


@pytest.mark.parametrize(("name", "effect", "reach"), WANTED)
def test_what_changes_something_is_asked_of_whom_the_preset_says(name: str, effect: Effect, reach: Reach) -> None:
    # given a call that changes something, when a preset judges it
    judgement = judged(a_call(effect=effect, reach=reach), PRESETS[name])

    # then it is allowed or denied, or the right people may say yes
    wanted = WANTED[name, effect, reach]
    if isinstance(wanted, Verdict):
        assert judgement.verdict is wanted
    else:
        assert judgement.verdict is Verdict.ASK
        assert judgement.terms is not None
        assert approvers_of(judgement.terms) == wanted


@pytest.mark.parametrize("name", PRESETS)
def test_a_channel_can_be_given_no_more_than_the_workspace_has(name: str) -> None:
    # given a channel that is given everything
    policy = PRESETS[name].model_copy(update={"channels": {HERE: Part(rules=(allow("all"),))}})

    # when anything is called there, then it is judged no laxer than elsewhere
    for effect in Effect:
        for reach in Reach:
            call = a_call(effect=effect, reach=reach)
            assert judged(call, policy).verdict is judged(call, PRESETS[name]).verdict


def test_what_an_admin_adds_to_the_workspace_takes_the_place_of_what_asks() -> None:
    # given the standard policy with one rule more
    part = PRESETS[STANDARD].default
    policy = PRESETS[STANDARD].model_copy(
        update={"default": part.model_copy(update={"rules": (*part.rules, allow("send-here", "send"))})}
    )

    # when that tool is called, then it is allowed without a question, and another still asks
    assert judged(a_call("send"), policy).verdict is Verdict.ALLOW
    assert judged(a_call("burn"), policy).verdict is Verdict.ASK


@pytest.mark.parametrize("name", PRESETS)
def test_each_is_a_policy_as_anyone_could_have_written_it(name: str) -> None:
    # given a preset, when written and read, then it is the same; nothing in it is amiss; it says what it means
    policy: Document = PRESETS[name]
    catalogue = find_tools().tools
    assert document_of(text_of(policy), catalogue) == policy
    assert [str(one) for one in lints(policy, catalogue)] == []
    assert SAYS[name]
