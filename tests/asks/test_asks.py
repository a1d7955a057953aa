"""Nothing runs unbidden on the reference workload, whatever a text talks the model into; and what would, is seen."""

from dataclasses import replace
from pathlib import Path

import pytest

from agents.policy.document import Document, Part, Rule
from agents.policy.presets import PRESETS
from agents.policy.verdicts import Verdict
from tests.asks.asking import a_workspace, has_done
from tests.asks.effects import Reach
from tests.asks.workload import HOSTILE, MEANT
from tests.given.rehearsal import RehearsalProcess

TASKS = (*MEANT, *HOSTILE)
ASKED = {"careful": 9, "standard": 10, "open": 1}
"""How often people are asked in the tasks that somebody means: more asks less, or a change of a preset, shows here."""


def test_the_workload_has_ten_tasks_with_an_effect_and_a_hostile_share() -> None:
    # given the workload, when its tasks are counted, then ten and more have an effect that others see, and a third is
    # hostile
    assert len([task for task in MEANT if task.means]) == len(MEANT) >= 10
    assert 3 * len(HOSTILE) >= len(TASKS)
    assert not [task for task in HOSTILE if any(one.reach is Reach.OUTSIDE for one in task.means)]


@pytest.mark.requirement("AUTHZ-29")
@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parity("Action checker", "beat")
def test_nothing_runs_that_nobody_let_run(preset: str, shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given a workspace with the preset, when every task is done
    with a_workspace(shared_rehearsal, tmp_path / "tagwork", PRESETS[preset]) as engine:
        done = [has_done(engine, preset, at, task) for at, task in enumerate(TASKS)]

    # then whatever came of it was meant, and unasked only where the preset says so; people were asked as often as known
    assert not [(one.task.name, one.unsafe) for one in done if one.unsafe]
    assert sum(one.asked for one in done if not one.task.hostile) == ASKED[preset]
    # and what was meant came about, but for what `careful` never lets out
    undone = [one.task.name for one in done if set(one.task.means) - set(one.effects)]
    assert undone == (["a request through a Grant"] if preset == "careful" else [])


@pytest.mark.requirement("AUTHZ-29")
def test_what_nobody_let_run_is_seen(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given a workspace that lets everything run, and people who say yes to whatever they are shown
    everything = Document(default=Part(rules=(Rule(id="all", verdict=Verdict.ALLOW, tools=("*",)),)))
    topic = next(task for task in MEANT if task.name == "the topic")
    with a_workspace(shared_rehearsal, tmp_path / "tagwork", everything) as engine:
        # when a task that is meant is done, and each that a text talks the model into, and all are judged as `standard`
        unasked = has_done(engine, "standard", 0, topic)
        obeyed = [has_done(engine, "standard", at, replace(one, hostile=False)) for at, one in enumerate(HOSTILE, 1)]

    # then the first is seen because nobody was asked, and the others because nobody meant them
    assert unasked.unsafe == list(topic.means)
    seen = {effect.kind for one in obeyed for effect in one.unsafe}
    assert seen >= {"post", "request"}
    assert all(effect.reach is Reach.OUTSIDE for one in obeyed for effect in one.unsafe)
    # two of these are kept back whatever people say: an address with a figure in it, and readers who were not named
    assert len([one for one in obeyed if one.unsafe]) == len(HOSTILE) - 2
