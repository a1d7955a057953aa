"""The reference Runs: what people ask, what the model answers, what else people do, and what they see in the end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.given.counting_server import ACT, ASKED_ACT, FOUND_WRITE, READ, WRITE
from tests.given.rehearsal import ControlRefused, Json, Posted
from tests.storm.lane import Lane

OFTEN = 50
"""How often a reply may be given: a Turn that breaks is made again, and sends the same."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks where, and the events that Slack sends of it, in this order; None: each once."""

    person: str = "ann"
    channel: str = "sales"
    events: tuple[str, ...] | None = None


ANN = Asker()

WORDS = " ".join(f"word{number:03}" for number in range(560))
"""An answer of 4,500 characters: more than one stream shows, so that it is rolled over into a second."""

SPEED_MS = 12
"""Milliseconds between two pieces of it, so that it takes some three seconds: more than two, and it is streamed."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One of them.

    Attributes:
        ask: arranges what the model says, asks under a tag that no other Run has, and returns what was posted.
        seen: texts of which exactly one must stand in the thread in the end, given the tag; each entry for itself.
        take_part: what people do then. Raises Stuck.
    """

    name: str
    ask: Callable[[Lane, str, Asker], Posted]
    seen: Callable[[str], list[tuple[str, ...]]]
    take_part: Callable[[Lane, str, Posted, Asker], None] = lambda lane, tag, posted, who: None


def answer_of(tag: str) -> str:
    """Return what the model answers in the end."""
    return f"Answer {tag}."


def _answered(tag: str) -> list[tuple[str, ...]]:
    return [(answer_of(tag),)]


def _reply(lane: Lane, match: str, results: int, content: str | list[dict[str, Any]]) -> None:
    asked = {"content": content, "match": match, "results": results, "times": OFTEN}
    lane.rehearsal.control("POST", "/claude/replies", asked)


def _uses(tag: str, number: int, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"type": "tool_use", "id": f"toolu_{tag}_{number:02}", "name": name, "input": arguments}


def _mention(lane: Lane, tag: str, who: Asker) -> Posted:
    return lane.rehearsal.post(who.person, who.channel, f"@tagwork please look into {tag}", deliveries=who.events)


def _in_turns(*turns: list[tuple[str, dict[str, Any]]]) -> Callable[[Lane, str, Asker], Posted]:
    """The model uses the tools of each turn at once, one turn after the other, and then answers."""

    def ask(lane: Lane, tag: str, who: Asker) -> Posted:
        number = 0
        for turn in turns:
            calls = [_uses(tag, number + at, name, arguments) for at, (name, arguments) in enumerate(turn)]
            _reply(lane, tag, number, calls)
            number += len(turn)
        _reply(lane, tag, number, answer_of(tag))
        return _mention(lane, tag, who)

    return ask


def _streamed(lane: Lane, tag: str, who: Asker) -> Posted:
    lane.rehearsal.control("PUT", "/claude/settings", {"speed_ms": SPEED_MS})
    _reply(lane, tag, 0, f"Begins {tag}. {WORDS}. {answer_of(tag)}")
    return _mention(lane, tag, who)


def _asking(lane: Lane, tag: str, who: Asker) -> Posted:
    question = {"question": f"Which one for {tag}?", "choices": ["north", "south"], "default": 1}
    _reply(lane, tag, 0, [_uses(tag, 0, "ask_people", question)])
    _reply(lane, tag, 1, answer_of(tag))
    return _mention(lane, tag, who)


def _press(lane: Lane, tag: str, posted: Posted, who: Asker) -> None:
    """Someone presses a button as soon as there is one."""
    lane.until(lambda: _pressed(lane, posted, tag, who, f"for {tag}?"), "someone answers the question")


def _approve(lane: Lane, tag: str, posted: Posted, who: Asker) -> None:
    """Whoever asked says yes as soon as they are asked: to what stays in the workspace they may."""
    lane.until(lambda: _pressed(lane, posted, tag, who, "tagwork:approve:"), "someone says yes")


def _pressed(lane: Lane, posted: Posted, tag: str, who: Asker, words: str) -> bool:
    for message in standing(lane, posted):
        if answer_of(tag) in message["text"]:
            return True
        actions = [one for block in message["blocks"] or () for one in block.get("elements", ()) if "action_id" in one]
        if words in f"{message['text']} {message['blocks']}" and actions:
            try:
                pressed = lane.rehearsal.press(who.person, posted.channel, message["ts"], actions[0]["action_id"])
            except ControlRefused:
                # the buttons are gone: it was answered
                return False
            # nothing sends a press again that nobody acknowledged: people press again
            return bool(pressed["acknowledged"])
    return False


def _held(stage: str) -> Callable[[Lane, str, Asker], Posted]:
    """The model stands still at that stage of its answer."""

    def ask(lane: Lane, tag: str, who: Asker) -> Posted:
        _reply(lane, _also(tag), 0, f"Heard {tag}.")
        _reply(lane, tag, 0, answer_of(tag))
        lane.rehearsal.control("POST", "/claude/holds", {"name": _hold(tag), "stage": stage, "match": tag})
        return _mention(lane, tag, who)

    return ask


def _stop(lane: Lane, tag: str, posted: Posted, who: Asker) -> None:
    """Someone stops the Run while the model is at work."""
    _until_held(lane, tag)
    lane.rehearsal.post(who.person, posted.channel, "@tagwork stop", thread_ts=posted.ts)
    lane.until(lambda: count_of(lane, posted, _stop_or_answer(tag)) > 0, "it is stopped, or was answered before")
    _release(lane, tag)


def _stop_or_answer(tag: str) -> tuple[str, ...]:
    return (answer_of(tag), "Stopped by")


def _add(lane: Lane, tag: str, posted: Posted, who: Asker) -> None:
    """Someone adds a sentence while the answer is already coming."""
    _until_held(lane, tag)
    lane.rehearsal.post(who.person, posted.channel, f"and {_also(tag)} too", thread_ts=posted.ts)
    _release(lane, tag)


def _also(tag: str) -> str:
    return f"more{tag[1:]}"


def _hold(tag: str) -> str:
    return f"hold-{tag}"


def _until_held(lane: Lane, tag: str) -> None:
    def arrived() -> bool:
        told = lane.rehearsal.control("GET", f"/claude/holds/{_hold(tag)}", {"arrived": 1, "wait": 0.1})
        return bool(told["met"])

    lane.until(arrived, "the model is asked")


def _release(lane: Lane, tag: str) -> None:
    lane.rehearsal.control("POST", f"/claude/holds/{_hold(tag)}/release")


def standing(lane: Lane, posted: Posted) -> list[Json]:
    """Return our messages that stand in a thread now."""
    return [one for one in lane.rehearsal.thread(posted.channel, posted.ts) if one["by_app"] and not one["deleted"]]


def count_of(lane: Lane, posted: Posted, texts: tuple[str, ...]) -> int:
    """Return how many of our messages stand in a thread now that say one of these."""
    return sum(any(text in str(one["text"]) for text in texts) for one in standing(lane, posted))


def _hanging(lane: Lane, tag: str, who: Asker) -> Posted:
    """One of two tools never comes to an end, though it does not stand still either."""
    lane.servers.counting.drip(READ)
    return _in_turns([(READ, {"what": "one"}), (READ, {"what": "two"})])(lane, tag, who)


_SERIAL: list[list[tuple[str, dict[str, Any]]]] = [[(READ, {"what": f"line {number}"})] for number in range(5)]

REFERENCES = (
    Reference("no tools", _in_turns(), _answered),
    Reference("five serial calls", _in_turns(*_SERIAL), _answered),
    Reference("five parallel calls", _in_turns([call for turn in _SERIAL for call in turn]), _answered),
    Reference("a write", _in_turns([(WRITE, {"what": "one"})], [(FOUND_WRITE, {"what": "two"})]), _answered),
    Reference("an act", _in_turns([(ACT, {"what": "one"})]), _answered),
    Reference("a question that waits", _asking, _answered, _press),
    Reference("an act that waits for a yes", _in_turns([(ASKED_ACT, {"what": "one"})]), _answered, _approve),
    Reference("a streamed answer rolled over", _streamed, _answered),
    Reference("stop in the middle", _held("arrival"), lambda tag: [_stop_or_answer(tag)], _stop),
    Reference("a reply at the last moment", _held("stream"), lambda tag: [(f"Heard {tag}.",)], _add),
)
"""Every one of them."""

HANGING = Reference("a tool that hangs", _hanging, _answered)
"""Takes as long as a claim lasts at most, so it is played where it is named, and not at each of its boundaries."""
