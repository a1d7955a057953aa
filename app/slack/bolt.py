"""Builds the Bolt App: acknowledges after the listener, calls Slack for nothing, walks listeners/ to find its own."""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient

from agents.errors import BadSetting
from app.metrics.catalogue import ACKNOWLEDGEMENT
from app.slack import listeners
from app.slack.aside import Aside
from app.slack.first_sign import FirstSign
from app.slack.hearing import Hearing, Hears
from app.slack.identity import Identity
from app.slack.signature import Signatures, turn_away

__all__ = ["App", "build_bolt"]

LAST = "unhandled"

BOLTS_OWN = (
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_VERIFICATION_TOKEN",
)
"""Variables that Bolt's constructor reads by itself; the first two switch it to OAuth and a file store."""


def build_bolt(
    *,
    client: WebClient,
    us: Identity,
    intake: Hears,
    first_sign: FirstSign,
    aside: Aside,
    on_rejected: Callable[[Mapping[str, Any]], None],
    signing_secret: str = "",
    now: Callable[[], float] = time.time,
) -> App:
    """Return the App with every listener of app/slack/listeners/ registered.

    Args:
        client: gives the base URL; its token is not used, and no call is made.
        signing_secret: for HTTP. Without one only Socket Mode's requests, which need none, are let in.
        now: Unix time in seconds, for the age of signatures.

    Raises:
        BadSetting: a file in listeners/ has no `register`.
    """
    tokenless = WebClient(token=None, base_url=client.base_url, ssl=client.ssl, retry_handlers=[])
    with _without(BOLTS_OWN):
        app = _Timed(
            name="slack_bolt.tagwork",  # Bolt sets the level of the logger with this name
            logger=_quiet_logger(),
            client=tokenless,
            authorize=_known(us),
            before_authorize=_Signed(Signatures(signing_secret, now) if signing_secret else None),
            request_verification_enabled=False,  # _Signed does it; Bolt's own logs whole bodies
            process_before_response=True,
            attaching_conversation_kwargs_enabled=False,
        )
    hearing = Hearing(us, intake, first_sign, aside, on_rejected)
    app.error(_answer_to_errors(hearing))
    for name, register in _registers():
        register(app, hearing)
        logging.getLogger(__name__).debug("Listener %s is registered", name)
    return app


def _registers() -> Iterator[tuple[str, Callable[[App, Hearing], None]]]:
    folders = [Path(folder) for folder in listeners.__path__]
    found = [file for folder in folders for file in folder.iterdir() if not file.name.startswith("_")]
    names = sorted(file.stem for file in found if file.suffix == ".py" or (file / "__init__.py").is_file())
    if len(names) != len(set(names)) or LAST not in names:
        raise BadSetting(
            f"app/slack/listeners/ needs {LAST}.py, and each name once; it has {', '.join(names)}. "
            "Rename or restore the file."
        )
    for name in sorted(names, key=lambda each: (each == LAST, each)):
        register = getattr(import_module(f"{listeners.__name__}.{name}"), "register", None)
        if not callable(register):
            raise BadSetting(
                f"app/slack/listeners/{name}.py has no function register(app, hearing). Every file there is one "
                "listener: add the function, or move the file elsewhere."
            )
        yield name, register


class _Timed(App):
    """Measures how long Slack waits: with process_before_response its acknowledgement follows the dispatch."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        with ACKNOWLEDGEMENT.time():
            return super().dispatch(req)


class _Signed(Middleware):
    """Lets Socket Mode's requests in, and over HTTP only those that Slack signed."""

    def __init__(self, signatures: Signatures | None) -> None:
        self._signatures = signatures

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,
        next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
    ) -> BoltResponse:
        if req.mode == "socket_mode":
            return next()
        why_not = "unsigned"
        if self._signatures is not None:
            stamp = req.headers.get("x-slack-request-timestamp", [""])[0]
            signature = req.headers.get("x-slack-signature", [""])[0]
            reason = self._signatures.why_not(req.raw_body.encode(), stamp, signature)
            if reason is None:
                return next()
            why_not = reason
        turn_away(why_not)
        return BoltResponse(status=401, body="")


def _known(us: Identity) -> Callable[..., AuthorizeResult]:
    """Return an authorize function that asks nobody: one token serves every Workspace of this process."""

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_user_id=us.bot_user_id, bot_id=us.bot_id, bot_token=""
        )

    return authorize


def _answer_to_errors(hearing: Hearing) -> Callable[..., BoltResponse]:
    def answer(error: Exception, request: BoltRequest) -> BoltResponse:
        body = request.body if isinstance(request.body, dict) else {}
        # over a socket any status but 200 sends no acknowledgement
        return BoltResponse(status=200 if hearing.rejects(body, request.headers, error) else 500, body="")

    return answer


def _quiet_logger() -> logging.Logger:
    """Return Bolt's logger: below WARNING Bolt writes whole requests, which hold what people said."""
    logger = logging.getLogger("slack_bolt.tagwork.framework")
    logger.setLevel(logging.WARNING)
    return logger


@contextmanager
def _without(names: tuple[str, ...]) -> Iterator[None]:
    hidden = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
