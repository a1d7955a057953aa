"""Puts one Rehearsal together: world, stage, routes, and the line on which events go to the app."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from app.rehearsal.changes import Changes
from app.rehearsal.claude.routes import claude_routes
from app.rehearsal.connection import WithTransport
from app.rehearsal.control.routes import control_routes
from app.rehearsal.downloads import Downloads
from app.rehearsal.events.deliveries import Deliveries
from app.rehearsal.events.signed_http import SignedHttp
from app.rehearsal.events.socket_mode import SocketMode
from app.rehearsal.holds import Holds
from app.rehearsal.interactivity.interactions import Interactions
from app.rehearsal.interactivity.responding import response_url_routes
from app.rehearsal.json_shape import Json
from app.rehearsal.manifest import Manifest
from app.rehearsal.pages import Pages
from app.rehearsal.stage import Stage
from app.rehearsal.uploads import UploadPoint
from app.rehearsal.web_api.endpoint import WebApi
from app.rehearsal.world.world import World


def build_stage(world: World, manifest: Manifest, base_url: str, deliver_to: str | None) -> Stage:
    """A stage whose events go to `deliver_to` by signed HTTP, or by Socket Mode when that is None."""
    changes = Changes()
    deliveries = Deliveries(changes, world.clock)
    interactions = Interactions.begin(deliveries, changes, world.clock, world.ids)
    stage = Stage(world, manifest, base_url, changes, deliveries, Holds(changes), interactions)
    if deliver_to:
        secrets = world.credentials
        stage.deliveries.line = SignedHttp(
            deliver_to, secrets.signing_secret, secrets.verification_token, stage.faults, world.clock
        )
    else:
        stage.deliveries.line = SocketMode(world.app.app_id, world.ids, stage.faults, changes)
    return stage


class Rehearsal:
    """The ASGI application of one process: one stage, and the next one when a control asks to start over."""

    def __init__(self, make_stage: Callable[[], Stage]) -> None:
        self._make_stage = make_stage
        self._put_in_place()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the connection to the stage in place; one that it began stays with it."""
        await self._app(scope, receive, send)

    async def _start_over(self) -> None:
        await self.stage.end()
        self._put_in_place()

    def _put_in_place(self) -> None:
        self.stage = self._make_stage()
        self.stage.start_over = self._start_over
        self._app = build_app(self.stage)


def build_app(stage: Stage) -> WithTransport:
    """The routes of one stage: Web API, Socket Mode, downloads, controls and Claude on one port."""
    routes = [
        Route("/api/{method}", WebApi(stage).answer, methods=["GET", "POST"]),
        Route("/upload/v1/{secret}", UploadPoint(stage).answer, methods=["POST"]),
        Route("/files-pri/{key}/{name}", Downloads(stage).answer, methods=["GET"]),
        Route("/files-pri/{key}/download/{name}", Downloads(stage).answer, methods=["GET"]),
        Route("/pages/{name:path}", Pages(stage).answer, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        WebSocketRoute("/link/", _link(stage)),
        *response_url_routes(stage),
        *control_routes(stage),
        *claude_routes(stage.world.clock.now),
    ]
    return WithTransport(Starlette(routes=routes, exception_handlers={ClientDisconnect: _nobody_reads}))


def ready_line(stage: Stage) -> Json:
    """What the process prints when it serves."""
    credentials = stage.world.credentials
    return {
        "url": stage.base_url,
        "slack_api_url": f"{stage.base_url}/api/",
        "anthropic_base_url": stage.base_url,
        "bot_token": credentials.bot_token,
        "app_token": credentials.app_token,
        "signing_secret": credentials.signing_secret,
        "anthropic_api_key": credentials.anthropic_api_key,
        "team_id": stage.world.team_id,
        "app_id": stage.world.app.app_id,
        "bot_user": stage.world.app.bot_user,
    }


async def _nobody_reads(request: Request, gone: Exception) -> Response:
    # a client that is killed in the middle of a request is what Rehearsal is for: no fault of its own
    return Response(status_code=400)


def _link(stage: Stage) -> Callable[[WebSocket], object]:
    async def link(websocket: WebSocket) -> None:
        line = stage.deliveries.line
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in stage.link_tickets or not isinstance(line, SocketMode):
            # "guess": a ticket is good for one connection; a used or unknown one gets no WebSocket
            await websocket.close()
            return
        stage.link_tickets.discard(ticket)
        await line.serve(websocket)

    return link
