"""A rule of the journal that does not hold is shown by /readyz as a warning: the process is as ready as before."""

from prometheus_client import REGISTRY

from agents.journal import runs
from app import probes
from app.readiness import Probe, Readiness
from tests.given.engines import Engine


def test_a_broken_rule_is_told_and_counted(engine: Engine) -> None:
    # given a Run that stands as it should
    _, run = engine.asks("ann", "hello")
    probe = probes.rules_probe(engine.journal)
    assert probe.look() == ""
    assert REGISTRY.get_sample_value("tagwork_rules_broken") == 0

    # when it is never due any more, then that is told with its number and what to do, and counted
    engine.journal.write(lambda tx: runs.set_fields(tx, run.id, due_at=None))
    assert f"Run #{run.number} has not ended and is never due." in probe.look()
    assert "`tagwork doctor`" in probe.look()
    assert REGISTRY.get_sample_value("tagwork_rules_broken") == 1
    engine.work()


def test_what_warns_leaves_the_process_ready_and_is_looked_at_rarely() -> None:
    # given a probe that only warns, once a minute, beside one that must hold
    looked = []

    def warn() -> str:
        looked.append(1)
        return "something is odd"

    made = Readiness([Probe("database", lambda: ""), Probe("rules", warn, warns=True, every=60)])

    # when both were looked at, then the process is ready, and the warning stands there
    for _ in range(3):
        made.look()
    report = made.report()
    assert report["ready"] is True
    assert report["checks"][1].items() >= {"ok": False, "wrong": "something is odd", "warns": True}.items()
    assert len(looked) == 1
