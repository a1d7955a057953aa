"""Who may do what is changed by `/tagwork`: shown first, saved by whoever may, and kept with all that was said."""

import json

import pytest
from sqlalchemy import select

from agents.audit.verify import verify
from agents.journal import policies, workspaces
from agents.journal.audit import EVENTS
from agents.journal.transaction import Transaction
from agents.policy.document import Document
from agents.runs.life import State
from agents.toolcalls.life import State as CallState
from tests.given.engines import Engine
from tests.given.orders import IDS, decides, gives
from tests.given.policies_in_force import put_in_force
from tests.given.replies import proposes, says
from tests.given.time import move

SALES, BEN = IDS["sales"], IDS["ben"]
EDITED_BY_BEN = f"""
tagwork: policy/1
default:
  rules:
    - {{id: own-run, verdict: allow, tools: ["*"], reaches: [run]}}
    - {{id: read-in-place, verdict: allow, tools: ["*"], effects: [read], reaches: [thread]}}
channels:
  {SALES}: {{settings: {{editors: {{people: [{BEN}, U0GUS000001]}}}}}}
"""


def standing(engine: Engine) -> Document | None:
    """Return the workspace's document that is in force, or None."""
    return engine.journal.read(lambda tx: policies.newest(tx, _workspace(engine, tx)))


def _workspace(engine: Engine, tx: Transaction) -> str:
    found = workspaces.of_team(tx, engine.rehearsal.app_id, engine.rehearsal.team_id)
    assert found is not None
    return found.id


def told(engine: Engine, event: str) -> list[dict[str, object]]:
    """Return the data of each line of the trail that is such an event."""

    def read(tx: Transaction) -> list[dict[str, object]]:
        rows = tx.rows(select(EVENTS.c.data, EVENTS.c.actor).where(EVENTS.c.event == event).order_by(EVENTS.c.seq))
        return [{**json.loads(row["data"]), "actor": row["actor"]} for row in rows]

    return engine.journal.read(read)


def reads_thread(engine: Engine, *, user: str = "ann") -> CallState:
    """Have someone ask for what takes one read of the thread; return what became of the call."""
    proposes(engine.rehearsal, ("read_thread", {}))
    says(engine.rehearsal, "Done.")
    _, run = engine.asks(user, "what was said here?")
    engine.work()
    [call] = engine.calls(run.id)
    return call.status


def test_a_change_is_shown_then_saved_and_holds_for_the_next_call(engine: Engine) -> None:
    # given a workspace where reading in place was allowed last week
    assert reads_thread(engine) is CallState.SUCCEEDED

    # when an admin denies a tool in a channel, then it is shown what that would do, and nothing is done
    shown = gives(engine, "adam", f"deny read_thread in #{SALES}")
    assert "Rights narrow." in shown.markdown
    assert "Of last week's 1 call, 1 would now be denied." in shown.markdown
    assert standing(engine) is None

    # when they save it, then it is the first version, and the next call is denied by it
    assert "version 1" in decides(engine, "adam", shown).markdown
    assert reads_thread(engine) is CallState.DENIED
    [line] = told(engine, "policy:changed")
    assert (line["actor"], line["version"], line["before"]) == (f"person:{IDS['adam']}", 1, "")
    assert line["reason"] == f"/tagwork deny read_thread in #{SALES}"
    assert "denies read_thread" in str(line["changes"])


def test_what_was_said_last_of_one_tool_place_and_people_holds(engine: Engine) -> None:
    # given a tool that was denied in a channel
    decides(engine, "adam", gives(engine, "adam", "deny read_thread"))

    # when the same admin allows it there, then one rule took the other's place
    decides(engine, "adam", gives(engine, "adam", "allow read_thread"))
    document = standing(engine)
    assert document is not None
    [rule] = [one for one in document.default.rules if one.id.startswith("said.")]
    assert (rule.verdict.value, rule.where.here and rule.where.here.any_of) == ("allow", (SALES,))
    assert reads_thread(engine) is CallState.SUCCEEDED


def test_cancel_changes_nothing_and_a_button_works_once(engine: Engine) -> None:
    # given a change that was cancelled
    shown = gives(engine, "adam", "off")
    assert decides(engine, "adam", shown, save=False).markdown == "Nothing was changed."

    # when its Save is pressed all the same, then nothing is changed either
    assert "confirmed already" in decides(engine, "adam", shown).markdown
    assert standing(engine) is None


@pytest.mark.failure_mode(60)
def test_only_who_was_shown_a_change_may_save_it_and_only_for_a_while(engine: Engine) -> None:
    # given a change that an admin was shown
    shown = gives(engine, "adam", "off")

    # when another admin sends its button, then nothing is done, and that stands on the trail
    assert "confirmed already" in decides(engine, "olivia", shown).markdown
    assert [line["why"] for line in told(engine, "policy:refused")] == ["not theirs"]

    # when a quarter of an hour has passed, then it is too late for the admin too
    move(engine.journal.database.clock, 16 * 60)
    assert "quarter of an hour" in decides(engine, "adam", shown).markdown
    assert standing(engine) is None


def test_a_change_made_from_an_older_version_is_shown_anew(engine: Engine) -> None:
    # given two admins who are shown a change each
    mine = gives(engine, "adam", "off in workspace")
    theirs = gives(engine, "olivia", "reply mention in workspace")
    decides(engine, "olivia", theirs)

    # when the later one saves, then nothing is saved yet, and they see what it would do now
    again = decides(engine, "adam", mine)
    assert "Someone else changed the policy" in again.markdown
    before = standing(engine)
    assert before is not None
    assert before.version == 1
    assert before.default.settings.enabled is None

    # when they save that, then both changes stand
    decides(engine, "adam", again)
    after = standing(engine)
    assert after is not None
    assert (after.version, after.default.settings.enabled) == (2, False)
    assert after.default.settings.reply_mode == "mention"


@pytest.mark.requirement("AUTHZ-14")
def test_an_admin_who_is_none_any_more_cannot_save(engine: Engine) -> None:
    # given an admin who was shown a change, and was made a member since
    shown = gives(engine, "adam", "off in workspace")
    engine.rehearsal.control("POST", "/person", {"user": "adam", "kind": "member"})
    move(engine.journal.database.clock, 61)

    # when they save, then Slack is asked again, and they are told who can
    answer = decides(engine, "adam", shown)
    assert (
        answer.markdown == "You may not change that: owners and admins of the workspace can, for the whole workspace."
    )
    assert standing(engine) is None
    assert [line["why"] for line in told(engine, "policy:refused")] == ["may not"]


@pytest.mark.parametrize("user", ["ann", "gus"])
@pytest.mark.requirement("AUTHZ-14")
def test_others_are_told_who_can(engine: Engine, user: str) -> None:
    # given someone who is no admin, when they would change something, then they are told who can
    answer = gives(engine, user, "allow post_message")
    assert answer.buttons == ()
    assert "owners and admins of the workspace can" in answer.markdown
    assert told(engine, "policy:refused")[0]["actor"] == f"person:{IDS[user]}"


@pytest.mark.parity("Managed-by, member edits", "match")
def test_those_a_channel_names_may_change_that_channel_alone(engine: Engine) -> None:
    # given a channel whose part names an editor, and a guest beside
    put_in_force(engine, EDITED_BY_BEN)

    # when the editor allows something there, then it stands in the channel's part; elsewhere they may not
    decides(engine, "ben", gives(engine, "ben", "deny read_thread"))
    document = standing(engine)
    assert document is not None
    assert [one.tools for one in document.channels[SALES].rules] == [("read_thread",)]
    for text, channel in (("deny read_thread in workspace", "sales"), ("deny read_thread", "general")):
        assert "You may not" in gives(engine, "ben", text, channel=channel).markdown
    assert "You may not" in gives(engine, "ann", "deny read_thread").markdown
    assert "You may not" in gives(engine, "gus", "deny read_thread").markdown


def test_an_admin_turns_on_where_nobody_is_answered(engine: Engine) -> None:
    # given a workspace that is off
    put_in_force(engine, "tagwork: policy/1\ndefault: {settings: {enabled: false}}")
    assert "not set up" in gives(engine, "ann", "status").markdown

    # when an admin turns a channel on, then commands are answered there
    decides(engine, "adam", gives(engine, "adam", "on"))
    assert gives(engine, "ann", "status").markdown.startswith("Nothing runs here.")


def test_settings_are_said_one_by_one(engine: Engine) -> None:
    # given a channel, when an admin says who may ask, when, by which model, for how much and who approves
    for text in (
        "who @S0SALESTEAM",
        "who guests channel_only",
        "reply mention",
        "model claude-haiku-5",
        "budget 5 USD a day",
        "budget 1 a day per person",
        f"approvers @{BEN}",
    ):
        decides(engine, "adam", gives(engine, "adam", text))

    # then all of it stands in the channel's part, and is told with whose word it is
    document = standing(engine)
    assert document is not None
    settings = document.channels[SALES].settings
    assert (settings.asking.groups, settings.asking.guests) == (("S0SALESTEAM",), "channel_only")
    assert (settings.reply_mode, settings.model) == ("mention", "claude-haiku-5")
    assert [str(one) for one in (settings.budget.day_usd, settings.budget.person_day_usd)] == ["5", "1"]
    assert settings.approvers.people == (BEN,)
    words = gives(engine, "adam", "policy").markdown
    assert "reply mode: mention (channel)" in words
    assert "enabled: yes (built in)" in words
    assert gives(engine, "ann", "budget").markdown == (
        "- the budget of one person in this channel of US$ 1.00 a day (channel)\n"
        "- this channel's budget of US$ 5.00 a day (channel)"
    )

    # when they take a value away, then the wider scope's counts again
    decides(engine, "adam", gives(engine, "adam", "model none"))
    document = standing(engine)
    assert document is not None
    assert document.channels[SALES].settings.model is None


def test_whom_an_admin_names_may_approve_what_no_rule_gives_to_others(engine: Engine) -> None:
    # given the standard policy, by which admins approve what leaves the workspace
    assert "May say yes: an owner or admin," in gives(engine, "ann", "why send_request").markdown

    # when an admin names another approver, then that one may too
    decides(engine, "adam", gives(engine, "adam", f"approvers @{BEN} in workspace"))
    assert f"May say yes: an owner or admin or {BEN}," in gives(engine, "ann", "why send_request").markdown


def test_another_preset_keeps_what_was_said_beside_it(engine: Engine) -> None:
    # given a rule that an admin added to the standard policy
    decides(engine, "adam", gives(engine, "adam", "allow set_topic in workspace"))

    # when another preset is begun with, then its rules and ceilings hold, and that rule stays
    shown = gives(engine, "adam", "policy preset careful")
    assert "Rights narrow." in shown.markdown or "some narrow" in shown.markdown
    decides(engine, "adam", shown)
    document = standing(engine)
    assert document is not None
    assert [one.id for one in document.default.rules][-2:] == ["destroy", "said.set_topic.all"]
    assert next(one for one in document.default.rules if one.id == "destroy").verdict.value == "deny"


def test_a_tool_that_is_not_there_is_no_rule(engine: Engine) -> None:
    assert "Did you mean `post_message`?" in gives(engine, "adam", "allow post_mesage").markdown


def test_why_says_rule_scope_and_who_could_change_it(engine: Engine) -> None:
    # given a call that was denied
    decides(engine, "adam", gives(engine, "adam", "deny read_thread"))
    reads_thread(engine)

    # when someone asks why, of the Run and of the tool, then the rule and its version stand there
    of_run = gives(engine, "ann", "why #1").markdown
    assert "denied by `said.read_thread.c0sales0001.all`" in of_run
    assert "policy: workspace 1" in of_run
    of_tool = gives(engine, "ann", "why read_thread").markdown
    assert "Decided by: rule `said.read_thread.c0sales0001.all` of the workspace" in of_tool
    assert "Can change it: Owners and admins of the workspace" in of_tool


def test_why_finds_a_request_by_the_link_of_its_message_in_this_channel_alone(engine: Engine) -> None:
    # given a request in a channel, and one in another
    says(engine.rehearsal, "Hello.", times=2)
    here, _ = engine.asks("ann", "hello")
    there, _ = engine.asks("ann", "hello", channel="general")
    engine.work()

    # when its link is given, then it is told of; the other's is none of this channel's
    link = f"https://rehearsal.slack.com/archives/{here.channel}/p{here.ts.replace('.', '')}"
    assert gives(engine, "ann", f"why {link}").markdown.startswith("#1: asked by ann")
    other = f"https://rehearsal.slack.com/archives/{there.channel}/p{there.ts.replace('.', '')}"
    assert "I know no request" in gives(engine, "ann", f"why {other}").markdown


def test_what_someone_asked_for_is_listed_across_channels(engine: Engine) -> None:
    # given a request elsewhere that waits, when they ask what runs, then it is named; to others it is not
    _, run = engine.asks("ann", "hello", channel="general")
    assert run.status is State.QUEUED
    assert "#1 for ann" in gives(engine, "ann", "runs").markdown
    assert "Nothing that you asked for" in gives(engine, "ben", "runs").markdown
    engine.work()


def test_the_trail_holds_after_all_of_it(engine: Engine) -> None:
    # given changes, refusals and freezes
    decides(engine, "adam", gives(engine, "adam", "deny read_thread"))
    gives(engine, "ann", "off")
    gives(engine, "adam", "freeze")
    gives(engine, "adam", "thaw")

    # when the chain is read, then every line is as it was recorded
    assert told(engine, "freeze:set")
    verdict = engine.journal.read(lambda tx: verify(tx, _workspace(engine, tx)))
    assert verdict.holds


@pytest.mark.requirement("AUTHZ-03")
@pytest.mark.parametrize(
    ("command", "saved"),
    [
        ("who guests allow here", False),
        ("approvers @U0BEN000001 here", False),
        ("who @S0SALESTEAM here", True),
        ("reply mention here", True),
    ],
)
def test_an_editor_makes_a_channel_stricter_about_people_and_never_laxer_than_its_workspace(
    engine: Engine, command: str, saved: bool
) -> None:
    # given an editor of a channel, in a workspace that turns guests away and leaves approving to admins
    put_in_force(engine, EDITED_BY_BEN)

    # when they order something about that channel
    shown = gives(engine, "ben", command)

    # then what goes beyond the workspace's word is refused, and noted; an admin may say the same
    assert bool(shown.buttons) is saved
    assert ("goes beyond what the whole workspace says" in shown.markdown) is not saved
    assert bool(told(engine, "policy:refused")) is not saved
    assert gives(engine, "adam", command).buttons
