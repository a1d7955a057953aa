"""The name for a JSON object whose shape Slack's documentation fixes, not a Python type."""

from typing import Any

Json = dict[str, Any]
