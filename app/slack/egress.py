"""The only caller of Slack's Web API: one client a process, kept connections, deadlines, and three ways to fail."""

import logging
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import Request

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from tenacity import Retrying, retry_if_exception_type, wait_exponential_jitter

from agents.boundaries import Crossing, nothing
from agents.surface import CallFailed, OutcomeUnknown, Refused, TryLater
from app.metrics.catalogue import SLACK_CALLS, SLACK_LIMITED
from app.slack.call_budget import CallBudget
from app.slack.connections import Answer, Connections, MaybeSent, NotSent, TooLarge
from app.slack.deadlines import Deadline
from app.slack.limits import RETRY_AFTER
from app.slack.methods import METHODS

SECONDS = 30.0
"""The deadline of a call that names none (the Socket Mode client's own); slack_sdk's default."""

ANSWER_BYTES = 20_000_000
"""The longest answer of the Web API that is read: a page of 200 messages with 50 blocks each stays far below."""

TRIES = 3
"""Tries within a call's deadline, where the one before is known not to have been sent or the method is repeatable."""

SHORT = 0.3
"""The longest wait for our own budget, in seconds, that is waited out within a call; a longer one is a due time."""

NOT_NOW = 2.0
"""Seconds until a call is tried again that never reached Slack."""

BROKEN_INSIDE = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
"""Slack's own faults; "it's possible some aspect of the operation succeeded" (docs.slack.dev, any method's errors)."""

COUNTED = frozenset({"ratelimited", "rate_limited"})
"""Slack counted too many calls. docs.slack.dev, any method's errors."""

WAIT = COUNTED | {"team_added_to_org"}
"""Known not to have happened. docs.slack.dev, any method's errors."""


class KeptWebClient(WebClient):
    """slack_sdk's client over kept connections. It repeats nothing by itself and follows no redirect."""

    def __init__(self, token: str | None, base_url: str, connections: Connections) -> None:
        # an explicit level: the SDK compares it itself and would build debug texts with whole bodies for every call
        logger = logging.getLogger("app.slack.sdk")
        logger.setLevel(logging.CRITICAL)
        super().__init__(
            token=token,
            base_url=base_url,
            ssl=connections.context,
            retry_handlers=[],
            logger=logger,
            timeout=int(SECONDS),
        )
        self.proxy = None
        self.connections = connections
        self.call = threading.local()

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        deadline: Deadline = getattr(self.call, "deadline", None) or Deadline(SECONDS)
        answer = self.connections.exchange(
            "POST",
            url,
            headers={**{name.title(): str(value) for name, value in req.header_items()}, "Accept-Encoding": "identity"},
            body=cast(bytes | None, req.data) or b"",
            seconds=max(deadline.left(), 0.0),
            max_bytes=ANSWER_BYTES,
            what=url.rsplit("/", 1)[-1],
        )
        return {"status": answer.status, "headers": answer.headers, "body": answer.body.decode("utf-8", "replace")}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with ok: true, and its headers in lower case."""

    data: Mapping[str, Any]
    headers: Mapping[str, str]


class Egress:
    """Calls of one bot token. Every call ends in its answer, TryLater, OutcomeUnknown or Refused."""

    def __init__(
        self, token: str, base_url: str, *, context: ssl.SSLContext | None = None, cross: Crossing = nothing
    ) -> None:
        self.connections = Connections(context, cross)
        self.base_url = base_url if base_url.endswith("/") else f"{base_url}/"
        self.client = KeptWebClient(token, self.base_url, self.connections)
        self._token = token
        self._budget: CallBudget | None = None

    def keep_to(self, budget: CallBudget) -> None:
        """Make no call from now on that `budget` has no room for."""
        self._budget = budget

    def call(self, method: str, arguments: Mapping[str, Any], *, seconds: float | Deadline) -> Mapping[str, Any]:
        """Call `method`, one of METHODS, and return what Slack answered. See `told` for arguments and errors."""
        return self.told(method, arguments, seconds=seconds).data

    def told(self, method: str, arguments: Mapping[str, Any], *, seconds: float | Deadline) -> Told:
        """Call `method` and return the answer with its headers. A repeatable one is tried again while time is left.

        `arguments` that are None are left out; `seconds` is the deadline, or one that several calls share.

        Raises:
            TryLater: known not to have happened; "budget": there was no room for it in our own budget.
            OutcomeUnknown: it may have. Refused: Slack said no.
        """
        deadline = seconds if isinstance(seconds, Deadline) else Deadline(seconds)
        harmless = (_Unreached, OutcomeUnknown) if METHODS[method].repeatable else (_Unreached,)
        again = Retrying(
            stop=lambda state: state.attempt_number >= TRIES or _left(deadline) < 1.0,
            wait=wait_exponential_jitter(multiplier=0.1, max=0.5, jitter=0.1),
            retry=retry_if_exception_type(harmless),
            reraise=True,
        )
        return again(self._once, method, arguments, deadline)

    def _once(self, method: str, arguments: Mapping[str, Any], deadline: Deadline) -> Told:
        self._within_budget(method, arguments, deadline)
        try:
            told = self._ask(method, arguments, deadline)
        except CallFailed as failed:
            if self._budget is not None and isinstance(failed, TryLater) and failed.cause in COUNTED:
                self._budget.hold(method, arguments, failed.retry_after)
            SLACK_CALLS.labels(method, type(failed).__name__.lstrip("_")).inc()
            raise
        SLACK_CALLS.labels(method, "ok").inc()
        return told

    def _within_budget(self, method: str, arguments: Mapping[str, Any], deadline: Deadline) -> None:
        if self._budget is None:
            return
        wait = self._budget.ask(method, arguments)
        if 0 < wait <= SHORT and _left(deadline) > wait + 1.0:
            threading.Event().wait(wait)
            wait = self._budget.ask(method, arguments)
        if wait:
            raise TryLater("budget", wait)

    def _ask(self, method: str, arguments: Mapping[str, Any], deadline: Deadline) -> Told:
        given = {name: value for name, value in arguments.items() if value is not None}
        self.client.call.deadline = deadline
        try:
            if METHODS[method].form:
                answer = self.client.api_call(method, params=given)
            else:
                answer = self.client.api_call(method, json=given)
        except SlackApiError as said_no:
            raise _failure(method, cast(SlackResponse, said_no.response)) from None
        except NotSent as failed:
            raise _Unreached(f"unreachable:{failed}", NOT_NOW) from None
        except (MaybeSent, TooLarge) as broken:
            raise OutcomeUnknown(f"broken:{broken}") from None
        except TimeoutError:
            raise _Unreached("deadline", NOT_NOW) from None
        except (AttributeError, ValueError):
            # slack_sdk takes it for granted that JSON is an object
            raise OutcomeUnknown("unreadable_answer") from None
        finally:
            self.client.call.deadline = None
        return Told(cast(Mapping[str, Any], answer.data), cast(Mapping[str, str], answer.headers))

    def fetch(self, url: str, *, max_bytes: int, seconds: float) -> Answer:
        """GET a file of Slack's with our token and return status, headers and body.

        The caller has made sure that `url` is Slack's own. Redirects come back as they are.

        Raises:
            TryLater: not reached, or asked to wait. OutcomeUnknown: broke midway. Refused: over `max_bytes`.
        """
        try:
            answer = self.connections.exchange(
                "GET",
                url,
                headers={"Authorization": f"Bearer {self._token}", "Accept-Encoding": "identity"},
                body=None,
                seconds=seconds,
                max_bytes=max_bytes,
                accept=lambda status, headers: status == 200 and _length(headers) <= max_bytes,
                what="fetch",
            )
        except NotSent as failed:
            raise TryLater(f"unreachable:{failed}", NOT_NOW) from None
        except MaybeSent as broken:
            raise OutcomeUnknown(f"broken:{broken}") from None
        except TooLarge:
            raise Refused("too_large") from None
        if answer.status == 429:
            SLACK_LIMITED.labels("file").inc()
            raise TryLater("ratelimited", _retry_after(answer.headers))
        if answer.status >= 500:
            raise OutcomeUnknown(f"http_{answer.status}")
        if answer.status == 200 and _length(answer.headers) > max_bytes:
            raise Refused("too_large")
        return answer

    def give(self, url: str, body: bytes, *, media_type: str = "application/octet-stream", seconds: Deadline) -> None:
        """POST bytes to an address that Slack gave us for them; no token goes with them.

        The caller has made sure that `url` is Slack's own. Redirects are not followed.

        Raises:
            TryLater: not reached, or asked to wait. OutcomeUnknown: it may have arrived. Refused: anything but a 200.
        """
        try:
            left = seconds.left()
            answer = self.connections.exchange(
                "POST",
                url,
                headers={"Content-Type": media_type, "Accept-Encoding": "identity"},
                body=body,
                seconds=left,
                max_bytes=ANSWER_BYTES,
                what="give",
            )
        except (NotSent, TimeoutError) as failed:
            raise TryLater(f"unreachable:{failed}", NOT_NOW) from None
        except (MaybeSent, TooLarge) as broken:
            raise OutcomeUnknown(f"broken:{broken}") from None
        if answer.status == 429:
            SLACK_LIMITED.labels("given").inc()
            raise TryLater("ratelimited", _retry_after(answer.headers))
        if answer.status >= 500:
            raise OutcomeUnknown(f"http_{answer.status}")
        if answer.status != 200:
            raise Refused(f"http_{answer.status}")

    @property
    def host(self) -> tuple[str, str]:
        """Return scheme and host:port of the Web API, as configured."""
        parts = urlsplit(self.base_url)
        return parts.scheme, parts.netloc

    def close(self) -> None:
        """Close what is kept open."""
        self.connections.close()
        if self._budget is not None:
            self._budget.close()


class _Unreached(TryLater):
    """Nothing was sent."""


def _left(deadline: Deadline) -> float:
    try:
        return deadline.left()
    except TimeoutError:
        return 0.0


def _failure(method: str, answer: SlackResponse) -> CallFailed:
    data = answer.data if isinstance(answer.data, dict) else {}
    code, status = data.get("error"), answer.status_code
    known = code if isinstance(code, str) and code.replace("_", "").isalnum() else ""
    if status == 429 or known in WAIT:
        SLACK_LIMITED.labels(method).inc()
        return TryLater(known or "ratelimited", _retry_after(cast(Mapping[str, str], answer.headers)))
    if status >= 500 or status == 408 or known in BROKEN_INSIDE:
        return OutcomeUnknown(known or f"http_{status}")
    if status == 200 and not known:
        return OutcomeUnknown("unreadable_answer")
    return Refused(known or f"http_{status}")


def _retry_after(headers: Mapping[str, str]) -> float:
    named = headers.get("retry-after", "")
    return float(named) if named.isascii() and named.isdigit() else RETRY_AFTER


def _length(headers: Mapping[str, str]) -> int:
    named = headers.get("content-length", "")
    return int(named) if named.isascii() and named.isdigit() else 0
