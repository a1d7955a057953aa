"""A workspace, a thread, a person, a post: what stands before anything happens."""

from itertools import count

from agents.journal import people, threads, workspaces
from agents.journal.transaction import Journal
from agents.journal.workspaces import Workspace
from agents.posts import Author, Channel, Post
from agents.surface import Person, PersonKind

_next_ts = count(1_795_000_000)
APP, TEAM, BOT = "A0TAGWORK", "T0TEAM", "U0BOT"


def a_workspace(journal: Journal, *, team_id: str = TEAM) -> Workspace:
    """A workspace with its installation."""
    return journal.write(
        lambda tx: workspaces.register(tx, app_id=APP, team_id=team_id, name="Team", bot_user_id=BOT, bot_id="B0BOT")
    )


def a_member(
    journal: Journal, workspace: Workspace, user_id: str = "U0ANN", kind: PersonKind = PersonKind.MEMBER
) -> str:
    """Someone whom the surface has just described."""
    journal.write(lambda tx: people.keep(tx, workspace.id, Person(user_id, user_id.removeprefix("U0").title(), kind)))
    return user_id


def a_thread(journal: Journal, workspace: Workspace, *, channel: str = "C0SALES", root: str = "") -> str:
    """A thread's id."""
    ts = root or a_ts()
    return journal.write(lambda tx: threads.lock(tx, workspace.id, channel, "channel", ts))


def a_ts() -> str:
    """A Slack ts that no test has used."""
    return f"{next(_next_ts)}.000100"


def a_post(
    text: str = "which region missed its target?",
    *,
    author: str = "U0ANN",
    channel: str = "C0SALES",
    ts: str = "",
    root: str = "",
    addressed: bool = True,
    **more: object,
) -> Post:
    """Someone mentions us in a channel."""
    ts = ts or a_ts()
    values: dict[str, object] = {
        "app_id": APP,
        "team_id": TEAM,
        "channel": channel,
        "channel_kind": Channel.PUBLIC,
        "ts": ts,
        "root": root or ts,
        "author": Author(author, TEAM),
        "text": text,
        "addressed": addressed,
        "event_id": f"Ev{ts}",
    }
    return Post(**{**values, **more})  # type: ignore[arg-type]
