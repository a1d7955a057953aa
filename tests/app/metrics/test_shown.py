"""Every metric that the catalogue names is there over HTTP, and what docs tell of metrics is so."""

import re
import urllib.request
from pathlib import Path

import pytest
import yaml

from agents.journal import processes
from app.http_server import HttpServer, health_routes
from app.metrics.catalogue import KNOWN
from app.metrics.figures import Figures, of_broker, of_journal
from app.readiness import Readiness
from app.worker.broker import CeleryPoker, celery_app
from tests.given.engines import Engine

PAGE = Path(__file__).parents[3] / "docs" / "operators" / "metrics.md"
NAMED = re.compile(r"\btagwork_[a-z_]+\b")


def test_every_metric_is_there_over_http(postgres_engine: Engine, broker_url: str) -> None:
    # given an app over a journal and a broker, with a request that waits
    engine = postgres_engine
    engine.asks("ann", "hello")
    engine.journal.write(lambda tx: processes.say_alive(tx, "elsewhere|0|0|3|3", slots=4, lost_threads=0))
    poker = CeleryPoker(celery_app(broker_url))
    figures = Figures([of_journal(engine.journal), of_broker(poker.queues)])
    server = HttpServer(health_routes(Readiness([]), figures), "127.0.0.1", 0)
    assert server.start()

    # when Prometheus reads it
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{server.address[1]}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    server.close()
    figures.close()
    poker.close()

    # then each is there with its kind and its meaning
    for metric in KNOWN.values():
        assert f"# TYPE {metric.name} {metric.kind}\n" in text
        assert f"# HELP {metric.name} " in text
    for line in (
        'tagwork_runs{state="queued"} 1.0',
        'tagwork_queue_length{queue="advance"} ',
        "tagwork_queue_unacknowledged ",
        "tagwork_worker_threads 4.0",
        "tagwork_journal_up 1.0",
        "tagwork_broker_up 1.0",
    ):
        assert line in text


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_name_follows_the_conventions(name: str) -> None:
    # given a metric, when its name is read, then counters end in _total and histograms name their unit
    metric = KNOWN[name]
    assert name.startswith("tagwork_")
    assert name.endswith("_total") == (metric.kind == "counter")
    assert metric.kind != "histogram" or name.endswith("_seconds")
    assert metric.says.endswith(".")


def test_the_alerts_of_the_operators_page_ask_for_what_is_there() -> None:
    # given the page's example rules
    text = PAGE.read_text(encoding="utf-8")
    [rules] = re.findall(r"```yaml\n(.+?)```", text, re.DOTALL)
    alerts = yaml.safe_load(rules)["groups"][0]["rules"]

    # when each is read, then it has a name, a time and words, and asks for metrics that are shown
    assert len(alerts) >= 5
    for alert in alerts:
        assert alert["alert"].startswith("Tagwork")
        assert alert["annotations"]["summary"]
        assert set(NAMED.findall(alert["expr"])) <= shown(), alert["expr"]
        assert NAMED.findall(alert["expr"])
    assert set(NAMED.findall(text)) <= shown()


def shown() -> set[str]:
    """Return every name that stands on /metrics: a histogram is shown as three."""
    parts = ("_bucket", "_count", "_sum")
    return set(KNOWN) | {name + part for name, metric in KNOWN.items() if metric.kind == "histogram" for part in parts}


@pytest.mark.requirement("AUTHZ-28")
def test_people_who_say_yes_to_everything_or_at_once_are_alerted_on() -> None:
    # given the alerts of the page, when those about approvals are read, then one asks for more than 95 % of at least
    # 30, the other for a median of less than three seconds
    text = PAGE.read_text(encoding="utf-8")
    [rules] = re.findall(r"```yaml\n(.+?)```", text, re.DOTALL)
    alerts = {one["alert"]: " ".join(one["expr"].split()) for one in yaml.safe_load(rules)["groups"][0]["rules"]}
    unread, haste = alerts["TagworkIsApprovedUnread"], alerts["TagworkIsApprovedInHaste"]
    assert unread.endswith('> 0.95 and sum(increase(tagwork_approvals_total{outcome=~"granted|refused"}[7d])) >= 30')
    assert haste.startswith("histogram_quantile(0.5, ")
    assert "< 3 and" in haste
