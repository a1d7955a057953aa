"""Nothing of Tagwork knows Rehearsal, and nothing of a workspace is built in."""

import shutil
from pathlib import Path

import pytest

from tests.given.rehearsal import REPOSITORY, RehearsalProcess
from tests.given.replies import says, sent
from tests.given.steering import waited_for
from tests.given.tagwork import answered, tagwork

ELSEWHERE = {
    "team": {"id": "T0ELSEWHERE", "name": "Elsewhere", "domain": "elsewhere"},
    "app": {"app_id": "A0ELSEWHERE", "bot_user": "U0ELSEWHERE", "bot_id": "B0ELSEWHERE", "name": "helper"},
    "tokens": {"bot": "xoxb-9999-8888-elsewhere", "app": "xapp-1-A0ELSEWHERE-9999-elsewhere"},
    "signing_secret": "0123456789abcdef0123456789abcdef",
    "people": [{"id": "U0ZOE000001", "name": "zoe", "kind": "member"}],
    "channels": [{"id": "C0ELSEWHERE", "name": "talk", "kind": "public", "members": ["zoe", "bot"]}],
}

TOOL = '''"""Tell a fortune. Effect: read. Reaches nothing."""

from pydantic import Field

from tools.contract import Arguments, Effect, Reach, Tool, ToolContext, ToolResult


class Sign(Arguments):
    sign: str = Field(description="The sign.")


def tell_fortune(wanted: Sign, context: ToolContext) -> ToolResult:
    """Return a fortune."""
    return ToolResult(text=f"Good luck, {wanted.sign}.")


TOOL = Tool(
    name="tell_fortune",
    effect=Effect.READ,
    reach=Reach.THREAD,
    description="Tell the fortune of a sign.",
    arguments=Sign,
    call=tell_fortune,
)
'''


def _copy(into: Path) -> Path:
    """Copy what a checkout needs to run, without Rehearsal; what is compiled too, so that nothing is compiled again."""
    for part in ("app", "agents", "tools"):
        shutil.copytree(REPOSITORY / part, into / part)
    shutil.rmtree(into / "app" / "rehearsal")
    return into


def test_a_tagwork_answers_in_the_workspace_that_it_is_pointed_to_and_nowhere_else(tmp_path: Path) -> None:
    # given two workspaces with ids, tokens, people and addresses of their own
    with RehearsalProcess.start() as here, RehearsalProcess.start(world=ELSEWHERE) as elsewhere:
        before = len(here.calls())
        assert elsewhere.bot_token != here.bot_token
        assert elsewhere.url != here.url

        # when a Tagwork is pointed to the second, and somebody asks in each
        with tagwork(elsewhere, tmp_path):
            says(elsewhere, "Hello from elsewhere.")
            unheard = here.post("ann", "sales", "@tagwork hello?")
            posted = elsewhere.post("zoe", "talk", "@helper hello?")

            # then only the second is answered, and the first was never called
            assert answered(elsewhere, posted) == "Hello from elsewhere."
            assert len(here.calls()) == before
            assert len(here.thread(unheard.channel, unheard.ts)) == 1


@pytest.mark.parametrize("allowed", [True, False], ids=["allowed", "not allowed"])
def test_a_checkout_without_rehearsal_and_with_one_more_file_in_tools_serves_and_offers_it(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, allowed: bool
) -> None:
    # given a copy of the code in which Rehearsal is missing and one tool is new
    copy = _copy(tmp_path / "copy")
    (copy / "tools" / "tell_fortune.py").write_text(TOOL if allowed else TOOL.replace("Effect.READ", "Effect.ACT"))
    before = len(sent(shared_rehearsal))
    use = {"type": "tool_use", "name": "tell_fortune", "input": {"sign": "Leo"}}
    for reply in ({"content": [use]}, {"content": "So be it."}):
        shared_rehearsal.control("POST", "/claude/replies", reply)

    # when it serves, and somebody asks
    with tagwork(shared_rehearsal, tmp_path / "home", repository=copy):
        posted = shared_rehearsal.post("ann", "sales", "@tagwork what do the stars say?")
        if not allowed:
            # an act that no rule names waits for people, and whoever asked does not want it after all
            at, action = waited_for(shared_rehearsal, posted, "tagwork:refuse:")
            shared_rehearsal.press("ann", posted.channel, at, action)
            place = {"channel": posted.channel, "thread_ts": posted.ts}
            shared_rehearsal.wait_for("bot_messages", **place, containing="So be it.", timeout_seconds=60)
        else:
            assert answered(shared_rehearsal, posted) == "So be it."

    # then the model was offered the tool, and got its result: what was refused is denied
    asked = sent(shared_rehearsal)[before:]
    assert len(asked) == 2
    result = str(asked[1]["body"]["messages"][-1]["content"])
    assert ("Good luck, Leo." in result) is allowed
    offered = {tool["name"] for tool in asked[0]["body"]["tools"]}
    assert "tell_fortune" in offered or not allowed
