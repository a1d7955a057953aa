"""Logs: one line an outcome, on standard error, as text for people or JSON for machines, never with a secret in it."""

import logging
import re
import sys
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

from agents.redaction import redact


def without_secrets(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return what cuts these secrets, and every text that looks like one, out of a text."""
    known = sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(secret) for secret in known)) if known else None

    def cut(text: str) -> str:
        return redact(pattern.sub("[removed: setting]", text) if pattern else text).text

    return cut


class Redacting:
    """Renders a line, then cuts secrets out of the finished text: tracebacks and third parties' words included."""

    def __init__(self, render: Any, secrets: Iterable[str]) -> None:
        self._render = render
        self._cut = without_secrets(secrets)

    def __call__(self, logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
        """Return the line."""
        return self._cut(str(self._render(logger, name, event)))


def configure(log_format: str, secrets: Iterable[str] = (), *, level: int = logging.INFO) -> None:
    """Send structlog's and the standard library's records through one pipeline."""
    as_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    render = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, Redacting(render, secrets)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx2", "httpcore2", "celery", "kombu", "alembic", "uvicorn.access", "slack_bolt", "slack_sdk"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
