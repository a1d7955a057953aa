"""The table of Web API methods: handler, token, scopes, rate tier and arguments of each. A family of methods registers
itself by importing `method`; `all_methods()` imports the families."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments

Handler = Callable[[Stage, Arguments], Json]
FAMILIES = (
    "auth", "chat", "streams", "agent_sessions", "assistant", "scheduling", "conversations",
    "memberships", "topics", "canvases", "people", "usergroups", "files", "uploads", "reactions", "functions",
    "views",
)  # fmt: skip
# accepted everywhere: the token in a form, and the team that Bolt adds to every JSON body (slack.md 1.1)
EVERYWHERE = frozenset({"token", "team_id"})


@dataclass(frozen=True)
class Method:
    """One method. `scopes`: any one of them admits the call. `tier`: Slack's rate tier, None = special (slack.md 2).

    `of_app`: it takes the app-level token, all others the bot token.
    """

    name: str
    handler: Handler
    tier: int | None
    scopes: tuple[str, ...]
    arguments: frozenset[str]
    of_app: bool


METHODS: dict[str, Method] = {}


def method(
    name: str, tier: int | None, arguments: str = "", scopes: tuple[str, ...] = (), *, of_app: bool = False
) -> Callable[[Handler], Handler]:
    """Register a handler. `arguments` lists, separated by spaces, what the method takes; anything else is refused."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(name, handler, tier, scopes, frozenset(arguments.split()) | EVERYWHERE, of_app)
        return handler

    return register


def all_methods() -> dict[str, Method]:
    """The whole table."""
    for family in FAMILIES:
        import_module(f"app.rehearsal.web_api.{family}")
    return METHODS
