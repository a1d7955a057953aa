"""Rules that nearly allowed a call, and what each wanted otherwise, in words that tell of the call. Pure.

A rule's own lists and limits are not told: whoever asks may be someone they are kept from.
"""

from collections.abc import Mapping

from agents.policy.compiling import Applicable, ReadyRule
from agents.policy.facts import Facts, Failed
from agents.policy.judgement import MOST_MISSES, Miss
from agents.policy.matching import values_of_speaker
from agents.policy.scopes import BREADTH
from tools.contract import Effect, Reach

MOST_FAILED = 2
"""Tests that may have failed: a rule that missed by more was about something else."""

WORDS = {
    "here": "it is not for this channel",
    "channel": "channel `{}` is not one that it names",
    "person": "person `{}` is not one that it names",
    "host": "host `{}` is not one that it names",
    "port": "port {} is not one that it names",
    "path": "path `{}` is not one that it names",
    "method": "method {} is not one that it names",
    "amount": "the amount {} is not within its limits",
    "external_channel": "whether the channel is shared with another organisation matters to it",
    "trigger": "it is not for requests that began by `{}`",
    "trust": "what this request has read is {}",
    "time": "it does not hold at this time",
    "calls": "the tool was used {} times, which is not within its limits",
    "who": "it is not for whoever asks",
    "kind": "it is not for a {}",
    "groups": "it is for other user groups than those of whoever asks",
    "member": "whether whoever asks is in this channel matters to it",
}
MISSING = {
    "here": "it is not known in which channel this is",
    "channel": "it needs a channel's id, and the call names none",
    "person": "it needs a person's id, and the call names none",
    "host": "it needs a host, and the call names none that is certain",
    "port": "it needs a port, and the call names none",
    "path": "it needs a path, and the call names none that is certain",
    "method": "it needs a method, and the call names none",
    "amount": "it needs an amount, and the call names none",
    "external_channel": "it is not known whether the channel is shared with another organisation",
    "trigger": "it is not known how this request began",
    "trust": "it is not known what this request has read",
    "time": "it is not known what time it is",
    "calls": "it is not known how often the tool was used",
    "who": "it is not known who asks",
    "kind": "it is not known what whoever asks is in this workspace",
    "groups": "it is not known in which user groups whoever asks is",
    "member": "it is not known whether whoever asks is in this channel",
}


def misses_of(about: Applicable, values: Mapping[str, object], facts: Facts) -> tuple[Miss, ...]:
    """Return the rules that would have granted the requester this call but for one or two tests, the nearest first."""
    own = {**values, **values_of_speaker(facts.speakers[0])}
    found = []
    for ready in about.near:
        failed = _failed(ready, own, facts)
        if failed and len(failed) <= MOST_FAILED:
            found.append((len(failed), BREADTH[ready.scope], ready.rule.id, Miss(ready.scope, ready.rule.id, failed)))
    return tuple(one[-1] for one in sorted(found)[:MOST_MISSES])


def _failed(ready: ReadyRule, values: Mapping[str, object], facts: Facts) -> tuple[str, ...]:
    """Return what failed; empty: the rule holds."""
    failed = []
    if not ready.counts_at(facts.at):
        failed.append(f"it held until {ready.rule.until}")
    if facts.effect is not None and facts.reach is not None and not ready.tools.fit(facts.effect, facts.reach):
        failed.append(f"it is not for what is `{Effect(facts.effect)}` and `{Reach(facts.reach)}`")
    for test in (*ready.plain, *ready.personal):
        value = values[test.key]
        if value is None or isinstance(value, Failed):
            failed.append(MISSING[test.attribute])
        elif not test.passes(value):
            failed.append(WORDS[test.attribute].format(value))
    return tuple(failed)
