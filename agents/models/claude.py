"""Claude. Nothing else imports the anthropic SDK; one client a process, made on first use, never before a fork."""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import anthropic
import httpx2

from agents.models.provider import Hearer, ModelFault, NotWanted, Reply, Request, Usage

CONNECT_SECONDS = 5.0
READ_SECONDS = 90.0
"""Longest silence within a stream. The API sends pings while it thinks."""

PATIENCE_SECONDS = 2.0
"""A longer retry-after is not slept in a worker: the Run waits in the journal instead."""

FINAL_STATUSES = frozenset({400, 401, 402, 403, 404, 405, 413, 422})
"""Asking again cannot help: the request, the key or the account is at fault."""

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""Nothing was asked, so nothing is billed."""


def build(*, api_key: str, base_url: str | None, http_client: httpx2.Client | None = None) -> "Claude":
    """Return the provider. `http_client` takes a proxy or a private certificate authority."""
    return Claude(api_key, base_url, http_client)


class Claude:
    """The Messages API, streamed as raw events, which cost half the CPU of the SDK's snapshots."""

    def __init__(self, api_key: str, base_url: str | None, http_client: httpx2.Client | None) -> None:
        self._options = {"api_key": api_key, "base_url": base_url, "http_client": http_client}
        self._clients: dict[int, anthropic.Anthropic] = {}
        self._lock = threading.Lock()

    def _client(self) -> anthropic.Anthropic:
        process = os.getpid()
        with self._lock:
            if process not in self._clients:
                options: dict[str, Any] = {name: value for name, value in self._options.items() if value is not None}
                # one retry: a kept connection that went stale fails on its next use
                self._clients[process] = anthropic.Anthropic(
                    **options,
                    max_retries=1,
                    timeout=anthropic.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
                    middleware=[_no_long_waits],
                    open_telemetry=False,
                )
            return self._clients[process]

    def close(self) -> None:
        """Close the connections that are kept open."""
        with self._lock:
            clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            client.close()

    def look_up(self, model: str) -> str:
        """Return the name of a model, which costs nothing. Raises ModelFault where the key may not use it."""
        try:
            return str(self._client().models.retrieve(model).display_name)
        except anthropic.APIStatusError as fault:
            raise _status_fault(fault, Usage()) from None
        except (anthropic.APIConnectionError, httpx2.TransportError) as fault:
            raise ModelFault(type(fault).__name__, retry_after=1.0) from None

    def ask(
        self, request: Request, *, seconds: float, wanted: Callable[[], bool], hearer: Hearer | None = None
    ) -> Reply:
        """Make one model call (see Provider.ask)."""
        gathered = _Gathered(hearer)
        ends = time.monotonic() + seconds
        try:
            with self._client().messages.create(**_wire(request), stream=True) as stream:
                for event in stream:
                    gathered.take(event)
                    if not wanted():
                        raise NotWanted
                    if time.monotonic() > ends:
                        raise ModelFault("deadline", retry_after=5.0, spent=gathered.usage(), unknown=True)
        except anthropic.APIStatusError as fault:
            raise _status_fault(fault, gathered.usage()) from None
        except (anthropic.APIConnectionError, httpx2.TransportError) as fault:
            sent = not isinstance(fault.__cause__ or fault, _NEVER_SENT)
            raise ModelFault(type(fault).__name__, retry_after=1.0, spent=gathered.usage(), unknown=sent) from None
        except (anthropic.APIError, json.JSONDecodeError) as fault:
            raise ModelFault(type(fault).__name__, retry_after=1.0, spent=gathered.usage(), unknown=True) from None
        if not gathered.ended:
            # the SDK does not call a stream that ends early an error
            raise ModelFault("stream ended early", retry_after=1.0, spent=gathered.usage(), unknown=True)
        return gathered.reply()


def _wire(request: Request) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "system": request.system,
        "messages": request.messages,
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": request.effort},
        "cache_control": {"type": "ephemeral"},
        "metadata": {"user_id": request.person},
    }
    if request.tools:
        wire["tools"] = request.tools
    if request.previous_id:
        wire["diagnostics"] = {"previous_message_id": request.previous_id}
    return wire


@dataclass
class _Gathered:
    """Puts raw events together into the reply, block by block, as it came; texts without a word are left out."""

    hearer: Hearer | None = None
    message: Mapping[str, Any] = field(default_factory=dict)
    blocks: dict[int, dict[str, Any]] = field(default_factory=dict)
    partial: dict[int, list[str]] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    stop_reason: str | None = None
    refusal: str | None = None
    ended: bool = False

    def take(self, event: Any) -> None:
        if event.type == "message_start":
            self.message = event.message.to_dict(mode="json")
            self.counts = dict(self.message.get("usage") or {})
        elif event.type == "content_block_start":
            self.blocks[event.index] = event.content_block.to_dict(mode="json")
            if self.hearer is not None and self.blocks[event.index].get("type") == "tool_use":
                self.hearer.call()
        elif event.type == "content_block_delta":
            self._delta(event.index, event.delta.to_dict(mode="json"))
        elif event.type == "content_block_stop":
            self._stop(event.index)
        elif event.type == "message_delta":
            delta = event.delta.to_dict(mode="json")
            self.stop_reason = delta.get("stop_reason")
            self.refusal = (delta.get("stop_details") or {}).get("category") if self.stop_reason == "refusal" else None
            self.counts |= {
                name: value for name, value in event.usage.to_dict(mode="json").items() if value is not None
            }
        elif event.type == "message_stop":
            self.ended = True

    def _delta(self, index: int, delta: Mapping[str, Any]) -> None:
        block = self.blocks[index]
        kind = delta.get("type")
        if kind == "text_delta":
            block["text"] = block.get("text", "") + delta["text"]
            if self.hearer is not None:
                self.hearer.text(delta["text"])
        elif kind == "input_json_delta":
            self.partial.setdefault(index, []).append(delta["partial_json"])
        elif kind == "thinking_delta":
            block["thinking"] = block.get("thinking", "") + delta["thinking"]
        elif kind == "signature_delta":
            block["signature"] = delta["signature"]
        elif kind == "citations_delta":
            block.setdefault("citations", []).append(delta["citation"])

    def _stop(self, index: int) -> None:
        text = "".join(self.partial.pop(index, []))
        if text:
            try:
                self.blocks[index]["input"] = json.loads(text)
            except json.JSONDecodeError:
                # cut by max_tokens inside a call: the block stays, its tool is not run
                self.blocks[index]["input"] = {}

    def usage(self) -> Usage:
        kept = self.counts
        written = kept.get("cache_creation") or {}
        total = kept.get("cache_creation_input_tokens") or 0
        hour = written.get("ephemeral_1h_input_tokens") or 0
        return Usage(
            fresh=kept.get("input_tokens") or 0,
            cache_read=kept.get("cache_read_input_tokens") or 0,
            cache_write_5m=max(total - hour, 0),
            cache_write_1h=hour,
            output=kept.get("output_tokens") or 0,
        )

    def reply(self) -> Reply:
        return Reply(
            id=str(self.message.get("id", "")),
            model=str(self.message.get("model", "")),
            content=[block for _, block in sorted(self.blocks.items()) if not _says_nothing(block)],
            stop_reason=self.stop_reason,
            usage=self.usage(),
            refusal=self.refusal,
        )


def _says_nothing(block: Mapping[str, Any]) -> bool:
    # the model makes such blocks at times, and refuses to be sent one back
    return block.get("type") == "text" and not block["text"].strip()


def _status_fault(fault: anthropic.APIStatusError, spent: Usage) -> ModelFault:
    cause = f"{fault.status_code} {fault.type or ''} {getattr(fault, 'error_code', None) or ''}".strip()
    if fault.status_code == 200:
        # an error event within a stream: its type says what it is, the status does not
        final = fault.type in {"invalid_request_error", "authentication_error", "permission_error", "not_found_error"}
        begun = spent != Usage()
        return ModelFault(f"stream {fault.type}", retry_after=None if final else 2.0, spent=spent, unknown=begun)
    if fault.status_code in FINAL_STATUSES:
        return ModelFault(f"{cause}: {_own_words(fault)}", retry_after=None, spent=spent)
    if "spend_limit" in str(getattr(fault, "error_code", None)):
        return ModelFault(cause, retry_after=None, spent=spent)
    wait = _retry_after(fault.response.headers.get("retry-after"))
    return ModelFault(cause, retry_after=wait, spent=spent, busy=fault.status_code in {429, 529})


def _own_words(fault: anthropic.APIStatusError) -> str:
    return str(getattr(fault, "api_message", None) or "")[:200]


def _retry_after(header: str | None) -> float:
    if not header:
        return 2.0
    try:
        return max(0.0, float(header))
    except ValueError:
        try:
            return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
        except ValueError:
            return 2.0


def _no_long_waits(request: Any, call_next: Any) -> Any:
    response = call_next(request)
    headers = response.http_response.headers
    if response.http_response.status_code >= 400 and _retry_after(headers.get("retry-after")) > PATIENCE_SECONDS:
        headers["x-should-retry"] = "false"
    return response
