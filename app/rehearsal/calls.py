"""The list of calls that the app made: method, arguments, token, time, outcome."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json


@dataclass
class Call:
    """One call. `outcome` is `open` while it is under way, then ok, Slack's error code, or what became of the answer.

    `ts` names the message that the call made.
    """

    seq: int
    method: str
    args: Json
    token: str
    at: float
    outcome: str = "open"
    took_effect: bool = False
    fault: str | None = None
    ts: str | None = None

    @property
    def channel(self) -> str | None:
        """The channel that the call names, whichever of Slack's two names it uses for the argument."""
        return self.args.get("channel") or self.args.get("channel_id")

    def shown(self) -> Json:
        """The call as the control API shows it."""
        return dict(vars(self))


@dataclass
class Calls:
    """All calls in order of arrival; file downloads appear as method `files`."""

    made: list[Call] = field(default_factory=list)

    def begin(self, method: str, args: Json, token: str, at: float) -> Call:
        """Note the arrival of a call."""
        call = Call(len(self.made) + 1, method, args, token, at)
        self.made.append(call)
        return call

    def matching(
        self, method: str | None = None, channel: str | None = None, outcome: str | None = None, after: int = 0
    ) -> Iterator[Call]:
        """The calls of this method, channel and outcome whose seq is above `after`; None matches all."""
        for call in self.made[after:]:
            if (
                method in (None, call.method)
                and channel in (None, call.channel, call.args.get("file"))
                and outcome in (None, call.outcome)
            ):
                yield call
