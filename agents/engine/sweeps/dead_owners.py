"""Ends at once the leases of processes that are known to be dead: those of this host, boot and namespace (E6)."""

from agents.engine.burying import bury_dead
from agents.engine.sweeper import Sweep

SWEEP = Sweep(name="dead owners", every=1.0, begin=lambda: bury_dead)
