"""Slack's own hands, over the wire: a command with its preview, and the App Home as a desk of admins and of people."""

import json

import pytest

from agents.governing.asking_less import ENOUGH
from agents.journal import approvals, policies, workspaces
from agents.journal.transaction import Transaction
from agents.policy.document import Document
from tests.given.approved_often import as_often
from tests.given.rehearsal import Json
from tests.given.replies import hold_model, proposes, release_model, says, until_model_held
from tests.given.steering import actions_in, ended, last_run, waited_for
from tests.given.tagwork import TagworkProcesses
from tests.given.waiting import until


def standing(served: TagworkProcesses) -> Document:
    """Return the policy that is in force."""

    def read(tx: Transaction) -> Document | None:
        found = workspaces.of_team(tx, served.rehearsal.app_id, served.rehearsal.team_id)
        assert found is not None
        return policies.newest(tx, found.id)

    return served.journal.read(read) or Document()


def whispered_to(served: TagworkProcesses, user: str, containing: str) -> Json:
    """Wait for a message of ours that one person alone sees."""

    def found() -> list[Json]:
        everything = served.rehearsal.visible("C0SALES0001")
        return [one for one in everything if user in str(one.get("only_to", one)) and containing in json.dumps(one)]

    return until(found, f"{user} is told {containing}")[-1]


def home(served: TagworkProcesses, user: str, containing: str) -> Json:
    """Open someone's App Home, and wait until it has some words."""
    served.rehearsal.control("POST", "/open_home", {"user": user, "tab": "home"})
    return home_with(served, user, containing)


def home_with(served: TagworkProcesses, user: str, containing: str) -> Json:
    """Wait until someone's App Home has some words."""

    def found() -> Json:
        view = served.rehearsal.control("GET", "/home", {"user": user})["view"]
        return view if view and containing in json.dumps(view, ensure_ascii=False) else {}

    return until(found, f"the Home of {user} has {containing}")


def modal(served: TagworkProcesses, user: str, containing: str) -> Json:
    """Wait until someone has a modal before them with some words."""

    def found() -> Json:
        views: list[Json] = served.rehearsal.modals(user)
        return views[-1] if views and containing in json.dumps(views[-1], ensure_ascii=False) else {}

    return until(found, f"{user} sees {containing}")


def test_an_admin_denies_a_tool_by_command_and_the_next_call_is_denied(served: TagworkProcesses) -> None:
    # given an admin who types a command that names a user group as Slack escapes it
    rehearsal, before = served.rehearsal, standing(served).version
    rehearsal.command("adam", "sales", "/tagwork", "deny read_thread for @sales-team in #sales")

    # when Slack has said who they are, then they alone see what that would do, with Save
    shown = whispered_to(served, "U0ADAM00001", "Rights narrow.")
    assert "@sales-team" in json.dumps(shown)
    assert {one.split(":")[1] for one in actions_in(shown.get("blocks", []))} == {"save", "cancel"}
    pressed = rehearsal.press("adam", "sales", shown["ts"], "tagwork:save:1")
    assert pressed["acknowledged"]

    # then it is saved, and the next call of someone of that group is denied
    until(lambda: standing(served).version == before + 1, "the policy is saved")
    whispered_to(served, "U0ADAM00001", f"version {before + 1}")
    proposes(rehearsal, ("read_thread", {}))
    says(rehearsal, "I may not.")
    posted = rehearsal.post("ann", "sales", "@tagwork what was said here?")
    assert "I may not." in ended(served, posted, "I may not.")


def test_a_members_home_has_no_control_and_a_forged_press_is_refused(served: TagworkProcesses) -> None:
    # given a member's Home
    view = home(served, "ann", "What I may do for you")
    assert not [one for one in actions_in(view["blocks"]) if one.startswith("tagwork_desk")]

    # when they send a press on a control that they were never shown, then nothing is frozen, and they are told who can
    served.rehearsal.control(
        "POST", "/press", {"user": "ann", "home": True, "action_id": "tagwork_desk:freeze", "forged": True}
    )
    modal(served, "ann", "owners and admins of the workspace can")


def test_an_admin_begins_with_a_preset_from_the_home_and_the_home_follows(served: TagworkProcesses) -> None:
    # given an admin's Home
    rehearsal, before = served.rehearsal, standing(served).version
    view = home(served, "adam", "For owners and admins")
    assert f"policy version {before}" in json.dumps(view)

    # when they look at a preset and save it
    rehearsal.press("adam", None, None, "tagwork_desk:preset:careful", home=True)
    shown = modal(served, "adam", "What it would do")
    assert standing(served).version == before
    rehearsal.submit("adam", shown["id"], {})

    # then the modal says so, and the Home shows the new version by itself
    modal(served, "adam", f"version {before + 1}")
    home_with(served, "adam", f"policy version {before + 1}")


def test_settings_of_a_channel_are_changed_by_a_form_that_shows_its_effect_first(served: TagworkProcesses) -> None:
    # given an admin who opens the settings of a channel
    rehearsal, before = served.rehearsal, standing(served).version
    home(served, "adam", "For owners and admins")
    rehearsal.press("adam", None, None, "tagwork_desk:channel", value="C0GENERAL01", home=True)
    form = modal(served, "adam", "Show the effect")

    # when they fill it in, then they see what it would do, and nothing is saved
    rehearsal.submit(
        "adam",
        form["id"],
        {
            "reply_mode": "mention",
            "approvers.most_an_hour": "12",
            "budget.day_usd": "5",
            "tool": "set_topic",
            "verdict": "deny",
        },
    )
    shown = modal(served, "adam", "Not saved yet")
    assert "5.00 US dollars" in json.dumps(shown)
    assert "approvers.most_an_hour" in json.dumps(shown)
    assert standing(served).version == before

    # when they save that, then it stands
    rehearsal.submit("adam", shown["id"], {})
    modal(served, "adam", "Saved")
    settings = standing(served).channels["C0GENERAL01"].settings
    assert (settings.reply_mode, str(settings.budget.day_usd)) == ("mention", "5")
    assert settings.approvers.most_an_hour == 12
    assert [one.id for one in standing(served).default.rules][-1] == "said.set_topic.c0general01.all"


def test_a_form_that_is_out_of_date_is_refused(served: TagworkProcesses) -> None:
    # given two admins who have the same form open, of which one saves first
    rehearsal = served.rehearsal
    forms = {}
    for user in ("olivia", "adam"):
        home(served, user, "For owners and admins")
        rehearsal.press(user, None, None, "tagwork_desk:settings", home=True)
        forms[user] = modal(served, user, "Show the effect")
    rehearsal.submit("olivia", forms["olivia"]["id"], {"model": "claude-haiku-5-5"})
    rehearsal.submit("olivia", modal(served, "olivia", "Not saved yet")["id"], {})
    modal(served, "olivia", "Saved")
    version = standing(served).version

    # when the other sends theirs off, then nothing is saved, and they are told to open it again
    rehearsal.submit("adam", forms["adam"]["id"], {"model": "claude-opus-5-5"})
    modal(served, "adam", "Please open it again")
    assert standing(served).version == version


@pytest.mark.failure_mode(50)
@pytest.mark.requirement("AUTHZ-14")
def test_an_admin_demoted_between_opening_and_saving_is_refused(served: TagworkProcesses) -> None:
    # given an admin who is shown what a preset would do
    rehearsal, version = served.rehearsal, standing(served).version
    home(served, "olivia", "For owners and admins")
    rehearsal.press("olivia", None, None, "tagwork_desk:preset:open", home=True)
    shown = modal(served, "olivia", "What it would do")

    # when they are made a member, and save
    rehearsal.control("POST", "/person", {"user": "olivia", "kind": "member"})
    until(lambda: rehearsal.events("user_change"), "the app hears of it")
    rehearsal.submit("olivia", shown["id"], {})

    # then they are told who can, nothing is saved, and their Home has no controls any more
    modal(served, "olivia", "You may not change that")
    assert standing(served).version == version
    served.rehearsal.control("POST", "/open_home", {"user": "olivia", "tab": "home"})

    def without() -> bool:
        view = served.rehearsal.control("GET", "/home", {"user": "olivia"})["view"]
        return "For owners and admins" not in json.dumps(view)

    until(without, "the Home has no controls")
    rehearsal.control("POST", "/person", {"user": "olivia", "kind": "owner"})


def test_the_workspace_is_frozen_and_thawed_from_the_home(served: TagworkProcesses) -> None:
    # given an admin's Home, when they freeze the workspace there, then it says so by itself
    rehearsal = served.rehearsal
    home(served, "adam", "For owners and admins")
    rehearsal.press("adam", None, None, "tagwork_desk:freeze", home=True)
    modal(served, "adam", "nothing new begins")
    home_with(served, "adam", "Thaw the workspace")

    # and a request waits, with a sentence in its thread, until it is thawed
    says(rehearsal, "Here I am.")
    posted = rehearsal.post("ben", "sales", "@tagwork are you there?")
    place = {"channel": posted.channel, "thread_ts": posted.thread_ts}
    rehearsal.wait_for("bot_messages", **place, containing="frozen", timeout_seconds=20)
    rehearsal.press("adam", None, None, "tagwork_desk:thaw", home=True)
    rehearsal.wait_for("bot_messages", **place, containing="Here I am.", timeout_seconds=20)


def test_a_home_follows_what_workers_do(served: TagworkProcesses) -> None:
    # given an admin's Home, opened while nothing runs
    rehearsal = served.rehearsal
    home(served, "adam", "*Runs now*\\nNothing.")

    # when someone asks for what takes long, then the Home shows it without being opened again, and that it is over
    hold_model(rehearsal)
    says(rehearsal, "At last.")
    posted = rehearsal.post("ben", "sales", "@tagwork take your time")
    until_model_held(rehearsal)
    home_with(served, "adam", f"#{last_run(served).number}")
    release_model(rehearsal)
    ended(served, posted, "At last.")
    home_with(served, "adam", "*Runs now*\\nNothing.")


@pytest.mark.requirement("AUTHZ-29")
def test_what_people_always_say_yes_to_is_let_run_from_the_home(served: TagworkProcesses) -> None:
    # given an admin who said yes ten times to topics of #sales
    rehearsal = served.rehearsal
    proposes(rehearsal, ("set_topic", {"topic": "Q3"}))
    says(rehearsal, "It is the topic.")
    posted = rehearsal.post("ann", "sales", "@tagwork make Q3 the topic here")
    at, button = waited_for(rehearsal, posted, "tagwork:approve:")
    rehearsal.press("adam", "sales", at, button)
    ended(served, posted, "It is the topic.")
    run_id = last_run(served).id
    [approval] = served.journal.read(lambda tx: approvals.of_run(tx, run_id))
    as_often(served.journal, approval.id, ENOUGH)

    # when they open their Home, then it stands there, and they let it run from there, shown first
    home(served, "adam", "Always answered with yes")
    rehearsal.press("adam", None, None, "tagwork_desk:ease", home=True)
    shown = modal(served, "adam", "Rights widen.")
    rehearsal.submit("adam", shown["id"], {})
    modal(served, "adam", "Saved")
    assert [one.id for one in standing(served).default.rules][-1] == "said.set_topic.c0sales0001.all"

    # then the next topic asks nobody
    proposes(rehearsal, ("set_topic", {"topic": "Q4"}))
    says(rehearsal, "It is Q4.")
    ended(served, rehearsal.post("ann", "sales", "@tagwork and now Q4"), "It is Q4.")
    run_id = last_run(served).id
    assert served.journal.read(lambda tx: approvals.of_run(tx, run_id)) == []


def test_joining_a_channel_is_told_there(served: TagworkProcesses) -> None:
    # given a channel that we are not in, when someone invites us, then one message says what that means
    served.rehearsal.membership("random", "bot", join=True)

    def told() -> list[Json]:
        return [one for one in served.rehearsal.history("random") if "What I read" in json.dumps(one)]

    assert len(until(told, "the message of joining")) == 1
