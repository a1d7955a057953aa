"""An account of a Run as an operator reads it in a terminal: a line for each thing that happened to it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from agents.engine.owner import named

KINDS = {"run": "a turn", "tool_call": "a tool call", "delivery": "a message"}
"""What was held, in words."""


def line(told: Mapping[str, Any]) -> str:
    """Return a Run of a list in one line."""
    lost = "  lost a worker" if told["lost_lease"] else ""
    cause = f"  {told['cause']}" if told["cause"] else ""
    return (
        f"#{told['number']:<6} {told['status']:<8} {told['requester']:<12} {told['turns']:>3} turns  "
        f"US$ {float(told['cost_usd']):.4f}{lost}{cause}"
    )


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield a Run's account, line by line."""
    yield line(told)
    yield f"  asked {told['asked_at']} in {told['channel']}, thread {told['thread']}"
    if told["begun_at"]:
        yield f"  begun {told['begun_at']}, by {told['model']}, {told['tokens']} tokens"
    if told["ended_at"]:
        yield f"  ended {told['ended_at']}"
    else:
        yield f"  {_now(told)}"
    for one in told["recovered"]:
        yield (
            f"  recovered {one['at']}: {named(one['worker'])} took over {KINDS[one['of']]} of {named(one['lost'])}, "
            f"of which nothing had come for {one['silent']:.1f} s"
        )
    for one in told["leases_lost"]:
        yield f"  lease lost {one['at']}: {KINDS[one['of']]} ({one['id']}), held by {named(one['worker'])}"
    for one in told["turns_broken"]:
        yield f"  turn broken {one['at']}: {one['cause']}"
    for one in told["calls"]:
        yield f"  call {one['tool']}: {one['status']}, {one['decision']} by {one['rule']}{_tries(one)}"
    for one in told["messages"]:
        cause = f", {one['cause']}" if one["cause"] else ""
        last = ", the last one" if one["terminal"] else ""
        yield f"  message {one['kind']}: {one['status']}{last}{cause}{_tries(one)}"


def _now(told: Mapping[str, Any]) -> str:
    """Who works on it, or since when it waits to be worked on."""
    tries = f"; claim {told['claims_without_result']} without a result" if told["claims_without_result"] > 1 else ""
    if told["held_by"]:
        return f"held by {named(told['held_by'])} until {told['held_until']}{tries}"
    due = told["due_seconds"]
    if due is None:
        return "never due: see `tagwork doctor`"
    return (f"due for {due:.1f} s" if due >= 0 else f"due in {-due:.1f} s") + tries


def _tries(told: Mapping[str, Any]) -> str:
    held = f", held by {named(told['held_by'])}" if told["held_by"] else ""
    return (f", {told['attempts']} attempts" if told["attempts"] > 1 else "") + held
