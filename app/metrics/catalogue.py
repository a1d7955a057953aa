"""Every metric, once: name, labels, who shows it, what it means. docs/reference/metrics.md is printed from here.

No label holds an id: no Run, channel, team or person. Names follow Prometheus: base units, `_total` for counters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from prometheus_client import Counter, Gauge, Histogram


class Shown(StrEnum):
    """Whose value it is."""

    PROCESS = "every process, its own"  #: sum it over processes
    APP = "every app, its own"  #: sum it over apps
    WHOLE = "every app, of the whole"  #: the same from every app: take the greatest, never the sum


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric as operators read of it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    shown: Shown
    says: str


KNOWN: dict[str, Metric] = {}
"""Every metric by its name, in the order of this file."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5)
"""Bounds of what takes milliseconds; 3 s is how long Slack waits for an acknowledgement."""

_MINUTES = (0.05, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 600)
"""Bounds of what a model or a tool takes; 600 s is a claim's last moment."""


def _known(name: str, kind: str, shown: Shown, says: str, labels: Sequence[str]) -> None:
    if name in KNOWN:
        raise ValueError(f"two metrics are named {name}")
    KNOWN[name] = Metric(name, kind, tuple(labels), shown, says)


def _counter(name: str, shown: Shown, says: str, labels: Sequence[str] = ()) -> Counter:
    _known(name, "counter", shown, says, labels)
    return Counter(name, says, labels)


def _gauge(name: str, shown: Shown, says: str, labels: Sequence[str] = ()) -> Gauge:
    _known(name, "gauge", shown, says, labels)
    return Gauge(name, says, labels)


def _histogram(name: str, shown: Shown, says: str, bounds: Sequence[float], labels: Sequence[str] = ()) -> Histogram:
    _known(name, "histogram", shown, says, labels)
    return Histogram(name, says, labels, buckets=bounds)


def _figure(name: str, says: str, labels: Sequence[str] = ()) -> str:
    """A gauge that is asked for when somebody looks (figures.py)."""
    _known(name, "gauge", Shown.WHOLE, says, labels)
    return name


SLACK_CALLS = _counter("tagwork_slack_calls_total", Shown.PROCESS, "Calls of Slack's Web API.", ["method", "outcome"])
SLACK_LIMITED = _counter(
    "tagwork_slack_rate_limited_total", Shown.PROCESS, "Answers of Slack that asked us to wait (429).", ["method"]
)
SLACK_HELD_BACK = _counter(
    "tagwork_slack_calls_held_back_total",
    Shown.PROCESS,
    "Calls of Slack's Web API that were put off, because no call was left in our own budget for them.",
    ["method", "urgency"],
)
SLACK_REJECTED = _counter(
    "tagwork_slack_requests_rejected_total",
    Shown.APP,
    "Requests to /slack/events that were turned away.",
    ["reason"],
)
SLACK_CONNECTIONS = _gauge(
    "tagwork_slack_socket_connections",
    Shown.APP,
    "Connections that share this app's events, as Slack last said; ours included.",
)
SLACK_FRAME_AGE = _gauge(
    "tagwork_slack_socket_frame_age_seconds", Shown.APP, "Seconds since Slack's last frame on the socket."
)
ACKNOWLEDGEMENT = _histogram(
    "tagwork_slack_acknowledgement_seconds",
    Shown.APP,
    "From a payload of Slack's to its acknowledgement, the journal's commit included.",
    _SECONDS,
)

RUNS_STARTED = _counter("tagwork_runs_started_total", Shown.PROCESS, "Requests that became Runs.")
RUNS_ENDED = _counter("tagwork_runs_ended_total", Shown.PROCESS, "Runs that ended: done, failed, stopped.", ["outcome"])
RUNS_RECOVERED = _counter(
    "tagwork_runs_recovered_total", Shown.PROCESS, "Runs of which this process took over what a lost worker held."
)
LEASE_LOSSES = _counter(
    "tagwork_lease_losses_total",
    Shown.PROCESS,
    "Leases that ended without a result, counted by who took the row over: run, tool_call, delivery.",
    ["kind"],
)
TURNS = _counter("tagwork_turns_total", Shown.PROCESS, "Turns that ended: complete, broken.", ["outcome"])
TURN_SECONDS = _histogram("tagwork_turn_seconds", Shown.PROCESS, "From a Turn's start to its reply, stored.", _MINUTES)
TOOL_CALLS = _counter(
    "tagwork_tool_calls_total",
    Shown.PROCESS,
    "ToolCalls that ended: succeeded, failed, denied, unknown, stopped.",
    ["outcome"],
)
TOOL_CALL_SECONDS = _histogram(
    "tagwork_tool_call_seconds",
    Shown.PROCESS,
    "From a tool's begin to its result, stored; waits for people are not in it.",
    _MINUTES,
    ["tool"],
)
APPROVALS = _counter(
    "tagwork_approvals_total",
    Shown.PROCESS,
    "Approvals that ended: granted, refused, expired, superseded. Where people grant nearly everything they are asked, "
    "they may have stopped reading: alert on granted / (granted + refused) above 0.95 over at least 30 of a week.",
    ["outcome"],
)
APPROVAL_SECONDS = _histogram(
    "tagwork_approval_seconds",
    Shown.PROCESS,
    "From the question to a person's yes or no. A median under three seconds is less than reading takes: alert on it.",
    (1, 3, 10, 30, 60, 300, 900, 3_600, 14_400, 43_200, 86_400),
    ["outcome"],
)
VOTES = _counter("tagwork_votes_total", Shown.PROCESS, "Presses on cards: counted, or why they were not.", ["outcome"])
DELIVERIES = _counter(
    "tagwork_deliveries_total",
    Shown.PROCESS,
    "Messages that ended: sent, given_up; doomed: a late writer's second one, deleted again.",
    ["outcome"],
)
MODEL_FAULTS = _counter(
    "tagwork_model_faults_total", Shown.PROCESS, "Model calls without a usable reply, by what was wrong.", ["kind"]
)
TOKENS = _counter(
    "tagwork_tokens_total",
    Shown.PROCESS,
    "Tokens of model calls: input (not cached), cache_read, cache_write, output.",
    ["model", "kind"],
)
COST = _counter(
    "tagwork_cost_usd_total", Shown.PROCESS, "What model calls cost in US dollars, by the price list.", ["model"]
)
POKES_FAILED = _counter(
    "tagwork_pokes_failed_total", Shown.PROCESS, "Pokes that the broker did not take; the sweep pokes again.", ["queue"]
)
RULES_BROKEN = _gauge(
    "tagwork_rules_broken", Shown.WHOLE, "Rules of the journal that the last look found broken; 0 is right."
)

JOURNAL_UP = _figure("tagwork_journal_up", "1 while the journal answers. While it does not, its figures are missing.")
DUE_AGE = _figure(
    "tagwork_due_age_seconds",
    "How long the oldest due row that nobody works on has waited: run, tool_call, delivery.",
    ["kind"],
)
RUNS = _figure("tagwork_runs", "Runs that have not ended: queued, working, waiting.", ["state"])
LEASES = _figure("tagwork_leases", "Rows that somebody works on now: run, tool_call, delivery.", ["kind"])
WORKERS = _figure("tagwork_workers", "Worker processes that said within 30 s that they live.")
THREADS = _figure("tagwork_worker_threads", "Threads of these workers.")
THREADS_LOST = _figure("tagwork_worker_threads_lost", "Those of them that do not come back.")
HELD_BACK = _figure("tagwork_runs_held_back", "Runs that wait for a budget or a rate.")
SPENT_TODAY = _figure("tagwork_spent_today_usd", "What model calls of this UTC day cost in US dollars, for budgets.")
RESERVED = _figure("tagwork_reserved_usd", "US dollars reserved for model calls under way, where a budget holds.")
SWEEPER_UP = _figure("tagwork_sweeper_up", "1 while some process sweeps.")
BROKER_UP = _figure("tagwork_broker_up", "1 while the broker answers. While it does not, its figures are missing.")
QUEUE_LENGTH = _figure("tagwork_queue_length", "Pokes that wait for a worker.", ["queue"])
QUEUE_TAKEN = _figure("tagwork_queue_unacknowledged", "Pokes that workers have taken and not acknowledged yet.")
