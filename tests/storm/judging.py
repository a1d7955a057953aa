"""What was lost, doubled or repeated, by the servers' own logs: what Rehearsal showed, what the counter counted."""

from dataclasses import dataclass, field

from tests.given.counting_server import ACT, ASKED_ACT, FOUND_WRITE, WRITE
from tests.given.rehearsal import Posted
from tests.storm.lane import Lane
from tests.storm.references import Reference, count_of

ONCE = (WRITE, FOUND_WRITE, ACT, ASKED_ACT)
"""Tools whose effect must not be there twice for one call."""


@dataclass(frozen=True, slots=True)
class Played:
    """A reference Run that was played. `how` says what befell it, as a command that plays it again."""

    reference: Reference
    tag: str
    posted: Posted
    how: str


@dataclass(slots=True)
class Found:
    """What was counted over many Runs. `shown` are duplicates that people could see for a while, with their seconds."""

    runs: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.repeated or self.broken)

    def add(self, other: "Found") -> None:
        """Count another's as well."""
        self.runs += other.runs
        for mine, theirs in (
            (self.lost, other.lost),
            (self.doubled, other.doubled),
            (self.repeated, other.repeated),
            (self.broken, other.broken),
            (self.shown, other.shown),
        ):
            mine.extend(theirs)


def is_answered(lane: Lane, played: Played) -> bool:
    """Whether everything that must be seen is there."""
    return all(count_of(lane, played.posted, texts) > 0 for texts in played.reference.seen(played.tag))


def judge(lane: Lane, played: Played, found: Found, *, strict: bool) -> None:
    """Judge one Run after the look after its end. `strict`: not even for a while may people have seen a duplicate."""
    found.runs += 1
    for texts in played.reference.seen(played.tag):
        many = count_of(lane, played.posted, texts)
        if many == 0:
            found.lost.append(f"{' / '.join(texts)}: {played.how}")
        elif many > 1:
            found.doubled.append(f"{' / '.join(texts)} stands {many} times: {played.how}")
        shown = _shown_for_a_while(lane, played, texts)
        (found.doubled if strict else found.shown).extend(shown)
    thread = lane.rehearsal.thread(played.posted.channel, played.posted.ts)
    left = [one for one in thread if one["by_app"] and not one["deleted"] and _is_left_over(one)]
    found.broken += [f"left in the thread: {str(one['text'])[:60]!r}: {played.how}" for one in left]
    for session in lane.rehearsal.sessions():
        if session["thread_ts"] == played.posted.ts and session["status"] == "processing":
            found.broken.append(f"still shows that it works: {played.how}")


def judge_effects(lane: Lane, found: Found, how: str) -> None:
    """Judge what the tools of every Run so far did."""
    for tool, counted in lane.servers.counting.counts().items():
        if tool in ONCE:
            found.repeated += [f"{tool} {key} {often} times: {how}" for key, often in counted.items() if often > 1]


def _is_left_over(message: dict[str, object]) -> bool:
    return bool(message.get("streaming")) or "starting this answer again" in str(message["text"])


def _shown_for_a_while(lane: Lane, played: Played, texts: tuple[str, ...]) -> list[str]:
    """Say which duplicates people could see until they were deleted, and for how long."""
    shown = []
    entries = lane.rehearsal.visible(played.posted.channel, played.posted.ts)
    for message in lane.rehearsal.thread(played.posted.channel, played.posted.ts):
        if not message["by_app"] or not message["deleted"] or not any(text in str(message["text"]) for text in texts):
            continue
        times = [float(one["at"]) for one in entries if one["ts"] == message["ts"]]
        shown.append(f"a second {texts[0]!r} was visible for {max(times) - min(times):.1f} s: {played.how}")
    return shown
