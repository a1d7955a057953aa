"""Who may call, and how: key, API version and beta names (anthropic.md 0.1, 4 and 14)."""

from collections.abc import Mapping

from app.rehearsal.claude.errors import invalid, unauthenticated

VERSION = "2026-10-21"
"""The version that SDK 2.x sends. Older ones behave otherwise (sampling, documents) and are refused, not imitated."""
BETAS = frozenset(
    {
        "context-management-2025-06-27",
        "compact-2026-01-12",
        "compact-2026-09-04",
        "task-budgets-2026-03-13",
        "server-side-fallback-2026-07-01",
        "thinking-display-updates-2026-08-18",
        "thinking-binding-controls-2026-08-01",
        "mid-conversation-system-clear-at-2026-08-21",
        "inline-tools-2026-09-15",
        "mcp-client-2026-09-15",
        "message-threads-2026-08-12",
        "advisor-tool-2026-03-01",
        "managed-agents-2026-04-01",
        "experimental-claude-tag-2026-10-21",
        "prompt-caching-2024-07-31",
        "token-counting-2024-11-01",
        "extended-cache-ttl-2025-04-11",
        "token-efficient-tools-2025-02-19",
    }
)
"""Names that are taken (anthropic.md 4). What they unlock is not rehearsed: their fields are unknown and refused."""


def check_admission(headers: Mapping[str, str], key: str) -> None:
    """Raise ApiError 401 without the key, 400 without the version or with a beta name that is not one."""
    given = []
    if "authorization" in headers:
        kind, _, token = headers["authorization"].partition(" ")
        given.append(token if kind.lower() == "bearer" else "")
    if "x-api-key" in headers:
        given.append(headers["x-api-key"])
    if not given:
        raise unauthenticated("Authentication required: send the key as Authorization: Bearer or as x-api-key")
    if any(token != key for token in given):
        raise unauthenticated("invalid x-api-key" if "x-api-key" in headers else "invalid bearer token")
    version = headers.get("anthropic-version")
    if version is None:
        raise invalid("anthropic-version: header is required")
    if version != VERSION:
        raise invalid(f"anthropic-version: {version!r} is not rehearsed; this server speaks {VERSION}")
    for name in headers.get("anthropic-beta", "").split(","):
        if name.strip() and name.strip() not in BETAS:  # guess
            raise invalid(f"Unexpected value(s) `{name.strip()}` for the `anthropic-beta` header")
