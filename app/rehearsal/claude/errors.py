"""What the API answers when it refuses a request: status, error type, JSON body (anthropic.md 9 and 14)."""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A refusal. `status` is the HTTP status, `kind` the error type of the body, `headers` what goes beside it."""

    def __init__(
        self, status: int, kind: str, message: str, *, error_code: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.error_code = error_code
        self.headers = dict(headers or {})

    def body(self, request_id: str) -> dict[str, Any]:
        """Return the JSON body: `{"type": "error", "error": {...}, "request_id": ...}` (anthropic.md 14)."""
        error: dict[str, Any] = {"type": self.kind, "message": self.message}
        if self.error_code:
            error["details"] = {"error_code": self.error_code}
        return {"type": "error", "error": error, "request_id": request_id}


def invalid(message: str) -> ApiError:
    """Return the 400 that says what is wrong with the request."""
    return ApiError(400, "invalid_request_error", message)


def not_rehearsed(what: str) -> ApiError:
    """Return the 400 for something the real API may well take but no page we have describes: loud, never guessed."""
    return invalid(f"{what} is not rehearsed: no page states how the API behaves there.")


def not_found(message: str) -> ApiError:
    """Return the 404 for an unknown model or path."""
    return ApiError(404, "not_found_error", message)


def unauthenticated(message: str) -> ApiError:
    """Return the 401 for a missing or wrong key."""
    return ApiError(401, "authentication_error", message)
