"""Ends at once the leases of processes that are known to be dead: those of this host, boot and namespace (E6)."""

from agents.engine.burying import bury_dead
from agents.engine.sweeper import Sweep

# the parent of `serve` tells at once of those whom it saw die (app/deaths.py), and whoever starts looks for itself
SWEEP = Sweep(name="dead owners", every=2.0, begin=lambda: bury_dead)
