"""The app process: takes events in over a socket or HTTP, gives first signs, and sweeps."""

import gc
import json
import queue
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from starlette.routing import Route

from agents.boundaries import Crossing, nothing
from agents.engine.burying import bury_dead
from agents.engine.sweeper import Sweeper
from agents.errors import JournalBusy
from agents.intake import Intake
from agents.posts import Post
from app import probes, wiring
from app.deaths import DeathNotes
from app.drain import Drain
from app.http_server import HttpServer, health_routes
from app.metrics.figures import Figures, of_broker, of_journal
from app.readiness import Probe, Readiness
from app.settings import Settings
from app.slack.aside import Aside
from app.slack.bolt import App, build_bolt
from app.slack.first_sign import FirstSign
from app.slack.http import slack_events_endpoint
from app.slack.socket_mode import SlackSocket
from app.worker.broker import CeleryPoker, celery_app

log = structlog.get_logger()

ASKERS = 4
"""Threads that ask Slack who someone is."""

WATCH = 5.0
"""Seconds between two looks at the socket."""


class Front:
    """Everything of one app process, built and started by `run`.

    `deaths` is where its parent notes that a process died (-1: it has none); `cross` is told of each boundary.
    """

    def __init__(
        self,
        settings: Settings,
        broker_url: str,
        *,
        sweeps: bool,
        listens: bool,
        deaths: int = -1,
        cross: Crossing = nothing,
    ) -> None:
        self.settings = settings
        self.deaths = deaths
        self.cross = cross
        # put from a signal: an Event may deadlock when the signal comes while its waiter holds the lock
        self.told_to_end: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.drain = Drain()
        self.place = wiring.in_slack(settings, listens=listens, cross=cross)
        self.journal = wiring.open_journal(settings, cross=cross)
        wiring.register_workspace(self.journal, self.place.us)
        self.poker = CeleryPoker(celery_app(broker_url), cross)
        self.room = wiring.room_of(settings, self.journal, self.place, self.poker)
        self.askers = ThreadPoolExecutor(ASKERS, thread_name_prefix="who-asks")
        self.sweeper = Sweeper(self.room) if sweeps else None
        self.looking = wiring.open_journal(settings, patience=wiring.INTAKE_PATIENCE)
        self.figures = Figures([of_journal(self.looking), of_broker(self.poker.queues)])
        self.socket: SlackSocket | None = None
        self.bolt: App | None = None
        self.intake: Intake | None = None
        if listens:
            self._listen()

    def _listen(self) -> None:
        settings, place = self.settings, self.place
        hurried = wiring.open_journal(settings, patience=wiring.INTAKE_PATIENCE, cross=self.cross)
        intake = wiring.intake_of(settings, hurried, place.us, self.poker, self._ask_who)
        self.intake = intake
        self.sign = FirstSign(place.surface, intake.still_running, intake.reacts)
        self.aside = Aside(place.egress, place.surface)
        self.bolt = build_bolt(
            client=place.egress.client,
            us=place.us,
            intake=intake,
            first_sign=self.sign,
            aside=self.aside,
            on_rejected=self._rejected,
            signing_secret=settings.slack.signing_secret.get_secret_value(),
            now=self._now,
        )
        app_token = settings.slack.app_token.get_secret_value()
        if app_token:
            self.socket = SlackSocket(self.bolt, app_token, place.egress.client)

    def _ask_who(self, post: Post | None, input_id: str) -> None:
        """Find out, off the acknowledgement's path, who wrote or pressed; the sweep does it where this process dies."""

        def ask() -> None:
            try:
                receipt = self.room.judge(input_id)
            except JournalBusy as fault:
                log.warning("could not judge who asks; the sweep tries again", input_id=input_id, cause=str(fault))
                return
            except Exception:
                log.exception("could not judge who asks; the sweep tries again", input_id=input_id)
                return
            if post is not None and receipt is not None:
                self.sign.after(post, receipt)

        try:
            self.askers.submit(ask)
        except RuntimeError:
            log.info("ending; the sweep asks who wrote this", input_id=input_id)

    def _rejected(self, body: Mapping[str, Any]) -> None:
        if self.intake is not None:
            self.intake.rejected(
                str(body.get("api_app_id") or ""),
                str(body.get("team_id") or ""),
                json.dumps(body, default=str).encode(),
                "the listener raised twice",
            )

    def routes(self, readiness: Readiness) -> list[Route]:
        """Return what the HTTP server answers."""
        routes = health_routes(readiness, self.figures)
        secret = self.settings.slack.signing_secret.get_secret_value()
        if self.bolt is not None and secret:
            endpoint = slack_events_endpoint(self.bolt, secret, now=self._now)
            routes.append(Route("/slack/events", endpoint, methods=["GET", "POST", "PUT", "DELETE"]))
        return routes

    def _readiness(self) -> Readiness:
        looking = self.looking
        made = [
            probes.database_probe(looking),
            probes.migrated_probe(looking),
            probes.broker_probe(self.poker.reached),
        ]
        if self.bolt is not None:
            # over HTTP the proof is that Slack knew our token, without which this process does not begin
            made.append(probes.socket_probe(self.socket) if self.socket else Probe("slack", lambda: ""))
        made += [probes.workers_probe(looking), probes.sweeper_probe(looking), probes.work_probe(looking)]
        made.append(probes.rules_probe(looking))
        return Readiness(made, now=self._now)

    def run(self) -> int:
        """Serve until the process is told to end. Returns the exit code."""
        readiness = self._readiness()

        def end(*_: object) -> None:
            readiness.end()
            self.drain.begin()
            self.told_to_end.put(None)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        server = HttpServer(self.routes(readiness), *self.settings.address)
        if self.socket is not None:
            self.socket.connect()
        if not server.start(on_end=end):
            log.error("the HTTP server could not start: is TAGWORK_LISTEN in use?", listen=self.settings.listen)
            self._close(server)
            return 1
        bury_dead(self.room)
        if self.deaths >= 0:
            DeathNotes(self.deaths, lambda: bury_dead(self.room)).start()
        if self.sweeper is not None:
            self.sweeper.start()
        readiness.start()
        # what a start made stays: looking for garbage in it would hold up acknowledgements (app/worker/process.py)
        gc.freeze()
        log.info("serving", team=self.place.us.team_name, socket=self.socket is not None, listen=self.settings.listen)
        while not self._is_told(WATCH):
            if self.socket is not None:
                self.socket.watch()
        self._close(server)
        return 0

    def _is_told(self, seconds: float) -> bool:
        """Whether this process is told to end within so many seconds."""
        try:
            self.told_to_end.get(timeout=seconds)
        except queue.Empty:
            return False
        return True

    def _now(self) -> float:
        """Unix time in seconds, by the one clock."""
        return self.journal.database.clock.now_us() / 1_000_000

    def _close(self, server: HttpServer) -> None:
        if self.socket is not None:
            self.socket.close()
        if self.sweeper is not None:
            self.sweeper.stop()
        server.close()
        self.figures.close()
        self.askers.shutdown(wait=True, cancel_futures=True)
        if self.bolt is not None:
            self.sign.close()
            self.aside.close()
        self.poker.close()
        self.room.claims.close()
