"""What everything that is taken in is given: who acts, who may come in, and who is told of the unknown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agents.engine.hand import Hand
from agents.errors import NotFound
from agents.governing.ordering import Place
from agents.in_force import in_force
from agents.journal import runs, workspaces
from agents.journal.freezes import What
from agents.journal.transaction import Transaction
from agents.journal.workspaces import Workspace
from agents.policy.resolving import Holding
from agents.policy.scopes import Scope
from agents.policy.settings import ReplyMode
from agents.posts import Channel, Decision, Door, Order, Post
from agents.reading_along import PAUSED_AFTER, paused
from tools.contract import Tool


@dataclass(frozen=True, slots=True)
class Desk:
    """The place at which one process takes things in.

    Attributes:
        on_unjudged: is told of an Input whose author must be asked for, with its Post where it is one.
        newcomer: may register the team of a first post.
        catalogue: the tools there are. thawed: is told, after the commit, of a freeze that ended.
    """

    hand: Hand
    door: Door
    on_unjudged: Callable[[Post | None, str], None]
    newcomer: Callable[[Transaction, Post], Workspace | None]
    catalogue: Mapping[str, Tool] = field(default_factory=dict)
    thawed: Callable[[str, What, str], None] = lambda workspace_id, kind, what: None

    def place(self, order: Order | Decision, workspace_id: str) -> Place:
        """Return where and by whom something is ordered, and what it is judged with."""
        return Place(
            hand=self.hand,
            said=self.door.policy,
            workspace_id=workspace_id,
            channel=order.channel,
            direct=order.channel_kind is Channel.DIRECT,
            user_id=order.user_id,
            catalogue=self.catalogue,
            names=order.names,
            thawed=self.thawed,
        )

    def answers_in(self, tx: Transaction, workspace_id: str, channel: str, kind: Channel) -> bool:
        """Whether the operator's settings and the policy let people be answered there."""
        listed = not self.door.channels or channel in self.door.channels or kind is Channel.DIRECT
        return listed and self.holding(tx, workspace_id, channel).enabled.value

    def holding(self, tx: Transaction, workspace_id: str, channel: str) -> Holding:
        """Return the settings that hold in a channel."""
        return in_force(tx, workspace_id, self.door.policy).holding(channel)

    def follows(self, tx: Transaction, workspace_id: str, channel: str) -> bool:
        """Whether a reply without a mention goes on with a thread that has had a Run."""
        mode = self.holding(tx, workspace_id, channel).reply_mode
        return self.door.follows if mode.scope is Scope.BUILT_IN else mode.value is not ReplyMode.MENTION

    def reads_along(self, tx: Transaction, workspace_id: str, channel: str) -> bool:
        """Whether what nobody addressed to us is read there too, and not paused."""
        if self.holding(tx, workspace_id, channel).reply_mode.value is not ReplyMode.READ_ALONG:
            return False
        return not paused(runs.newest_states(tx, workspace_id, channel, PAUSED_AFTER))


def installed(tx: Transaction, app_id: str, team_id: str) -> Workspace:
    """Return the Workspace of a payload. Raises NotFound where it is not installed: it is refused, never guessed."""
    workspace = workspaces.of_team(tx, app_id, team_id)
    if workspace is None:
        raise NotFound(f"no installation for app {app_id!r} in team {team_id!r}")
    return workspace
