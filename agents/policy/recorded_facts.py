"""What a decision rested on, as JSON: kept with the decision, read again when a candidate policy is tried on it. Pure.

Only what judging looks at is kept: of labels the readers and the trust, of the addresses that a Run knew those that the
call asked for, of allowed hosts those that name its host. Rows outlive code: what newer code added is passed over, what
older code did not have is not known.
"""

from collections.abc import Callable, Mapping
from typing import Any

from agents.labels import Labels
from agents.policy.addresses import exact, host_of, listed
from agents.policy.conditions import Trigger
from agents.policy.facts import Facts, Failed, Speaker
from agents.policy.pages import Known
from agents.surface import PersonKind
from tools.contract import Destination, Effect, Reach, Trust

FORM = "facts/1"

PLAIN = ("host", "port", "path", "method", "channel", "person", "amount", "external_channel", "has_read_untrusted")
"""Attributes that are JSON as they are."""

WORDS = ("tool", "fits", "here", "frozen", "over_budget")
FLAGS = ("may_have_happened", "refused_before")


class NotReadable(Exception):
    """A record cannot be judged again: it is of another form, or lacks what no decision can do without."""


def to_json(facts: Facts) -> dict[str, Any]:
    """Return the form in which a decision keeps its facts. What is not known, or says nothing, is left out."""
    labels = facts.labels
    said = {
        **{name: getattr(facts, name) for name in (*PLAIN, *WORDS)},
        **{name: getattr(facts, name) or None for name in FLAGS},
        "effect": facts.effect,
        "reach": facts.reach,
        "destination": facts.destination and {"kind": facts.destination.kind, "id": facts.destination.id},
        "speakers": [_speaker_json(one) for one in facts.speakers],
        "trigger": facts.trigger,
        "at": facts.at,
        "counts": facts.counts
        if isinstance(facts.counts, Failed)
        else {str(window): used for window, used in sorted(facts.counts.items())},
        "labels": labels
        if isinstance(labels, Failed)
        else {"readers": sorted(labels.readers), "trust": labels.trust.value},
        "audience": _listed(facts.audience),
        "web": facts.web,
        **_grounds_json(facts),
    }
    return {"form": FORM, **{name: _kept(value) for name, value in said.items() if value is not None and value != ""}}


def from_json(kept: Mapping[str, Any]) -> Facts:
    """Return the facts that `to_json` kept.

    Raises:
        NotReadable: another form, or no tool, or a kind of tool that this code does not know.
    """
    if kept.get("form") != FORM:
        raise NotReadable(f"it is of the form {kept.get('form')!r}, and this code reads {FORM!r}")
    try:
        return _read(kept)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise NotReadable(f"it cannot be read: {type(wrong).__name__}: {wrong}") from None


def _read(kept: Mapping[str, Any]) -> Facts:
    destination = kept.get("destination")
    return Facts(
        **{name: _found(kept.get(name)) for name in PLAIN},
        **{name: _word(kept, name) for name in WORDS[1:]},
        **{name: _found(kept.get(name, False)) for name in FLAGS},
        tool=str(kept["tool"]),
        effect=Effect(kept["effect"]) if "effect" in kept else None,
        reach=Reach(kept["reach"]) if "reach" in kept else None,
        destination=Destination(str(destination["kind"]), str(destination["id"])) if destination else None,
        speakers=tuple(_speaker(one) for one in kept.get("speakers", ())),
        trigger=_found(kept.get("trigger"), lambda word: Trigger(word) if word in set(Trigger) else None),
        at=int(kept["at"]),
        counts=_found(kept.get("counts"), lambda said: {int(window): int(used) for window, used in said.items()}) or {},
        labels=_found(kept.get("labels"), _labels) or _labels({}),
        audience=_found(kept.get("audience"), frozenset),
        known=Known(frozenset(kept.get("written", ())), frozenset(kept.get("linked", ()))),
        hosts=frozenset(kept.get("hosts", ())),
        web=bool(kept.get("web", True)),
    )


def _word(kept: Mapping[str, Any], name: str) -> Any:
    return str(kept.get(name, ""))


def _grounds_json(facts: Facts) -> dict[str, Any]:
    """Return what of the addresses and hosts that were known decides about this call."""
    if facts.destination is None or facts.destination.kind != "page":
        return {}
    page = exact(facts.destination.id)
    return {
        "written": sorted(facts.known.written & {page}) or None,
        "linked": sorted(facts.known.linked & {page}) or None,
        "hosts": sorted(one for one in facts.hosts if page and listed(host_of(page), [one])) or None,
    }


def _speaker_json(speaker: Speaker) -> dict[str, Any]:
    said = {"id": speaker.id, "kind": speaker.kind, "groups": _listed(speaker.groups), "member": speaker.member}
    return {name: _kept(value) for name, value in said.items() if value is not None}


def _speaker(kept: Mapping[str, Any]) -> Speaker:
    kind = kept.get("kind")
    return Speaker(
        str(kept["id"]),
        # nobody is more trusted for being of a kind that this code does not know
        PersonKind(kind) if kind in set(PersonKind) else PersonKind.STRANGER,
        _found(kept.get("groups"), frozenset),
        _found(kept.get("member")),
    )


def _labels(kept: Mapping[str, Any]) -> Labels:
    trust = kept.get("trust")
    return Labels(frozenset(kept.get("readers", ())), Trust(trust) if trust in set(Trust) else Trust.UNTRUSTED)


def _listed(value: frozenset[str] | Failed | None) -> list[str] | Failed | None:
    return sorted(value) if isinstance(value, frozenset) else value


def _kept(value: Any) -> Any:
    return {"failed": value.cause} if isinstance(value, Failed) else value


def _found(kept: Any, read: Callable[[Any], Any] | None = None) -> Any:
    """Return what was kept, made of its JSON by `read`; what could not be loaded then could not be loaded."""
    if isinstance(kept, Mapping) and set(kept) == {"failed"}:
        return Failed(str(kept["failed"]))
    return kept if kept is None or read is None else read(kept)
