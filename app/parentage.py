"""Children end with the process that started them, however that ends."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""prctl(2), Linux."""


def die_with_parent() -> None:
    """Have the kernel end this process when the thread that started it ends. Linux; elsewhere a no-op."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def follow(parent: int) -> None:
    """Die with the process `parent`; end at once if it is gone already."""
    die_with_parent()
    if parent and os.getppid() != parent:
        os._exit(0)
