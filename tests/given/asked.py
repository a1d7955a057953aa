"""Calls that ask: a policy that makes them, the card they stand on, and the presses of people."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from agents.approvals.life import Approval
from agents.engine.execute import execute
from agents.journal import approvals, policies, workspaces
from agents.journal.transaction import Journal, Transaction
from agents.messages import Press
from agents.policy.document import Approvers, Document, Part, Rule
from agents.policy.settings import ApproverNames, AskedIn, Settings
from agents.policy.verdicts import Verdict
from agents.posts import Receipt
from agents.pressing import Click
from agents.runs.life import Run
from tests.given.engines import Engine
from tests.given.plain_tools import equip
from tests.given.rehearsal import Posted
from tests.given.workers import deliveries_of
from tools import ask_people, lay_out_plan, withdraw_proposal
from tools.contract import Tool

ANN, BEN, ADAM = "U0ANN000001", "U0BEN000001", "U0ADAM00001"
GUEST, STRANGER, GONE, BOT = "U0GUS000001", "U0STRANGE01", "U0DORA00001", "U0OTHERBOT1"
ANYONE = Approvers(requester=True, admins=True, people=(ANN, BEN))
UNSET = Settings()
DIRECTLY = Settings(approvers=ApproverNames(asked_in=AskedIn.DIRECT))
_presses = count(1)


def at_most(an_hour: int) -> Settings:
    """Settings by which one person may say yes so often an hour."""
    return Settings(approvers=ApproverNames(most_an_hour=an_hour))


def asking(
    engine: Engine,
    *tools: Tool,
    approvers: Approvers = ANYONE,
    rule: str = "asks",
    reason: str = "",
    settings: Settings = UNSET,
) -> None:
    """Give the engine these tools, and a policy by which each of their calls asks, and plans and questions beside."""
    equip(engine, lay_out_plan.TOOL, ask_people.TOOL, withdraw_proposal.TOOL, *tools, allow=False)
    asks = rule_for(*tools, approvers=approvers, rule=rule, reason=reason)
    rules_in(engine.journal, asks, OWN, READS, settings=settings)


OWN = Rule(id="own", verdict=Verdict.ALLOW, tools=("lay_out_plan", "ask_people", "withdraw_proposal"))
READS = Rule(id="reads", verdict=Verdict.ALLOW, tools=("look*",))


def rule_for(*tools: Tool, approvers: Approvers = ANYONE, rule: str = "asks", reason: str = "") -> Rule:
    """Return a rule by which calls of these tools ask."""
    names = tuple(tool.name for tool in tools)
    return Rule(id=rule, verdict=Verdict.ASK, tools=names, approvers=approvers, reason=reason)


def with_rules(engine: Engine, *rules: Rule) -> None:
    """Make these the workspace's policy, in a new version."""
    rules_in(engine.journal, *rules)


def rules_in(
    journal: Journal, *rules: Rule, settings: Settings = UNSET, channels: Mapping[str, Settings] | None = None
) -> None:
    """Make these the policy of the one workspace of a journal, with these settings, in a new version.

    `channels`: further settings, by the channel's id.
    """

    def write(tx: Transaction) -> None:
        [workspace] = workspaces.every(tx)
        history = policies.history(tx, workspace.id, 1)
        seen = history[0].version if history else 0
        further = {channel: Part(settings=said) for channel, said in (channels or {}).items()}
        document = Document(default=Part(rules=rules, settings=settings), channels=further)
        policies.add(tx, workspace.id, document, seen=seen, actor="operator:test", reason="test")

    journal.write(write)


def asked(engine: Engine, run: Run) -> list[Approval]:
    """Return every Approval of a Run, oldest first."""
    return list(engine.journal.read(lambda tx: approvals.of_run(tx, run.id)))


def press(
    engine: Engine,
    posted: Posted,
    run: Run,
    what: Press,
    value: str,
    *,
    user: str = ANN,
    external: bool = False,
    **forged: str,
) -> Receipt:
    """Have someone press a button of the Run's newest card, or of what `forged` says instead."""
    click = click_on(engine, posted, run, what, value, user=user, external=external, **forged)
    return engine.intake.pressed(click)


def click_on(
    engine: Engine,
    posted: Posted,
    run: Run,
    what: Press,
    value: str,
    *,
    user: str = ANN,
    external: bool = False,
    **forged: str,
) -> Click:
    """Return the click that such a press is."""
    cards = [one for one in deliveries_of(engine, run) if one.kind.value == "approval" and one.posted_at]
    click = Click(
        app_id=engine.rehearsal.app_id,
        team_id=engine.rehearsal.team_id,
        channel=posted.channel,
        root=posted.ts,
        at=str(cards[-1].posted_at) if cards else posted.ts,
        action_ts=f"{next(_presses)}.000000",
        value=value,
        user_id=user,
        press=what,
        external=external,
    )
    return replace(click, **forged)  # type: ignore[arg-type]


def votes(engine: Engine, posted: Posted, run: Run, what: Press, value: str, **more: str) -> None:
    """Have someone press, and a worker judge it."""
    press(engine, posted, run, what, value, **more)  # type: ignore[arg-type]
    while execute(engine.room):
        pass
