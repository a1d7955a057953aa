"""What an Approval binds: the digest of everything that people said yes to. Pure.

It is made when they are asked and made again from what is stored when the call is to run; where the two differ, the yes
was to something else. The policy's version is no part of it, only the text of what decided: else any edit of a rule
that has nothing to do with the call would void every Approval.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from agents.audit.chain import canonical
from agents.labels import Labels
from agents.toolcalls.catalogue import described, effect_of
from tools.contract import Destination, Tool


def tool_hash(tool: Tool) -> str:
    """Return the sha256 of a tool as it is registered: what the model reads of it, its Effect and its Reach."""
    registered = {"offered": described(tool), "effect": effect_of(tool).value, "reach": tool.reach.value}
    return _sha256(registered)


def destination_text(destination: Destination | None) -> str:
    """Return a destination as one text: its kind and id; empty where the tool names none."""
    return f"{destination.kind}:{destination.id}" if destination is not None else ""


def binding_of(
    *,
    tool: Tool,
    arguments: Mapping[str, Any],
    destination: Destination | None,
    run_id: str,
    step: int | None,
    labels: Labels,
    decided: str,
) -> str:
    """Return the sha256 of what is to run and why people are asked.

    In: the arguments as stored; the number of the plan's line that the call belongs to; the labels of what the Run had
    read when it was proposed, for nothing that it reads later is in the arguments; the digest of the text that made it
    ask. Raises ValueError where a number has no canonical form.
    """
    return _sha256(
        {
            "tool": tool.name,
            "tool_hash": tool_hash(tool),
            "arguments": dict(arguments),
            "destination": {"kind": destination.kind, "id": destination.id} if destination is not None else None,
            "run": run_id,
            "step": step,
            "labels": {"readers": sorted(labels.readers), "trust": labels.trust.value},
            "decided": decided,
        }
    )


def extent_of(*, tool: Tool, destination: Destination | None, run_id: str, labels: Labels, decided: str) -> str:
    """Return the sha256 of what a yes "for this Run" extends to: calls of one tool to one destination.

    A Run that has since read what fewer people may read, a tool or a rule that changed, a gate that bites now and did
    not then: each is another matter, and is asked about again. That it has read anything at all is not, for the first
    call's own result is something read. In: as for `binding_of`.
    """
    return binding_of(
        tool=tool,
        arguments={},
        destination=destination,
        run_id=run_id,
        step=None,
        labels=Labels(labels.readers),
        decided=decided,
    )


def _sha256(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()
