"""The one place where real objects are built: for serve, workers, commands and tests alike."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import structlog

from agents import admission
from agents.boundaries import Crossing, Kind, across, nothing
from agents.clock import Clock
from agents.engine.lease import Claims
from agents.engine.poke import Poker
from agents.engine.room import Conduct, Room
from agents.errors import BadSetting
from agents.fairness import Shares
from agents.grants.sealing import FILE, KeyFile
from agents.intake import Intake
from agents.journal import migrate, workspaces
from agents.journal.database import Database
from agents.journal.transaction import Journal, Transaction
from agents.models.provider import Hearer, Provider, Reply, Request
from agents.policy.from_settings import FromSettings
from agents.posts import Door, Post, Sentences
from agents.runs.ceilings import Ceilings
from agents.surface import PersonKind, Surface
from agents.toolcalls.catalogue import find_tools
from agents.web.fetching import Reach
from app.budgets.shared import SharedBuckets
from app.metrics.counted import COUNTING
from app.serveable import model_key
from app.settings import Settings
from app.slack import wording
from app.slack.call_budget import CallBudget
from app.slack.egress import Egress
from app.slack.identity import Identity
from app.slack.start_check import check_tokens
from app.slack.surface import SlackSurface

log = structlog.get_logger()

INTAKE_PATIENCE = 2.0
"""Seconds that intake waits for the journal before it refuses the acknowledgement (E16)."""


def open_journal(settings: Settings, *, patience: float = 30.0, cross: Crossing = nothing) -> Journal:
    """Return the journal, its tables brought up to date."""
    clock = Clock(settings.clock.offset_file)
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.journal_url, clock, patience=patience)
    if migrate.upgrade(database):
        log.info("the journal was brought up to date", revision=migrate.newest())
    return Journal(database, cross, COUNTING.count)


def provider_of(settings: Settings, cross: Crossing = nothing) -> Provider:
    """Return the model provider. Raises BadSetting without a key: no other model is ever chosen in its place."""
    key = model_key(settings)
    try:
        found = find_spec(settings.provider)
    except ImportError:
        found = None
    if found is None:
        raise BadSetting(f"TAGWORK_PROVIDER names {settings.provider}, and there is no such module.")
    return OnFirstUse(lambda: _built(settings.provider, key, settings.anthropic.base_url), cross)


def _built(module: str, key: str, base_url: str) -> Provider:
    built: Provider = import_module(module).build(api_key=key, base_url=base_url or None)
    return built


class OnFirstUse:
    """A provider that is imported when it is first asked: the app never is, and a provider's library is large.

    `cross` is told before and after each call.
    """

    def __init__(self, build: Callable[[], Provider], cross: Crossing = nothing) -> None:
        self._build = build
        self._cross = cross
        self._lock = threading.Lock()
        self._built: Provider | None = None

    def ask(
        self, request: Request, *, seconds: float, wanted: Callable[[], bool], hearer: Hearer | None = None
    ) -> Reply:
        """Make one model call (see agents.models.provider.Provider)."""
        with self._lock:
            self._built = self._built or self._build()
        with across(self._cross, Kind.MODEL, "ask"):
            return self._built.ask(request, seconds=seconds, wanted=wanted, hearer=hearer)

    def close(self) -> None:
        """Close what was built."""
        if self._built is not None:
            self._built.close()


def conduct_of(settings: Settings) -> Conduct:
    """Return how Runs are conducted."""
    limits = settings.limits
    return Conduct(
        model=settings.model,
        effort=settings.effort,
        max_tokens=limits.reply_tokens,
        turn_seconds=float(limits.turn_seconds),
        ceilings=Ceilings(limits.turns, limits.minutes, limits.tokens, limits.usd),
        shares=Shares(
            (limits.workspace_slots, limits.channel_slots, limits.person_slots),
            (limits.workspace_at_once, limits.channel_at_once, limits.person_at_once),
        ),
        policy=said_of(settings),
        tool_settings=settings.tools,
        reach=Reach(frozenset(settings.web.reachable), keys=KeyFile(settings.folder / FILE)),
    )


def said_of(settings: Settings) -> FromSettings:
    """Return what the operator's settings say of tools and pages."""
    return FromSettings(frozenset(settings.policy.allow), frozenset(settings.web.hosts), settings.web.enabled)


def door_of(settings: Settings) -> Door:
    """Return who may come in, and what people are told at the door."""
    return Door(
        sentences=Sentences(
            help=wording.HELP,
            refusals={
                PersonKind.GUEST: wording.GUEST,
                PersonKind.STRANGER: wording.STRANGER,
                PersonKind.BOT: wording.BOT,
                PersonKind.GONE: wording.GONE,
            },
            not_here=wording.NOT_ALLOWED,
            not_you=wording.NOT_YOU,
            secrets_replaced=wording.SECRETS_REPLACED,
            too_long=wording.too_long,
            not_a_command=wording.not_a_command,
        ),
        channels=frozenset(settings.channels),
        most_characters=settings.limits.input_characters,
        model=settings.model,
        effort=settings.effort,
        policy=said_of(settings),
        follows=settings.reply_mode == "follow",
    )


@dataclass(frozen=True, slots=True)
class InSlack:
    """Our place in Slack: who we are, and the one client."""

    egress: Egress
    us: Identity
    surface: Surface


def in_slack(settings: Settings, *, listens: bool = True, cross: Crossing = nothing) -> InSlack:
    """Check the tokens and return our place in Slack. Raises BadSetting, TryLater or OutcomeUnknown."""
    slack = settings.slack
    egress = Egress(slack.bot_token.get_secret_value(), slack.api_url, cross=cross)
    us = check_tokens(
        egress,
        bot_token=slack.bot_token.get_secret_value(),
        app_token=slack.app_token.get_secret_value(),
        signing_secret=slack.signing_secret.get_secret_value(),
        listens=listens,
    )
    if slack.call_budget:
        shared = SharedBuckets(settings.broker_url, Clock(settings.clock.offset_file))
        egress.keep_to(CallBudget(f"{us.app_id}:{us.team_id}", shared, slack.call_budget))
    return InSlack(egress, us, SlackSurface(egress, us))


def register_workspace(journal: Journal, us: Identity) -> None:
    """Make sure that the bot's own team has a Workspace. Where the app's id is unknown, its first event brings it."""
    if us.app_id:
        journal.write(lambda tx: _register(tx, us, us.app_id))


def newcomer_of(us: Identity) -> Callable[[Transaction, Post], workspaces.Workspace | None]:
    """Return what registers our own team when Slack did not tell the app's id at the start."""

    def newcomer(tx: Transaction, post: Post) -> workspaces.Workspace | None:
        if us.app_id or post.team_id != us.team_id or not post.app_id:
            return None
        return _register(tx, us, post.app_id)

    return newcomer


def _register(tx: Transaction, us: Identity, app_id: str) -> workspaces.Workspace:
    return workspaces.register(
        tx, app_id=app_id, team_id=us.team_id, name=us.team_name, bot_user_id=us.bot_user_id, bot_id=us.bot_id
    )


def room_of(
    settings: Settings,
    journal: Journal,
    place: InSlack,
    poker: Poker,
    *,
    on_drain: Callable[[], None] = lambda: None,
    draining: Callable[[], bool] = lambda: False,
) -> Room:
    """Return what one process's engine works with."""
    claims = Claims(journal, settings.engine.lease_seconds, on_drain)
    door = door_of(settings)
    return Room(
        journal=journal,
        claims=claims,
        surface=lambda team_id: place.surface,
        provider=provider_of(settings, journal.cross),
        catalogue=find_tools(),
        poker=poker,
        conduct=conduct_of(settings),
        judge=lambda input_id: admission.judge(
            journal, door, poker, place.surface, input_id, seconds=claims.call_deadline, actor="app"
        ),
        draining=draining,
    )


def intake_of(
    settings: Settings,
    journal: Journal,
    us: Identity,
    poker: Poker,
    on_unjudged: Callable[[Post | None, str], None],
) -> Intake:
    """Return what takes posts in."""
    return Intake(
        journal,
        door_of(settings),
        poker,
        on_unjudged=on_unjudged,
        newcomer=newcomer_of(us),
        catalogue=find_tools().tools,
    )
