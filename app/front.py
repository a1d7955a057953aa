"""The app process: takes events in over a socket or HTTP, gives first signs, and sweeps."""

import json
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
import uvicorn
from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from agents.engine.sweeper import Sweeper
from agents.intake import Intake
from agents.posts import Became, Post
from app import wiring
from app.settings import Settings
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
    """Everything of one app process, built and started by `run`."""

    def __init__(self, settings: Settings, broker_url: str, *, sweeps: bool, listens: bool) -> None:
        self.settings = settings
        self.stopping = threading.Event()
        self.place = wiring.in_slack(settings, listens=listens)
        self.journal = wiring.open_journal(settings)
        wiring.register_workspace(self.journal, self.place.us)
        self.poker = CeleryPoker(celery_app(broker_url))
        self.room = wiring.room_of(settings, self.journal, self.place, self.poker)
        self.askers = ThreadPoolExecutor(ASKERS, thread_name_prefix="who-asks")
        self.sweeper = Sweeper(self.room) if sweeps else None
        self.socket: SlackSocket | None = None
        self.bolt: App | None = None
        self.intake: Intake | None = None
        if listens:
            self._listen()

    def _listen(self) -> None:
        settings, place = self.settings, self.place
        hurried = wiring.open_journal(settings, patience=wiring.INTAKE_PATIENCE)
        intake = wiring.intake_of(settings, hurried, place.us, self.poker, self._ask_who)
        self.intake = intake
        self.sign = FirstSign(place.surface, intake.still_running)
        self.bolt = build_bolt(
            client=place.egress.client,
            us=place.us,
            intake=intake,
            first_sign=self.sign,
            on_rejected=self._rejected,
            signing_secret=settings.slack.signing_secret.get_secret_value(),
            now=self._now,
        )
        app_token = settings.slack.app_token.get_secret_value()
        if app_token:
            self.socket = SlackSocket(self.bolt, app_token, place.egress.client)

    def _ask_who(self, post: Post, input_id: str) -> None:
        """Find out, off the acknowledgement's path, who wrote a post; the sweep does it where this process dies."""

        def ask() -> None:
            try:
                receipt = self.room.judge(input_id)
            except Exception:
                log.exception("could not judge who asks; the sweep tries again", input_id=input_id)
                return
            if receipt is not None and receipt.became in {Became.STARTED, Became.JOINED}:
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

    def routes(self) -> list[Route]:
        """Return what the HTTP server answers."""
        routes = [
            Route("/livez", lambda request: PlainTextResponse("ok\n")),
            Route("/readyz", self._ready),
            Route("/metrics", lambda request: Response(generate_latest(), media_type="text/plain; version=0.0.4")),
        ]
        secret = self.settings.slack.signing_secret.get_secret_value()
        if self.bolt is not None and secret:
            endpoint = slack_events_endpoint(self.bolt, secret, now=self._now)
            routes.append(Route("/slack/events", endpoint, methods=["GET", "POST", "PUT", "DELETE"]))
        return routes

    def _ready(self, request: Request) -> Response:
        wrong = []
        try:
            self.journal.read(lambda tx: tx.now())
        except Exception as fault:
            wrong.append(f"journal: {type(fault).__name__}")
        if self.socket is not None and not self.socket.healthy():
            wrong.append("slack: the socket is not connected")
        if self.stopping.is_set():
            wrong.append("stopping")
        return PlainTextResponse("\n".join(wrong or ["ready"]) + "\n", status_code=503 if wrong else 200)

    def run(self) -> int:
        """Serve until the process is told to end. Returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        host, port = self.settings.address
        server = uvicorn.Server(
            uvicorn.Config(
                Starlette(routes=self.routes()), host=host, port=port, log_config=None, access_log=False, lifespan="off"
            )
        )
        serving = threading.Thread(target=_serve, args=(server, self.stopping), name="http", daemon=True)
        serving.start()
        if self.socket is not None:
            self.socket.connect()
        if self.sweeper is not None:
            self.sweeper.start()
        log.info("serving", team=self.place.us.team_name, socket=self.socket is not None, listen=self.settings.listen)
        while not self.stopping.wait(WATCH):
            if self.socket is not None:
                self.socket.watch()
        failed = getattr(server, "failed_to_bind", False)
        self._close(server, serving)
        return 1 if failed else 0

    def _now(self) -> float:
        """Unix time in seconds, by the one clock."""
        return self.journal.database.clock.now_us() / 1_000_000

    def _close(self, server: uvicorn.Server, serving: threading.Thread) -> None:
        if self.socket is not None:
            self.socket.close()
        server.should_exit = True
        serving.join(timeout=5)
        if self.sweeper is not None:
            self.sweeper.stop()
        self.askers.shutdown(wait=True, cancel_futures=True)
        if self.bolt is not None:
            self.sign.close()
        self.poker.close()
        self.room.claims.close()


def _serve(server: uvicorn.Server, stopping: threading.Event) -> None:
    try:
        server.run()
    except SystemExit:
        log.error("the HTTP server could not start: is TAGWORK_LISTEN in use?")
        server.failed_to_bind = True  # type: ignore[attr-defined]
        stopping.set()
