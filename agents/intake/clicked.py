"""Clicks, and Stops that are no click: the surface's own, and a reaction. Stored, and acted on at once where it is
known who it was."""

from dataclasses import asdict

from agents import pressing
from agents.admission import admit
from agents.audit.events import Event
from agents.ids import new_id
from agents.intake.desk import Desk, installed
from agents.intake.keeping import keep
from agents.intake.voted import CHOICES, voted
from agents.journal import deliveries, inputs, runs, threads, workspaces
from agents.journal.transaction import Transaction
from agents.journal.workspaces import Workspace
from agents.messages import Press
from agents.posts import Became, Channel, Receipt
from agents.pressing import Click
from agents.runs.life import Run
from agents.stopping import How
from agents.surface import PersonKind
from agents.telling import tell, thread_for_telling
from agents.who_may_ask import Standing, standing_of


def pressed(desk: Desk, tx: Transaction, click: Click) -> Receipt:
    """Carry out a click of someone who is known and may, else keep it until the surface has said who they are."""
    workspace = installed(tx, click.app_id, click.team_id)
    who = standing_of(tx, desk.door, workspace.id, click.channel, click.user_id, external=click.external)
    if who.kind is None and pressing.stops_own(tx, click):
        who = Standing(PersonKind.MEMBER)
    thread_id = threads.find(tx, workspace.id, click.channel, click.root)
    if thread_id is None and pressing.on_copy(tx, workspace.id, click):
        # what its presser is told belongs where they pressed, and nobody else is there
        thread_id = thread_for_telling(tx, workspace.id, click.channel, Channel.DIRECT, "", alone=True)
    if thread_id is None:
        # nothing of ours can stand in a thread that we do not know
        said = {"press": click.press.value, "channel": click.channel, "ts": click.at, "why": "no such thread"}
        tx.record(workspace.id, Event.CLICK_REFUSED, actor=f"person:{click.user_id}", **said)
        thread_id = thread_for_telling(tx, workspace.id, click.channel, Channel.PRIVATE, "", alone=True)
        tell(desk.hand, tx, workspace.id, thread_id, click.user_id, pressing.FOREIGN)
        return Receipt(Became.REFUSED)
    if click.press in CHOICES:
        return voted(desk, tx, workspace, thread_id, click)
    threads.lock_by_id(tx, thread_id)
    if who.may and who.kind is not None:
        words = pressing.carry_out(desk.hand, tx, workspace.id, click, who.kind)
        if words:
            tell(desk.hand, tx, workspace.id, thread_id, click.user_id, words)
        return Receipt(Became.COMMAND)
    input_id = new_id()
    body = {"click": asdict(click)}
    keep(tx, workspace, thread_id, inputs.PRESS, input_id, click.user_id, click.at, body)
    if who.kind is None:
        tx.after_commit(lambda: desk.on_unjudged(None, input_id))
        return Receipt(Became.UNJUDGED, "", input_id)
    return admit(desk.hand, tx, desk.door, input_id, who) or Receipt(Became.DUPLICATE, "", input_id)


def stop_in(desk: Desk, tx: Transaction, app_id: str, team_id: str, channel: str, root: str, user_id: str) -> Receipt:
    """Take in the surface's own Stop, which names a thread and no Run."""
    workspace = workspaces.of_team(tx, app_id, team_id)
    thread_id = threads.find(tx, workspace.id, channel, root) if workspace else None
    run_id = runs.unended_of(tx, thread_id) if thread_id else None
    if run_id is None:
        return Receipt(Became.NOT_OURS)
    return pressed(desk, tx, _stop_click(app_id, team_id, channel, root, user_id, run_id, How.SESSION))


def reacted(desk: Desk, tx: Transaction, app_id: str, team_id: str, channel: str, ts: str, user_id: str) -> Receipt:
    """Take in a Stop by a reaction on a message of a Run that has not ended."""
    workspace = workspaces.of_team(tx, app_id, team_id)
    run = _run_at(tx, workspace, channel, ts) if workspace else None
    if run is None:
        return Receipt(Became.NOT_OURS)
    root = threads.place_of(tx, run.thread_id).root
    return pressed(desk, tx, _stop_click(app_id, team_id, channel, root, user_id, run.id, How.REACTION))


def _stop_click(app_id: str, team_id: str, channel: str, root: str, user_id: str, run_id: str, how: How) -> Click:
    return Click(
        app_id=app_id,
        team_id=team_id,
        channel=channel,
        root=root,
        at="",
        user_id=user_id,
        press=Press.STOP,
        value=run_id,
        how=how,
    )


def _run_at(tx: Transaction, workspace: Workspace, channel: str, ts: str) -> Run | None:
    """Return the unended Run to which a message of a channel belongs, or None."""
    post = threads.seen(tx, workspace, channel, ts)
    said = inputs.by_id(tx, post.input_id) if post is not None and post.input_id else None
    for run in runs.unended_in(tx, workspace.id, channel):
        if said is not None and said.run_id == run.id:
            return run
        if ts == threads.place_of(tx, run.thread_id).root:
            return run
        if any(one.posted_at == ts for one in deliveries.of_run(tx, run.id)):
            return run
    return None
