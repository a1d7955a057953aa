"""What Cedar is asked about a call: the requests and entities that agents/policy/cedar.py describes."""

import ipaddress
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cedarpy import Decision, PolicySet, is_authorized

from agents.labels import Labels
from agents.policy.compiling import Compiled
from agents.policy.conditions import Day
from agents.policy.facts import Facts, Speaker
from agents.policy.matching import trust_of
from agents.policy.verdicts import Verdict, strictest
from tools.contract import Trust

DAYS = tuple(Day)


def by_cedar(text: str, policies: Compiled, facts: Facts) -> Verdict:
    """Return what Cedar makes of a call by exported text, all Speakers together. An error of any policy is a denial."""
    parsed = PolicySet.from_str(text)
    return strictest(*(_of_speaker(parsed, policies, facts, one) for one in facts.speakers))


def _of_speaker(parsed: PolicySet, policies: Compiled, facts: Facts, speaker: Speaker) -> Verdict:
    entities = json.dumps([_person(speaker), _tool(policies, facts)])
    permitted = {}
    for action in ("use", "use_unasked"):
        answer = is_authorized(
            {
                "principal": {"type": "Person", "id": speaker.id},
                "action": {"type": "Action", "id": action},
                "resource": {"type": "Tool", "id": facts.tool},
                "context": _context(policies, facts),
            },
            parsed,
            entities,
        )
        permitted[action] = answer.decision is Decision.Allow and not answer.diagnostics.errors
    if not permitted["use"]:
        return Verdict.DENY
    return Verdict.ALLOW if permitted["use_unasked"] else Verdict.ASK


def _person(speaker: Speaker) -> dict[str, Any]:
    known: dict[str, Any] = {"id": speaker.id, "kind": speaker.kind.value}
    if isinstance(speaker.groups, frozenset):
        known["groups"] = sorted(speaker.groups)
    if isinstance(speaker.member, bool):
        known["member"] = speaker.member
    return {"uid": {"type": "Person", "id": speaker.id}, "attrs": known, "parents": []}


def _tool(policies: Compiled, facts: Facts) -> dict[str, Any]:
    assert facts.effect is not None
    assert facts.reach is not None
    about = policies.about(facts.tool, facts.effect, facts.reach, facts.here)
    known = {
        "name": facts.tool,
        "effect": facts.effect.value,
        "reach": facts.reach.value,
        "needs_member": about.membership,
        "counts_channel": about.of_channel,
    }
    return {"uid": {"type": "Tool", "id": facts.tool}, "attrs": known, "parents": []}


def _context(policies: Compiled, facts: Facts) -> dict[str, Any]:
    trust = trust_of(facts)
    assert isinstance(trust, Trust)
    assert isinstance(facts.labels, Labels)
    known: dict[str, Any] = {"at": facts.at // 1_000_000, "trust": trust.value}
    for name in ("channel", "person", "host", "port", "path", "method", "external_channel", "trigger"):
        value = getattr(facts, name)
        if value is not None:
            known[name] = value
    if facts.here:
        known["here"] = facts.here
    if isinstance(facts.amount, float):
        known["amount"] = {"__extn": {"fn": "decimal", "arg": f"{facts.amount:.4f}"}}
    if isinstance(facts.host, str):
        with suppress(ValueError):
            known["ip"] = {"__extn": {"fn": "ip", "arg": str(ipaddress.ip_address(facts.host))}}
    if isinstance(facts.counts, dict):
        known |= {f"calls {window}": used for window, used in facts.counts.items()}
    return known | {f"time {zone}": _time(facts, zone) for zone in policies.zones}


def _time(facts: Facts, zone: str) -> dict[str, Any]:
    at = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=facts.at)).astimezone(ZoneInfo(zone))
    return {
        "minute": at.hour * 60 + at.minute,
        "day": DAYS[at.weekday()].value,
        "before": DAYS[at.weekday() - 1].value,
    }
