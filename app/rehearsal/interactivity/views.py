"""Views: the modals that people have open, one upon the other, and what each sees on the App Home."""

from dataclasses import dataclass, field

from app.rehearsal.ids import Ids
from app.rehearsal.interactivity.elements import first_state, state_of
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.world.world import World

MODALS_DEEP = 3  # Slack's documented depth of a stack of modals


@dataclass
class View:
    """One view of one person. `told` is what the app gave; `hash` changes with it; `values` is what is filled in.

    `errors` maps a block_id to what the app says is wrong with its input.
    """

    id: str
    user: str
    told: Json
    hash: str
    root: str
    previous: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """`modal` or `home`."""
        return str(self.told["type"])


class Views:
    """The open modals of each person, the topmost last, and the published homes."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        """The modal that this person has before them."""
        stack = self.modals.get(user)
        return stack[-1] if stack else None

    def named(self, view_id: str = "", external_id: str = "") -> View:
        """The view of this id, or of this external_id. Raises SlackError not_found."""
        everyone = [one for stack in self.modals.values() for one in stack] + [*self.homes.values()]
        for one in everyone:
            if (view_id and one.id == view_id) or (external_id and one.told.get("external_id") == external_id):
                return one
        raise SlackError("not_found")

    def open(self, user: str, told: Json) -> View:
        """Show a modal in place of what this person had open ("guess": a second open does not stack)."""
        view = self._new(user, told)
        self.modals[user] = [view]
        return view

    def push(self, user: str, told: Json) -> View:
        """Show a modal upon the one that is open. Raises push_limit_reached, and not_found when none is open."""
        stack = self.modals.get(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MODALS_DEEP:
            raise SlackError("push_limit_reached")
        view = self._new(user, told, stack[-1])
        stack.append(view)
        return view

    def update(self, view: View, told: Json, expected_hash: str = "") -> View:
        """Change what a view shows; inputs that stay keep what is in them. Raises hash_conflict."""
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        values = state_of(told["blocks"], view.values)
        view.told, view.values, view.errors, view.hash = told, values, {}, self._hash()
        return view

    def publish(self, user: str, told: Json, expected_hash: str = "") -> View:
        """Change what this person sees on the App Home."""
        if user in self.homes:
            return self.update(self.homes[user], told, expected_hash)
        self.homes[user] = self._new(user, told)
        return self.homes[user]

    def close(self, view: View) -> None:
        """Take a modal away; the one below it shows again."""
        self.modals[view.user] = [one for one in self.modals.get(view.user, []) if one is not view]

    def clear(self, user: str) -> None:
        """Take every modal of this person away."""
        self.modals[user] = []

    def _new(self, user: str, told: Json, below: View | None = None) -> View:
        view_id = self._ids.new("V")
        root = below.root if below else view_id
        previous = below.id if below else None
        return View(view_id, user, told, self._hash(), root, previous, first_state(told["blocks"]))

    def _hash(self) -> str:
        return f"{self._ids.uuid().replace('-', '')[:10]}.{self._ids.uuid()[:8]}"


def view_json(world: World, view: View) -> Json:
    """The view as answers and payloads show it."""
    told = view.told
    return {
        "id": view.id,
        "team_id": world.team_id,
        "type": view.kind,
        "blocks": told["blocks"],
        "private_metadata": told.get("private_metadata", ""),
        "callback_id": told.get("callback_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": told.get("title"),
        "clear_on_close": bool(told.get("clear_on_close")),
        "notify_on_close": bool(told.get("notify_on_close")),
        "close": told.get("close"),
        "submit": told.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": world.app.app_id,
        "external_id": told.get("external_id", ""),
        "app_installed_team_id": world.team_id,
        "bot_id": world.app.bot_id,
    }
