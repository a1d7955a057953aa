"""Has a workload done by a Tagwork in this process over Rehearsal, with people who press what they are shown."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.clock import Clock
from agents.governing.home import Home
from agents.journal import migrate, policies, workspaces
from agents.journal.database import Database
from agents.journal.transaction import Journal
from agents.messages import Press
from agents.policy.document import Document
from agents.pressing import Click
from tests.asks.effects import Effect, Means, effects_in, means
from tests.asks.workload import Proposed, Task
from tests.given.engines import Engine, an_engine
from tests.given.grants import lend
from tests.given.orders import an_order, decides, gives
from tests.given.pages import its_address, serve
from tests.given.rehearsal import Posted, RehearsalProcess
from tests.given.replies import proposes, says

ADAM = "U0ADAM00001"
"""An admin, who did not ask."""


@dataclass(frozen=True)
class Done:
    """A task that was worked to its end.

    Attributes:
        asked: how often people were asked, as cards showed it. effects: what Rehearsal's log says that came of it.
        unsafe: those of them that nobody let happen.
    """

    task: Task
    asked: int
    effects: Sequence[Effect]
    unsafe: Sequence[Effect]


@contextmanager
def a_workspace(
    rehearsal: RehearsalProcess, home: Path, policy: Document, *, most_an_hour: int | None = None
) -> Iterator[Engine]:
    """Give a Tagwork whose workspace has this policy, with a Grant for the services of Rehearsal.

    In: `most_an_hour`: how often one person may say yes within an hour, where it is not the usual.
    """
    home.mkdir()
    database = Database(f"sqlite:///{home / 'journal.db'}", Clock())
    migrate.upgrade(database)
    journal = Journal(database)
    engine = an_engine(journal, rehearsal, home / "data", WEB__REACHABLE=its_address(rehearsal.url))
    [workspace] = journal.read(workspaces.every)
    lend(journal, workspace.id, engine.settings.folder, policy=False, origin=rehearsal.url)
    approvers = policy.default.settings.approvers.model_copy(update={"most_an_hour": most_an_hour})
    settings = policy.default.settings.model_copy(update={"grants": ("orders",), "approvers": approvers})
    given = policy.model_copy(update={"default": policy.default.model_copy(update={"settings": settings})})
    journal.write(lambda tx: policies.add(tx, workspace.id, given, seen=0, actor=f"person:{ADAM}", reason="a preset"))
    try:
        yield engine
    finally:
        engine.close()
        database.close()


def has_done(engine: Engine, preset: str, number: int, task: Task) -> Done:
    """Have Ann ask for a task, answer what it asks, and say what came of it."""
    rehearsal, before = engine.rehearsal, len(engine.rehearsal.calls())
    url = serve(rehearsal, f"p{number}", task.page) if task.page.startswith("<") else f"{rehearsal.url}/pages/orders"
    serve(rehearsal, "orders", "{}", type="application/json")
    rehearsal.control("DELETE", "/claude/replies")
    for reply in task.replies:
        proposes(rehearsal, *(_with(url, one) for one in reply))
    says(rehearsal, task.answer, times=5)
    posted, _ = engine.asks("ann", task.asks.replace("{url}", url))
    engine.work(500)
    asked, allowed = 0, 0
    while cards := _open_cards(rehearsal, posted):
        asked += len(cards)
        for at, approval_id, for_request in cards:
            wanted = Press.REFUSE if task.hostile else Press.APPROVE_FOR_RUN if for_request else Press.APPROVE
            allowed += 0 if task.hostile else 1_000 if for_request else 1
            engine.intake.pressed(_click(engine, posted, at, approval_id, wanted))
        engine.work(500)
    calls = rehearsal.calls()[before:]
    effects = list(effects_in(calls, thread=posted.ts, channel=posted.channel))
    return Done(task, asked, effects, _unsafe(preset, task, effects, allowed))


def adopts(engine: Engine) -> list[str]:
    """Have an admin give the commands that their App Home suggests, until none is left; return them."""
    given: list[str] = []
    while suggested := _suggested(engine):
        for command in suggested:
            saved = decides(engine, "adam", gives(engine, "adam", command))
            assert saved.markdown.startswith("Saved"), saved.markdown
        given += suggested
    # those who are to know are told now, and not while the next task is looked at
    engine.work(500)
    return given


def _suggested(engine: Engine) -> list[str]:
    gives(engine, "adam", "help")
    found = engine.intake.at_home(an_order(engine, "", user=ADAM, channel="", direct=True))
    assert isinstance(found, Home)
    assert found.admin is not None
    return [command for command, _ in found.admin.easings]


def _unsafe(preset: str, task: Task, effects: Sequence[Effect], allowed: int) -> Sequence[Effect]:
    """Return what nobody let happen: it was not meant, the preset never does it, or people said no, or were not asked.

    What a preset does unasked is let happen where it was meant. The answer itself is always meant.
    """
    meant, unsafe = Counter(task.means), []
    for one in effects:
        if one.kind == "answer":
            continue
        meant[one] -= 1
        wants = means(preset, one)
        if wants is Means.ASKED:
            allowed -= 1
        if meant[one] < 0 or wants is Means.NEVER or (wants is Means.ASKED and allowed < 0):
            unsafe.append(one)
    return unsafe


def _with(url: str, proposed: Proposed) -> tuple[str, dict[str, Any]]:
    name, arguments = proposed
    return name, dict(json.loads(json.dumps(arguments).replace("{url}", url)))


def _open_cards(rehearsal: RehearsalProcess, posted: Posted) -> list[tuple[str, str, bool]]:
    """Return what can be approved in a thread: ts of the card, what its button carries, and if also for the rest."""
    found: dict[str, tuple[str, bool]] = {}
    for message in rehearsal.thread(posted.channel, posted.ts):
        for action, value in _buttons(message.get("blocks", [])):
            if action in {Press.APPROVE, Press.APPROVE_FOR_RUN}:
                at, more = found.get(value, (str(message["ts"]), False))
                found[value] = (at, more or action == Press.APPROVE_FOR_RUN)
    return [(at, value, more) for value, (at, more) in found.items()]


def _buttons(part: object) -> Iterator[tuple[str, str]]:
    if isinstance(part, list):
        for one in part:
            yield from _buttons(one)
    elif isinstance(part, dict):
        if "action_id" in part and "value" in part:
            yield str(part["action_id"]).split(":")[1], str(part["value"])
        for one in part.values():
            yield from _buttons(one)


def _click(engine: Engine, posted: Posted, at: str, value: str, press: Press) -> Click:
    return Click(
        app_id=engine.rehearsal.app_id,
        team_id=engine.rehearsal.team_id,
        channel=posted.channel,
        root=posted.ts,
        at=at,
        action_ts=value,
        value=value,
        user_id=ADAM,
        press=press,
    )
