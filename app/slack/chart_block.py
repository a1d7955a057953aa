"""Charts of a message: as Slack's data_visualization blocks with every label inert, and as words. Pure."""

from collections.abc import Mapping
from typing import Any

from agents.deliveries.charts import refusal
from app.slack.limits import CHART_TEXT
from app.slack.one_line import one_line


def chart_block(chart: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a chart with inert labels; None where Slack would refuse it."""
    made: dict[str, Any] = _inert(chart)
    return None if refusal(made) else made


def chart_text(chart: Mapping[str, Any]) -> str:
    """Return what stands for the chart where only text is shown."""
    return f"[{one_line(str(chart.get('title', '')), CHART_TEXT) or '…'}]"


def _inert(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {name: value if name == "type" else _inert(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_inert(one) for one in part]
    return one_line(part, CHART_TEXT) if isinstance(part, str) else part
