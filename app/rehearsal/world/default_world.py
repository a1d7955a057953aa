"""The workspace that Rehearsal starts with, and the file that may replace parts of it."""

from pathlib import Path
from typing import Any

import yaml

from app.rehearsal.clock import Clock
from app.rehearsal.ids import Ids
from app.rehearsal.json_shape import Json
from app.rehearsal.world.channels import Channel
from app.rehearsal.world.credentials import Credentials
from app.rehearsal.world.people import Person, Usergroup
from app.rehearsal.world.world import OurApp, World

# (id, handle, name, kind); every kind that Slack tells apart is there (slack.md 1.10)
DEFAULT_PEOPLE = (
    ("U0OLIVIA001", "olivia", "Olivia Owner", "owner"),
    ("U0ADAM00001", "adam", "Adam Admin", "admin"),
    ("U0ANN000001", "ann", "Ann Arbor", "member"),
    ("U0BEN000001", "ben", "Ben Berger", "member"),
    ("U0CHLOE0001", "chloe", "Chloe Chen", "member"),
    ("U0GUS000001", "gus", "Gus Guest", "guest"),
    ("U0GINA00001", "gina", "Gina Guest", "single_channel_guest"),
    ("U0STRANGE01", "sam", "Sam Stranger", "stranger"),
    ("U0DORA00001", "dora", "Dora Departed", "deactivated"),
    ("U0OTHERBOT1", "deploybot", "Deploy Bot", "bot"),
)
DEFAULT_CHANNELS: tuple[tuple[str, str, str, tuple[str, ...], bool, bool], ...] = (
    # id, name, kind, members besides the app (handles), shared with another workspace, archived
    ("C0GENERAL01", "general", "public", ("olivia", "adam", "ann", "ben", "chloe", "deploybot"), False, False),
    ("C0SALES0001", "sales", "public", ("olivia", "adam", "ann", "ben", "gus", "gina", "deploybot"), False, False),
    ("C0FINANCE01", "finance", "private", ("olivia", "ann", "chloe"), False, False),
    ("C0PARTNERS1", "partners", "public", ("olivia", "ann", "sam"), True, False),
    ("C0OLDNEWS01", "old-news", "public", ("olivia", "ann"), False, True),
)
# channels that the app is not in
DEFAULT_FOREIGN_CHANNELS = (
    ("C0RANDOM001", "random", "public", ("olivia", "ann", "ben")),
    ("C0SECRET001", "secret", "private", ("olivia", "adam")),
)
DEFAULT_USERGROUPS = (("S0SALESTEAM", "sales-team", "Sales team", ("ann", "ben")),)
STRANGERS_TEAM = "T0PARTNER01"
KNOWN_KEYS = frozenset({"team", "app", "tokens", "signing_secret", "people", "channels", "enterprise_id"})


class WorldRefused(ValueError):
    """The world file cannot be used. The message names the key and what it may hold."""


def make_world(told: Json, clock: Clock, anthropic_api_key: str) -> World:
    """The default world, with the parts replaced that `told` names (what `read_world_file` read, or nothing).

    Its keys, all optional: `team` (id, name, domain), `enterprise_id`, `app` (app_id, bot_user, bot_id, name), `tokens`
    (bot, app), `signing_secret`, `people` (list of id, name, real_name, kind, team_id, bot_id, app_id) and
    `channels` (list of id, name, kind, members, external, archived; members are ids or handles, `bot` is the app).
    Raises TypeError or ValueError for a person or channel of another shape.
    """
    team = {"id": "T0REHEARSE1", "name": "Rehearsal", "domain": "rehearsal"} | told.get("team", {})
    ours = {"app_id": "A0TAGWORK01", "bot_user": "U0TAGWORK01", "bot_id": "B0TAGWORK01", "name": "tagwork"}
    app = OurApp(**(ours | told.get("app", {})))
    people = {one.id: one for one in _people(told, team["id"])}
    people[app.bot_user] = Person(
        app.bot_user, app.name, app.name.title(), "bot", team["id"], bot_id=app.bot_id, app_id=app.app_id
    )
    channels = {one.id: one for one in _channels(told, people, app.bot_user)}
    world = World(
        team_id=team["id"],
        team_name=team["name"],
        team_domain=team["domain"],
        enterprise_id=told.get("enterprise_id"),
        app=app,
        credentials=_credentials(told, team["id"], anthropic_api_key),
        people=people,
        channels=channels,
        clock=clock,
        ids=Ids(team["id"]),
    )
    world.usergroups = {one.id: one for one in _usergroups(people)}
    for person in list(people.values()):
        if person.kind in ("owner", "admin", "member", "guest"):
            world.direct_message(person.id)
    return world


def read_world_file(file: Path) -> Json:
    """What a YAML or JSON world file holds. Raises WorldRefused for an unknown key, OSError when it is missing."""
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(told, dict):
        raise WorldRefused(f"{file} is no world: expected a mapping with some of {', '.join(sorted(KNOWN_KEYS))}.")
    unknown = sorted(set(told) - KNOWN_KEYS)
    if unknown:
        raise WorldRefused(f"Unknown key {unknown[0]!r} in {file}; a world has {', '.join(sorted(KNOWN_KEYS))}.")
    return told


def _credentials(told: Json, team_id: str, anthropic_api_key: str) -> Credentials:
    made = Credentials.for_team(team_id, anthropic_api_key)
    tokens = told.get("tokens", {})
    made.bot_token = tokens.get("bot", made.bot_token)
    made.app_token = tokens.get("app", made.app_token)
    made.signing_secret = told.get("signing_secret", made.signing_secret)
    return made


def _people(told: Json, team_id: str) -> list[Person]:
    if "people" in told:
        return [Person(**({"team_id": team_id, "real_name": one["name"].title()} | one)) for one in told["people"]]
    made = []
    for user, name, real_name, kind in DEFAULT_PEOPLE:
        person = Person(user, name, real_name, kind, STRANGERS_TEAM if kind == "stranger" else team_id)
        if kind == "bot":
            person.bot_id, person.app_id = "B0OTHERBOT1", "A0OTHERBOT1"
        made.append(person)
    return made


def _usergroups(people: dict[str, Person]) -> list[Usergroup]:
    ids = {one.name: one.id for one in people.values()}
    return [
        Usergroup(group, handle, name, [ids[one] for one in users])
        for group, handle, name, users in DEFAULT_USERGROUPS
        if ids.keys() >= {*users}
    ]


def _channels(told: Json, people: dict[str, Person], bot_user: str) -> list[Channel]:
    ids: dict[str, str] = {one.name: one.id for one in people.values()} | {"bot": bot_user}

    def members(named: Any) -> list[str]:
        return [ids.get(name, name) for name in named]

    if "channels" in told:
        return [Channel(**(one | {"members": members(one.get("members", []))})) for one in told["channels"]]
    if "people" in told:
        everyone = [*(one.id for one in people.values() if one.kind != "deactivated")]
        return [Channel("C0GENERAL01", "general", "public", everyone)]
    ours = [
        Channel(channel, name, kind, [*members(inside), bot_user], external, archived)
        for channel, name, kind, inside, external, archived in DEFAULT_CHANNELS
    ]
    foreign = [Channel(one, name, kind, members(inside)) for one, name, kind, inside in DEFAULT_FOREIGN_CHANNELS]
    return [*ours, *foreign]
