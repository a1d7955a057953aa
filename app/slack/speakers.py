"""Who is asking: one classification of people for every entry. Pure; asking Slack is app/slack/surface.py's part."""

from collections.abc import Mapping, Set
from typing import Any

from agents.surface import Person, PersonKind

SLACKBOT = "USLACKBOT"
"""Slack's own bot; users.info says `is_bot: false` for it."""


def person_of(user: Mapping[str, Any], own_teams: Set[str]) -> Person:
    """Return the person that `user`, the object of users.info, describes.

    `own_teams` holds the ids of our workspace and, in an Enterprise organisation, of the organisation. What is missing
    never makes anyone more trusted: a user without a team is a stranger.

    Raises:
        ValueError: the object has no user id.
    """
    user_id = user.get("id")
    if not isinstance(user_id, str) or not user_id:
        raise ValueError("users.info answered without a user id")
    return Person(user_id=user_id, name=name_of(user), kind=_kind(user, own_teams))


def name_of(user: Mapping[str, Any]) -> str:
    """Return the name that Slack shows for `user`: display name, else real name, else handle, else id."""
    profile = user.get("profile")
    shown = profile if isinstance(profile, Mapping) else {}
    names = (shown.get("display_name"), shown.get("real_name"), user.get("real_name"), user.get("name"), user.get("id"))
    return next((name.strip() for name in names if isinstance(name, str) and name.strip()), "someone")


def _kind(user: Mapping[str, Any], own_teams: Set[str]) -> PersonKind:
    if user.get("deleted"):
        return PersonKind.GONE
    if user.get("is_bot") or user.get("is_app_user") or user.get("is_workflow_bot") or user.get("id") == SLACKBOT:
        return PersonKind.BOT
    if user.get("is_stranger") or not _one_of_ours(user, own_teams):
        return PersonKind.STRANGER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return PersonKind.GUEST
    if user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner"):
        return PersonKind.ADMIN
    return PersonKind.MEMBER


def _one_of_ours(user: Mapping[str, Any], own_teams: Set[str]) -> bool:
    organisation = user.get("enterprise_user")
    teams: list[Any] = [user.get("team_id")]
    if isinstance(organisation, Mapping):
        teams.append(organisation.get("enterprise_id"))
        listed = organisation.get("teams")
        teams.extend(listed if isinstance(listed, list) else ())
    return any(isinstance(team, str) and team in own_teams for team in teams)


def kind_by_post(*, bot_id: str, team_id: str, external: bool, own_teams: Set[str]) -> PersonKind | None:
    """Return what the post alone says about its author: BOT or STRANGER, or None where Slack must be asked."""
    if bot_id:
        return PersonKind.BOT
    if external or (team_id and team_id not in own_teams):
        return PersonKind.STRANGER
    return None
