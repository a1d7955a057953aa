"""What someone sees of Tagwork at a glance: their own desk, and for owners and admins the workspace's. Looks only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agents.budgets.sentences import dollars, limit_in_words
from agents.engine.burn import Burn, burn
from agents.governing import emergency, rights, views
from agents.governing.asking_less import easings
from agents.governing.naming import named
from agents.governing.ordering import Place
from agents.in_force import in_force
from agents.journal import desk_figures, freezes
from agents.journal.desk_figures import Row
from agents.journal.freezes import What
from agents.journal.transaction import Transaction
from agents.policy.judging import judge
from agents.policy.presets import PRESETS, SAYS
from agents.policy.verdicts import Verdict
from agents.status import lasting
from agents.who_may_ask import Missing

SHOWN = 10
"""Lines of one list: nobody reads more at a glance."""

ACTS = {Verdict.ALLOW: "Without asking", Verdict.ASK: "After someone's yes", Verdict.DENY: "Not"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that waits for a yes. `at`: the ts of its card in `channel`; empty: it is not shown yet."""

    says: str
    channel: str
    at: str


@dataclass(frozen=True, slots=True)
class AdminDesk:
    """What only owners and admins see.

    Attributes:
        pending, running, spent, settings, frozen: in lines. presets: names, with what each means.
        easings: commands by which people would be asked less, each as a line that says why.
        is_frozen: the whole workspace is. version: of the policy.
    """

    pending: tuple[Waiting, ...]
    running: tuple[str, ...]
    spent: tuple[str, ...]
    settings: tuple[str, ...]
    frozen: tuple[str, ...]
    presets: tuple[tuple[str, str], ...]
    easings: tuple[tuple[str, str], ...]
    is_frozen: bool
    version: int


@dataclass(frozen=True, slots=True)
class Home:
    """Someone's desk: what they asked for, what they said yes or no to, what may be done for them, in lines."""

    mine: tuple[str, ...]
    voted: tuple[str, ...]
    may: tuple[str, ...]
    admin: AdminDesk | None = None


def home(tx: Transaction, at: Place) -> Home | Missing:
    """Return what someone sees; Missing: the surface must be asked first who they are, or in which groups."""
    missing = rights.missing_for(tx, at.said, at.workspace_id, "", at.user_id)
    if missing.nothing:
        # what they may do rests on who is in the groups that the policy names
        missing = views.missing_for(tx, at)
    if not missing.nothing:
        return missing
    mine = desk_figures.mine(tx, at.workspace_id, at.user_id, SHOWN + 1)
    voted = desk_figures.voted(tx, at.workspace_id, at.user_id, SHOWN)
    admin = rights.may_change(tx, at.said, at.workspace_id, "", at.user_id)
    return Home(
        mine=_listed(mine, lambda one: f"#{one['number']} in {_channel(one)}, {_age(one)}: {_state(one)}"),
        voted=_listed(voted, lambda one: f"#{one['number']}: {one['choice']} to `{one['tool']}`, {_age(one)} ago"),
        may=_may(tx, at),
        admin=_admin(tx, at) if admin else None,
    )


def _admin(tx: Transaction, at: Place) -> AdminDesk:
    policies = in_force(tx, at.workspace_id, at.said)
    pending = desk_figures.pending(tx, at.workspace_id, SHOWN)
    running = desk_figures.under_way(tx, at.workspace_id, SHOWN + 1)
    standing = freezes.standing(tx, at.workspace_id)
    settings = "\n".join(views.settings_lines(policies, ""))
    return AdminDesk(
        pending=tuple(
            Waiting(
                f"#{one['number']} in {_channel(one)}, for {_person(one)}: `{one['tool']}`, {_age(one)}",
                str(one["channel"]),
                str(one["posted_at"] or ""),
            )
            for one in pending
        ),
        running=_listed(
            running, lambda one: f"#{one['number']} in {_channel(one)} for {_person(one)}, {_age(one)}: {_state(one)}"
        ),
        spent=tuple(named(tx, at.workspace_id, one) for one in _spent(burn(tx, at.workspace_id))),
        settings=tuple(named(tx, at.workspace_id, settings).split("\n")),
        frozen=tuple(emergency.standing_lines(tx, at)),
        presets=tuple((name, SAYS[name]) for name in PRESETS),
        easings=tuple(
            (one.command, named(tx, at.workspace_id, str(one))) for one in easings(tx, at.said, at.workspace_id)
        ),
        is_frozen=any(one.kind is What.WORKSPACE for one in standing),
        version=policies.versions.get("workspace", 0),
    )


def _spent(burns: Burn) -> list[str]:
    """What was spent in lines: in all, and of each limit how much is used, the nearest to its end first."""
    lines = [f"{dollars(burns.today)} today, {dollars(burns.month)} this month (UTC)"]
    for one in burns.limits[:SHOWN]:
        where = f", #{one.channel}" if one.channel else ""
        used = 100 * one.spent // max(one.limit.micro_usd, 1)
        lines.append(f"{limit_in_words(one.limit)}{where}: {used} % used")
    if burns.held_back:
        lines.append(f"{burns.held_back:,} requests wait for money or their turn")
    return lines


def _may(tx: Transaction, at: Place) -> tuple[str, ...]:
    policies = in_force(tx, at.workspace_id, at.said)
    by: dict[Verdict, list[str]] = {}
    facts = views.would_be(tx, at)
    for name in sorted(at.catalogue):
        by.setdefault(judge(policies, facts(at.catalogue[name])).verdict, []).append(f"`{name}`")
    return tuple(f"{ACTS[verdict]}: {', '.join(by[verdict])}" for verdict in Verdict if verdict in by)


def _listed(rows: Sequence[Row], line: Callable[[Row], str]) -> tuple[str, ...]:
    lines = [line(one) for one in rows[:SHOWN]]
    return (*lines, "… and more.") if len(rows) > SHOWN else tuple(lines)


def _channel(row: Row) -> str:
    return f"#{row['channel_name']}" if row["channel_name"] else str(row["channel"])


def _person(row: Row) -> str:
    return str(row["person"] or row["requester"])


def _age(row: Row) -> str:
    return lasting(int(row["age"]))


def _state(row: Row) -> str:
    return str(row["progress"] or row["status"])
