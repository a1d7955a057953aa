"""What was used of a policy is counted by rule and tool, and what nobody used is left out of a tighter one."""

from collections import Counter

from agents.policy.document import Document, Part, Rule
from agents.policy.recorded_facts import to_json
from agents.policy.replaying import Recorded
from agents.policy.using import granting, tighter, uses_of
from agents.policy.verdicts import Verdict
from tests.given.policies import HERE, a_call, a_part, a_workspace, allow, ask, deny, of

POLICY = a_workspace(
    *(allow("mail", "send*", "mail"), ask("post", "post"), deny("burn", "burn"), allow("soon", "look", shadow=True)),
    here=a_part(allow("team", "*", where={"amount": {"at_most": 5}}), ask("idle", "send_fax")),
)


def called(*tools: str) -> list[Recorded]:
    """Return decisions about calls of these tools. What was decided then is of no matter."""
    return [Recorded(str(at), to_json(a_call(one)), Verdict.DENY, "default") for at, one in enumerate(tools)]


def test_uses_are_counted_by_the_rule_that_granted_them_and_by_tool() -> None:
    # given calls of some tools, between them a record of a form that this code does not know
    odd = Recorded("odd", {"form": "facts/9"}, Verdict.ALLOW, "mail")
    decisions = [*called("send", "send_mail"), odd, *called("send", "post", "burn", "look", "other")]

    # when judged by a policy, then what allowed or asked has its tools counted, and what denied, was only tried out,
    # or missed has no line
    uses = uses_of(of(POLICY), decisions)
    assert uses == {"mail": Counter(send=2, send_mail=1), "post": Counter(post=1)}


def test_a_rule_that_a_ceiling_keeps_from_granting_was_not_used() -> None:
    # given a channel's rule under a workspace that lets channels grant nothing, when called, then nothing was used
    shut = a_workspace(default=Part(ceilings=()), here=a_part(allow("team", "send")))
    assert uses_of(of(shut), called("send")) == {}


def test_rules_that_may_grant_something_are_those_that_do_not_deny_and_are_not_only_tried_out() -> None:
    # given rules of two parts, when asked which may grant something, then all are told but these two kinds
    assert [one.id for one in granting(POLICY)] == ["mail", "post", "team", "idle"]


def rules_of(document: Document) -> dict[str, list[Rule]]:
    return {"": list(document.default.rules), HERE: list(document.channels[HERE].rules)}


def test_a_tighter_policy_has_the_rules_that_were_used_for_the_tools_that_were() -> None:
    # given what was used of a policy, when it is made tighter, then what granted nothing is gone, what granted
    # something is for the tools that were used, and what denies or is only tried out stands as it did
    mail, post, burn, soon = POLICY.default.rules
    uses = {"mail": Counter({"send_mail": 1, "send": 2}), "team": Counter(post=1)}
    assert rules_of(tighter(POLICY, uses)) == {
        "": [mail.model_copy(update={"tools": ("send", "send_mail")}), burn, soon],
        HERE: [POLICY.channels[HERE].rules[0].model_copy(update={"tools": ("post",)})],
    }
    assert post not in tighter(POLICY, uses).default.rules


def test_what_was_allowed_and_asked_for_is_so_by_the_tighter_policy_too() -> None:
    # given calls, when the policy is made as tight as they let it be, then the same rules grant the same
    decisions = called("send", "send_mail", "post", "burn", "other")
    uses = uses_of(of(POLICY), decisions)
    assert uses_of(of(tighter(POLICY, uses)), decisions) == uses
