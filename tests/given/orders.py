"""`/tagwork …` as people type it, and their press on a change that they are shown: asked of Slack as the app does."""

from collections.abc import Callable

from agents.intake import Decision, Missing, Order
from agents.messages import Message, Press
from agents.posts import Channel
from tests.given.engines import Engine

IDS = {
    "olivia": "U0OLIVIA001",
    "adam": "U0ADAM00001",
    "ann": "U0ANN000001",
    "ben": "U0BEN000001",
    "chloe": "U0CHLOE0001",
    "gus": "U0GUS000001",
    "sales": "C0SALES0001",
    "general": "C0GENERAL01",
    "finance": "C0FINANCE01",
}


def an_order(engine: Engine, text: str, *, user: str, channel: str, direct: bool = False) -> Order:
    """Return the order of `/tagwork text`, by ids."""
    return Order(
        app_id=engine.rehearsal.app_id,
        team_id=engine.rehearsal.team_id,
        channel=channel,
        channel_kind=Channel.DIRECT if direct else Channel.PRIVATE,
        user_id=user,
        text=text,
    )


def gives(engine: Engine, user: str, text: str, *, channel: str = "sales", direct: bool = False) -> Message:
    """Give a command by names, and return the answer once Slack was asked for all that it needs."""
    order = an_order(engine, text, user=IDS[user], channel=IDS[channel], direct=direct)
    return _asked(engine, user, channel, lambda: engine.intake.ordered(order))


def decides(engine: Engine, user: str, shown: Message, *, save: bool = True, channel: str = "sales") -> Message:
    """Press Save, or Cancel, below a change that was shown."""
    wanted = Press.SAVE if save else Press.CANCEL
    [button] = [one for one in shown.buttons if one.press is wanted]
    decision = Decision(
        app_id=engine.rehearsal.app_id,
        team_id=engine.rehearsal.team_id,
        channel=IDS[channel],
        channel_kind=Channel.PRIVATE,
        user_id=IDS[user],
        change_id=button.value,
        save=save,
    )
    return _asked(engine, user, channel, lambda: engine.intake.decided(decision))


def _asked(engine: Engine, user: str, channel: str, act: Callable[[], Message | Missing]) -> Message:
    app_id, team_id, surface = engine.rehearsal.app_id, engine.rehearsal.team_id, engine.place.surface
    for _ in range(3):
        answer = act()
        if isinstance(answer, Message):
            return answer
        if answer.person:
            engine.intake.met(app_id, team_id, surface.person(team_id, IDS[user], seconds=10))
        for group in answer.groups:
            found = surface.group(team_id, group, seconds=10)
            engine.intake.belongs(app_id, team_id, group, found, IDS[user])
        if answer.member:
            found = surface.members(team_id, IDS[channel], {IDS[user]}, seconds=10)
            engine.intake.belongs(app_id, team_id, IDS[channel], found, IDS[user])
    raise AssertionError("Slack was asked three times, and it was not enough")
