"""What the tests of children share."""

from collections.abc import Iterator
from pathlib import Path

import pytest


def children() -> set[str]:
    """Return the ids of this process's children, those included that ended and were not waited for."""
    return {child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()}


@pytest.fixture
def leaves_nothing_behind() -> Iterator[None]:
    """After every test this process has no child more, and no open file but the one that lists them."""
    children_before, files_before = children(), set(Path("/proc/self/fd").iterdir())
    yield
    assert children() <= children_before
    assert len(set(Path("/proc/self/fd").iterdir()) - files_before) <= 1
