"""The `thinking` setting: which model takes which, and whether a reply shows its thinking (anthropic.md 3 and 4)."""

from collections.abc import Mapping
from typing import Any, Literal

from app.rehearsal.claude.errors import invalid
from app.rehearsal.claude.models import ClaudeModel
from app.rehearsal.claude.shapes import need_fields, need_integer, need_object, need_one_of

KINDS = ("adaptive", "between_tools", "disabled", "enabled")
Shown = Literal["none", "omitted", "summarized"]


def check_thinking_setting(request: Mapping[str, Any], model: ClaudeModel) -> None:
    """Raise ApiError 400 for a setting that the model refuses or that is not one."""
    if request.get("thinking") is None:
        return
    setting = need_object(request["thinking"], "thinking")
    kind = need_one_of(setting.get("type"), "thinking.type", KINDS)
    fields = {"adaptive": ("display",), "enabled": ("display", "budget_tokens")}.get(kind, ())
    need_fields(setting, "thinking", ("type",), fields)
    if setting.get("display") is not None:  # "updates" is beta: anthropic.md 4
        need_one_of(setting["display"], "thinking.display", ("summarized", "omitted"))
    if kind == "enabled":
        _check_budget(request, setting, model)
    if kind == "adaptive" and model.thinking == "budget":  # guess: 3 gives Haiku 4.5 "extended" only
        raise invalid(f"thinking.type: adaptive thinking is not supported on {model.id}")
    if kind == "disabled" and model.thinking == "always":  # guess: 3 says always on, no page says what disabling does
        raise invalid(f"thinking.type: thinking cannot be disabled on {model.id}")
    if kind == "between_tools" and not model.takes_between_tools:  # 0.5 names Sonnet 5.5 alone
        raise invalid(f"thinking.type: between_tools is not supported on {model.id}")


def thinking_shown(request: Mapping[str, Any], model: ClaudeModel) -> Shown:
    """Return how a reply carries thinking: not at all, signed with an empty text, or with its text.

    Empty is the default of models that always think (anthropic.md 0.5). Elsewhere the default is summarized (guess).
    """
    setting = request.get("thinking") or {}
    kind = setting.get("type") or ("adaptive" if model.thinking in ("always", "default") else "disabled")
    if kind == "disabled":
        return "none"
    if kind == "between_tools":  # guess: thinks only once tool results are there, and shows it (0.5: a progress line)
        return "summarized" if _follows_tool_results(request) else "none"
    default = "omitted" if model.thinking in ("always", "default") else "summarized"
    return "summarized" if (setting.get("display") or default) == "summarized" else "omitted"


def _follows_tool_results(request: Mapping[str, Any]) -> bool:
    content = request["messages"][-1]["content"]
    return not isinstance(content, str) and any(block["type"] == "tool_result" for block in content)


def _check_budget(request: Mapping[str, Any], setting: Mapping[str, Any], model: ClaudeModel) -> None:
    if model.thinking != "budget":  # anthropic.md 4: rejected by newer models
        raise invalid(f"thinking.type: enabled is not supported on {model.id}; use adaptive")
    budget = need_integer(setting.get("budget_tokens"), "thinking.budget_tokens", least=1_024)  # the SDK's type page
    if budget >= request.get("max_tokens", budget + 1):
        raise invalid("max_tokens must be greater than thinking.budget_tokens")
