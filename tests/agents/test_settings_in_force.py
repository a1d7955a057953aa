"""What admins set for a workspace and a channel holds at the door and for each Run that comes in by it."""

from dataclasses import replace

import pytest

from agents.posts import Author, Became
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.policies_in_force import put_in_force
from tests.given.replies import says, sent

SALES, GENERAL = "C0SALES0001", "C0GENERAL01"
STANDARD = """
tagwork: policy/1
default:
  rules:
    - {id: own-run, verdict: allow, tools: ["*"], reaches: [run]}
    - {id: read-in-place, verdict: allow, tools: ["*"], effects: [read], reaches: [thread]}
"""


def test_a_channel_may_be_on_where_the_workspace_is_off(engine: Engine) -> None:
    # given a workspace that is off, but for one channel
    put_in_force(
        engine, STANDARD + f"  settings: {{enabled: false}}\nchannels: {{{SALES}: {{settings: {{enabled: true}}}}}}"
    )

    # when people ask in both
    says(engine.rehearsal, "Here.")
    _, there = engine.says("ann", "are you here?", channel="general")
    posted, run = engine.asks("ann", "are you here?", channel="sales")
    engine.work()

    # then one is told that it is not set up there, and one is answered
    assert there.became is Became.REFUSED
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["Here."]


@pytest.mark.failure_mode(50)
@pytest.mark.parity("Who may use", "match")
def test_only_the_groups_that_a_channel_names_may_ask_there(engine: Engine) -> None:
    # given a channel in which only the sales team may ask
    put_in_force(engine, STANDARD + f"channels: {{{GENERAL}: {{settings: {{asking: {{groups: [S0SALESTEAM]}}}}}}}}")

    # when someone of it asks, and someone who is not, and an admin
    outcomes = {}
    for user in ("ann", "chloe", "adam"):
        says(engine.rehearsal, "Yes.")
        _, receipt = engine.says(user, "may I?", channel="general")
        outcomes[user] = engine.judged(receipt).became

    # then Slack was asked who is in the group, and only whoever is not was turned away
    assert engine.rehearsal.calls("usergroups.users.list")
    assert outcomes == {"ann": Became.STARTED, "chloe": Became.REFUSED, "adam": Became.STARTED}


@pytest.mark.requirement("AUTHZ-15")
@pytest.mark.parametrize(
    ("guests", "in_their_channel", "elsewhere"),
    [
        ("restrict", Became.REFUSED, Became.REFUSED),
        ("channel_only", Became.STARTED, Became.REFUSED),
        ("allow", Became.STARTED, Became.REFUSED),
    ],
)
@pytest.mark.parity("Who may use", "match")
@pytest.mark.parity("Guests", "match")
def test_guests_may_ask_as_the_settings_say_and_only_where_they_are_members(
    engine: Engine, guests: str, in_their_channel: Became, elsewhere: Became
) -> None:
    # given a workspace's word on guests, and a guest who is in one channel and was seen to write in another
    put_in_force(engine, STANDARD + f"  settings: {{asking: {{guests: {guests}}}}}")

    # when the guest asks in both
    says(engine.rehearsal, "Yes.")
    _, here = engine.says("gus", "may I?", channel="sales")
    posted = engine.rehearsal.post("ann", "general", "may I?")
    post = engine.post_of(posted, "may I?")
    forged = engine.intake.receive(replace(post, author=Author("U0GUS000001", post.team_id)))

    # then their membership of now decides
    assert engine.judged(here).became is in_their_channel
    assert engine.judged(forged).became is elsewhere


def test_instructions_add_up_broadest_first_and_the_nearest_model_counts(engine: Engine) -> None:
    # given instructions of the workspace and of a channel, and a model and an effort for that channel
    put_in_force(
        engine,
        STANDARD
        + "  settings: {instructions: Amounts are in euro., model: claude-opus-5, effort: low}\n"
        + f"channels: {{{SALES}: {{settings: {{instructions: Call regions by their codes., model: claude-haiku-5}}}}}}",
    )

    # when someone asks there
    says(engine.rehearsal, "Done.")
    _, run = engine.asks("ann", "hello")
    engine.work()

    # then the model that was asked is the channel's, and read both, the workspace's first, after the shared prefix
    request = sent(engine.rehearsal)[-1]["body"]
    told = str(request["messages"][0]["content"])
    assert engine.run(run.id).model == request["model"] == "claude-haiku-5"
    assert 0 < told.index("Amounts are in euro.") < told.index("Call regions by their codes.") < told.index("hello")
    assert "euro" not in str(request["system"])


def test_a_reply_starts_nothing_where_only_a_mention_may(engine: Engine) -> None:
    # given a channel where only a mention starts something, and a thread that was answered there
    put_in_force(engine, STANDARD + f"channels: {{{SALES}: {{settings: {{reply_mode: mention}}}}}}")
    says(engine.rehearsal, "Done.")
    posted, _ = engine.asks("ann", "hello")
    engine.work()

    # when someone goes on in it without a mention, then that is nobody's business of ours; with one, it is
    _, reply = engine.says("ann", "and now?", thread=posted.ts, addressed=False)
    assert reply.became is Became.NOT_OURS
    says(engine.rehearsal, "Done again.")
    _, mention = engine.says("ann", "and now?", thread=posted.ts)
    assert engine.judged(mention).became is Became.STARTED
