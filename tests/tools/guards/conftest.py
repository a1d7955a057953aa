"""What the tests of children share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def leaves_nothing_behind() -> Iterator[None]:
    """After every test this process has no child left and no more open files than before."""
    before = set(Path("/proc/self/fd").iterdir())
    yield
    with pytest.raises(ChildProcessError):
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG)
    assert len(set(Path("/proc/self/fd").iterdir()) - before) <= 1
