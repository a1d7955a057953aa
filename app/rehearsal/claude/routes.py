"""The routes of the Claude side: /v1/messages, /v1/messages/count_tokens, /v1/models and the controls."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.rehearsal.claude.admission import check_admission
from app.rehearsal.claude.control import control_routes
from app.rehearsal.claude.errors import ApiError
from app.rehearsal.claude.messages_endpoint import SHOWN_HEADERS, MessagesEndpoint, read_json
from app.rehearsal.claude.models import OFFERED, model_named
from app.rehearsal.claude.prompt_cache import input_tokens
from app.rehearsal.claude.request_rules import check_count
from app.rehearsal.claude.state import DEFAULT_API_KEY, Exchanged, State

__all__ = ["DEFAULT_API_KEY", "claude_routes"]

Answer = Callable[[State, Request, Exchanged], Awaitable[dict[str, Any]]]


def claude_routes(clock: Callable[[], float]) -> list[Route]:
    """Return the routes of one server with a state of its own. `clock` gives Unix seconds; the cache lives by it.

    The routes need `rehearsal.transport` in the scope: app.rehearsal.connection.WithTransport puts it there.
    """
    state = State(clock)
    return [
        Route("/v1/messages", MessagesEndpoint(state), methods=["POST"]),
        Route("/v1/messages/count_tokens", _endpoint(state, _count_tokens), methods=["POST"]),
        Route("/v1/models", _endpoint(state, _models), methods=["GET"]),
        Route("/v1/models/{model_id}", _endpoint(state, _model), methods=["GET"]),
        *control_routes(state),
    ]


def _endpoint(state: State, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        shown = {name: request.headers[name] for name in SHOWN_HEADERS if name in request.headers}
        exchange = state.open_exchange(request.url.path, shown)
        headers = {"request-id": exchange.request_id}
        try:
            check_admission(request.headers, state.api_key)
            exchange.status, exchange.reply, exchange.outcome = 200, await answer(state, request, exchange), "answered"
        except ApiError as error:
            exchange.status, exchange.reply = error.status, error.body(exchange.request_id)
            exchange.outcome, headers = "refused", headers | error.headers
        state.changes.note()
        return JSONResponse(exchange.reply, exchange.status, headers)

    return endpoint


async def _count_tokens(state: State, request: Request, exchange: Exchanged) -> dict[str, Any]:
    exchange.body = await read_json(request)
    check_count(exchange.body, state.paused)
    return {"input_tokens": input_tokens(exchange.body)}


async def _models(state: State, request: Request, exchange: Exchanged) -> dict[str, Any]:
    listed = [model.listing() for model in OFFERED.values()]
    return {"data": listed, "has_more": False, "first_id": listed[0]["id"], "last_id": listed[-1]["id"]}


async def _model(state: State, request: Request, exchange: Exchanged) -> dict[str, Any]:
    return model_named(request.path_params["model_id"]).listing()
