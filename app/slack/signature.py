"""Is a request over HTTP really Slack's? Its HMAC and its age, told apart, logged in one line without the body."""

import hashlib
import hmac
import logging
import time
from collections.abc import Callable

from app.metrics.catalogue import SLACK_REJECTED
from app.slack.limits import SIGNATURE_AGE

logger = logging.getLogger(__name__)


class Signatures:
    """Checks requests against the app's signing secret. `now` is Unix time in seconds; tests move it."""

    def __init__(self, secret: str, now: Callable[[], float] = time.time) -> None:
        if not secret.strip():
            raise ValueError("the signing secret is empty")
        self._secret = secret.strip().encode()
        self._now = now

    def why_not(self, body: bytes, timestamp: str, signature: str) -> str | None:
        """Return None for a request of Slack's, else why it is none: `unsigned`, `old` or `bad_signature`.

        docs.slack.dev, authentication/verifying-requests-from-slack.
        """
        if not signature or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
            return "unsigned"
        if abs(self._now() - int(timestamp)) > SIGNATURE_AGE:
            return "old"
        signed = hmac.new(self._secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return None if hmac.compare_digest(f"v0={signed}".encode(), signature.encode()) else "bad_signature"


def turn_away(reason: str) -> None:
    """Count and log that a request was turned away."""
    SLACK_REJECTED.labels(reason).inc()
    logger.warning(
        "A request to /slack/events was turned away: %s. If it was Slack's, check SLACK_SIGNING_SECRET.", reason
    )
