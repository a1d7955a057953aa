"""To what people said yes whenever they were asked, summed by the database: one statement, however many were asked."""

from collections.abc import Sequence

from sqlalchemy import bindparam, case, func, select

from agents.approvals.always_yes import AlwaysYes
from agents.approvals.life import State
from agents.journal.approvals import APPROVALS
from agents.journal.due import one_of
from agents.journal.runs import RUNS
from agents.journal.toolcalls import CALLS
from agents.journal.transaction import Transaction

_ASKED = APPROVALS.join(RUNS, RUNS.c.id == APPROVALS.c.run_id)
# what was withdrawn says nothing of what people think of it
_ANSWERED = one_of(APPROVALS.c.status, [State.GRANTED.value, State.REFUSED.value, State.EXPIRED.value])
_LATELY = (APPROVALS.c.workspace_id == bindparam("workspace_id"), APPROVALS.c.asked_at >= bindparam("since"))
_TIMES = func.count()
_NOT_YES = func.sum(case((APPROVALS.c.status == State.GRANTED.value, 0), else_=1))
_ALWAYS = (
    select(
        APPROVALS.c.tool,
        RUNS.c.channel,
        _TIMES.label("times"),
        func.count(func.distinct(APPROVALS.c.cause)).label("people"),
    )
    .select_from(_ASKED)
    # no command names direct messages
    .where(*_LATELY, _ANSWERED, RUNS.c.channel.not_like("D%"))
    .group_by(APPROVALS.c.tool, RUNS.c.channel)
    .having(bindparam("enough") <= _TIMES, _NOT_YES == 0)
    .order_by(_TIMES.desc(), APPROVALS.c.tool, RUNS.c.channel)
    .limit(bindparam("most"))
)
_JUDGED = (
    select(CALLS.c.id, CALLS.c.judged)
    .select_from(_ASKED.join(CALLS, CALLS.c.id == APPROVALS.c.tool_call_id))
    .where(
        *_LATELY,
        _ANSWERED,
        APPROVALS.c.tool == bindparam("tool"),
        RUNS.c.channel == bindparam("channel"),
        CALLS.c.judged.is_not(None),
    )
    .order_by(APPROVALS.c.asked_at.desc())
    .limit(bindparam("most"))
)


def since(tx: Transaction, workspace_id: str, at: int, *, enough: int, most: int) -> Sequence[AlwaysYes]:
    """Return to what people always said yes since then, where they were asked often enough, the most often first.

    In: `at`: journal time. `most`: how many are returned.
    """
    rows = tx.rows(_ALWAYS, {"workspace_id": workspace_id, "since": at, "enough": enough, "most": most})
    return [
        AlwaysYes(tool=row["tool"], channel=row["channel"], times=int(row["times"]), people=int(row["people"]))
        for row in rows
    ]


def judged(tx: Transaction, workspace_id: str, at: int, one: AlwaysYes, most: int) -> Sequence[tuple[str, str]]:
    """Return (id, what explains its Decision, as JSON) of the calls that were asked about, the newest first."""
    said = {"workspace_id": workspace_id, "since": at, "tool": one.tool, "channel": one.channel, "most": most}
    return [(str(row["id"]), str(row["judged"])) for row in tx.rows(_JUDGED, said)]
