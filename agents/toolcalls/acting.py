"""Lends a tool what it may change in the place where people talk: whose readers are checked when it is changed.

A call that would reach another organisation says so in its arguments, because policy judges these, and without asking
anybody. Here it is made sure of: a channel that is shared, or a person from outside, of which the arguments did not say
so is refused, and the model may ask again with the word that policy then judges.
"""

from hashlib import sha256

from agents.journal import runs
from agents.messages import Message
from agents.surface import PersonKind
from agents.toolcalls.lent import Lent
from tools.contract import BadArguments, MayHaveHappened, Recipient, Sent, ToolFailed, Where

EACH = 10.0
"""Seconds for one call of the surface; a lease's deadline by default (E9)."""

BEFORE_ITS_START = 300.0
"""Seconds before a call's start from which its post is looked for: our clock and Slack's may differ."""

AROUND = 60
"""Seconds before and after its time within which a scheduled message may be on its way, and in neither list."""

NOT_PEOPLE = {
    PersonKind.BOT: "That is an app. A message goes to a person or a channel.",
    PersonKind.GONE: "That person's account is deactivated.",
}


def sure_of_readers(lent: Lent, to: Recipient) -> None:
    """Make sure that nobody outside reads it unless the call said so. Raises BadArguments, ToolFailed, Unavailable."""
    surface, team = lent.surface, lent.place.team_id
    if to.person:
        person = lent.ask(lambda: surface.person(team, to.person, seconds=EACH))
        if person.kind in NOT_PEOPLE:
            raise BadArguments(NOT_PEOPLE[person.kind])
        if person.kind is PersonKind.STRANGER and not to.outside:
            raise BadArguments(f"{to.person} belongs to another organisation. Call again with outside: true.")
        return
    channel = to.channel or lent.place.channel
    told = lent.ask(lambda: surface.conversation(team, channel, seconds=EACH))
    if told.archived:
        raise ToolFailed("That channel is archived.")
    if told.external and not to.outside:
        raise BadArguments(f"{channel} is shared with another organisation. Call again with outside: true.")


class LentMessages:
    """Posts elsewhere and later (tools.contract.Messages)."""

    def __init__(self, lent: Lent) -> None:
        self._lent = lent

    def post(self, to: Recipient, text: str) -> Sent:
        """Post a message with the request it comes from below it."""
        lent, acting = self._lent, self._lent.surface.acting
        sure_of_readers(lent, to)
        channel = lent.ask(lambda: self._channel(to))
        message = self._message(text, "Sent")
        at = lent.change(lambda: acting.say(channel, message, lent.call.id, seconds=EACH))
        return Sent(channel, at, acting.link(channel, at))

    def posted(self, to: Recipient) -> Sent | None:
        """Look for the post of this call, from its first start on."""
        lent, acting = self._lent, self._lent.surface.acting
        since = (lent.call.first_started_at or 0) / 1_000_000 - BEFORE_ITS_START
        channel = lent.look(lambda: self._channel(to))
        at = lent.look(lambda: acting.said(channel, lent.call.id, since=max(since, 0.0), seconds=lent.seconds - EACH))
        return None if at is None else Sent(channel, at, acting.link(channel, at))

    def post_later(self, to: Recipient, text: str, at: int) -> None:
        """Schedule a message. In the Run's own thread it reaches nobody who does not read its answers."""
        lent, acting = self._lent, self._lent.surface.acting
        if to.channel or to.person:
            sure_of_readers(lent, to)
        channel = lent.ask(lambda: self._channel(to))
        message = self._message(text, "Scheduled")
        lent.change(lambda: acting.say_later(channel, self._root(to), message, lent.call.id, at, seconds=EACH))

    def is_to_come(self, to: Recipient, text: str, at: int) -> bool:
        """Look among what waits, and where its time has come among what was posted."""
        lent, acting = self._lent, self._lent.surface.acting
        channel = lent.look(lambda: self._channel(to))
        message = self._message(text, "Scheduled")
        if lent.look(lambda: acting.waits(channel, message, at, seconds=EACH)):
            return True
        now = lent.journal.read(lambda tx: tx.now()) / 1_000_000
        if now < at - AROUND:
            return False
        if lent.look(lambda: acting.said_later(channel, self._root(to), lent.call.id, at, seconds=EACH)):
            return True
        if now <= at + AROUND:
            raise MayHaveHappened("it may be being posted right now")
        return False

    def _channel(self, to: Recipient) -> str:
        if to.person:
            return self._lent.surface.acting.direct(to.person, seconds=EACH)
        return to.channel or self._lent.place.channel

    def _root(self, to: Recipient) -> str:
        return "" if to.channel or to.person else self._lent.place.root

    def _message(self, text: str, how: str) -> Message:
        run = self._lent.journal.read(lambda tx: runs.by_id(tx, self._lent.call.run_id))
        return Message(markdown=text, footer=f"{how} on request #{run.number}" if run else "")


class LentTopics:
    """Topics of channels (tools.contract.Topics)."""

    def __init__(self, lent: Lent) -> None:
        self._lent = lent

    def set(self, channel: str, topic: str, *, outside: bool) -> None:
        """Set a channel's topic."""
        lent, acting = self._lent, self._lent.surface.acting
        sure_of_readers(lent, Recipient(channel, outside=outside))
        lent.change(lambda: acting.set_topic(channel or lent.place.channel, topic, seconds=EACH))

    def is_set(self, channel: str, topic: str) -> bool:
        """Compare the topic that stands there."""
        lent, acting = self._lent, self._lent.surface.acting
        standing = lent.look(lambda: acting.topic(channel or lent.place.channel, seconds=EACH))
        return standing == acting.shown_topic(topic)


class LentCanvases:
    """Canvases of channels (tools.contract.Canvases)."""

    def __init__(self, lent: Lent) -> None:
        self._lent = lent
        self._mark = f"(Tagwork {sha256(lent.call.id.encode()).hexdigest()[:12]})"

    def write(self, channel: str, text: str, where: Where, section: str, *, outside: bool) -> None:
        """Write at one place, and make the canvas where there is none."""
        lent, acting, mark = self._lent, self._lent.surface.acting, self._mark
        sure_of_readers(lent, Recipient(channel, outside=outside))
        there = channel or lent.place.channel
        canvas = lent.ask(lambda: acting.canvas(there, seconds=EACH))
        if not canvas and section:
            raise BadArguments("That channel has no canvas yet, so it has no such section.")
        if not canvas:
            lent.change(lambda: acting.make_canvas(there, text, mark, seconds=EACH))
            return
        place = self._section(canvas, section) if section else ""
        lent.change(lambda: acting.write_canvas(canvas, where, place, text, mark, seconds=EACH))

    def is_written(self, channel: str) -> bool:
        """Look for this call's mark."""
        lent, acting = self._lent, self._lent.surface.acting
        canvas = lent.look(lambda: acting.canvas(channel or lent.place.channel, seconds=EACH))
        return bool(canvas) and bool(lent.look(lambda: acting.sections(canvas, self._mark, seconds=EACH)))

    def _section(self, canvas: str, words: str) -> str:
        found = self._lent.ask(lambda: self._lent.surface.acting.sections(canvas, words, seconds=EACH))
        if len(found) != 1:
            raise BadArguments(
                f"{len(found) or 'No'} sections of the canvas have these words: name words that only one of them has."
            )
        return found[0]
