"""What rows must never say together, each as a statement that finds the ones that do. Only looks; locks nothing.

Every statement looks at the newest Runs of each workspace alone (`newest`), so that a running system can ask.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select
from sqlalchemy.sql.selectable import FromClause

from agents.approvals.life import State as ApprovalState
from agents.budgets.limits import Whose
from agents.deliveries.life import Kind
from agents.deliveries.life import State as DeliveryState
from agents.formats import WORKS
from agents.journal.approvals import APPROVALS
from agents.journal.deliveries import DELIVERIES
from agents.journal.inputs import ADMITTED, INPUTS
from agents.journal.leases import is_workable
from agents.journal.questions import QUESTIONS
from agents.journal.runs import RUNS
from agents.journal.spending import SPENDING
from agents.journal.toolcalls import CALLS
from agents.journal.transaction import Transaction
from agents.journal.turns import TURNS
from agents.journal.workspaces import NUMBERS
from agents.planner.life import State as TurnState
from agents.policy.verdicts import Verdict
from agents.questions.life import State as QuestionState
from agents.runs.life import UNENDED
from agents.runs.life import State as RunState
from agents.toolcalls.life import OPEN
from agents.toolcalls.life import State as CallState

_RECENT = RUNS.join(NUMBERS, NUMBERS.c.workspace_id == RUNS.c.workspace_id)
_OPEN = [state.value for state in OPEN]
_UNENDED = [state.value for state in UNENDED]
_VISIBLE = [
    kind.value
    for kind in (Kind.ANSWER, Kind.FAILURE, Kind.INTERIM, Kind.NOTICE, Kind.QUESTION, Kind.APPROVAL, Kind.COPY)
]


_KNOWN = (
    is_workable(RUNS),
    *(
        ~exists().where(one.c.run_id == RUNS.c.id, one.c.needs > WORKS).correlate(RUNS)
        for one in (CALLS.alias("newer_call"), DELIVERIES.alias("newer_delivery"))
    ),
)
"""Only Runs that this code knows whole are judged: new words of a newer version would look like mistakes (E24)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One such thing. `sentence` is filled in with the columns of a row that breaks it."""

    name: str
    sentence: str
    broken: Select[Any]


def _runs(*where: ColumnElement[bool], joined: FromClause = _RECENT, **shown: ColumnElement[Any]) -> Select[Any]:
    return (
        select(RUNS.c.id.label("run"), RUNS.c.number, *(column.label(name) for name, column in shown.items()))
        .select_from(joined)
        .where(RUNS.c.number > NUMBERS.c.next - bindparam("newest"), *_KNOWN, *where)
        .order_by(RUNS.c.number.desc())
        .limit(bindparam("most"))
    )


def _count(of: FromClause, *where: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(of).where(*where).correlate(RUNS).scalar_subquery()


_OF_CALLS = (CALLS.c.run_id == RUNS.c.id, CALLS.c.status.in_(_OPEN))
_OPEN_CALLS = _count(CALLS, *_OF_CALLS)
_PENDING_CALLS = _count(CALLS, *_OF_CALLS, CALLS.c.told.is_(False))
_MESSAGES = _count(DELIVERIES, DELIVERIES.c.run_id == RUNS.c.id)
_LAST_MESSAGES = _count(DELIVERIES, DELIVERIES.c.run_id == RUNS.c.id, DELIVERIES.c.terminal.is_(True))
_TURNS_UNDER_WAY = _count(TURNS, TURNS.c.run_id == RUNS.c.id, TURNS.c.status == TurnState.STARTED.value)
_COST_OF_TURNS = (
    select(func.coalesce(func.sum(TURNS.c.cost_micro_usd), 0))
    .where(TURNS.c.run_id == RUNS.c.id)
    .correlate(RUNS)
    .scalar_subquery()
)
_OF_DAY = (RUNS.c.workspace_id == SPENDING.c.workspace_id, TURNS.c.day == SPENDING.c.day)
_COST_OF_DAY = (
    select(func.coalesce(func.sum(TURNS.c.cost_micro_usd), 0))
    .select_from(
        TURNS.join(RUNS, RUNS.c.id == TURNS.c.run_id).join(NUMBERS, NUMBERS.c.workspace_id == RUNS.c.workspace_id)
    )
    .where(*_OF_DAY, RUNS.c.number > NUMBERS.c.next - bindparam("newest"), TURNS.c.status != TurnState.STARTED.value)
    .correlate(SPENDING)
    .scalar_subquery()
)
_RESERVED_OF_DAY = (
    select(func.coalesce(func.sum(TURNS.c.reserved_micro_usd), 0))
    .select_from(TURNS.join(RUNS, RUNS.c.id == TURNS.c.run_id))
    .where(*_OF_DAY, RUNS.c.ended_at.is_(None), TURNS.c.status == TurnState.STARTED.value)
    .correlate(SPENDING)
    .scalar_subquery()
)
_LAST_DAY = select(func.max(SPENDING.c.day)).scalar_subquery()


def _days(broken: ColumnElement[bool], **shown: ColumnElement[Any]) -> Select[Any]:
    """Return the last two days of workspaces that break a rule: what is older does not change any more."""
    return (
        select(
            SPENDING.c.workspace_id.label("workspace"),
            SPENDING.c.day,
            *(column.label(name) for name, column in shown.items()),
        )
        .where(
            SPENDING.c.whose == Whose.WORKSPACE.value,
            SPENDING.c.day >= _LAST_DAY - 1,
            bindparam("newest") > 0,
            broken,
        )
        .limit(bindparam("most"))
    )


_WITH_CALLS = _RECENT.join(CALLS, CALLS.c.run_id == RUNS.c.id)
_WITH_DELIVERIES = _RECENT.join(DELIVERIES, DELIVERIES.c.run_id == RUNS.c.id)
_ASKED = select(QUESTIONS.c.id).where(
    QUESTIONS.c.tool_call_id == CALLS.c.id, QUESTIONS.c.status == QuestionState.OPEN.value
)
_LET_RUN = (
    CallState.ALLOWED,
    CallState.RUNNING,
    CallState.WAITING,
    CallState.SUCCEEDED,
    CallState.FAILED,
    CallState.UNKNOWN,
)


def _approved(status: ApprovalState) -> ColumnElement[bool]:
    return exists().where(APPROVALS.c.tool_call_id == CALLS.c.id, APPROVALS.c.status == status.value).correlate(CALLS)


RULES = (
    Rule(
        "input without a run",
        "What someone said (Input {input}) was accepted and belongs to no Run.",
        # a Run is never taken away again, so the newest are not told apart here
        select(INPUTS.c.id.label("input"))
        .where(INPUTS.c.run_id.is_(None), INPUTS.c.standing == ADMITTED, bindparam("newest") > 0)
        .limit(bindparam("most")),
    ),
    Rule(
        "last message",
        "Run #{number} has ended and has {last} last messages; it must have one.",
        _runs(
            RUNS.c.ended_at.is_not(None),
            RUNS.c.parent_id.is_(None),
            RUNS.c.status != RunState.SILENT.value,
            _LAST_MESSAGES != 1,
            last=_LAST_MESSAGES,
        ),
    ),
    Rule(
        "silent and seen",
        "Run #{number}, which nobody asked for, ended in silence, and a message of it was planned.",
        _runs(RUNS.c.status == RunState.SILENT.value, _MESSAGES > 0),
    ),
    Rule(
        "last message too early",
        "Run #{number} has its last message and has not ended.",
        _runs(RUNS.c.status.in_(_UNENDED), _LAST_MESSAGES > 0),
    ),
    Rule(
        "given up without a reason",
        "A message of Run #{number} was given up, and nothing says why.",
        _runs(
            DELIVERIES.c.status == DeliveryState.GIVEN_UP.value,
            func.coalesce(DELIVERIES.c.cause, "") == "",
            joined=_WITH_DELIVERIES,
            delivery=DELIVERIES.c.id,
        ),
    ),
    Rule(
        "sent without a place",
        "A message of Run #{number} counts as sent, and nothing says where it stands.",
        _runs(
            DELIVERIES.c.status == DeliveryState.SENT.value,
            DELIVERIES.c.kind.in_(_VISIBLE),
            DELIVERIES.c.posted_at.is_(None),
            joined=_WITH_DELIVERIES,
            delivery=DELIVERIES.c.id,
        ),
    ),
    Rule(
        "message never due",
        "A message of Run #{number} is not sent and never due.",
        _runs(
            DELIVERIES.c.status.in_([DeliveryState.PLANNED.value, DeliveryState.SENDING.value]),
            DELIVERIES.c.due_at.is_(None),
            joined=_WITH_DELIVERIES,
            delivery=DELIVERIES.c.id,
        ),
    ),
    Rule(
        "run never due",
        "Run #{number} has not ended and is never due.",
        _runs(RUNS.c.status.in_(_UNENDED), RUNS.c.due_at.is_(None)),
    ),
    Rule(
        "ended and held",
        "Run #{number} has ended and is still due or leased.",
        _runs(RUNS.c.ended_at.is_not(None), or_(RUNS.c.due_at.is_not(None), RUNS.c.lease_owner.is_not(None))),
    ),
    Rule(
        "open calls",
        "Run #{number} counts {counted} open calls of {real}.",
        _runs(RUNS.c.open != _OPEN_CALLS, counted=RUNS.c.open, real=_OPEN_CALLS),
    ),
    Rule(
        "pending calls",
        "Run #{number} counts {counted} calls that the model waits for, of {real}.",
        _runs(RUNS.c.pending != _PENDING_CALLS, counted=RUNS.c.pending, real=_PENDING_CALLS),
    ),
    Rule(
        "call never due",
        "A call of {tool} in Run #{number} is to be run and never due.",
        _runs(
            CALLS.c.status.in_([CallState.ALLOWED.value, CallState.RUNNING.value]),
            CALLS.c.due_at.is_(None),
            joined=_WITH_CALLS,
            call=CALLS.c.id,
            tool=CALLS.c.tool,
        ),
    ),
    Rule(
        "waits for nothing",
        "A call of {tool} in Run #{number} waits for an answer to no question.",
        _runs(
            CALLS.c.status == CallState.WAITING.value,
            ~_ASKED.correlate(CALLS).exists(),
            joined=_WITH_CALLS,
            call=CALLS.c.id,
            tool=CALLS.c.tool,
        ),
    ),
    Rule(
        "ended and asking",
        "Run #{number} has ended and still asks people something.",
        _runs(
            RUNS.c.ended_at.is_not(None),
            QUESTIONS.c.status == QuestionState.OPEN.value,
            joined=_RECENT.join(QUESTIONS, QUESTIONS.c.run_id == RUNS.c.id),
            question=QUESTIONS.c.id,
        ),
    ),
    Rule(
        "ended and asked about",
        "Run #{number} has ended, and people are still asked for a yes.",
        _runs(
            RUNS.c.ended_at.is_not(None),
            APPROVALS.c.status == ApprovalState.PENDING.value,
            joined=_RECENT.join(APPROVALS, APPROVALS.c.run_id == RUNS.c.id),
            approval=APPROVALS.c.id,
        ),
    ),
    Rule(
        "asked of nobody",
        "A call of {tool} in Run #{number} waits for a yes that nobody is asked for.",
        _runs(
            CALLS.c.status == CallState.ASKED.value,
            ~_approved(ApprovalState.PENDING),
            joined=_WITH_CALLS,
            call=CALLS.c.id,
            tool=CALLS.c.tool,
        ),
    ),
    Rule(
        "asked and not waiting",
        "People are asked for a yes to a call of {tool} in Run #{number} that does not wait for it.",
        _runs(
            CALLS.c.status != CallState.ASKED.value,
            _approved(ApprovalState.PENDING),
            joined=_WITH_CALLS,
            call=CALLS.c.id,
            tool=CALLS.c.tool,
        ),
    ),
    Rule(
        "run without a yes",
        "A call of {tool} in Run #{number} needs a yes, and was let run without one.",
        _runs(
            CALLS.c.decision == Verdict.ASK.value,
            CALLS.c.status.in_([state.value for state in _LET_RUN]),
            ~_approved(ApprovalState.GRANTED),
            joined=_WITH_CALLS,
            call=CALLS.c.id,
            tool=CALLS.c.tool,
        ),
    ),
    Rule(
        "two turns",
        "Run #{number} has {under_way} model calls under way; one is the most, and none after its end.",
        _runs(
            or_(_TURNS_UNDER_WAY > 1, (_TURNS_UNDER_WAY > 0) & RUNS.c.ended_at.is_not(None)),
            under_way=_TURNS_UNDER_WAY,
        ),
    ),
    Rule(
        "money",
        "Run #{number} was charged {charged} millionths of a dollar, and its model calls cost {cost}.",
        _runs(RUNS.c.cost_micro_usd < _COST_OF_TURNS, charged=RUNS.c.cost_micro_usd, cost=_COST_OF_TURNS),
    ),
    Rule(
        "spending",
        "Workspace {workspace} counts {spent} millionths of a dollar as spent on day {day}, and its model calls cost "
        "{cost}.",
        _days(SPENDING.c.spent_micro_usd < _COST_OF_DAY, spent=SPENDING.c.spent_micro_usd, cost=_COST_OF_DAY),
    ),
    Rule(
        "reservations",
        "Workspace {workspace} counts {reserved} millionths of a dollar as reserved on day {day}, and model calls that "
        "are under way have {real}.",
        _days(
            SPENDING.c.reserved_micro_usd != _RESERVED_OF_DAY,
            reserved=SPENDING.c.reserved_micro_usd,
            real=_RESERVED_OF_DAY,
        ),
    ),
)
"""Every one of them."""

_NEWEST = (
    select(RUNS.c.workspace_id, RUNS.c.id, RUNS.c.number, RUNS.c.status)
    .select_from(_RECENT)
    .where(RUNS.c.number > NUMBERS.c.next - bindparam("newest"), *_KNOWN)
    .order_by(RUNS.c.workspace_id, RUNS.c.number)
)


def broken(tx: Transaction, rule: Rule, *, newest: int, most: int) -> Iterator[Mapping[str, Any]]:
    """Yield at most `most` rows that break a rule, among the `newest` Runs of each workspace."""
    yield from tx.rows(rule.broken, {"newest": newest, "most": most})


def newest_runs(tx: Transaction, newest: int) -> Iterator[Mapping[str, Any]]:
    """Yield workspace, id, number and status of the `newest` Runs of each workspace."""
    yield from tx.rows(_NEWEST, {"newest": newest})
