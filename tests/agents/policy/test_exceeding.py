"""An editor of a channel may be stricter about people than the workspace; more than it lets is for admins to say."""

from typing import Any

import pytest

from agents.policy.document import Document, Of
from agents.policy.exceeding import exceeding
from tests.given.policies import HERE


def said(channel: dict[str, Any], workspace: dict[str, Any] | None = None) -> Document:
    """Return a workspace's policy with these settings, and those of its channel HERE."""
    parts = {"default": {"settings": workspace or {}}, "channels": {HERE: {"settings": channel}}}
    return Document.model_validate(parts)


MORE = [
    ({"asking": {"guests": "allow"}}, "asking.guests"),
    ({"approvers": {"people": ["U1"]}}, "approvers.people"),
    ({"approvers": {"groups": ["S1"]}}, "approvers.groups"),
    ({"approvers": {"expires": "2d"}}, "approvers.expires"),
    ({"editors": {"people": ["U1"]}}, "editors.people"),
    ({"editors": {"groups": ["S1"]}}, "editors.groups"),
    ({"grants": ["crm"]}, "grants"),
]
"""Settings of a channel that give people more than a workspace which says nothing, and which one each is."""


@pytest.mark.parametrize(("channel", "setting"), MORE)
def test_more_than_the_workspace_lets_is_told(channel: dict[str, Any], setting: str) -> None:
    # given a workspace that says nothing, when a channel's part gives people more, then it is told where and what
    for before in (Document(), said({})):
        [beyond] = exceeding(before, said(channel), HERE, None)
        assert (beyond.place, beyond.what) == (HERE, f"setting {setting}")


@pytest.mark.parametrize(("channel", "setting"), MORE)
def test_what_an_admin_said_there_before_may_stay(channel: dict[str, Any], setting: str) -> None:
    # given a channel that was given more, when it stays while other words there change, then nothing is beyond
    after = said({**channel, "instructions": "Be brief."})
    assert exceeding(said(channel), after, HERE, None) == (), setting


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"approvers": {"people": ["U1"]}}, {"approvers": {"people": ["U1", "U2"]}}),
        ({"approvers": {"people": ["U1"]}}, {"editors": {"people": ["U1"]}}),
    ],
)
def test_what_stood_there_lets_nothing_else_be_said(before: dict[str, Any], after: dict[str, Any]) -> None:
    # given a channel that was given something, when it says something else, then that is beyond
    assert len(exceeding(said(before), said(after), HERE, None)) == 1


@pytest.mark.parametrize(
    "channel",
    [
        {"asking": {"members": False}},
        {"asking": {"groups": ["S1"]}},
        {"approvers": {"expires": "1h"}},
        {"reply_mode": "read_along"},
        {"retention": {"content": "90d"}},
        {"enabled": True, "instructions": "Be brief."},
    ],
)
def test_less_for_people_and_what_is_not_about_people_is_an_editors_to_say(channel: dict[str, Any]) -> None:
    # given a workspace that says nothing, when a channel is stricter about people or works otherwise, then nothing is
    # beyond
    assert exceeding(said({}), said(channel), HERE, None) == ()


def test_only_the_channel_itself_is_looked_at() -> None:
    # given another channel that is given more, and one that is not there, then nothing is beyond here
    more = said({"editors": {"people": ["U1"]}})
    assert exceeding(Document(), more, "C9", None) == ()
    assert exceeding(more, Document(), HERE, None) == ()


def test_it_is_counted_from_what_the_wider_scopes_say() -> None:
    # given an organisation, or a workspace, that lets guests ask, when a channel says so too, then nothing is beyond;
    # where they do not let them, it is
    wide = {"asking": {"guests": "allow"}}
    over = Document.model_validate({"of": Of.ORGANISATION, "default": {"settings": wide}})
    assert exceeding(said({}), said(wide), HERE, over) == ()
    assert exceeding(said({}, wide), said(wide, wide), HERE, None) == ()
    assert len(exceeding(said({}), said(wide), HERE, None)) == 1


def test_what_stood_there_before_is_counted_from_the_same_word_of_the_organisation() -> None:
    # given an organisation in which an Approval waits an hour, and a channel that an admin gave twelve, when other
    # words there change, then nothing is beyond
    long = {"approvers": {"expires": "12h"}}
    short = {"settings": {"approvers": {"expires": "1h"}}}
    over = Document.model_validate({"of": Of.ORGANISATION, "default": short})
    assert exceeding(said(long), said({**long, "instructions": "Be brief."}), HERE, over) == ()
    assert len(exceeding(said({}), said(long), HERE, over)) == 1
