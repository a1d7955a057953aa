"""Who is in a channel or a user group, and with whom a channel is shared: asked for decisions, so never remembered."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from agents.surface import Conversation, OutcomeUnknown, Person
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.speakers import person_of

PAGE = 1_000
"""People of one page, the most that Slack gives (docs.slack.dev, conversations.members and users.list)."""


def members(egress: Egress, channel: str, among: Set[str], deadline: Deadline) -> frozenset[str]:
    """Return who of `among` is in the channel. Reads no further than until all of them were seen.

    Raises what Egress.call raises.
    """
    found: set[str] = set()
    for page in _pages(egress, channel, deadline):
        found.update(one for one in page if isinstance(one, str) and one in among)
        if found >= among:
            break
    return frozenset(found)


def people(
    egress: Egress, team_id: str, after: str, own_teams: Set[str], deadline: Deadline
) -> tuple[Sequence[Person], str]:
    """Return one page of a workspace's people, and the cursor of the next; "": it was the last.

    Raises what Egress.call raises.
    """
    # an organisation's token must name the workspace; a workspace's own may
    asked = {"limit": PAGE, "cursor": after or None, "team_id": team_id}
    answer = egress.call("users.list", asked, seconds=deadline)
    listed = answer.get("members")
    if not isinstance(listed, list):
        raise OutcomeUnknown("unreadable_answer")
    found = [person_of(one, own_teams) for one in listed if isinstance(one, Mapping) and one.get("id")]
    following = _following(answer)
    return found, following if following != after else ""


def group(egress: Egress, team_id: str, group_id: str, deadline: Deadline) -> frozenset[str]:
    """Return who is in a user group. Raises what Egress.call raises."""
    # an organisation's token must name the workspace; a workspace's own may
    asked = {"usergroup": group_id, "team_id": team_id}
    listed = egress.call("usergroups.users.list", asked, seconds=deadline).get("users")
    if not isinstance(listed, list):
        raise OutcomeUnknown("unreadable_answer")
    return frozenset(one for one in listed if isinstance(one, str))


def conversation(told: Mapping[str, Any]) -> Conversation:
    """Return what conversations.info says of a channel. What is missing is taken for the wider audience."""
    shared = any(told.get(word) is not False for word in ("is_ext_shared", "is_pending_ext_shared"))
    direct = bool(told.get("is_im") or told.get("is_mpim"))
    return Conversation(
        external=shared and not direct,
        private=direct or bool(told.get("is_private")),
        name=str(told.get("name") or ""),
        archived=bool(told.get("is_archived")),
    )


def _pages(egress: Egress, channel: str, deadline: Deadline) -> Iterator[list[Any]]:
    cursor: str | None = None
    while True:
        asked = {"channel": channel, "limit": PAGE, "cursor": cursor}
        answer = egress.call("conversations.members", asked, seconds=deadline)
        listed = answer.get("members")
        if not isinstance(listed, list):
            raise OutcomeUnknown("unreadable_answer")
        yield listed
        following = _following(answer)
        if not following or following == cursor:
            return
        cursor = following


def _following(answer: Mapping[str, Any]) -> str:
    told = answer.get("response_metadata")
    following = told.get("next_cursor") if isinstance(told, Mapping) else None
    return following if isinstance(following, str) else ""
