"""Who may do what here, looked at and given: tools with whose word it is, to people by name, to roles their part."""

import pytest

from tests.agents.governing.test_ordering import standing
from tests.given.engines import Engine
from tests.given.orders import IDS, decides, gives
from tests.given.policies_in_force import put_in_force
from tests.given.replies import proposes, says

SALES, ANN, BEN = IDS["sales"], IDS["ann"], IDS["ben"]
EDITORS = f"""
tagwork: policy/1
default:
  settings: {{editors: {{people: [{BEN}]}}}}
  rules:
    - {{id: own-run, verdict: allow, tools: ["*"], reaches: [run]}}
channels:
  {SALES}: {{settings: {{editors: {{people: [{ANN}]}}}}}}
"""
MATRIX = {
    "reply mention in workspace": {"adam", "ben"},
    f"reply mention in #{SALES}": {"adam", "ann"},
    "freeze workspace": {"adam", "ben"},
    "status": {"adam", "ben", "ann", "chloe"},
}
"""Who may say what: an admin, an editor of the workspace, an editor of #sales, a member. The nearest word on editors
counts, so that a channel which names its own is theirs and the admins'.
"""


@pytest.mark.parity("Resolved access view", "match")
def test_access_lists_each_tool_with_whose_word_it_is(engine: Engine) -> None:
    # given a workspace where an admin allowed something in one channel
    decides(engine, "adam", gives(engine, "adam", "allow set_topic for @S0SALESTEAM in #C0SALES0001"))

    # when someone of the group and someone else ask what may be done there
    ours, theirs = (gives(engine, user, "access").markdown for user in ("ann", "adam"))

    # then each tool stands there with its verdict for them, and by which rule of which scope
    tools = [line for line in ours.splitlines() if line.startswith("- `")]
    assert len(tools) == len(engine.room.catalogue.tools)
    assert all("(`" in line for line in tools)
    assert "- `set_topic`: allowed (`said.set_topic.c0sales0001.s0salesteam` of the workspace)" in ours
    assert "- `set_topic`: asks (`change-inside` of the workspace)" in theirs
    assert ours == gives(engine, "ann", "policy").markdown


@pytest.mark.parity("Roles", "match")
@pytest.mark.parametrize("command", MATRIX)
def test_each_of_four_roles_may_what_is_its_own(engine: Engine, command: str) -> None:
    # given an admin, an editor of the workspace, an editor of one channel, and a member
    put_in_force(engine, EDITORS)

    # when each gives an order there, then those may whose role it is, and the others are told who can
    answers = {user: gives(engine, user, command).markdown for user in ("chloe", "ann", "ben", "adam")}
    refused = {user for user, words in answers.items() if "You may not" in words}
    assert answers.keys() - refused == MATRIX[command]


@pytest.mark.parity("Who may use", "beat")
def test_a_tool_is_given_to_people_by_name_in_one_channel(engine: Engine) -> None:
    # given a workspace where changes ask an admin, and a tool that is given to Ben by name, in #sales
    decides(engine, "adam", gives(engine, "adam", "policy preset careful"))
    decides(engine, "adam", gives(engine, "adam", f"allow set_topic for @{BEN} in #{SALES}"))
    document = standing(engine)
    assert document is not None

    # when Ben and Ann ask there, and Ben elsewhere
    def became(user: str, channel: str) -> str:
        engine.rehearsal.control("DELETE", "/claude/replies")
        proposes(engine.rehearsal, ("set_topic", {"topic": f"by {user}"}))
        says(engine.rehearsal, "Done.")
        _, run = engine.asks(user, "make it the topic", channel=channel)
        engine.work()
        return engine.calls(run.id)[0].status.value

    # then it ran for Ben there, and asks for all else
    assert became("ben", "sales") == "succeeded"
    assert became("ann", "sales") == "asked"
    assert became("ben", "general") == "asked"
